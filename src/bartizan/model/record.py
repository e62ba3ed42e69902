# SPDX-License-Identifier: Apache-2.0
"""What a system said, as it said it, with secrets replaced by markers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from msgspec import Struct

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

UNREAD_KIND = "Bartizan::Unread"
"""The kind of the records that say what a source could not read; body: the `Unread` row."""


class RecordKey(NamedTuple):
    """What makes two records the same thing at two times."""

    kind: str
    id: str


class Record(Struct, frozen=True):
    """One element of a system's own answer."""

    provider: str
    """`aws`, `gcp`, `terraform`, ..."""
    account: str
    """Account, project or host that it belongs to; empty where there is none."""
    region: str
    """Empty for global kinds."""
    service: str
    """The vendor's own name of the service, as its client library spells it."""
    kind: str
    """CloudFormation type name where there is one, e.g. `AWS::IAM::Role`."""
    id: str
    """ARN where there is one; unique within its kind."""
    body: Mapping[str, Json]
    """The element of the answer as the vendor's service model defines it."""
    collected_at: str = ""
    """ISO 8601, UTC; no part of the snapshot's identity."""
    source: str = ""
    """Which call or file said so; no part of the snapshot's identity."""
    request_id: str = ""
    """The vendor's id of that answer; no part of the snapshot's identity."""

    @property
    def key(self) -> RecordKey:
        """What identifies this record in its snapshot."""
        return RecordKey(self.kind, self.id)


class Records(Protocol):
    """All records of a snapshot, whether at rest, in memory, or under an overlay."""

    def kinds(self) -> Iterable[str]:
        """Name the kinds present, sorted."""
        ...

    def of(self, kind: str) -> Iterator[Record]:
        """Yield the records of `kind`, sorted by id; nothing where there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Overlay:
    """Changes over other records: gives another estate without copying the first."""

    base: Records
    put: Mapping[RecordKey, Record]
    """Records that are new or replace the one with the same key."""
    dropped: frozenset[RecordKey] = frozenset()
    """Keys that are no longer there."""
    _changed: dict[str, Sequence[Record]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Kinds in which something changes, with their records once these were asked for: services
    look at one another's."""

    def __post_init__(self) -> None:
        """Note which kinds change."""
        for key in (*self.put, *self.dropped):
            self._changed[key.kind] = ()

    def kinds(self) -> Iterable[str]:
        """Name the kinds present, sorted."""
        return sorted({*self.base.kinds(), *(key.kind for key in self.put)})

    def of(self, kind: str) -> Iterator[Record]:
        """Yield the records of `kind` as they are after the change, sorted by id."""
        if kind not in self._changed:
            yield from self.base.of(kind)
            return
        if not self._changed[kind]:
            self._changed[kind] = self._made(kind)
        yield from self._changed[kind]

    def _made(self, kind: str) -> Sequence[Record]:
        kept = {record.id: record for record in self.base.of(kind)}
        for key in self.dropped:
            if key.kind == kind:
                kept.pop(key.id, None)
        kept |= {key.id: record for key, record in self.put.items() if key.kind == kind}
        return tuple(kept[name] for name in sorted(kept))


class RecordList(Struct, frozen=True):
    """Records held in memory, for files, tests and overlays."""

    rows: tuple[Record, ...]

    def kinds(self) -> Iterable[str]:
        """Name the kinds present, sorted."""
        return sorted({row.kind for row in self.rows})

    def of(self, kind: str) -> Iterator[Record]:
        """Yield the records of `kind`, sorted by id."""
        yield from sorted((r for r in self.rows if r.kind == kind), key=lambda r: r.id)
