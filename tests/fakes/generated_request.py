# SPDX-License-Identifier: Apache-2.0
"""Questions to a generated organisation: what its policies mention, and near misses."""

from collections.abc import Mapping

from msgspec import Struct

from tests.fakes.dice import Dice
from tests.fakes.generated_condition import context
from tests.fakes.generated_organization import Generated


class Question(Struct, frozen=True, kw_only=True):
    """May somebody do this? Who asks is left open."""

    action: str
    resource: str
    chosen: Mapping[str, str | tuple[str, ...]]
    complete: bool


def question(dice: Dice, asked: Generated) -> Question:
    words = asked.words
    action, resource = dice.one(words.hot)
    if dice.chance(20):
        action = words.action(dice)
    if dice.chance(15):
        resource = words.resource(dice)
    if dice.chance(6):
        resource = dice.one((f"{resource}x", resource[:-1], f"{resource}/k", resource.upper()))
    if dice.chance(8):
        action = dice.one((action.lower(), action.upper(), f"{action}s"))
    return Question(
        action=action,
        resource=resource,
        chosen=context(dice, words, mentioned=asked.mentioned),
        complete=dice.chance(45),
    )
