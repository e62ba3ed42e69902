# SPDX-License-Identifier: Apache-2.0
"""The example organisation as it looks where one call is denied, beside how it looks in full."""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bartizan.app import wiring
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.model.facts import Facts
from bartizan.model.finding import Findings
from bartizan.model.record import Record, RecordKey, RecordList
from bartizan.model.snapshot import Manifest, SnapshotId
from bartizan.model.step import Step
from bartizan.sources.aws.services import SERVICES
from bartizan.sources.aws.source import AwsSettings, AwsSource
from tests.fakes.aws_recorded import RecordedAws, Seen
from tests.fakes.aws_scan import CountingProgress, MemoryDraft

REGIONS = frozenset({"eu-west-1", "us-east-1"})
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass
class WatchedDraft(MemoryDraft):
    """Knows which of its pieces a scan took up."""

    used: set[str] = field(default_factory=set)

    def read(self, piece: str) -> Sequence[Record]:
        self.used.add(piece)
        return super().read(piece)

    def write(self, piece: str, records: Iterable[Record]) -> None:
        self.used.add(piece)
        super().write(piece, records)


@dataclass(frozen=True)
class View:
    """What a scan saw, and what the engine makes of it."""

    records: RecordList

    @property
    def manifest(self) -> Manifest:
        return Manifest(
            id=SnapshotId("0" * 16),
            format=1,
            tool_version="0",
            parent=None,
            sources=("aws",),
            started_at="2026-01-02T12:00:00Z",
            finished_at="2026-01-02T12:00:00Z",
        )

    def facts(self) -> Facts:
        return self._facts

    @functools.cached_property
    def _facts(self) -> Facts:
        return wiring.normaliser()(self.records)

    @functools.cached_property
    def steps(self) -> tuple[Step, ...]:
        return wiring.engine(Settings()).steps(self.facts())

    @functools.cached_property
    def findings(self) -> Findings:
        return wiring.engine(Settings()).find(self, Question())


def scan(aws: RecordedAws, draft: MemoryDraft, *, concurrency: int = 16) -> None:
    """Read what `draft` does not hold yet."""
    settings = AwsSettings(
        key=b"k",
        endpoint_url=aws.url,
        regions=REGIONS,
        clock=lambda: NOON,
        concurrency=concurrency,
    )
    AwsSource(settings, wait=lambda _: None).collect(draft, CountingProgress())


def view(pieces: Mapping[str, Sequence[Record]]) -> View:
    """Return what pieces say together; of two records with one key the first counts."""
    rows: dict[RecordKey, Record] = {}
    for name in sorted(pieces):
        for record in pieces[name]:
            rows.setdefault(record.key, record)
    return View(RecordList(tuple(rows.values())))


def operations() -> Iterator[str]:
    """Yield `service:Operation` of every call of the table, once."""
    yield from dict.fromkeys(
        f"{call.service}:{call.operation}" for service in SERVICES for call in service.calls
    )


def rescanned(
    aws: RecordedAws, whole: Mapping[str, tuple[Record, ...]], name: str, *, account: str = ""
) -> tuple[View, list[Seen]]:
    """Read again, with the call `name` denied, all pieces in which it is made.

    Pieces of other services are those of the whole scan, as far as the new scan gets to them.
    """
    touched = {
        service.name
        for service in SERVICES
        if any(f"{call.service}:{call.operation}" == name for call in service.calls)
    }
    kept = {piece: rows for piece, rows in whole.items() if piece.split("/")[-1] not in touched}
    draft = WatchedDraft(pieces=kept)
    with aws.denying({name}, to=account) as asked:
        scan(aws, draft, concurrency=4)
    entered = {piece.split("/")[0] for piece in draft.used if piece.endswith("/global/Account")}
    reached = {
        piece: rows
        for piece, rows in draft.pieces.items()
        if piece.split("/")[0] in {*entered, "organization"}
    }
    return view(reached), asked
