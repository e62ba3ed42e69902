# SPDX-License-Identifier: Apache-2.0
"""Which types become which, and the one type that several have in common.

The rules are those of https://developer.hashicorp.com/terraform/language/expressions/type-constraints
and of the library that Terraform has its types from,
https://github.com/zclconf/go-cty/blob/main/docs/convert.md
"""

from collections.abc import Sequence

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


def open_kind(kind: Kind) -> bool:
    """Whether a type leaves itself or a part of it open."""
    match kind:
        case Primitive():
            return kind == DYNAMIC
        case Collection(element=element):
            return open_kind(element)
        case Tuple(elements=elements):
            return any(map(open_kind, elements))
        case Object(attributes=attributes):
            return any(open_kind(one) for _, one in attributes)


def without_optional(kind: Kind) -> Kind:
    """Return the type that values of a constraint have: no attribute may be left out."""
    match kind:
        case Primitive():
            return kind
        case Collection(name=name, element=element):
            return Collection(name, without_optional(element))
        case Tuple(elements=elements):
            return Tuple(tuple(map(without_optional, elements)))
        case Object(attributes=attributes):
            return Object(tuple((name, without_optional(one)) for name, one in attributes))


def convertible(source: Kind, target: Kind) -> bool:  # noqa: PLR0911 - one for each pair
    """Whether Terraform has a conversion between two types; it may still refuse a value."""
    if source == target or DYNAMIC in (source, target):
        return True
    match source, target:
        case Primitive(), Primitive():
            return {source, target} != {NUMBER, BOOL}
        case Tuple(elements=own), Tuple(elements=wanted):
            return len(own) == len(wanted) and all(map(convertible, own, wanted))
        case Object(), Object():
            return _fits(source, target)
        case Collection(name="map", element=own), Object(attributes=attributes):
            # An optional attribute that does not fit is refused where the map has it.
            return all(
                convertible(own, one) or name in target.optional for name, one in attributes
            )
        case ((Tuple() | Object()), Collection()):
            return _gathers(source, target)
        case Collection(element=own), Collection(element=wanted):
            return (source.name == "map") == (target.name == "map") and convertible(own, wanted)
        case _:
            return False


def _fits(source: Object, target: Object) -> bool:
    own = dict(source.attributes)
    return all(
        convertible(own[name], one) if name in own else name in target.optional
        for name, one in target.attributes
    )


def _gathers(source: Tuple | Object, target: Collection) -> bool:
    """Whether parts of several types become elements of one."""
    if isinstance(source, Object) != (target.name == "map"):
        return False
    kinds = parts_of(source)
    element = target.element
    if element == DYNAMIC and kinds:
        found = unified(kinds)
        if found is None or (found == DYNAMIC and target.name != "map" and {*kinds} != {DYNAMIC}):
            return False
        element = found
    return all(convertible(one, element) for one in kinds)


def parts_of(kind: Tuple | Object) -> tuple[Kind, ...]:
    """Return the types of the parts."""
    return kind.elements if isinstance(kind, Tuple) else tuple(one for _, one in kind.attributes)


def unified(kinds: Sequence[Kind]) -> Kind | None:
    """Return the type that all convert to, or None where Terraform finds none (and for none).

    `DYNAMIC` is here what it is in Terraform, the type of a bare null. Do not ask this about
    types of unknown values that are open only because we do not know them: see
    `convert.vague`.
    """
    kinds = list(dict.fromkeys(kinds))
    if len(kinds) <= 1:
        return kinds[0] if kinds else None
    forms = {_form(one) for one in kinds}
    shapes = forms - {"dynamic"}
    if {"object", "tuple"} <= shapes:
        return None
    if len(shapes) == 1 and shapes <= {"list", "set", "map", "object", "tuple"}:
        return DYNAMIC if "dynamic" in forms else _unified_alike(kinds)
    for whole, part in (("map", "object"), ("list", "tuple")):
        if shapes == {whole, part} and (found := _unified_as(whole, part, kinds)):
            return found
    return _preferred(kinds)


def _form(kind: Kind) -> str:
    match kind:
        case Collection(name=name) | Primitive(name=name):
            return name
        case Tuple():
            return "tuple"
        case Object():
            return "object"


