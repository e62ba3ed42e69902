# SPDX-License-Identifier: Apache-2.0
"""What a repository tells, and its records: each is a row of facts as it will be."""

import typing
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, structs

from bartizan.model.facts.pipeline import (
    CodeInput,
    CodeRoot,
    CodeSecret,
    PipelineJob,
    PipelineWriter,
)
from bartizan.model.record import Json, Record, Records

PROVIDER = "repository"
Fact: TypeAlias = CodeRoot | CodeInput | CodeSecret | PipelineJob | PipelineWriter
KINDS: Mapping[str, type[Fact]] = {
    "Repository::Root": CodeRoot,
    "Repository::Input": CodeInput,
    "Repository::Secret": CodeSecret,
    "Repository::Job": PipelineJob,
    "Repository::Writer": PipelineWriter,
}
"""Kinds of records, and the rows that they hold."""
PLACE = frozenset({"file", "line"})
"""What of a record says where it stands, and nothing of what it is."""


class Told(Struct, frozen=True):
    """One thing that a repository tells."""

    id: str
    """What people call it; it stays the same when lines move."""
    row: Fact


class Unclear(Struct, frozen=True):
    """A part of a repository that is not understood."""

    id: str
    """What people call it."""
    reason: str
    digest: str | None = ""
    """Of what stands there, so that a change of it is seen; None where that is not known."""


Said: TypeAlias = Told | Unclear


def record(told: Told, source: str) -> Record:
    """Return the record of a thing."""
    kind = next(kind for kind, row in KINDS.items() if isinstance(told.row, row))
    body: dict[str, Json] = {}
    for name, value in structs.asdict(told.row).items():
        body[name] = list(value) if isinstance(value, tuple) else value
    return Record(
        provider=PROVIDER,
        account="",
        region="",
        service="code",
        kind=kind,
        id=told.id,
        body=body,
        source=source,
    )


def rows(records: Records) -> Iterator[Fact]:
    """Yield the rows of all records of repositories."""
    for kind, row in KINDS.items():
        hints = typing.get_type_hints(row)
        for held in records.of(kind):
            yield row(*(_value(hints[one], held.body.get(one)) for one in row.__struct_fields__))


def _value(hint: object, held: Json) -> Any:  # noqa: ANN401 - as the field has it
    if hint is str:
        return str(held or "")
    if hint is bool:
        return held is True
    if hint is int:
        return held if isinstance(held, int) else 0
    return tuple(str(one) for one in held) if isinstance(held, list) else ()
