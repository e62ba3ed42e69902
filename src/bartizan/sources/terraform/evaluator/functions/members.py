# SPDX-License-Identifier: Apache-2.0
"""Functions of maps, objects and sets.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

from bartizan.sources.terraform.evaluator.convert import converted, vague
from bartizan.sources.terraform.evaluator.datum import (
    UNKNOWN,
    Datum,
    RefusedError,
    list_datum,
    map_datum,
    mapping,
    sequence,
    text,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import equal, set_datum
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import (
    elements_of,
    members_of,
    string_of,
)
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import (
    DYNAMIC,
    STRING,
    Collection,
    Kind,
    Object,
    Tuple,
    list_of,
    map_of,
    set_of,
)
from bartizan.sources.terraform.evaluator.large import HEAVIEST, too_large_value
from bartizan.sources.terraform.evaluator.unify import open_kind, unified

_KEPT = Parameter(DYNAMIC, parts=True, marked=True)
_SET = Parameter(set_of(DYNAMIC))
_MOST_OF_PRODUCT = 20_000
_MOST_COMPARED = 1_000  # each is compared with each
_UNTOLD_TYPE = "a value whose type is not told"


def _is_map(kind: Kind) -> bool:
    return isinstance(kind, Collection) and kind.name == "map"


def _keys(held: Datum) -> Datum:
    if isinstance(held.kind, Object):
        return sequence([text(name) for name, _ in held.kind.attributes]).marked(held)
    if not _is_map(held.kind) and held.kind != DYNAMIC:
        raise RefusedError("a map or object is required")
    if held.value is UNKNOWN:
        return unknown(list_of(STRING) if _is_map(held.kind) else DYNAMIC, held.why).marked(held)
    return list_datum(STRING, [text(name) for name in members_of(held)]).marked(held)


def _values(held: Datum) -> Datum:
    parts = tuple(members_of(held).values())
    if isinstance(held.kind, Collection):
        return list_datum(held.kind.element, parts).marked(held)
    return sequence(parts).marked(held)


def _lookup(held: Datum, key: Datum, *default: Datum) -> Datum:
    if len(default) > 1:
        raise RefusedError("two or three arguments are expected")
    if not (_is_map(held.kind) or isinstance(held.kind, Object) or held.kind == DYNAMIC):
        raise RefusedError("a map or object is required")
    element = held.kind.element if isinstance(held.kind, Collection) else None
    other = [one if element is None else converted(one, element) for one in default]
    if not (held.known and key.known):
        why = held.why or key.why
        return unknown(DYNAMIC if element is None else element, why).marked(held, key)
    members, name = members_of(held), string_of(key)
    if name in members:
        return members[name].marked(held, key)
    if not other:
        raise RefusedError(f"there is no `{name[:80]}`")
    return other[0].marked(held, key)


def _merge(*maps: Datum) -> Datum:
    for one in maps:
        if not (_is_map(one.kind) or isinstance(one.kind, Object) or one.kind == DYNAMIC):
            raise RefusedError("arguments must be maps or objects")
    # What is null is passed over, its mark too.
    marks = [one for one in maps if not one.null]
    held = {name: part for one in marks for name, part in members_of(one).items()}
    kinds = {one.kind for one in maps}
    if len(kinds) == 1:
        kind = kinds.pop()
        if isinstance(kind, Collection):
            return map_datum(kind.element, held).marked(*marks)
        if any(one.null for one in maps) and kind != DYNAMIC:
            return unknown(DYNAMIC, "nulls that are merged").marked(*marks)
    return mapping(held).marked(*marks)


def _transpose(held: Datum) -> Datum:
    found: dict[str, list[Datum]] = {}
    for name, values in members_of(held).items():
        if values.null or any(one.null for one in elements_of(values)):
            return unknown(held.kind, "nulls that are transposed")
        for one in elements_of(values):
            found.setdefault(string_of(one), []).append(text(name))
    return map_datum(
        list_of(STRING), {name: list_datum(STRING, names) for name, names in found.items()}
    )


def _joined_kind(sets: Sequence[Datum]) -> Kind | None:
    """Return the type that the elements of sets have in common; None where it is not told."""
    if any(map(vague, sets)):
        return None
    kinds = [
        one.kind.element
        for one in sets
        if isinstance(one.kind, Collection) and (one.value or one.kind.element != DYNAMIC)
    ]
    if not kinds:
        return DYNAMIC
    found = unified(kinds)
    if found is None:
        raise RefusedError("the sets must have elements of one type")
    return found


def _combined(kept: Callable[[Datum, Sequence[Sequence[Datum]]], bool]) -> Callable[..., Datum]:
    def body(*sets: Datum) -> Datum:
        kind = _joined_kind(sets)
        if kind is None or (open_kind(kind) and any(one.value for one in sets)):
            return unknown(set_of(DYNAMIC), _UNTOLD_TYPE)
        given = [converted(one, set_of(kind)) for one in sets]
        for one in given:
            if not one.known:
                return unknown(set_of(kind), one.why)
        held = [elements_of(one) for one in given]
        if sum(map(len, held)) > _MOST_COMPARED:
            return unknown(set_of(kind), "sets that are too large")
        return set_datum(kind, [one for each in held for one in each if kept(one, held)])

    return body


def _within(one: Datum, values: Sequence[Datum]) -> bool:
    return any(equal(one, other).value for other in values)


def _setproduct(*sets: Datum) -> Datum:
    if len(sets) < 2:  # noqa: PLR2004 - as Terraform says it: at least two
        raise RefusedError("at least two sets are expected")
    kinds = []
    for one in sets:
        if isinstance(one.kind, Tuple):
            found = unified(one.kind.elements) if one.kind.elements else DYNAMIC
            if vague(one):
                return unknown(DYNAMIC, _UNTOLD_TYPE).marked(*sets)
            if found is None:
                raise RefusedError("all elements must have one type")
            kinds.append(found)
        elif isinstance(one.kind, Collection) and one.kind.name != "map":
            kinds.append(one.kind.element)
        else:
            raise RefusedError("sets or lists are required")
    ordered = not any(isinstance(one.kind, Collection) and one.kind.name == "set" for one in sets)
    return _product(sets, kinds, ordered=ordered).marked(*sets)


def _product(sets: Sequence[Datum], kinds: Sequence[Kind], *, ordered: bool) -> Datum:
    element = Tuple(tuple(kinds))
    result = list_of(element) if ordered else set_of(element)
    held = [elements_of(one) for one in sets]
    rows = math.prod(map(len, held))
    if rows * (len(held) + 1) > HEAVIEST:
        raise too_large_value()
    if rows > _MOST_OF_PRODUCT:
        return unknown(result, "a product that is too large")
    given = [
        [converted(one, kind) for one in parts] for parts, kind in zip(held, kinds, strict=True)
    ]
    found = [sequence(parts) for parts in itertools.product(*given)]
    if any(one.kind != element for one in found):
        return unknown(DYNAMIC, _UNTOLD_TYPE)
    return list_datum(element, found) if ordered else set_datum(element, found)


FUNCTIONS: Mapping[str, Function] = {
    "keys": function(Parameter(DYNAMIC, unknown=True, marked=True), result=DYNAMIC)(_keys),
    "lookup": function(
        Parameter(DYNAMIC, unknown=True, marked=True),
        Parameter(STRING, unknown=True, marked=True),
        rest=Parameter(DYNAMIC, null=True, unknown=True, marked=True),
        result=DYNAMIC,
    )(_lookup),
    "merge": function(rest=Parameter(DYNAMIC, null=True, parts=True, marked=True), result=DYNAMIC)(
        _merge
    ),
    "setintersection": function(_SET, rest=_SET, result=set_of(DYNAMIC))(
        _combined(lambda one, sets: all(_within(one, each) for each in sets))
    ),
    "setproduct": function(rest=_KEPT, result=DYNAMIC)(_setproduct),
    "setsubtract": function(_SET, _SET, result=set_of(DYNAMIC))(
        _combined(lambda one, sets: not _within(one, sets[1]))
    ),
    "setunion": function(_SET, rest=_SET, result=set_of(DYNAMIC))(
        _combined(lambda _one, _sets: True)
    ),
    "transpose": function(Parameter(map_of(list_of(STRING))), result=map_of(list_of(STRING)))(
        _transpose
    ),
    "values": function(_KEPT, result=DYNAMIC)(_values),
}