def _unified_alike(kinds: Sequence[Kind]) -> Kind | None:
    """Unify types of one form."""
    match kinds[0]:
        case Collection(name=name):
            element = unified([one.element for one in kinds if isinstance(one, Collection)])
            return None if element is None else Collection(name, element)
        case Object():
            objects = [one for one in kinds if isinstance(one, Object)]
            return _unified_objects(objects)
        case Tuple():
            return _unified_tuples([one for one in kinds if isinstance(one, Tuple)])
        case Primitive():
            return _preferred(kinds)


def _unified_objects(kinds: Sequence[Object]) -> Kind | None:
    names = [name for name, _ in kinds[0].attributes]
    if any([name for name, _ in one.attributes] != names for one in kinds):
        return _gathered("map", kinds)
    found: dict[str, Kind] = {}
    for place, name in enumerate(names):
        one = unified([kind.attributes[place][1] for kind in kinds])
        if one is None:
            return None
        found[name] = one
    result = Object.of(found)
    return result if all(convertible(one, result) for one in kinds) else _gathered("map", kinds)


def _unified_tuples(kinds: Sequence[Tuple]) -> Kind | None:
    if len({len(one.elements) for one in kinds}) > 1:
        return _gathered("list", kinds)
    found = []
    for across in zip(*(one.elements for one in kinds), strict=True):
        one = unified(across)
        if one is None:
            return None
        found.append(one)
    result = Tuple(tuple(found))
    return result if all(convertible(one, result) for one in kinds) else _gathered("list", kinds)


def _gathered(name: str, kinds: Sequence[Tuple | Object]) -> Kind | None:
    """Return the list or map that takes the parts of all."""
    element = unified([part for one in kinds for part in parts_of(one)])
    if element is None:
        return None
    result = Collection("map" if name == "map" else "list", element)
    return result if all(convertible(one, result) for one in kinds) else None


def _unified_as(whole: str, part: str, kinds: Sequence[Kind]) -> Kind | None:
    """Unify with tuples taken as lists, or objects as maps."""
    shaped = [one for one in kinds if isinstance(one, Tuple | Object)]
    gathered = _gathered(whole, shaped)
    if gathered is None:
        return None
    found = unified([gathered if _form(one) == part else one for one in kinds])
    return found if found is not None and _form(found) == whole else None


def _preferred(kinds: Sequence[Kind]) -> Kind | None:
    """Return the first type, more general ones before others, that all convert to."""
    for wanted in _general_first(kinds):
        if all(convertible(one, wanted) for one in kinds):
            return wanted
    return None


def _general_first(kinds: Sequence[Kind]) -> list[Kind]:
    after: list[list[int]] = [[] for _ in kinds]
    before = [0] * len(kinds)
    for one in range(len(kinds)):
        for other in range(one + 1, len(kinds)):
            order = _compared(kinds[one], kinds[other])
            first, second = (one, other) if order < 0 else (other, one)
            if order:
                after[first].append(second)
                before[second] += 1
    queue = [place for place, count in enumerate(before) if not count]
    for place in queue:
        for later in after[place]:
            before[later] -= 1
            if not before[later]:
                queue.append(later)
    return [kinds[place] for place in queue]


def _compared(one: Kind, other: Kind) -> int:
    """Return -1 where the first is more general, 1 where the second is, 0 where neither."""
    if DYNAMIC in (one, other):
        # Whatever takes the place of an open type is hoped to be as its neighbours are.
        return (one == DYNAMIC) - (other == DYNAMIC)
    if isinstance(one, Primitive) and isinstance(other, Primitive):
        return (other == STRING) - (one == STRING)
    forms = (_form(one), _form(other))
    if forms[0] == forms[1]:
        return _compared_alike(one, other)
    if forms in {("tuple", "set"), ("list", "set"), ("list", "tuple"), ("map", "object")}:
        return -1
    return int(
        forms[::-1] in {("tuple", "set"), ("list", "set"), ("list", "tuple"), ("map", "object")}
    )


def _compared_alike(one: Kind, other: Kind) -> int:
    match one, other:
        case Collection(), Collection():
            return _compared(one.element, other.element)
        case Object(), Object():
            if [name for name, _ in one.attributes] != [name for name, _ in other.attributes]:
                return 0
            pairs = zip(parts_of(one), parts_of(other), strict=True)
        case Tuple(), Tuple() if len(one.elements) == len(other.elements):
            pairs = zip(one.elements, other.elements, strict=True)
        case _:
            return 0
    orders = {_compared(*pair) for pair in pairs} - {0}
    return orders.pop() if len(orders) == 1 else 0
