# SPDX-License-Identifier: Apache-2.0
"""Values become other types as Terraform converts them.

The rules are those of https://developer.hashicorp.com/terraform/language/expressions/type-constraints
and of the library that Terraform has its values from,
https://github.com/zclconf/go-cty/blob/main/docs/convert.md
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec.structs import replace

from bartizan.sources.terraform.evaluator.datum import (
    UNKNOWN,
    Datum,
    RefusedError,
    null,
    number,
    text,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import set_datum
from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    Kind,
    Object,
    Primitive,
    Tuple,
)
from bartizan.sources.terraform.evaluator.number import NoNumberError, number_from, number_text
from bartizan.sources.terraform.evaluator.unify import (
    convertible,
    open_kind,
    parts_of,
    unified,
    without_optional,
)

_BOOLS = {"true": True, "1": True, "false": False, "0": False}


def vague(datum: Datum) -> bool:
    """Whether a part is unknown and its type is open: Terraform may know what we do not, so what
    types have in common must not be asked of `unified`.
    """
    return any(open_kind(one.kind) for one in datum.unknowns())


def converted(datum: Datum, kind: Kind) -> Datum:
    """Return a value as the type that a constraint asks for.

    Optional attributes that are left out become null; their defaults are the caller's. A null or
    unknown value keeps being one, of the type asked for; so does a mark.

    Raises:
        RefusedError: Terraform surely refuses to convert it.
    """
    if kind == DYNAMIC or datum.kind == without_optional(kind):
        return datum
    # Whatever the parts of a compound value turn out to be, it is no primitive one.
    compound = isinstance(kind, Primitive) and not isinstance(datum.kind, Primitive)
    if (compound or not vague(datum)) and not convertible(datum.kind, kind):
        raise RefusedError(f"{describe(kind)} is required, not {describe(datum.kind)}")
    if datum.null or not datum.known:
        return replace(datum, kind=_closed(datum, without_optional(kind)))
    return _converted(datum, kind).marked(datum)


def _converted(datum: Datum, kind: Kind) -> Datum:
    match kind:
        case Primitive():
            return _primitive(datum, kind)
        case Tuple():
            return _tuple(datum, kind)
        case Object():
            return _object(datum, kind)
        case Collection():
            return _collection(datum, kind)


def describe(kind: Kind) -> str:
    """Return a type in words, as errors and `type` begin to name it."""
    match kind:
        case Collection(name=name, element=element):
            return f"{name} of {describe(element)}"
        case Primitive(name=name):
            return name
        case Tuple():
            return "tuple"
        case Object():
            return "object"


def _primitive(datum: Datum, kind: Kind) -> Datum:
    value = datum.value
    if kind == STRING and isinstance(value, bool):
        return text("true" if value else "false")
    if kind == STRING and isinstance(value, Fraction):
        printed = number_text(value)
        return unknown(STRING, "a number of many digits") if printed is None else text(printed)
    if kind == NUMBER and isinstance(value, str):
        try:
            found = number_from(value)
        except NoNumberError:
            raise RefusedError("a number is required") from None
        return unknown(NUMBER, "an unusual number") if found is None else number(found)
    if kind == BOOL and isinstance(value, str):
        if value not in _BOOLS:
            raise RefusedError("a bool is required")
        return truth(_BOOLS[value])
    raise RefusedError(f"{describe(kind)} is required, not {describe(datum.kind)}")


def _tuple(datum: Datum, kind: Tuple) -> Datum:
    parts = tuple(datum.parts())
    if not isinstance(datum.kind, Tuple) or len(parts) != len(kind.elements):
        raise RefusedError("a tuple of another length is required")
    held = tuple(map(converted, parts, kind.elements))
    return Datum(Tuple(tuple(one.kind for one in held)), held)


def _object(datum: Datum, kind: Object) -> Datum:
    if not isinstance(datum.value, dict):
        raise RefusedError("an object is required")
    held = {}
    for name, wanted in kind.attributes:
        if name in datum.value:
            held[name] = converted(datum.value[name], wanted)
        elif name in kind.optional:
            held[name] = null(without_optional(wanted))
        else:
            raise RefusedError(f"attribute `{name}` is required")
    return Datum(Object.of({name: one.kind for name, one in held.items()}), held)


def _collection(datum: Datum, kind: Collection) -> Datum:
    """Convert what is neither null nor unknown to a list, set or map."""
    asked = without_optional(kind)
    if isinstance(datum.value, dict) != (kind.name == "map") or not (
        isinstance(datum.value, Mapping | tuple)
    ):
        raise RefusedError(f"{describe(kind)} is required, not {describe(datum.kind)}")
    if open_kind(kind.element) and vague(datum):
        return unknown(asked, next(datum.unknowns()).why)
    names = tuple(datum.value) if isinstance(datum.value, dict) else ()
    first = _element(datum.kind, kind)
    parts = [converted(one, first) for one in datum.parts()]
    if not parts:
        own = datum.kind.element if isinstance(datum.kind, Collection) else DYNAMIC
        element = own if kind.element == DYNAMIC else without_optional(kind.element)
        return Datum(Collection(kind.name, element), {} if kind.name == "map" else ())
    found = _shared(datum.kind, kind, [one.kind for one in parts])
    if found is None:
        return unknown(Collection(kind.name, DYNAMIC), "elements of several types")
    parts = [converted(one, found) for one in parts]
    # What has a type in common by leaving a part of it open need not have it in the end. Of some
    # maps Terraform drops the elements then.
    if len({one.kind for one in parts}) > 1:
        if kind.name == "map":
            return unknown(Collection(kind.name, DYNAMIC), "elements of several types")
        raise RefusedError(f"elements of a {kind.name} must have one type")
    found = parts[0].kind
    if kind.name == "set":
        return set_datum(found, parts)
    held = dict(zip(names, parts, strict=True)) if kind.name == "map" else tuple(parts)
    return Datum(Collection(kind.name, found), held)


def _element(source: Kind, kind: Collection) -> Kind:
    """Return the type that the elements are converted to first."""
    if kind.element != DYNAMIC or not isinstance(source, Tuple | Object):
        return kind.element
    return unified(parts_of(source)) or DYNAMIC


def _shared(source: Kind, kind: Collection, kinds: Sequence[Kind]) -> Kind | None:
    """Return the type that all elements have or are brought to; None where Terraform may
    or may not find one.
    """
    asked = _element(source, kind)
    joins = kind.name == "list" or (kind.name == "map" and isinstance(asked, Object | Collection))
    if joins and isinstance(source, Tuple | Object):
        found = unified(kinds)
        if found is None:
            raise RefusedError(f"elements of a {kind.name} must have one type")
        kinds = kinds if found == DYNAMIC else [found]
    told = {*kinds} - {DYNAMIC}
    if len(told) <= 1:
        return told.pop() if told else DYNAMIC
    if kind.name == "map" and isinstance(source, Collection):
        return None
    raise RefusedError(f"elements of a {kind.name} must have one type")


def _closed(datum: Datum, kind: Kind) -> Kind:
    """Return the type asked for, with what it leaves open as the null or unknown value has it."""
    if datum.value is UNKNOWN and open_kind(datum.kind):
        return kind
    return _replaced(datum.kind, kind)


def _replaced(source: Kind, kind: Kind) -> Kind:  # noqa: PLR0911 - one for each pair
    if source == DYNAMIC or not open_kind(kind):
        return kind
    match source, kind:
        case _, Primitive():
            return source
        case Collection(element=own), Collection(name=name, element=wanted):
            return Collection(name, _replaced(own, wanted))
        case ((Tuple() | Object()), Collection(name=name, element=wanted)):
            return Collection(name, _replaced(unified(parts_of(source)) or DYNAMIC, wanted))
        case Tuple(elements=owned), Tuple(elements=wants):
            return Tuple(tuple(map(_replaced, owned, wants)))
        case Collection(element=own), Object(attributes=attributes):
            return Object(tuple((name, _replaced(own, one)) for name, one in attributes))
        case Object(attributes=owned), Object(attributes=attributes):
            have = dict(owned)
            return Object(
                tuple((name, _replaced(have.get(name, DYNAMIC), one)) for name, one in attributes)
            )
        case _:
            return kind
