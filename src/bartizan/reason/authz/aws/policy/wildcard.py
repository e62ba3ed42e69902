# SPDX-License-Identifier: Apache-2.0
"""Wildcards and policy variables, matched in time linear in the text for any pattern.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

Matcher: TypeAlias = Callable[[str], bool]


class Wild(Enum):
    """A wildcard character that stands bare in a pattern."""

    MANY = "*"
    """Any characters, none included."""
    ONE = "?"
    """Exactly one character, of any kind."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`${key}` or `${key, 'default'}`."""

    key: str
    default: str | None
    """None where the policy gives no default."""


Token: TypeAlias = str | Wild | Variable

_SPECIAL = re.compile(r"[*?]|\$\{(?:\$|[^${}]*)\}")
_WILD = {"*": Wild.MANY, "?": Wild.ONE}
_REMEMBERED = 1 << 15


@lru_cache(_REMEMBERED)
def tokens(text: str, *, variables: bool) -> tuple[Token, ...]:
    """Take a pattern apart. `variables` is false for version 2008-10-17, where `${` is literal.

    `${*}`, `${?}` and `${$}` are the characters themselves (section "Specifying special
    characters").
    """
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


@lru_cache(_REMEMBERED)
def matcher(pieces: tuple[Token, ...]) -> Matcher:
    """Return the test of a whole text against resolved tokens; wildcards match anything,
    line ends, slashes and colons included (section "Using wildcards in resource ARNs").
    """
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


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern without `*`: it has one length, so it never backtracks."""

    size: int
    text: str | None
    """None where it has a `?`."""
    holes: re.Pattern[str] | None

    @classmethod
    def of(cls, pieces: list[Token]) -> "_Part":
        if all(isinstance(piece, str) for piece in pieces):
            text = literal(tuple(pieces))
            return cls(len(text), text, None)
        source = "".join("." if p is Wild.ONE else re.escape(literal((p,))) for p in pieces)
        size = sum(1 if p is Wild.ONE else len(literal((p,))) for p in pieces)
        return cls(size, None, re.compile(source, re.DOTALL))

    def at(self, text: str, position: int) -> bool:
        """Return whether it stands in `text` at `position`."""
        if self.text is not None:
            return text.startswith(self.text, position)
        return self.holes is not None and self.holes.match(text, position) is not None

    def find(self, text: str, start: int, end: int) -> int:
        """Return where it first stands between `start` and `end`, or -1."""
        if self.text is not None:
            return text.find(self.text, start, end)
        hit = self.holes.search(text, start, end) if self.holes else None
        return hit.start() if hit else -1


@lru_cache(_REMEMBERED)
def glob(pattern: str) -> Matcher:
    """Return the test of a whole text against a pattern without variables."""
    if pattern == "*":
        return lambda _: True
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    if pattern.endswith("*") and pattern.count("*") == 1 and "?" not in pattern:
        prefix = pattern[:-1]
        return lambda text: text.startswith(prefix)
    return matcher(tokens(pattern, variables=False))
