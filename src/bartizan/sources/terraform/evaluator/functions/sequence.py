# SPDX-License-Identifier: Apache-2.0
"""Functions of lists and tuples.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

from collections.abc import Mapping

from bartizan.sources.terraform.evaluator.convert import converted, vague
from bartizan.sources.terraform.evaluator.datum import (
    UNKNOWN,
    Datum,
    RefusedError,
    list_datum,
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
    listed,
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


def _compact(values: Datum) -> Datum:
    return list_datum(STRING, [one for one in elements_of(values) if one.value])


def _concat(*lists: Datum) -> Datum:
    if not lists:
        raise RefusedError("at least one list is expected")
    for one in lists:
        if not (listed(one.kind) or isinstance(one.kind, Tuple)):
            raise RefusedError("all arguments must be lists or tuples")
    parts = [part for one in lists for part in elements_of(one)]
    if not all(listed(one.kind) for one in lists):
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


def _distinct(values: Datum) -> Datum:
    kept: list[Datum] = []
    if len(elements_of(values)) > _MOST_COMPARED:
        return unknown(values.kind, "a list that is too long")
    for one in elements_of(values):
        if not any(equal(one, other).value for other in kept):
            kept.append(one)
    return Datum(values.kind, tuple(kept))


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


def _reverse(values: Datum) -> Datum:
    parts = elements_of(values)[::-1]
    if isinstance(values.kind, Collection):
        return list_datum(values.kind.element, parts).marked(values)
    return sequence(parts).marked(values)


def _slice(values: Datum, start: Datum, end: Datum) -> Datum:
    if not (listed(values.kind) or isinstance(values.kind, Tuple)):
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
    if not (listed(values.kind) or isinstance(values.kind, Tuple)):
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
    "compact": function(_TEXTS, result=list_of(STRING))(_compact),
    "concat": function(rest=_KEPT, result=DYNAMIC)(lambda *lists: _concat(*lists).marked(*lists)),
    "distinct": function(_LIST, result=list_of(DYNAMIC))(_distinct),
    "flatten": function(_KEPT, result=DYNAMIC)(_flatten),
    "length": function(Parameter(DYNAMIC, unknown=True, marked=True), result=NUMBER)(_length),
    "reverse": function(_KEPT, result=DYNAMIC)(_reverse),
    "slice": function(_KEPT, _NUMBER, _NUMBER, result=DYNAMIC)(_slice),
    "sort": function(_TEXTS, result=list_of(STRING))(_sort),
    "zipmap": function(Parameter(list_of(STRING), parts=True, marked=True), _KEPT, result=DYNAMIC)(
        _zipmap
    ),
}
