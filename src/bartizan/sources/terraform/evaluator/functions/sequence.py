# SPDX-License-Identifier: Apache-2.0
"""Functions of lists and tuples.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

from collections.abc import Mapping, Sequence

from bartizan.sources.terraform.evaluator.convert import converted, vague
from bartizan.sources.terraform.evaluator.datum import (
    UNKNOWN,
    Datum,
    RefusedError,
    list_datum,
    null,
    number,
    sequence,
    text,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import deep_mark, equal
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import (
    elements_of,
    members_of,
    string_of,
    whole_of,
)
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    Kind,
    Object,
    Tuple,
    list_of,
)
from bartizan.sources.terraform.evaluator.letters import plain
from bartizan.sources.terraform.evaluator.unify import open_kind, unified

_NUMBER = Parameter(NUMBER)
_LIST = Parameter(list_of(DYNAMIC))
_ANY = Parameter(DYNAMIC, parts=True)
_KEPT = Parameter(DYNAMIC, parts=True, marked=True)
_EACH = Parameter(DYNAMIC, null=True, unknown=True)
_UNTOLD_TYPE = "a value whose type is not told"
_MOST_COMPARED = 1_000  # each is compared with each


def is_list(kind: Kind) -> bool:
    """Whether a type is that of lists."""
    return isinstance(kind, Collection) and kind.name == "list"


def _alltrue(values: Datum) -> Datum:
    for one in elements_of(values):
        if not one.known:
            return one
        if not one.value:
            return truth(value=False)
    return truth(value=True)


def _anytrue(values: Datum) -> Datum:
    missing = None
    for one in elements_of(values):
        if one.value is True:
            return truth(value=True)
        missing = missing if one.known else one
    return missing or truth(value=False)


def _chunklist(values: Datum, size: Datum) -> Datum:
    count, parts = whole_of(size), elements_of(values)
    if count < 0:
        raise RefusedError("the size must be positive")
    inner = values.kind.element if isinstance(values.kind, Collection) else DYNAMIC
    step = count or max(len(parts), 1)
    chunks = [list_datum(inner, parts[at : at + step]) for at in range(0, len(parts), step)]
    return list_datum(list_of(inner), chunks)


def _common(values: Sequence[Datum]) -> Kind | None:
    """Return the type that values have in common, `None` where it is not told.

    Raises:
        RefusedError: They surely have none.
    """
    if any(map(vague, values)):
        return None
    found = unified([one.kind for one in values])
    if found is None:
        raise RefusedError("all arguments must have one type")
    return found


def _coalesce(*values: Datum) -> Datum:
    kind = _common(values)
    if kind is None:
        return unknown(DYNAMIC, _UNTOLD_TYPE)
    for one in values:
        given = converted(one, kind)
        if not given.known:
            return given
        if not given.null and not (kind == STRING and given.value == ""):
            return given
    raise RefusedError("all arguments are null or empty")


def _coalescelist(*values: Datum) -> Datum:
    if not values:
        raise RefusedError("at least one argument is expected")
    for one in values:
        if not (is_list(one.kind) or isinstance(one.kind, Tuple)):
            if not one.known:
                return unknown(DYNAMIC, one.why)
            raise RefusedError("arguments must be lists or tuples")
    for one in values:
        if not one.known:
            return unknown(DYNAMIC, one.why)
        if one.value:
            return one
    raise RefusedError("all arguments are null or empty")


def _compact(values: Datum) -> Datum:
    return list_datum(STRING, [one for one in elements_of(values) if one.value])


def _concat(*lists: Datum) -> Datum:
    if not lists:
        raise RefusedError("at least one list is expected")
    for one in lists:
        if not (is_list(one.kind) or isinstance(one.kind, Tuple)):
            raise RefusedError("all arguments must be lists or tuples")
    parts = [part for one in lists for part in elements_of(one)]
    if not all(is_list(one.kind) for one in lists):
        return sequence(parts)
    if any(map(vague, lists)):
        return unknown(DYNAMIC, _UNTOLD_TYPE)
    kind = unified([one.kind for one in lists])
    if not isinstance(kind, Collection):
        return sequence(parts)
    parts = [part for one in lists for part in elements_of(converted(one, kind))]
    kinds = {part.kind for part in parts} or {kind.element}
    if len(kinds) > 1:
        return unknown(DYNAMIC, _UNTOLD_TYPE)
    return list_datum(kinds.pop(), parts)


def _contains(values: Datum, wanted: Datum) -> Datum:
    missing = None
    for one in elements_of(values):
        found = equal(wanted, one)
        if found.value is True:
            return found
        missing = missing if found.known else found
    return missing or truth(value=False)


def _distinct(values: Datum) -> Datum:
    kept: list[Datum] = []
    if len(elements_of(values)) > _MOST_COMPARED:
        return unknown(values.kind, "a list that is too long")
    for one in elements_of(values):
        if not any(equal(one, other).value for other in kept):
            kept.append(one)
    return Datum(values.kind, tuple(kept))


def _element(values: Datum, index: Datum) -> Datum:
    if not (is_list(values.kind) or isinstance(values.kind, Tuple)):
        raise RefusedError("a list or tuple is required")
    parts, place = elements_of(values), whole_of(index)
    # NOTE: Terraform 1.11 counts from the end of a list, though not of a tuple.
    if not parts or (place < 0 and place % len(parts) and isinstance(values.kind, Tuple)):
        raise RefusedError("the list has no such element")
    return parts[place % len(parts)].marked(values)


def _flatten(values: Datum) -> Datum:
    parts: list[Datum] = []
    marks: list[Datum] = []
    known = _flat(values, parts, marks)
    if known is not None:
        return unknown(DYNAMIC, known.why).marked(*marks)
    return sequence(parts).marked(*marks)


def _flat(values: Datum, parts: list[Datum], marks: list[Datum]) -> Datum | None:
    """Add the parts; return one that may be a list of unknown length."""
    missing = None
    marks.append(values)
    for one in elements_of(values):
        nested = not one.null and (
            isinstance(one.kind, Tuple)
            or (isinstance(one.kind, Collection) and one.kind.name != "map")
        )
        if not one.known and (nested or open_kind(one.kind)):
            missing = one
        elif nested:
            missing = _flat(one, parts, marks) or missing
        else:
            parts.append(one)
    return missing


def _index(values: Datum, wanted: Datum) -> Datum:
    if not (is_list(values.kind) or isinstance(values.kind, Tuple)):
        raise RefusedError("a list or tuple is required")
    for place, one in enumerate(elements_of(values)):
        found = equal(one, wanted)
        if not found.known:
            return unknown(NUMBER, found.why)
        if found.value:
            return number(place)
    raise RefusedError("the item is not found")


def _length(value: Datum) -> Datum:
    kind = value.kind
    if isinstance(kind, Tuple):
        count = len(kind.elements)
    elif isinstance(kind, Object):
        count = len(kind.attributes)
    elif value.value is UNKNOWN:
        if kind not in {STRING, DYNAMIC} and not isinstance(kind, Collection):
            raise RefusedError("a string or collection is required")
        return unknown(NUMBER, value.why).marked(value)
    elif isinstance(value.value, str):
        if not plain(value.value):
            return unknown(NUMBER, "characters that may be counted otherwise").marked(value)
        count = len(value.value)
    else:
        held = value.value if isinstance(value.value, tuple) else tuple(members_of(value))
        count = len(held)
    return number(count).marked(value)


def _matchkeys(values: Datum, keys: Datum, searched: Datum) -> Datum:
    kind = _common((keys, searched))
    found, names = elements_of(values), elements_of(keys)
    if len(found) != len(names):
        raise RefusedError("values and keys must be equally many")
    if kind is None:
        return unknown(values.kind, _UNTOLD_TYPE)
    if len(names) + len(elements_of(searched)) > _MOST_COMPARED:
        return unknown(values.kind, "a list that is too long")
    wanted = elements_of(converted(searched, kind))
    kept = [
        one
        for one, name in zip(found, elements_of(converted(keys, kind)), strict=True)
        if any(equal(name, other).value for other in wanted)
    ]
    return Datum(values.kind, tuple(kept))


def _one(values: Datum) -> Datum:
    parts = elements_of(values)
    if len(parts) > 1:
        raise RefusedError("there is more than one element")
    if parts:
        return parts[0]
    return null(values.kind.element if isinstance(values.kind, Collection) else DYNAMIC)


def _reverse(values: Datum) -> Datum:
    parts = elements_of(values)[::-1]
    if isinstance(values.kind, Collection):
        return list_datum(values.kind.element, parts).marked(values)
    return sequence(parts).marked(values)


def _slice(values: Datum, start: Datum, end: Datum) -> Datum:
    if not (is_list(values.kind) or isinstance(values.kind, Tuple)):
        raise RefusedError("a list or tuple is required")
    parts, first, last = elements_of(values), whole_of(start), whole_of(end)
    if not 0 <= first <= last <= len(parts):
        raise RefusedError("the places are not within the list")
    kept = parts[first:last]
    if isinstance(values.kind, Collection):
        return list_datum(values.kind.element, kept).marked(values)
    return sequence(kept).marked(values)


def _sort(values: Datum) -> Datum:
    return list_datum(STRING, [text(one) for one in sorted(map(string_of, elements_of(values)))])


def _zipmap(keys: Datum, values: Datum) -> Datum:
    names, parts = elements_of(keys), elements_of(values)
    if not (is_list(values.kind) or isinstance(values.kind, Tuple)):
        raise RefusedError("values must be a list or tuple")
    missing = next(keys.unknowns(), None)
    if missing is not None:
        return unknown(DYNAMIC, missing.why).marked(keys, values)
    if len(names) != len(parts):
        raise RefusedError("keys and values must be equally many")
    held = {string_of(name): one for name, one in zip(names, parts, strict=True)}
    held = {name: held[name] for name in sorted(held)}
    secret = Datum(BOOL, value=True, sensitive=deep_mark(keys))
    if isinstance(values.kind, Collection):
        kind: Kind = Collection("map", values.kind.element)
    else:
        kind = Object.of({name: one.kind for name, one in held.items()})
    return Datum(kind, held).marked(secret, values)


_BOOLS = Parameter(list_of(BOOL), parts=True)
_TEXTS = Parameter(list_of(STRING))

FUNCTIONS: Mapping[str, Function] = {
    "alltrue": function(_BOOLS, result=BOOL)(_alltrue),
    "anytrue": function(_BOOLS, result=BOOL)(_anytrue),
    "chunklist": function(
        Parameter(list_of(DYNAMIC), parts=True, marked=True), _NUMBER, result=list_of(DYNAMIC)
    )(lambda values, size: _chunklist(values, size).marked(values)),
    "coalesce": function(rest=_EACH, result=DYNAMIC)(_coalesce),
    "coalescelist": function(rest=_EACH, result=DYNAMIC)(_coalescelist),
    "compact": function(_TEXTS, result=list_of(STRING))(_compact),
    "concat": function(rest=_KEPT, result=DYNAMIC)(lambda *lists: _concat(*lists).marked(*lists)),
    "contains": function(_ANY, _ANY, result=BOOL)(_contains),
    "distinct": function(_LIST, result=list_of(DYNAMIC))(_distinct),
    "element": function(_KEPT, _NUMBER, result=DYNAMIC)(_element),
    "flatten": function(_KEPT, result=DYNAMIC)(_flatten),
    "index": function(_ANY, _ANY, result=NUMBER)(_index),
    "length": function(Parameter(DYNAMIC, unknown=True, marked=True), result=NUMBER)(_length),
    "matchkeys": function(_LIST, _LIST, _LIST, result=list_of(DYNAMIC))(_matchkeys),
    "one": function(_ANY, result=DYNAMIC)(_one),
    "reverse": function(_KEPT, result=DYNAMIC)(_reverse),
    "slice": function(_KEPT, _NUMBER, _NUMBER, result=DYNAMIC)(_slice),
    "sort": function(_TEXTS, result=list_of(STRING))(_sort),
    "zipmap": function(Parameter(list_of(STRING), parts=True, marked=True), _KEPT, result=DYNAMIC)(
        _zipmap
    ),
}
