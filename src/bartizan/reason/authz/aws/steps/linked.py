# SPDX-License-Identifier: Apache-2.0
"""Values of a condition key that follow from policy variables: what others hold, or what is asked
for, says which of them could fit.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bartizan.reason.authz.aws.definition.context import Surroundings
from bartizan.reason.authz.aws.estate.pattern import FRESH
from bartizan.reason.authz.aws.policy.document import ConditionTest, Statement
from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, Wild, tokens
from bartizan.reason.authz.aws.request import Attached, Request

_HOLES = 4
"""Wildcards and variables of a text in which a value is looked for."""
_WAYS = 2_000_000
"""Ways to part a text among those of them that stand for any length, of which all may be tried."""

_Lookup = Callable[[str], tuple[str, ...]]
"""What a key could hold."""


class Link(NamedTuple):
    """A text with variables that is compared with what a key holds, or with what is asked for."""

    key: str
    """In lower case; empty for what is asked for."""
    pieces: tuple[Token, ...]

    def names(self, key: str) -> Iterator[str]:
        """Yield `key`, which is in lower case, as its variables spell it."""
        held = (piece.key for piece in self.pieces if isinstance(piece, Variable))
        yield from (name for name in held if name.lower() == key)


def links(policies: Iterable[Attached]) -> tuple[Link, ...]:
    """Return the texts with variables in what is written."""
    found: dict[Link, None] = {}
    for policy in policies:
        for statement in policy.document.statements if policy.document else ():
            found |= dict.fromkeys(_of_statement(statement))
    return tuple(found)


def _of_statement(statement: Statement) -> Iterator[Link]:
    resources = (*(statement.resource or ()), *(statement.not_resource or ()))
    texts = [("", text) for text in resources]
    texts += [(test.key.lower(), value) for test in statement.conditions for value in test.values]
    for key, text in texts:
        if "${" in text:
            yield Link(key, tokens(text, variables=True))


def linked(known: Iterable[Link], request: Request, key: str) -> Iterator[ConditionTest]:
    """Yield as tests the values of `key`, in lower case, with which a text with variables could
    fit; what other keys hold is taken from `request`, and any name will do for open ones.
    """
    surroundings = Surroundings(request)

    def held(name: str) -> tuple[str, ...]:
        values = surroundings.values(name) if name.lower() != key else (FRESH,)
        return values if isinstance(values, tuple) else () if values is None else (FRESH,)

    for link in known:
        for name in link.names(key):
            # What fits nothing at all keeps a Deny off.
            yield _test(name, FRESH)
            for text in held(link.key) if link.key else (request.resource.arn,):
                yield from (_test(name, one) for one in _parted(link.pieces, text, key, held))
        if link.key == key:
            yield from (_test(link.key, text) for text in _filled(link.pieces, held))


def _test(key: str, value: str) -> ConditionTest:
    return ConditionTest("StringEquals", key, (value,))


def _filled(pieces: tuple[Token, ...], held: _Lookup) -> Iterator[str]:
    """Yield what a text stands for, with what its variables hold and with what they default to."""
    for defaults in (False, True):
        parts = [_part(piece, held, defaults=defaults) for piece in pieces]
        if None not in parts:
            yield "".join(part or "" for part in parts)


def _part(piece: Token, held: _Lookup, *, defaults: bool) -> str | None:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Wild):
        return FRESH if piece is Wild.MANY else "x"
    values = held(piece.key)
    return piece.default if defaults or not values else values[0]


def _parted(pieces: tuple[Token, ...], text: str, key: str, held: _Lookup) -> Iterator[str]:
    """Yield what a variable has to hold for the whole to stand for `text`, as little as it can and
    as much.
    """
    holes = [piece for piece in pieces if not isinstance(piece, str)]
    wide = sum(piece is not Wild.ONE for piece in holes)
    if len(holes) > _HOLES or math.comb(len(text), wide) > _WAYS:
        return
    for hole in (".+?", ".+"):
        wanted = "".join(_expression(pieces, key, hole, held))
        if (hit := re.fullmatch(wanted, text, re.DOTALL)) is not None:
            yield hit["value"]


def _expression(pieces: tuple[Token, ...], key: str, hole: str, held: _Lookup) -> Iterator[str]:
    """Write a text as a regular expression with a group for what `key` holds."""
    again = False
    for piece in pieces:
        if isinstance(piece, str):
            yield re.escape(piece)
        elif isinstance(piece, Wild):
            yield ".*" if piece is Wild.MANY else "."
        elif piece.key.lower() == key:
            yield "(?P=value)" if again else f"(?P<value>{hole})"
            again = True
        else:
            values = held(piece.key)
            yield ".*" if values in {(), (FRESH,)} else re.escape(values[0])
