# SPDX-License-Identifier: Apache-2.0
"""What a condition key may hold, and whether one test of a policy holds for it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from bartizan.reason.authz.aws.kernel.logic import MAYBE, NO, YES
from bartizan.reason.authz.aws.policy.arn_pattern import like_arn
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.policy.operator import Kind, Operator, Quantifier, operator
from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, literal, matcher, tokens


class State(Enum):
    """What a key can be beside holding values."""

    # Members are single, and what keys hold is looked up for every caller.
    __hash__ = object.__hash__

    ABSENT = "absent"
    UNKNOWN = "unknown"
    OPEN = "open"
    """It depends on the request, not on the caller."""


Values: TypeAlias = tuple[str, ...] | State
Lookup: TypeAlias = Callable[[str], Values]
"""Takes a key in lower case."""
Many: TypeAlias = Callable[[str], bool]
"""Whether a key, as written, may hold many values."""


def unknown(key: str) -> State:
    """Look up a key where nothing is known of any."""
    del key
    return State.UNKNOWN


def single(key: str) -> bool:
    """Say that a key holds one value at most."""
    del key
    return False


class Hole(Enum):
    """What a pattern of a policy may be once its variables are filled in."""

    UNSET = "unset"
    """A variable has no value: nothing matches, and what a negation then means is not said."""
    UNKNOWN = "unknown"
    """A variable's value is not known."""


Piece: TypeAlias = tuple[Token, ...] | Hole
"""A value of a policy, its variables filled in as far as they could be."""


class SettledTest(Struct, frozen=True):
    """A condition of which all that depends on the caller is settled."""

    operator: str
    key: str
    """As written; with `held` only its number of values still counts."""
    pieces: tuple[Piece, ...]
    held: tuple[str, ...] | None = None
    """What the key holds, where the caller settles that."""

    @property
    def open_keys(self) -> frozenset[str]:
        """The keys, in lower case, that its values are still to be taken from."""
        held = (piece for piece in self.pieces if not isinstance(piece, Hole))
        parts = (part for piece in held for part in piece)
        return frozenset(part.key.lower() for part in parts if isinstance(part, Variable))


SURE_OF_NOTHING = SettledTest("", "", ())
"""Might hold or not, whatever the request: it rests on what could not be read."""


@lru_cache(1 << 15)
def pieces_of(test: ConditionTest, *, variables: bool) -> tuple[tuple[Token, ...], ...]:
    """Take the values of a test apart; variables are for texts and ARNs only."""
    known = _known(test.operator)
    if known.kind in {Kind.VALUE, Kind.NULL}:
        return tuple((value,) for value in test.values)
    return tuple(tokens(value, variables=variables) for value in test.values)


def fill(pieces: tuple[Token, ...], lookup: Lookup, many: Many) -> Piece:
    """Put values in the place of variables; those that are open stay."""
    found: list[Token] = []
    unknown = False
    for piece in pieces:
        if not isinstance(piece, Variable):
            found.append(piece)
            continue
        values = lookup(piece.key.lower())
        if values is State.UNKNOWN:
            unknown = True
        elif values is State.OPEN:
            found.append(piece)
        elif values is not State.ABSENT and not many(piece.key):
            found.append(values[0])
        elif piece.default is not None:
            found.append(piece.default)
        else:
            return Hole.UNSET
    return Hole.UNKNOWN if unknown else tuple(found)


NEVER_KNOWN = Variable("bartizan:unknown", None)
"""A variable that no request settles; `lookup` of its key gives UNKNOWN."""


def fill_first(pieces: tuple[Token, ...], lookup: Lookup, many: Many) -> Piece:
    """Put what depends on the caller alone in the place of variables."""
    kept: list[Token] = []
    for piece in pieces:
        if isinstance(piece, Variable) and lookup(piece.key.lower()) is State.UNKNOWN:
            kept.append(NEVER_KNOWN)
        elif isinstance(piece, Variable):
            filled = fill((piece,), lookup, many)
            if isinstance(filled, Hole):
                return filled
            kept.extend(filled)
        else:
            kept.append(piece)
    return tuple(kept)


