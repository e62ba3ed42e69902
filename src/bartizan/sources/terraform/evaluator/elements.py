# SPDX-License-Identifier: Apache-2.0
"""Which values are the same, and in which order a set holds them.

Sources: https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators
and https://github.com/zclconf/go-cty/blob/main/docs/types.md#cty-set
"""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec.structs import replace

from bartizan.sources.terraform.evaluator.datum import Datum, truth, unknown
from bartizan.sources.terraform.evaluator.kind import BOOL, NUMBER, Collection, Kind, Tuple
from bartizan.sources.terraform.evaluator.number import number_text
from bartizan.sources.terraform.evaluator.unify import open_kind

# Terraform orders compound elements by texts with numbers of ten digits.
_LEAST = Fraction(1, 1000)
_TOLD_DIGITS = 9


def equal(one: Datum, other: Datum) -> Datum:
    """Return whether `==` holds: values of different types are never the same, nulls always."""
    return _equal(one, other).marked(bare_mark(one), bare_mark(other))


def bare_mark(datum: Datum) -> Datum:
    """Return a value that is sensitive where the one or any part of it is."""
    return replace(truth(value=True), sensitive=deep_mark(datum))


def deep_mark(datum: Datum) -> bool:
    """Whether a value or a part of it is sensitive."""
    return datum.sensitive or any(map(deep_mark, datum.parts()))


def unmarked(datum: Datum) -> Datum:
    """Return a value of which no part is sensitive."""
    if not deep_mark(datum):
        return datum
    held = datum.value
    if isinstance(held, tuple):
        held = tuple(map(unmarked, held))
    elif isinstance(held, dict):
        held = {name: unmarked(one) for name, one in held.items()}
    return replace(datum, value=held, sensitive=False)


def _equal(one: Datum, other: Datum) -> Datum:
    for this, that in ((one, other), (other, one)):
        if this.null and that.known:
            return truth(that.null)
    if not one.wholly_known or not other.wholly_known:
        closed = not (open_kind(one.kind) or open_kind(other.kind))
        if closed and one.kind != other.kind and (one.known or other.known):
            return truth(value=False)
        why = next((part.why for each in (one, other) for part in each.unknowns()), "")
        return unknown(BOOL, why)
    return truth(same(one, other))


def same(one: Datum, other: Datum) -> bool:
    """Whether two wholly known values have one type and value, marks aside."""
    if one.null or other.null:
        return one.null and other.null
    if one.kind != other.kind:
        return False
    left, right = one.value, other.value
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def set_datum(element: Kind, elements: Sequence[Datum]) -> Datum:
    """Return a set whose elements have the type `element` already: each once, in Terraform's
    order. It is unknown where an element is, or where the order cannot be told; it is sensitive
    where an element is that is not null.
    """
    kind = Collection("set", element)
    marks = [bare_mark(one) for one in elements if not one.null]
    for one in elements:
        for part in one.unknowns():
            return unknown(kind, part.why).marked(*marks)
    if len(elements) == 1:
        return Datum(kind, (unmarked(elements[0]),)).marked(*marks)
    keyed: dict[object, Datum] = {}
    for one in elements:
        key = _order(unmarked(one))
        if key is None:
            return unknown(kind, "the order of a set").marked(*marks)
        keyed[key] = unmarked(one)
    held = tuple(keyed[key] for key in sorted(keyed))  # type: ignore[type-var]
    return Datum(kind, held).marked(*marks)


def _order(datum: Datum) -> tuple[bool, object] | None:
    """Return what an element is ordered by; nulls come last."""
    if datum.null:
        return (True, b"" if datum.kind not in {BOOL, NUMBER} else 0)
    if isinstance(datum.value, str):
        return (False, datum.value.encode())
    if isinstance(datum.value, bool | Fraction):
        return (False, datum.value)
    text = _bytes(datum)
    return None if text is None else (False, text.encode())


def _bytes(datum: Datum) -> str | None:  # noqa: PLR0911 - one for each form of value
    """Return the text by which Terraform orders values that have parts; None where
    ours might not be its own, or might be that of another value too.
    """
    if datum.null:
        return "~"
    match datum.value:
        case bool(truth_value):
            return "T" if truth_value else "F"
        case Fraction() as held:
            printed = number_text(held)
            if printed is None or (held and abs(held) < _LEAST):
                return None
            digits = printed.strip("-").replace(".", "")
            return printed if len(digits) <= _TOLD_DIGITS else None
        case str(held):
            return json.dumps(held) if held.isascii() and held.isprintable() else None
        case Mapping() as held if isinstance(datum.kind, Collection):
            return _joined("{", held, "}")
        case Mapping() as held:
            return _joined("<", dict(enumerate(held.values())), ">")
        case tuple(held):
            opened, closed = "<>" if isinstance(datum.kind, Tuple) else "[]"
            return _joined(opened, dict(enumerate(held)), closed)
        case _:
            return None


def _joined(
    opened: str, parts: Mapping[str, Datum] | Mapping[int, Datum], closed: str
) -> str | None:
    texts = []
    for name, part in parts.items():
        written = _bytes(part)
        if written is None or (
            isinstance(name, str) and not (name.isascii() and name.isprintable())
        ):
            return None
        texts.append(f"{json.dumps(name)}:{written};" if isinstance(name, str) else f"{written};")
    return opened + "".join(texts) + closed
