# SPDX-License-Identifier: Apache-2.0
"""A value of Terraform's language: what it is, or that it is unknown, with its type.

Numbers are fractions, so that arithmetic is exact; Terraform's own have 512 bits, and what those
cannot hold is unknown here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from msgspec import Struct, structs

from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    Kind,
    Object,
    Tuple,
)


class Unknown(Enum):
    """The one value that stands for any value."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN

Held: TypeAlias = "bool | Fraction | str | tuple[Datum, ...] | dict[str, Datum] | Unknown | None"


class RefusedError(Exception):
    """Terraform surely refuses the expression; the text says why. `try` and `can` catch it."""


_LETTERS = 64
"""Characters of a text that weigh as much as a value."""


class Datum(Struct, frozen=True):
    """One value. Two are equal where type, value and mark are."""

    kind: Kind
    """`DYNAMIC` only of an unknown value or null of which nothing tells the type."""
    value: Held
    """None is null. Lists, sets and tuples hold a tuple of data, a set's without doubles and in
    Terraform's order; maps and objects hold them by name, in the order of names."""
    sensitive: bool = False
    """The code calls it sensitive: it is evaluated and never written out."""
    why: str = ""
    """Of an unknown value: what made it so, as a place or a name; else empty."""
    weight: int = 1
    """How many values it holds, itself included; one that is held twice counts twice, and long
    texts count as many.
    """
    wholly_known: bool = True
    """Neither it nor any part of it is unknown."""

    def __post_init__(self) -> None:
        weight, known = 1, True
        if isinstance(self.value, str):
            weight += len(self.value) // _LETTERS
        elif self.value is UNKNOWN:
            known = False
        elif self.value is not None:
            for part in self.parts():
                weight += part.weight
                known = known and part.wholly_known
        structs.force_setattr(self, "weight", weight)
        structs.force_setattr(self, "wholly_known", known)

    @property
    def known(self) -> bool:
        """It is not unknown itself; parts of it may be."""
        return self.value is not UNKNOWN

    @property
    def null(self) -> bool:
        """It is null."""
        return self.value is None

    def parts(self) -> Iterable["Datum"]:
        """Return what it directly holds."""
        if isinstance(self.value, tuple):
            return self.value
        return self.value.values() if isinstance(self.value, dict) else ()

    def unknowns(self) -> Iterator["Datum"]:
        """Yield each unknown value in it, itself included."""
        if self.value is UNKNOWN:
            yield self
        for part in self.parts():
            yield from part.unknowns()

    def marked(self, *others: "Datum") -> "Datum":
        """Return it, sensitive where it or one of `others` is."""
        if self.sensitive:
            return self
        for one in others:
            if one.sensitive:
                return structs.replace(self, sensitive=True)
        return self


def text(value: str) -> Datum:
    """Return a string."""
    return Datum(STRING, value)


def number(value: int | Fraction) -> Datum:
    """Return a number."""
    return Datum(NUMBER, Fraction(value))


def truth(value: bool) -> Datum:  # noqa: FBT001 - a value, not a switch
    """Return a bool."""
    return Datum(BOOL, value)


def null(kind: Kind = DYNAMIC) -> Datum:
    """Return null of a type."""
    return Datum(kind, None)


def unknown(kind: Kind = DYNAMIC, why: str = "") -> Datum:
    """Return a value of which only the type is known; `why` says what made it so."""
    return Datum(kind, UNKNOWN, why=why)


def sequence(elements: Sequence[Datum]) -> Datum:
    """Return the tuple that `[...]` writes."""
    return Datum(Tuple(tuple(one.kind for one in elements)), tuple(elements))


def mapping(attributes: Mapping[str, Datum]) -> Datum:
    """Return the object that `{...}` writes."""
    held = dict(sorted(attributes.items()))
    return Datum(Object.of({name: one.kind for name, one in held.items()}), held)


def list_datum(element: Kind, elements: Sequence[Datum]) -> Datum:
    """Return a list whose elements have the type `element` already."""
    return Datum(Collection("list", element), tuple(elements))


def map_datum(element: Kind, held: Mapping[str, Datum]) -> Datum:
    """Return a map whose elements have the type `element` already."""
    return Datum(Collection("map", element), dict(sorted(held.items())))
