# SPDX-License-Identifier: Apache-2.0
"""Methods and operators of Ruby on values that are known, as far as recipes use them to say what
they mean.

Source: https://docs.ruby-lang.org/en/3.1/String.html, .../Array.html, .../Hash.html
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bartizan.sources.chef.ruby.value import (
    ABSENT,
    LONG,
    Absent,
    Symbol,
    Tree,
    Unknown,
    Value,
    heavy,
    text,
    unknowns,
)

_NUMBERS = (int, float)


def item(value: Value, key: Value) -> Value:
    """Return what `value[key]` is."""
    for one in (value, key):
        if isinstance(one, Unknown):
            return one
    if isinstance(value, Tree) and isinstance(key, str):
        found = value.get(key)
        return None if isinstance(found, Absent) else found
    if isinstance(value, tuple) and type(key) is int:
        return value[key] if -len(value) <= key < len(value) else None
    return Unknown("what is indexed is not read")


def joined(values: tuple[Value, ...], by: str) -> Value:
    """Return texts joined."""
    found: list[str] = []
    whole = 0
    for value in values:
        piece = text(value)
        if isinstance(piece, Unknown):
            return piece
        whole += len(piece)
        if whole > LONG:
            return Unknown("a text that is too long")
        found.append(piece)
    if by == "/":
        found = [one.strip("/") if place else one.rstrip("/") for place, one in enumerate(found)]
    return by.join(found)


def _short(found: str) -> Value:
    return found if len(found) <= LONG else Unknown("a text that is too long")


def equal(left: Value, right: Value) -> bool | Unknown:
    """Return whether `left == right`; a symbol equals no text, and true no number."""
    for one in (*unknowns(left), *unknowns(right)):
        return one
    if isinstance(left, str) and isinstance(right, str):
        return str(left) == str(right) and isinstance(left, Symbol) is isinstance(right, Symbol)
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return left == right


def combined(operator: str, left: Value, right: Value) -> Value:
    """Return what a binary operator makes of two values."""
    if operator in ("==", "!="):
        same = equal(left, right)
        return same if isinstance(same, Unknown) else same is (operator == "==")
    for one in (left, right):
        if isinstance(one, Unknown):
            return one
    if operator == "+":
        if isinstance(left, str) and isinstance(right, str):
            return _short(str(left) + str(right))
        if isinstance(left, tuple) and isinstance(right, tuple):
            both = left + right
            return Unknown("a list that is too long") if heavy(both) else both
    numbers = isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS)
    compare = _COMPARE.get(operator)
    if numbers and compare and not isinstance(left, bool) and not isinstance(right, bool):
        return compare(float(left), float(right))  # type: ignore[arg-type]  # numbers, as checked
    return Unknown(f"`{operator}` is not read")


_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}

_Method: TypeAlias = Callable[[Value, tuple[Value, ...]], "Value | Absent"]


def called(value: Value, name: str, given: tuple[Value, ...]) -> Value | Absent:
    """Return what a method answers; `ABSENT` for one that is not read."""
    if isinstance(value, Unknown):
        return value
    for one in given:
        if isinstance(one, Unknown):
            return one
    method = _METHODS.get((name, len(given)))
    return ABSENT if method is None else method(value, given)


def _to_text(value: Value, _given: tuple[Value, ...]) -> Value:
    return text(value)


def _to_symbol(value: Value, _given: tuple[Value, ...]) -> Value | Absent:
    return Symbol(value) if isinstance(value, str) else ABSENT


def _of_text(change: Callable[[str], Value]) -> _Method:
    def method(value: Value, _given: tuple[Value, ...]) -> Value | Absent:
        return change(value) if isinstance(value, str) else ABSENT

    return method


def _number(value: str) -> Value:
    written = value.strip()
    return int(written) if written.isascii() and written.isdecimal() else Unknown("`to_i`")


def _is_nil(value: Value, _given: tuple[Value, ...]) -> Value:
    return value is None


def _is_empty(value: Value, _given: tuple[Value, ...]) -> Value | Absent:
    if isinstance(value, str | tuple):
        return not value
    if isinstance(value, Tree):
        return not value.members if value.members or value.rest is None else value.rest
    return ABSENT


def _includes(value: Value, given: tuple[Value, ...]) -> Value | Absent:
    wanted = given[0]
    if isinstance(value, tuple):
        answers = [equal(one, wanted) for one in value]
        if True in answers:
            return True
        return next((one for one in answers if isinstance(one, Unknown)), False)
    if isinstance(value, Tree):
        return _has(value, given)
    if isinstance(value, str) and isinstance(wanted, str):
        return wanted in value
    return ABSENT


def _has(value: Value, given: tuple[Value, ...]) -> Value | Absent:
    if not isinstance(value, Tree) or not isinstance(given[0], str):
        return ABSENT
    found = value.get(given[0])
    if given[0] not in value.members and isinstance(found, Unknown):
        return found
    return not isinstance(found, Absent)


def _starts(value: Value, given: tuple[Value, ...]) -> Value | Absent:
    wanted = given[0]
    if isinstance(value, str) and isinstance(wanted, str):
        return value.startswith(wanted)
    return ABSENT


def _join(value: Value, given: tuple[Value, ...]) -> Value | Absent:
    by = given[0] if given else ""
    if not isinstance(value, tuple) or not isinstance(by, str):
        return ABSENT
    pieces = [text(one) for one in value]
    lost = next((one for one in pieces if isinstance(one, Unknown)), None)
    return lost if lost is not None else _short(by.join(str(one) for one in pieces))


def _keys(value: Value, _given: tuple[Value, ...]) -> Value | Absent:
    if not isinstance(value, Tree):
        return ABSENT
    return tuple(value.members) if value.rest is None else value.rest


def _values(value: Value, _given: tuple[Value, ...]) -> Value | Absent:
    if not isinstance(value, Tree):
        return ABSENT
    return tuple(value.members.values()) if value.rest is None else value.rest


def _end(place: int) -> _Method:
    def method(value: Value, _given: tuple[Value, ...]) -> Value | Absent:
        return item(value, place) if isinstance(value, tuple) else ABSENT

    return method


def _itself(value: Value, _given: tuple[Value, ...]) -> Value | Absent:
    return value if isinstance(value, str | tuple | Tree) else ABSENT


def _at(value: Value, given: tuple[Value, ...]) -> Value | Absent:
    return item(value, given[0]) if isinstance(value, Tree | tuple) else ABSENT


_METHODS: Mapping[tuple[str, int], _Method] = {
    ("to_s", 0): _to_text,
    ("to_sym", 0): _to_symbol,
    ("to_i", 0): _of_text(_number),
    ("downcase", 0): _of_text(str.lower),
    ("upcase", 0): _of_text(str.upper),
    ("strip", 0): _of_text(str.strip),
    ("chomp", 0): _of_text(lambda value: value.removesuffix("\n")),
    ("nil?", 0): _is_nil,
    ("empty?", 0): _is_empty,
    ("include?", 1): _includes,
    ("key?", 1): _has,
    ("has_key?", 1): _has,
    ("start_with?", 1): _starts,
    ("join", 0): _join,
    ("join", 1): _join,
    ("keys", 0): _keys,
    ("values", 0): _values,
    ("first", 0): _end(0),
    ("last", 0): _end(-1),
    ("freeze", 0): _itself,
    ("dup", 0): _itself,
    ("to_a", 0): lambda value, _given: value if isinstance(value, tuple) else ABSENT,
    ("to_h", 0): lambda value, _given: value if isinstance(value, Tree) else ABSENT,
    ("fetch", 1): _at,
    ("dig", 1): _at,
}
