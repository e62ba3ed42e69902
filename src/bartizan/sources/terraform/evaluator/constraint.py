# SPDX-License-Identifier: Apache-2.0
"""Types that the code asks for, and what it puts in the place of attributes that are left out.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError, mapping, sequence
from bartizan.sources.terraform.evaluator.expression import (
    Call,
    Expression,
    Literal,
    ObjectOf,
    TupleOf,
    Variable,
)
from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Kind,
    Object,
    Tuple,
    list_of,
    map_of,
    set_of,
)

_WORDS: Mapping[str, Kind] = {
    "string": STRING,
    "number": NUMBER,
    "bool": BOOL,
    "any": DYNAMIC,
    "list": list_of(DYNAMIC),
    "map": map_of(DYNAMIC),
}
_COLLECTIONS: Mapping[str, Callable[[Kind], Kind]] = {
    "list": list_of,
    "set": set_of,
    "map": map_of,
}

Default = Callable[[Expression], Datum]
"""Returns the value of a default that is written in a type."""


class Constraint(Struct, frozen=True):
    """A type that is asked for, with defaults of optional attributes."""

    kind: Kind
    defaults: Mapping[str, Datum] = field(default_factory=dict)
    """Those of an object's own attributes."""
    inner: "Mapping[str, Constraint]" = field(default_factory=dict)
    """Those of its attributes or, by their place, of a tuple's elements."""
    element: "Constraint | None" = None
    """That of a collection's elements."""

    def taken(self, given: Datum) -> Datum:
        """Return a value as this type, with defaults where something is left out.

        Raises:
            RefusedError: it cannot be converted.
        """
        return converted(self.filled(given), self.kind)

    def filled(self, given: Datum) -> Datum:
        """Return a value with defaults where something is left out, of whatever type it is."""
        if given.null or not given.known:
            return given
        if isinstance(self.kind, Object) and isinstance(given.value, dict):
            held = dict(given.value)
            for name, default in self.defaults.items():
                if name not in held or held[name].null:
                    held[name] = default
            for name, inner in self.inner.items():
                if name in held:
                    held[name] = inner.filled(held[name])
            return mapping(held).marked(given)
        if self.element is not None:
            return self._each(given, self.element)
        if isinstance(self.kind, Tuple) and isinstance(given.value, tuple):
            parts = [
                self.inner[str(place)].filled(one) if str(place) in self.inner else one
                for place, one in enumerate(given.value)
            ]
            return sequence(parts).marked(given)
        return given

    def _each(self, given: Datum, element: "Constraint") -> Datum:
        if isinstance(given.value, dict):
            held = {name: element.filled(one) for name, one in given.value.items()}
            return mapping(held).marked(given)
        if isinstance(given.value, tuple):
            return sequence([element.filled(one) for one in given.value]).marked(given)
        return given

    @property
    def plain(self) -> bool:
        """It has no defaults anywhere."""
        inner = (*self.inner.values(), *((self.element,) if self.element else ()))
        return not self.defaults and all(one.plain for one in inner)


ANY = Constraint(DYNAMIC)


def constraint(written: Expression, default: Default, at: Location) -> Constraint:
    """Read a type.

    Raises:
        InputError: it is none.
    """
    match written:
        case Variable(name) if name in _WORDS:
            return Constraint(_WORDS[name])
        case Call(name, (element,)) if name in _COLLECTIONS:
            inner = constraint(element, default, at)
            kind = _COLLECTIONS[name](inner.kind)
            return Constraint(kind) if inner.plain else Constraint(kind, element=inner)
        case Call("tuple", (TupleOf(elements),)):
            told = [constraint(one, default, at) for one in elements]
            held = {str(place): one for place, one in enumerate(told) if not one.plain}
            return Constraint(Tuple(tuple(one.kind for one in told)), inner=held)
        case Call("object", (ObjectOf(members),)):
            return _object(members, default, at)
        case _:
            raise InputError("no type of a variable", at=at, hint="`terraform validate` says more")


def _object(
    members: tuple[tuple[Expression, Expression], ...], default: Default, at: Location
) -> Constraint:
    kinds: dict[str, Kind] = {}
    optional = set()
    defaults: dict[str, Datum] = {}
    held = {}
    for key, value in members:
        name = key.value.value if isinstance(key, Literal) else None
        if not isinstance(name, str):
            raise InputError("no name of an attribute", at=at)
        told, told_default = value, None
        if isinstance(value, Call) and value.name == "optional" and value.arguments:
            told = value.arguments[0]
            told_default = value.arguments[1] if len(value.arguments) > 1 else None
            optional.add(name)
        inner = constraint(told, default, at)
        kinds[name] = inner.kind
        if not inner.plain:
            held[name] = inner
        if told_default is not None:
            defaults[name] = _converted(inner, default(told_default), at)
    return Constraint(Object.of(kinds, frozenset(optional)), defaults=defaults, inner=held)


def _converted(inner: Constraint, given: Datum, at: Location) -> Datum:
    try:
        return inner.taken(given)
    except RefusedError as error:
        raise InputError(f"a default that does not fit its type: {error}", at=at) from error