def holds(test: SettledTest, values: Values, lookup: Lookup, many: Many) -> int:
    """Return NO, MAYBE or YES: whether `test` holds where its key holds `values`."""
    if test.held is not None:
        values = test.held
    if values is State.UNKNOWN or not test.operator:
        return MAYBE
    known = _known(test.operator)
    if known.kind is Kind.NULL:
        there = "true" if values is State.ABSENT else "false"
        return _code(any(known.compare(_text(piece), there) for piece in test.pieces))
    if isinstance(values, State):
        return _code(_without(known))
    pieces = [_filled(piece, lookup, many) for piece in test.pieces]
    if known.quantifier is not None:
        each = [_one(known, pieces, value) for value in values if value]
        every = known.quantifier is Quantifier.ALL
        return min(each, default=YES) if every else max(each, default=NO)
    if len(values) > 1 or many(test.key):
        return NO
    return _one(known, pieces, values[0])


def _without(known: Operator) -> bool:
    """Say whether a test holds without its key."""
    if known.quantifier is not None:
        return known.quantifier is Quantifier.ALL
    return known.negated or known.if_exists


def _one(known: Operator, pieces: list[Piece], given: str) -> int:
    """Compare one value of the request with all of the policy's."""
    found = NO
    for piece in pieces:
        if piece is Hole.UNSET:
            # Under a negation the vendor does not say what it does.
            found = max(found, MAYBE if known.negated else NO)
        elif piece is Hole.UNKNOWN:
            found = max(found, MAYBE)
        elif not isinstance(piece, Hole) and _compare(known, piece, given):
            found = YES
            break
    return YES - found if known.negated else found


def _compare(known: Operator, piece: tuple[Token, ...], given: str) -> bool:
    match known.kind:
        case Kind.PATTERN:
            return matcher(piece)(given)
        case Kind.ARN:
            return like_arn(piece, given)
        case Kind.TEXT | Kind.VALUE | Kind.NULL:
            return known.compare(literal(piece), given)


def _filled(piece: Piece, lookup: Lookup, many: Many) -> Piece:
    if isinstance(piece, Hole) or not _is_open(piece):
        return piece
    return fill(piece, lookup, many)


def _is_open(piece: Piece) -> bool:
    if isinstance(piece, Hole):
        return False
    for part in piece:  # noqa: SIM110 - asked for every caller
        if isinstance(part, Variable):
            return True
    return False


def _text(piece: Piece) -> str:
    return "" if isinstance(piece, Hole) else literal(piece)


def _known(name: str) -> Operator:
    known = operator(name)
    if known is None:
        message = f"unknown condition operator `{name}` in a document that was read"
        raise ValueError(message)
    return known


def _code(truth: bool) -> int:  # noqa: FBT001 - turns one truth into another
    return YES if truth else NO


class RawTest(Struct, frozen=True):
    """A condition of a policy, taken apart once for all callers."""

    key: str
    """In lower case."""
    asked: SettledTest
    """The test while nothing is settled."""
    depends: bool
    """Its values have variables."""

    def code(self, lookup: Lookup, many: Many) -> int | None:
        """Return NO, MAYBE or YES, for all requests of the caller; None where each settles it. It
        must have no variables.
        """
        values = lookup(self.key)
        return None if values is State.OPEN else holds(self.asked, values, lookup, many)

    @classmethod
    def of(cls, test: ConditionTest, *, variables: bool) -> "RawTest":
        """Take a test apart; `variables` says that the document's version knows them."""
        asked = SettledTest(test.operator, test.key, pieces_of(test, variables=variables))
        return cls(test.key.lower(), asked, bool(asked.open_keys))

    def settled(self, lookup: Lookup, many: Many) -> SettledTest | int:
        """Settle what depends on the caller: NO or YES, or what is left to ask."""
        asked, values = self.asked, lookup(self.key)
        if self.depends:
            pieces = tuple(
                piece if isinstance(piece, Hole) else fill_first(piece, lookup, many)
                for piece in asked.pieces
            )
            asked = SettledTest(asked.operator, asked.key, pieces)
        if values is State.OPEN:
            return asked
        if isinstance(values, tuple) and self.depends and asked.open_keys:
            return SettledTest(asked.operator, asked.key, asked.pieces, values)
        code = holds(asked, values, lookup, many)
        return SURE_OF_NOTHING if code == MAYBE else code
