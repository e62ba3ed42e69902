# SPDX-License-Identifier: Apache-2.0
"""Whether two patterns with wildcards have a text in common, and whether one holds all of another.

Wildcards are `*` and `?` alone: policies know no alternatives, so both questions are settled by
walking through the two patterns at once. Positions in one of them are the bits of a number.
"""

import re
from functools import lru_cache

from bartizan.reason.authz.aws.policy.arn_pattern import SEGMENTS
from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, Wild, tokens

_MANY, _ONE = "*", "?"
_REMEMBERED = 1 << 12
_ACCOUNT = re.compile(r"\d*|aws|.*[*?$].*", re.ASCII)
"""What stands in the place of an ARN's account, where its parts are in their places."""


@lru_cache(_REMEMBERED)
def symbols(pattern: str, *, variables: bool = False) -> tuple[str, ...]:
    """Take a pattern apart into characters and wildcards; a literal `*` or `?`, which only
    `${*}` can write, is two characters long here, so that it is no wildcard. A variable is
    any text. Of wildcards in a row each `?` comes first, and one `*` is enough.
    """
    found: list[str] = []
    for piece in tokens(pattern, variables=variables):
        for one in _spelled(piece):
            _add(found, one)
    return tuple(found)


def _spelled(piece: Token) -> list[str]:
    match piece:
        case Wild():
            return [str(piece.value)]
        case Variable():
            return [_MANY]
        case str():
            return [f"\\{letter}" if letter in "*?" else letter for letter in piece]


def _add(found: list[str], one: str) -> None:
    if found and found[-1] == _MANY and one in {_MANY, _ONE}:
        if one == _ONE:
            found.insert(len(found) - 1, one)
        return
    found.append(one)


def cost(one: str, other: str) -> int:
    """Return how much work it is to compare two patterns, in about microseconds."""
    return 25 + len(one) * (1 + len(other) // 64) // 4


def meets(one: str, other: str, *, variables: bool = False) -> bool:
    """Return whether some text matches both; with `variables`, whatever those hold."""
    if "*" not in one and "?" not in one and "${" not in one:
        one, other = other, one
    first, second = symbols(one, variables=variables), symbols(other, variables=variables)
    return _meet(first, second)


@lru_cache(_REMEMBERED)
def _meet(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    many = _bits(second, _MANY)
    single = ((1 << len(second)) - 1) & ~many
    beyond = (1 << (len(second) + 1)) - 1
    places: dict[str, int] = {}
    row = _through(1, many)
    for one in first:
        if one == _MANY:
            # It takes any number of what comes next in the other.
            row = beyond & ~((row & -row) - 1)
            continue
        if one not in places:
            same = _bits(second, one) | _bits(second, _ONE)
            places[one] = single if one == _ONE else same
        row = _through(((row & places[one]) << 1) | (row & many), many)
        if not row:
            return False
    return bool(row >> len(second) & 1)


def arns_meet(one: str, other: str, *, variables: bool = False) -> bool:
    """Return whether some ARN matches both, part by part: names have no colons, so no wildcard
    needs to reach from one part into the next. Only where the parts of a pattern stand in other
    places does it count on that they do.
    """
    mine, theirs = one.split(":", SEGMENTS - 1), other.split(":", SEGMENTS - 1)
    if not (_aligned(mine) and _aligned(theirs)):
        return meets(one, other, variables=variables)
    return all(meets(a, b, variables=variables) for a, b in zip(mine, theirs, strict=True))


def _aligned(parts: list[str]) -> bool:
    return len(parts) == SEGMENTS and bool(_ACCOUNT.fullmatch(parts[4]))


def within(inner: str, outer: str) -> bool:
    """Return whether every text that matches `inner` certainly matches `outer`.

    A text of `inner` in which every wildcard stands for a letter that occurs nowhere is matched
    by wildcards of `outer` there, and so is any other text of `inner`.
    """
    if outer in {inner, _MANY}:
        return True
    return _within(symbols(inner), symbols(outer))


@lru_cache(_REMEMBERED)
def _within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    many, any_one = _bits(outer, _MANY), _bits(outer, _ONE)
    places: dict[str, int] = {}
    row = _through(1, many)
    for one in inner:
        if one == _MANY:
            # Only a `*` of the other takes any number of unknown letters.
            row = _through(row & many, many)
        else:
            if one not in places:
                places[one] = any_one if one == _ONE else any_one | _bits(outer, one)
            row = _through(((row & places[one]) << 1) | (row & many), many)
        if not row:
            return False
    return bool(row >> len(outer) & 1)


def _bits(pattern: tuple[str, ...], wanted: str) -> int:
    """Return the places of `wanted` as bits, the first the lowest, in linear time."""
    return int("".join("1" if one == wanted else "0" for one in reversed(pattern)) or "0", 2)


def _through(row: int, many: int) -> int:
    """Add the places after each `*` that may stand for nothing."""
    return row | (row & many) << 1


def resource_within(inner: str, outer: str) -> bool:
    """Return whether every ARN that the Resource pattern `inner` covers is certainly covered by
    `outer`. Where the vendor leaves open what a wildcard before the fifth colon reaches
    (docs/labs/arn-wildcards.md), only the sure cases count.
    """
    if outer in {inner, _MANY}:
        return True
    if "${" in inner or "${" in outer:
        return False
    mine, theirs = inner.split(":", SEGMENTS - 1), outer.split(":", SEGMENTS - 1)
    if len(mine) < SEGMENTS or len(theirs) < SEGMENTS:
        return False
    if not _wild(mine[:-1]):
        return all(within(a, b) for a, b in zip(mine, theirs, strict=True))
    trailing = all(not _wild([part[:-1]]) and part[-1:] != _ONE for part in theirs[:-1])
    return trailing and within(inner, outer)


def _wild(parts: list[str]) -> bool:
    return any(_MANY in part or _ONE in part for part in parts)
