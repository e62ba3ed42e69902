# SPDX-License-Identifier: Apache-2.0

from msgspec import structs

from bartizan.model.ordering import in_order
from bartizan.model.step import Foothold, Step
from tests.fakes.dice import Dice, seeded


def drawn(dice: Dice) -> Step:
    names = ("a", "b", "ab", "")
    needs = [Foothold(dice.one(names), dice.one(names)) for _ in range(1 + dice.below(2))]
    return Step(
        technique=dice.one(("t", "u")),
        needs=tuple(sorted(needs)),
        grants=Foothold(dice.one(names), dice.one(names)),
        cost=1 + dice.below(2),
        evidence=(),
        missing=dice.one(((), ("x",), ("y",))),
    )


def test_steps_come_once_by_what_they_grant_and_need_and_the_rest_by_their_whole_text() -> None:
    dice = seeded(1)
    steps = [drawn(dice) for _ in range(1_500)]
    again = [structs.replace(step) for step in steps[:700]]

    found = list(in_order([*steps, *again]))

    assert len(found) < len(steps)
    assert found == sorted(
        set(steps), key=lambda s: (s.grants, s.needs, s.technique, s.cost, repr(s))
    )
