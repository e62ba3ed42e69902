# SPDX-License-Identifier: Apache-2.0
"""Attributes and elements of values.

Source: https://developer.hashicorp.com/terraform/language/expressions/references#indices-and-attributes
"""

from fractions import Fraction

from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError, unknown
from bartizan.sources.terraform.evaluator.kind import (
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    Kind,
    Object,
    Tuple,
)


def attribute(source: Datum, name: str) -> Datum:
    """Return `source.name`.

    Raises:
        RefusedError: there is none.
    """
    if source.null:
        raise RefusedError(f"attribute `{name}` of null")
    kind = source.kind
    if kind == DYNAMIC:
        return unknown(DYNAMIC, source.why).marked(source)
    if isinstance(kind, Object):
        held = next((one for key, one in kind.attributes if key == name), None)
        if held is None:
            raise RefusedError(f"no attribute `{name}`")
        return _part(source, name, held)
    if isinstance(kind, Collection) and kind.name == "map":
        return _part(source, name, kind.element)
    raise RefusedError(f"attribute `{name}` of what has none")


def element(source: Datum, key: Datum) -> Datum:
    """Return `source[key]`.

    Raises:
        RefusedError: there is none.
    """
    if source.null or key.null:
        raise RefusedError("an index that is null, or of null")
    kind = source.kind
    if DYNAMIC in (kind, key.kind):
        return unknown(DYNAMIC, source.why or key.why).marked(source, key)
    if isinstance(kind, Tuple) or (isinstance(kind, Collection) and kind.name == "list"):
        return _at(source, converted(key, NUMBER)).marked(key)
    if isinstance(kind, Object) or (isinstance(kind, Collection) and kind.name == "map"):
        name = converted(key, STRING)
        if not isinstance(name.value, str):
            told = kind.element if isinstance(kind, Collection) else DYNAMIC
            return unknown(told, name.why).marked(source, key)
        try:
            found = attribute(source, name.value)
        except RefusedError:
            if key.sensitive:
                raise RefusedError("no element of a name that is sensitive") from None
            raise
        # Of an object which attribute it is shows in its type, so that it is no secret.
        return found if isinstance(kind, Object) else found.marked(key)
    raise RefusedError("an index into what has no elements in an order")


def _part(source: Datum, name: str, kind: Kind) -> Datum:
    if not isinstance(source.value, dict):
        return unknown(kind, source.why).marked(source)
    if name not in source.value:
        raise RefusedError(f"no element `{name}`")
    return source.value[name].marked(source)


def _at(source: Datum, key: Datum) -> Datum:
    kind = source.kind
    place = key.value
    if not isinstance(place, Fraction):
        told = kind.element if isinstance(kind, Collection) else DYNAMIC
        return unknown(told, key.why).marked(source)
    if isinstance(kind, Tuple):
        count = len(kind.elements)
    elif isinstance(source.value, tuple):
        count = len(source.value)
    else:
        told = kind.element if isinstance(kind, Collection) else DYNAMIC
        return unknown(told, source.why).marked(source)
    if place.denominator != 1 or not 0 <= place < count:
        raise RefusedError("an index that is out of range")
    if isinstance(source.value, tuple):
        return source.value[int(place)].marked(source)
    told = kind.elements[int(place)] if isinstance(kind, Tuple) else DYNAMIC
    return unknown(told, source.why).marked(source)
