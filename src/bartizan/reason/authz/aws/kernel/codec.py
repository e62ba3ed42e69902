# SPDX-License-Identifier: Apache-2.0
"""Patterns, tests and action sets as texts, so that they can be kept and read one by one."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import msgspec
import pyarrow as pa

from bartizan.reason.authz.aws.kernel.statement import ActionSet, Pattern
from bartizan.reason.authz.aws.kernel.values import NEVER_KNOWN, Hole, Piece, SettledTest
from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, Wild

T = TypeVar("T")
_MANY, _ONE = 0, 1


def pattern_text(pattern: Pattern) -> str:
    """Write a pattern."""
    return _write(pattern if isinstance(pattern, str) else _tokens(pattern))


def pattern(text: str) -> Pattern:
    """Read a pattern."""
    held = msgspec.json.decode(text)
    return held if isinstance(held, str) else _read_tokens(held)


def test_text(test: SettledTest) -> str:
    """Write a test."""
    pieces = [p.value if isinstance(p, Hole) else _tokens(p) for p in test.pieces]
    return _write([test.operator, test.key, pieces, test.held])


def test(text: str) -> SettledTest:
    """Read a test."""
    operator, key, pieces, held = msgspec.json.decode(text)
    found: tuple[Piece, ...] = tuple(
        Hole(piece) if isinstance(piece, str) else _read_tokens(piece) for piece in pieces
    )
    return SettledTest(operator, key, found, None if held is None else tuple(held))


def actions_text(actions: ActionSet) -> str:
    """Write an action set."""
    return _write([actions.negated, actions.patterns])


def actions(text: str) -> ActionSet:
    """Read an action set."""
    negated, patterns = msgspec.json.decode(text)
    return ActionSet(negated, tuple(patterns))


class Texts(Sequence[T], Generic[T]):
    """Things kept as texts, each read when it is asked for."""

    def __init__(self, column: Any, read: Callable[[str], T]) -> None:  # noqa: ANN401 - of the library
        self.column, self._read = column, read
        self._known: dict[int, T] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.column)

    def __getitem__(self, number: Any) -> Any:  # noqa: ANN401 - slices are not for these
        """Return one of them."""
        if number not in self._known:
            self._known[number] = self._read(self.column[int(number)].as_py())
        return self._known[number]

    def __iter__(self) -> Iterator[T]:
        """Yield all of them without keeping them."""
        yield from map(self._read, self.column.to_pylist())


def column(patterns: Sequence[Pattern]) -> Any:  # noqa: ANN401 - of the library
    """Return patterns as they are kept, without reading those that are kept."""
    if isinstance(patterns, Texts):
        return patterns.column
    return pa.array([pattern_text(one) for one in patterns], pa.large_string())


def _write(held: object) -> str:
    return msgspec.json.encode(held).decode()


def _tokens(pieces: tuple[Token, ...]) -> list[object]:
    found: list[object] = []
    for piece in pieces:
        match piece:
            case str():
                found.append(piece)
            case Wild.MANY:
                found.append(_MANY)
            case Wild.ONE:
                found.append(_ONE)
            case Variable(key, default):
                found.append([key, default])
    return found


def _read_tokens(held: list[Any]) -> tuple[Token, ...]:
    found: list[Token] = []
    for piece in held:
        if isinstance(piece, str):
            found.append(piece)
        elif isinstance(piece, list):
            read = Variable(*piece)
            found.append(NEVER_KNOWN if read == NEVER_KNOWN else read)
        else:
            found.append(Wild.MANY if piece == _MANY else Wild.ONE)
    return tuple(found)
