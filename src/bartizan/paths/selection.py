# SPDX-License-Identifier: Apache-2.0
"""What the user means by `--from` and `--to`."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.organization import Account
from bartizan.model.path import Entry, Jewel
from bartizan.model.step import Ability, Foothold, Step
from bartizan.paths.ends import (
    ANY_ACCOUNT,
    HIGH,
    INTERNET,
    default_entries,
    default_jewels,
    entry_name,
)

_ABILITIES = {ability.value: ability.value for ability in Ability} | {
    "admin": Ability.ADMINISTER.value
}
_START_ORDER = (
    Ability.START,
    Ability.ACT_AS,
    Ability.RUN_CODE,
    Ability.ADMINISTER,
    Ability.HOLD,
)
"""What standing at a thing means, where the user does not say: the first that there is."""
_LOSS_ORDER = (
    Ability.ADMINISTER,
    Ability.READ,
    Ability.DECRYPT,
    Ability.ACT_AS,
    Ability.RUN_CODE,
    Ability.HOLD,
)
"""What losing a thing means, where the user does not say: the first that there is."""


class Ends(Struct, frozen=True, kw_only=True):
    """What was meant, sorted as the default ones are."""

    entries: tuple[Entry, ...]
    jewels: tuple[Jewel, ...]


def select(
    facts: Facts, steps: Iterable[Step], *, start: Sequence[str] = (), to: Sequence[str] = ()
) -> Ends:
    """Return the entries that `start` names and the jewels that `to` names.

    A name is an ARN, the id or name of an account, `internet`, or `any-aws-account`; `*` and `?`
    stand for any letters and any letter. An ability and a colon before it say what is meant of
    it: `admin:prod`, `read:arn:aws:s3:::b`. Without one, `start` means to stand there or to act as
    it, and `to` the loss of it that counts by default.

    Raises:
        UsageError: a name fits nothing in the estate.
    """
    if not start and not to:
        return Ends(entries=(), jewels=())
    every = tuple(steps)
    named = {held for step in every for held in (*step.needs, step.grants)}
    named |= {Foothold(Ability.ACT_AS.value, row.arn) for row in facts.rows(Principal)}
    named |= {Foothold(Ability.START.value, place) for place in (INTERNET, ANY_ACCOUNT)}
    usual = {jewel.foothold: jewel for jewel in default_jewels(facts)}
    named |= set(usual)
    called = {row.name.lower(): row.id for row in facts.rows(Account) if row.name}
    entries = {entry.foothold: entry for entry in default_entries(facts, every)}
    standing = _matching(start, named, called=called, first=(), order=_START_ORDER)
    lost = _matching(to, named, called=called, first=usual, order=_LOSS_ORDER)
    jewels = (
        usual.get(held) or Jewel(foothold=held, name=str(held), rank=HIGH) for held in sorted(lost)
    )
    return Ends(
        entries=tuple(
            entries.get(held) or Entry(foothold=held, name=entry_name(facts, held))
            for held in sorted(standing)
        ),
        jewels=tuple(sorted(jewels, key=lambda jewel: (-jewel.rank, jewel.foothold))),
    )


def _matching(
    patterns: Iterable[str],
    named: Collection[Foothold],
    *,
    called: Mapping[str, str],
    first: Collection[Foothold],
    order: Sequence[Ability],
) -> set[Foothold]:
    """Return the footholds that any of `patterns` means; those in `first` go before others."""
    found: set[Foothold] = set()
    for pattern in patterns:
        ability, entity = _taken_apart(pattern)
        wanted = _glob(called.get(entity.lower(), entity))
        fit = {held for held in named if wanted.fullmatch(held.entity)}
        if ability:
            fit = {held for held in fit if held.ability == ability}
        else:
            fit = fit.intersection(first) or _foremost(fit, order)
        if not fit:
            raise UsageError(f"nothing in the estate fits `{pattern}`", hint=_hint(entity, named))
        found |= fit
    return found


def _taken_apart(pattern: str) -> tuple[str, str]:
    """Split `ability:entity`, or `ability entity` as footholds are printed."""
    for word, ability in _ABILITIES.items():
        for separator in (":", " "):
            if pattern.lower().startswith(word + separator):
                return ability, pattern[len(word) + 1 :].strip()
    return "", pattern


def _glob(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    # Stars that stand together mean one; side by side they would make matching slow.
    letters = re.sub(r"\*+", "*", pattern)
    return re.compile(
        "".join(wild.get(letter, re.escape(letter)) for letter in letters), re.DOTALL
    )


def _foremost(fit: Collection[Foothold], order: Sequence[Ability]) -> set[Foothold]:
    """Keep for each entity the ability that comes first in `order`."""
    places = {ability.value: place for place, ability in enumerate(order)}
    best: dict[str, Foothold] = {}
    for held in sorted(fit, key=lambda held: (places.get(held.ability, len(order)), held)):
        best.setdefault(held.entity, held)
    return set(best.values())


def _hint(entity: str, named: Collection[Foothold]) -> str:
    known = sorted({held.entity for held in named})
    close = difflib.get_close_matches(entity, known[:5_000], n=3)
    if close:
        return "did you mean " + " or ".join(f"`{name}`" for name in close)
    return "write an ARN, an account, `internet`, or a pattern with `*`"
