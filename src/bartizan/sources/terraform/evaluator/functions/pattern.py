# SPDX-License-Identifier: Apache-2.0
"""Patterns of RE2, read into a program for `machine`: the part of the syntax that we are sure of.

Source: https://github.com/google/re2/wiki/Syntax
"""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct, field

Test: TypeAlias = Callable[[str], bool]

_MOST_STEPS = 2_000
_MOST_REPEATS = 1_000
_MOST_DEPTH = 40
_DIGITS = frozenset("0123456789")
_WORD = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_CLASSES: dict[str, frozenset[str]] = {"d": _DIGITS, "w": _WORD, "s": frozenset("\t\n\f\r ")}
_NAMED: dict[str, frozenset[str]] = {
    "alnum": _WORD - {"_"},
    "alpha": _WORD - _DIGITS - {"_"},
    "digit": _DIGITS,
    "lower": frozenset("abcdefghijklmnopqrstuvwxyz"),
    "space": frozenset("\t\n\v\f\r "),
    "upper": frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "word": _WORD,
    "xdigit": _DIGITS | frozenset("abcdefABCDEF"),
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ANCHORS = {"A": "begin", "z": "end", "b": "word", "B": "inside"}


class UnsureError(Exception):
    """A pattern that we do not read, or that RE2 refuses."""


class Take(Struct, frozen=True):
    """Takes one character that passes the test."""

    test: Test


class Assert(Struct, frozen=True):
    """Goes on where the place is one of a kind."""

    place: str


class Save(Struct, frozen=True):
    """Keeps the place in a slot."""

    slot: int


class Fork(Struct, frozen=True):
    """Goes on at several steps, counted from this one, the first preferred."""

    ways: tuple[int, ...]


Step: TypeAlias = Take | Assert | Save | Fork
_Steps: TypeAlias = list[Step]


class Program(Struct, frozen=True):
    """A pattern that has been read. The steps end with a match."""

    steps: tuple[Step, ...]
    groups: tuple[str, ...]
    """The name of each group in its order, empty where it has none."""


class _Reader(Struct):
    pattern: str
    at: int = 0
    depth: int = 0
    groups: list[str] = field(default_factory=list)

    def peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def take(self, text: str) -> bool:
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def next(self) -> str:
        if self.at >= len(self.pattern):
            raise UnsureError("it ends too early")
        self.at += 1
        return self.pattern[self.at - 1]


def read_pattern(pattern: str) -> Program:
    """Return the program of a pattern.

    Raises:
        UnsureError: It is not read.
    """
    reader = _Reader(pattern)
    steps, _ = _alternatives(reader)
    if reader.at != len(pattern):
        raise UnsureError("a `)` that closes nothing")
    return Program((Save(0), *steps, Save(1)), tuple(reader.groups))


def _alternatives(reader: _Reader) -> tuple[_Steps, bool]:
    """Read what `|` parts; return its steps and whether it may be empty."""
    reader.depth += 1
    if reader.depth > _MOST_DEPTH:
        raise UnsureError("nested too deeply")
    steps, empty = _sequence(reader)
    branches = [steps]
    while reader.take("|"):
        steps, one_empty = _sequence(reader)
        branches.append(steps)
        empty = empty or one_empty
    reader.depth -= 1
    whole = branches.pop()
    for one in reversed(branches):
        whole = [Fork((1, len(one) + 2)), *one, Fork((len(whole) + 1,)), *whole]
        _bounded(whole)
    return whole, empty


def _bounded(steps: _Steps) -> None:
    if len(steps) > _MOST_STEPS:
        raise UnsureError("too long")


def _sequence(reader: _Reader) -> tuple[_Steps, bool]:
    whole: _Steps = []
    empty = True
    while reader.at < len(reader.pattern) and not (reader.peek("|") or reader.peek(")")):
        steps, one_empty = _repeated(reader, *_atom(reader))
        whole += steps
        empty = empty and one_empty
        _bounded(whole)
    return whole, empty


def _repeated(reader: _Reader, steps: _Steps, empty: bool) -> tuple[_Steps, bool]:  # noqa: FBT001
    least, most = _repeats(reader)
    if (least, most) == (1, 1):
        return steps, empty
    lazy = reader.take("?")
    if any(reader.peek(mark) for mark in "*+?{"):
        raise UnsureError("a repetition of a repetition")
    if empty or (len(steps) == 1 and isinstance(steps[0], Assert)):
        raise UnsureError("a repetition of nothing")
    if len(steps) * max(least, most or 0, 1) > _MOST_STEPS:
        raise UnsureError("too long")
    if most is None:
        again = (-len(steps), 1) if not lazy else (1, -len(steps))
        if least:
            return [*steps * least, Fork(again)], False
        ways = (1, len(steps) + 2) if not lazy else (len(steps) + 2, 1)
        back = -len(steps) - 1
        return [Fork(ways), *steps, Fork((back,))], True
    rest: _Steps = []
    for _ in range(most - least):
        over = len(steps) + len(rest) + 1
        rest = [Fork((over, 1) if lazy else (1, over)), *steps, *rest]
    return [*steps * least, *rest], not least


def _repeats(reader: _Reader) -> tuple[int, int | None]:
    for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
        if reader.take(mark):
            return bounds
    if not reader.take("{"):
        return 1, 1
    end = reader.pattern.find("}", reader.at)
    least, comma, most = reader.pattern[reader.at : max(end, reader.at)].partition(",")
    if not (least.isascii() and least.isdigit()) or (
        most and not (most.isascii() and most.isdigit())
    ):
        raise UnsureError("a `{` that is no repetition")
    reader.at = end + 1
    low = int(least)
    high = int(most) if most else (None if comma else low)
    if max(low, high or 0) > _MOST_REPEATS or (high is not None and high < low):
        raise UnsureError("a repetition that is refused")
    if (low, high) == (1, 1):
        raise UnsureError("a repetition of one")
    return low, high


def _atom(reader: _Reader) -> tuple[_Steps, bool]:  # noqa: PLR0911 - one for each mark
    mark = reader.next()
    if mark == "(":
        return _group(reader)
    if mark == "[":
        return [Take(_class(reader))], False
    if mark == ".":
        return [Take(lambda one: one != "\n")], False
    if mark in "^$":
        return [Assert("begin" if mark == "^" else "end")], True
    if mark in "*+?{":
        raise UnsureError("a repetition of nothing")
    if mark != "\\":
        return [Take(mark.__eq__)], False
    escaped = reader.next()
    if escaped in _ANCHORS:
        return [Assert(_ANCHORS[escaped])], True
    return [Take(_escape(escaped))], False


def _escape(mark: str) -> Test:
    if mark in _CLASSES:
        return _CLASSES[mark].__contains__
    if mark.lower() in _CLASSES:
        inner = _CLASSES[mark.lower()]
        return lambda one: one not in inner
    return _literal(mark).__eq__


def _literal(mark: str) -> str:
    if mark in _CONTROLS or mark in _PUNCTUATION:
        return _CONTROLS.get(mark, mark)
    raise UnsureError(f"`\\{mark}`")


def _group(reader: _Reader) -> tuple[_Steps, bool]:
    slot = None
    if reader.take("?"):
        if reader.take("P<") or (reader.peek("<") and reader.take("<")):
            end = reader.pattern.find(">", reader.at)
            name = reader.pattern[reader.at : max(end, reader.at)]
            if not name or not _WORD.issuperset(name) or name in reader.groups:
                raise UnsureError("a name of a group")
            reader.at = end + 1
            reader.groups.append(name)
            slot = 2 * len(reader.groups)
        elif not reader.take(":"):
            raise UnsureError("a flag")
    else:
        reader.groups.append("")
        slot = 2 * len(reader.groups)
    steps, empty = _alternatives(reader)
    if not reader.take(")"):
        raise UnsureError("a `(` that nothing closes")
    return (steps if slot is None else [Save(slot), *steps, Save(slot + 1)]), empty


def _class(reader: _Reader) -> Test:
    negated, first = reader.take("^"), True
    singles: set[str] = set()
    ranges: list[tuple[str, str]] = []
    others: list[Test] = []
    while first or not reader.peek("]"):
        first = False
        if reader.take("[:"):
            end = reader.pattern.find(":]", reader.at)
            name = reader.pattern[reader.at : max(end, reader.at)]
            if name not in _NAMED:
                raise UnsureError("a class of characters")
            singles |= _NAMED[name]
            reader.at = end + 2
            continue
        low = reader.next()
        if low == "\\":
            escaped = reader.next()
            if escaped.lower() in _CLASSES:
                others.append(_escape(escaped))
                continue
            low = _literal(escaped)
        if reader.peek("-") and not reader.peek("-]"):
            reader.next()
            high = reader.next()
            high = _literal(reader.next()) if high == "\\" else high
            if high < low or high == "[":
                raise UnsureError("a range of characters")
            ranges.append((low, high))
        else:
            singles.add(low)
    reader.next()

    def test(one: str) -> bool:
        found = (
            one in singles
            or any(low <= one <= high for low, high in ranges)
            or any(other(one) for other in others)
        )
        return found != negated

    return test
