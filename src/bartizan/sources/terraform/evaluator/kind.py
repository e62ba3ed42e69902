# SPDX-License-Identifier: Apache-2.0
"""Types of values, as Terraform's language has them.

Sources: https://developer.hashicorp.com/terraform/language/expressions/types and
https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Primitive:
    """A type without parts; `dynamic` where nothing tells the type yet (`any`, a bare null)."""

    name: Literal["string", "number", "bool", "dynamic"]


@dataclass(frozen=True, slots=True)
class Collection:
    """Any number of elements of one type."""

    name: Literal["list", "set", "map"]
    element: "Kind"


@dataclass(frozen=True, slots=True)
class Tuple:
    """A fixed sequence, each element of its own type: what `[...]` writes."""

    elements: "tuple[Kind, ...]"


@dataclass(frozen=True, slots=True)
class Object:
    """Named attributes, each of its own type: what `{...}` writes."""

    attributes: "tuple[tuple[str, Kind], ...]"
    """Sorted by name, so that equal types are equal."""
    optional: frozenset[str] = field(default=frozenset())
    """Attributes that a constraint allows to be left out; none in the type of a value."""

    @classmethod
    def of(
        cls, attributes: "Mapping[str, Kind]", optional: frozenset[str] = frozenset()
    ) -> "Object":
        """Return the type of objects with these attributes."""
        return cls(tuple(sorted(attributes.items())), optional)


Kind: TypeAlias = Primitive | Collection | Tuple | Object

STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
DYNAMIC = Primitive("dynamic")


def list_of(element: Kind) -> Collection:
    """Return the type of lists of `element`."""
    return Collection("list", element)


def set_of(element: Kind) -> Collection:
    """Return the type of sets of `element`."""
    return Collection("set", element)


def map_of(element: Kind) -> Collection:
    """Return the type of maps to `element`."""
    return Collection("map", element)
