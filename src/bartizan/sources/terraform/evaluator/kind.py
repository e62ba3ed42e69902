# SPDX-License-Identifier: Apache-2.0
"""Types of values, as Terraform's language has them.

Sources: https://developer.hashicorp.com/terraform/language/expressions/types and
https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct


class Primitive(Struct, frozen=True):
    """A type without parts; `dynamic` where nothing tells the type yet (`any`, a bare null)."""

    name: Literal["string", "number", "bool", "dynamic"]


class Collection(Struct, frozen=True):
    """Any number of elements of one type."""

    name: Literal["list", "set", "map"]
    element: "Kind"


class Tuple(Struct, frozen=True):
    """A fixed sequence, each element of its own type: what `[...]` writes."""

    elements: "tuple[Kind, ...]"


class Object(Struct, frozen=True):
    """Named attributes, each of its own type: what `{...}` writes."""

    attributes: "tuple[tuple[str, Kind], ...]"
    """Sorted by name, so that equal types are equal."""
    optional: frozenset[str] = frozenset()
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
