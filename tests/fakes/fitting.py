# SPDX-License-Identifier: Apache-2.0
"""Whether the bodies of records are what botocore's own model says the calls answer."""

from collections.abc import Iterator

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StructureShape

from bartizan.model.laid import Laid
from bartizan.model.record import Json, Record
from bartizan.model.secret import MARKER
from bartizan.sources.aws.services import SERVICES
from tests.fakes.shape_of_expression import (
    Anything,
    Given,
    Many,
    Members,
    NoSuchMemberError,
    element,
    member,
    shape_of,
)

_SESSION = botocore.session.get_session()
_CALLS = {call.kind: call for service in SERVICES for call in service.calls}
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "boolean": bool, "integer": int, "long": int, "float": (int, float), "double": (int, float),
}  # fmt: skip
_DOCUMENT = "policyDocumentType"
"""The shape of IAM's documents, which botocore hands out parsed."""


def misfits(found: Laid) -> list[str]:
    """Return what in the records that were put is not as the vendor describes it."""
    held = [one for one in found.overlay.put.values() if one.kind in _CALLS]
    assert held
    return [wrong for one in held for wrong in (*_shaped(one), *_told(one))]


def _shaped(record: Record) -> Iterator[str]:
    call = _CALLS[record.kind]
    model = _SESSION.get_service_model(call.service).operation_model(call.operation)
    given: Given = model.output_shape
    if call.items:
        listed = element(shape_of(call.items, given))
        given = listed or given
    yield from _fits(dict(record.body), given, record.kind)


def _fits(value: Json, given: Given, place: str) -> Iterator[str]:
    if value is None or isinstance(given, Anything) or _marked(value):
        return
    if isinstance(given, Shape) and given.name == _DOCUMENT and isinstance(value, dict):
        return
    if isinstance(given, (StructureShape, MapShape, Members)):
        if isinstance(value, dict):
            yield from _members(value, given, place)
        else:
            yield f"{place} is no object"
    elif isinstance(given, (ListShape, Many)):
        inside = element(given)
        if isinstance(value, list) and inside is not None:
            for inner in value:
                yield from _fits(inner, inside, f"{place}[]")
        else:
            yield f"{place} is no list"
    else:
        wanted = _PLAIN.get(given.type_name, str) if isinstance(given, Shape) else str
        if not isinstance(value, wanted) or (wanted is not bool and isinstance(value, bool)):
            yield f"{place} is {value!r}"


def _members(value: dict[str, Json], given: Given, place: str) -> Iterator[str]:
    for name, inner in value.items():
        try:
            yield from _fits(inner, member(given, name), f"{place}.{name}")
        except NoSuchMemberError:
            yield f"{place} has no {name}"


def _marked(value: Json) -> bool:
    return isinstance(value, dict) and MARKER in value


def _told(record: Record) -> Iterator[str]:
    """Yield what a call keeps out of records and this one holds."""
    for place in _CALLS[record.kind].secrets:
        for one in _at(dict(record.body), place.replace("[]", ".[]").split(".")):
            if one is not None and not _marked(one):
                yield f"{place} is not hidden"


def _at(value: Json, steps: list[str]) -> Iterator[Json]:
    """Yield what lies at a place of `redact`."""
    if not steps:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _at(one, steps[1:] if steps[0] == "[]" else steps)
    elif isinstance(value, dict) and not _marked(value):
        for name, one in value.items():
            if steps[0] in ("*", name):
                yield from _at(one, steps[1:])
