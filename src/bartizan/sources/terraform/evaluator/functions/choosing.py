# SPDX-License-Identifier: Apache-2.0
"""Functions that choose from lists and tuples, and from several values.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

from collections.abc import Mapping, Sequence

from bartizan.sources.terraform.evaluator.convert import converted, vague
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    null,
    number,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import equal
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import (
    elements_of,
    listed,
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
    Tuple,
    list_of,
)
from bartizan.sources.terraform.evaluator.unify import unified

_NUMBER = Parameter(NUMBER)
_LIST = Parameter(list_of(DYNAMIC))
_ANY = Parameter(DYNAMIC, parts=True)
_KEPT = Parameter(DYNAMIC, parts=True, marked=True)
_EACH = Parameter(DYNAMIC, null=True, unknown=True)
_UNTOLD_TYPE = "a value whose type is not told"
_MOST_COMPARED = 1_000  # each is compared with each


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
        if not (listed(one.kind) or isinstance(one.kind, Tuple)):
            if not one.known:
                return unknown(DYNAMIC, one.why)
            raise RefusedError("arguments must be lists or tuples")
    for one in values:
        if not one.known:
            return unknown(DYNAMIC, one.why)
        if one.value:
            return one
    raise RefusedError("all arguments are null or empty")


def _contains(values: Datum, wanted: Datum) -> Datum:
    missing = None
    for one in elements_of(values):
        found = equal(wanted, one)
        if found.value is True:
            return found
        missing = missing if found.known else found
    return missing or truth(value=False)


def _element(values: Datum, index: Datum) -> Datum:
    if not (listed(values.kind) or isinstance(values.kind, Tuple)):
        raise RefusedError("a list or tuple is required")
    parts, place = elements_of(values), whole_of(index)
    # NOTE: Terraform 1.11 counts from the end of a list, though not of a tuple.
    if not parts or (place < 0 and place % len(parts) and isinstance(values.kind, Tuple)):
        raise RefusedError("the list has no such element")
    return parts[place % len(parts)].marked(values)


def _index(values: Datum, wanted: Datum) -> Datum:
    if not (listed(values.kind) or isinstance(values.kind, Tuple)):
        raise RefusedError("a list or tuple is required")
    for place, one in enumerate(elements_of(values)):
        found = equal(one, wanted)
        if not found.known:
            return unknown(NUMBER, found.why)
        if found.value:
            return number(place)
    raise RefusedError("the item is not found")


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


FUNCTIONS: Mapping[str, Function] = {
    "coalesce": function(rest=_EACH, result=DYNAMIC)(_coalesce),
    "coalescelist": function(rest=_EACH, result=DYNAMIC)(_coalescelist),
    "contains": function(_ANY, _ANY, result=BOOL)(_contains),
    "element": function(_KEPT, _NUMBER, result=DYNAMIC)(_element),
    "index": function(_ANY, _ANY, result=NUMBER)(_index),
    "matchkeys": function(_LIST, _LIST, _LIST, result=list_of(DYNAMIC))(_matchkeys),
    "one": function(_ANY, result=DYNAMIC)(_one),
}
