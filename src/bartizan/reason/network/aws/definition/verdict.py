# SPDX-License-Identifier: Apache-2.0
"""Joins answers of three values: one way suffices, or all possible readings must agree."""

from collections.abc import Iterable
from itertools import product
from typing import TypeAlias

from bartizan.model.packet import Blocked, Blocker, Reach, Reachable
from bartizan.model.verdict import Unknown

MOST_WAYS = 64

_Key: TypeAlias = tuple[str, str, bool, tuple[str, ...]]


def any_way(answers: Iterable[Reach]) -> Reach:
    """Say whether packets arrive by any of several ways that all exist.

    One that is reachable settles it; else one that is unknown leaves it open; else all of the
    ways are blocked. Without any way it is blocked, and the caller says why.
    """
    missing: dict[str, None] = {}
    ways: list[tuple[Blocker, ...]] = []
    for answer in answers:
        match answer:
            case Reachable():
                return answer
            case Unknown():
                missing.update(dict.fromkeys(answer.missing))
            case Blocked():
                ways.extend(answer.ways)
    return Unknown(tuple(sorted(missing))) if missing else Blocked(ways=fewest(ways))


NOTHING_MORE = Reachable(legs=())
"""What adds nothing to a way that it is a part of."""


def both(first: Reach, second: Reach) -> Reach:
    """Say whether packets arrive where two flows are needed, one after the other."""
    match first, second:
        case Reachable(), Reachable():
            return Reachable(legs=first.legs + second.legs)
        case Blocked(), Blocked():
            pairs = product(first.ways, second.ways)
            return Blocked(ways=fewest(one + other for one, other in pairs))
        case (Blocked(), _) | (_, Blocked()):
            return first if isinstance(first, Blocked) else second
        case _:
            missing = {
                name
                for answer in (first, second)
                if isinstance(answer, Unknown)
                for name in answer.missing
            }
            return Unknown(tuple(sorted(missing)))


def either_way(answers: Iterable[Reach], *, missing: tuple[str, ...]) -> Reach:
    """Say whether packets arrive where one of several readings holds, and nothing says which.

    All must agree; else it depends on what is `missing`.
    """
    given = tuple(answers)
    if all(isinstance(answer, Blocked) for answer in given):
        return any_way(given)
    if all(isinstance(answer, Reachable) for answer in given):
        return given[0]
    unknown = {name for answer in given if isinstance(answer, Unknown) for name in answer.missing}
    return Unknown(tuple(sorted({*missing, *unknown})))


def fewest(ways: Iterable[tuple[Blocker, ...]]) -> tuple[tuple[Blocker, ...], ...]:
    """Keep each way once, those with the fewest blockers first, and none that holds another.

    Blockers that differ in their words alone, as of one address or another, are the same.
    """
    found: dict[frozenset[_Key], tuple[Blocker, ...]] = {}
    for way in ways:
        once = {_key(blocker): blocker for blocker in sorted(way, reverse=True)}
        held = tuple(sorted(once.values()))
        found[frozenset(once)] = min(held, found.get(frozenset(once), held))
    kept: dict[frozenset[_Key], tuple[Blocker, ...]] = {}
    for keys, way in sorted(found.items(), key=lambda item: (len(item[1]), item[1])):
        if not any(other <= keys for other in kept):
            kept[keys] = way
    return tuple(kept.values())[:MOST_WAYS]


def _key(blocker: Blocker) -> _Key:
    return blocker.code, blocker.at, blocker.back, blocker.rules
