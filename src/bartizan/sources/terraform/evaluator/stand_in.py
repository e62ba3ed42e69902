# SPDX-License-Identifier: Apache-2.0
"""What may be made of a stand-in: it stands for an id that only AWS makes up, of which nothing is
known but that it is one. So a function tells no more than that of it: what it returns has to be
the same but for the name of the stand-in, whatever that is. Its length, its letters, a part or a
digest of it and its place in an order are unknown.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import set_datum
from bartizan.sources.terraform.evaluator.kind import Collection, Kind, Object, Tuple
from bartizan.sources.terraform.provider.made import END, LETTERS, MARK

Function: TypeAlias = Callable[[Sequence[Datum]], Datum]

_SEEKING = frozenset({"endswith", "regexall", "strcontains"})
"""Functions that may find in an id what they do not find in its stand-in."""
_STANDS_IN = re.compile(rf"[0-9a-f]{{{LETTERS}}}{END}|{MARK}[a-z0-9_]+-[a-z0-9_]+")
_WORD = MARK.strip("-")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TURNED = str.maketrans(f"{_DIGITS}_-", f"{_DIGITS[::-1]}zy")
_OTHERS = (("0", "0"), ("z", "zzz"))
"""What other names of a stand-in begin and end with: they come before and behind most texts, in
the reverse order among themselves, and differ in letters and length."""


def told(name: str, function: Function, arguments: Sequence[Datum]) -> tuple[Datum, bool]:
    """Return what a function of some name returns, and whether that is unknown as it rests on how
    stand-ins in its arguments are written.

    Raises:
        RefusedError: Terraform surely refuses the call.
    """
    if not any(map(_stands_in, arguments)):
        return function(arguments), False
    try:
        found = function(arguments)
    except RefusedError:
        # It may take what the stand-in stands for.
        return unknown(), True
    if name.removeprefix("core::") in _SEEKING and found.value in (False, ()):
        return unknown(found.kind).marked(found), True
    for other in _OTHERS if found.known else ():
        again = _returned(function, arguments, other)
        if again is None or again != _renamed(found, other):
            return unknown(found.kind).marked(found), True
    return found, False


def _returned(
    function: Function, arguments: Sequence[Datum], other: tuple[str, str]
) -> Datum | None:
    """Return what a function returns for stand-ins of other names; None where it is refused."""
    try:
        return function([_renamed(one, other) for one in arguments])
    except RefusedError:
        return None


def _stands_in(datum: Datum) -> bool:
    if isinstance(datum.value, str):
        return _WORD in datum.value and _STANDS_IN.search(datum.value) is not None
    named = isinstance(datum.value, dict) and any(map(_STANDS_IN.search, datum.value))
    return named or any(map(_stands_in, datum.parts()))


def _renamed(datum: Datum, other: tuple[str, str]) -> Datum:
    """Return a value with other names in the place of all stand-ins in it."""
    kind, value = _kind(datum.kind, other), datum.value
    if isinstance(value, str):
        return Datum(kind, _text(value, other), datum.sensitive, datum.why)
    if isinstance(value, tuple):
        held = tuple(_renamed(one, other) for one in value)
        if isinstance(kind, Collection) and kind.name == "set":
            return set_datum(kind.element, held).marked(datum)
        return Datum(kind, held, datum.sensitive, datum.why)
    if isinstance(value, dict):
        members = {_text(name, other): _renamed(one, other) for name, one in value.items()}
        return Datum(kind, dict(sorted(members.items())), datum.sensitive, datum.why)
    return datum


def _text(text: str, other: tuple[str, str]) -> str:
    begin, end = other
    if _WORD not in text:
        return text
    return _STANDS_IN.sub(lambda found: begin + found.group().translate(_TURNED) + end, text)


def _kind(kind: Kind, other: tuple[str, str]) -> Kind:
    """Return a type with the attributes of objects renamed; most have none that stands in."""
    match kind:
        case Object(attributes):
            return Object.of({_text(name, other): _kind(one, other) for name, one in attributes})
        case Tuple(elements):
            return Tuple(tuple(_kind(one, other) for one in elements))
        case Collection(name, element):
            return Collection(name, _kind(element, other))
        case _:
            return kind
