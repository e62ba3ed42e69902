# SPDX-License-Identifier: Apache-2.0
"""Wildcards and policy variables, matched in time linear in the text for any pattern.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

Matcher: TypeAlias = Callable[[str], bool]


class Wild(Enum):
    """A wildcard character that stands bare in a pattern."""

    # Members are single, and patterns that hold them are looked up for every statement.
    __hash__ = object.__hash__

    MANY = "*"
    """Any characters, none included."""
    ONE = "?"
    """Exactly one character, of any kind."""


class Variable(Struct, frozen=True):
    """`${key}` or `${key, 'default'}`."""

    key: str
    default: str | None
    """None where the policy gives no default."""


Token: TypeAlias = str | Wild | Variable

_SPECIAL = re.compile(r"[*?]|\$\{(?:\$|[^${}]*)\}")
_STARS = re.compile(r"\*+")
_WILD = {"*": Wild.MANY, "?": Wild.ONE}
_REMEMBERED = 1 << 15
LONG = 4096
"""Characters of a pattern that is not remembered: memory stays bounded whatever comes."""
_SLOW = 1 << 18
"""Comparisons for one part of a pattern, beyond which it is found another way."""


def tokens(text: str, *, variables: bool) -> tuple[Token, ...]:
    """Take a pattern apart. `variables` is false for version 2008-10-17, where `${` is literal.

    `${*}`, `${?}` and `${$}` are the characters themselves (section "Specifying special
    characters").
    """
    if len(text) > LONG:
        return _taken_apart.__wrapped__(text, variables=variables)
    return _taken_apart(text, variables=variables)


@lru_cache(_REMEMBERED)
def _taken_apart(text: str, *, variables: bool) -> tuple[Token, ...]:
    found: list[Token] = []
    start = 0
    for hit in _SPECIAL.finditer(text):
        piece = hit.group()
        if len(piece) > 1 and not variables:
            # The braces are plain text then, but wildcards between them are still wildcards.
            found.extend(tokens(text[start : hit.start() + 2], variables=False))
            found.extend(tokens(text[hit.start() + 2 : hit.end()], variables=False))
        else:
            if hit.start() > start:
                found.append(text[start : hit.start()])
            found.append(_WILD[piece] if len(piece) == 1 else _variable(piece[2:-1]))
        start = hit.end()
    if start < len(text):
        found.append(text[start:])
    return tuple(found)


def _variable(inside: str) -> str | Variable:
    """Read what stands between the braces."""
    if inside in {"*", "?", "$"}:
        return inside
    key, comma, default = inside.partition(",")
    default = default.strip()
    if comma and len(default) > 1 and default[0] == default[-1] == "'":
        return Variable(key.strip(), default[1:-1])
    return Variable(key.strip(), None)


def literal(pieces: tuple[Token, ...]) -> str:
    """Return resolved tokens as plain text, for operators that know no wildcards."""
    return "".join(_plain(piece) for piece in pieces)


def _plain(piece: Token) -> str:
    match piece:
        case str():
            return piece
        case Wild():
            return str(piece.value)
        case Variable():
            message = f"variable `{piece.key}` was not resolved"
            raise TypeError(message)


def matcher(pieces: tuple[Token, ...]) -> Matcher:
    """Return the test of a whole text against resolved tokens; wildcards match anything,
    line ends, slashes and colons included (section "Using wildcards in resource ARNs").
    """
    if are_long(pieces):
        return _matcher.__wrapped__(pieces)
    return _matcher(pieces)


def are_long(pieces: tuple[Token, ...]) -> bool:
    """Return whether a pattern is too long to be remembered."""
    for piece in pieces:
        if isinstance(piece, str) and len(piece) > LONG:
            return True
    return len(pieces) > LONG // 8


@lru_cache(_REMEMBERED)
def _matcher(pieces: tuple[Token, ...]) -> Matcher:
    if pieces == (Wild.MANY,):
        return _anything
    if all(isinstance(piece, str) for piece in pieces):
        return literal(pieces).__eq__
    parts: list[list[Token]] = [[]]
    for piece in pieces:
        if piece is Wild.MANY:
            parts.append([])
        else:
            parts[-1].append(piece)
    found = [_Part.of(part) for part in parts]
    if len(found) == 1:
        only = found[0]
        return lambda text: len(text) == only.size and only.at(text, 0)
    first, *middle, last = found
    between = tuple(part for part in middle if part.size)
    return lambda text: _in_order(text, first, between, last)


def _anything(text: str) -> bool:
    del text
    return True


def _in_order(text: str, first: "_Part", between: tuple["_Part", ...], last: "_Part") -> bool:
    """Find the parts between the stars from left to right, each as early as it can stand."""
    end = len(text) - last.size
    if end < first.size or not (first.at(text, 0) and last.at(text, end)):
        return False
    position = first.size
    for part in between:
        position = part.find(text, position, end)
        if position < 0:
            return False
        position += part.size
    return True


class _Part(Struct, frozen=True):
    """A piece of a pattern without `*`: it has one length, so it never backtracks."""

    size: int
    literals: tuple[tuple[int, str], ...]
    """Where its text stands, as offset and text; `?` is what lies between."""

    @classmethod
    def of(cls, pieces: list[Token]) -> "_Part":
        found: list[tuple[int, str]] = []
        size = 0
        for piece in pieces:
            if piece is Wild.ONE:
                size += 1
                continue
            text = _plain(piece)
            if found and found[-1][0] + len(found[-1][1]) == size:
                found[-1] = (found[-1][0], found[-1][1] + text)
            elif text:
                found.append((size, text))
            size += len(text)
        return cls(size, tuple(found))

    def at(self, text: str, position: int) -> bool:
        """Return whether it stands in `text`, which is long enough, at `position`."""
        return all(text.startswith(one, position + offset) for offset, one in self.literals)

    def find(self, text: str, start: int, end: int) -> int:
        """Return where it first stands between `start` and `end`, or -1."""
        if end - start < self.size:
            return -1
        if not self.literals:
            return start
        if len(self.literals) > 1 and (end - start) * len(self.literals) > _SLOW:
            return self._find_by_bits(text, start, end)
        offset, first = self.literals[0]
        last = end - self.size + offset + len(first)
        position = text.find(first, start + offset, last)
        while position >= 0 and not self.at(text, position - offset):
            position = text.find(first, position + 1, last)
        return position - offset if position >= 0 else -1

    def _find_by_bits(self, text: str, start: int, end: int) -> int:
        """Find it with one step for each character of the text, whatever the two are: bit n of
        the state says whether the first n characters match what was read last (the shift-and
        algorithm of Baeza-Yates and Gonnet).
        """
        where: dict[str, list[int]] = {}
        for offset, one in self.literals:
            for place, character in enumerate(one, offset):
                where.setdefault(character, []).append(place)
        fits = {character: _bits(places) for character, places in where.items()}
        holes = (1 << self.size) - 1 - sum(fits.values())
        state, whole = 0, 1 << (self.size - 1)
        for position in range(start, end):
            state = (state << 1 | 1) & (fits.get(text[position], 0) | holes)
            if state & whole:
                return position - self.size + 1
        return -1


def glob(pattern: str) -> Matcher:
    """Return the test of a whole text against a pattern without variables."""
    if len(pattern) <= LONG:
        return _glob(pattern)
    # Nearly all that is so long is longer than any text: it is taken apart only for one that fits.
    least = len(pattern) - pattern.count("*")
    once = _STARS.sub("*", pattern)
    return lambda text: len(text) >= least and _glob.__wrapped__(once)(text)


def _bits(places: list[int]) -> int:
    """Return the number that has these bits, in ascending order, set."""
    found = bytearray(places[-1] // 8 + 1)
    for place in places:
        found[place // 8] |= 1 << place % 8
    return int.from_bytes(found, "little")


@lru_cache(_REMEMBERED)
def _glob(pattern: str) -> Matcher:
    if pattern == "*":
        return lambda _: True
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    if pattern.endswith("*") and pattern.count("*") == 1 and "?" not in pattern:
        prefix = pattern[:-1]
        return lambda text: text.startswith(prefix)
    return matcher(tokens(pattern, variables=False))
