# SPDX-License-Identifier: Apache-2.0
"""Read an estate into a snapshot: live or from files, alone or over what was read before."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct, field

from bartizan.errors import UsageError
from bartizan.model.record import UNREAD_KIND, Overlay, Record, RecordKey, Records
from bartizan.model.snapshot import Manifest
from bartizan.ports import Progress, Snapshot, Source, Store


def scan(
    source: Source,
    store: Store,
    progress: Progress,
    *,
    scope: str,
    sources: Sequence[str],
    resume: bool,
    now: Callable[[], str],
    over: str | None = None,
) -> Manifest:
    """Collect all that `source` gives and keep it as a snapshot; return its manifest.

    `scope` names what is read, so that an interrupted run over the same scope can be taken up;
    `now` gives the time as ISO 8601 in UTC. With `over`, which names a snapshot, it is kept as
    that one with what was read in the place of what the same tool told there of the same
    accounts or hosts.

    Raises:
        SourceError: nothing at all can be read.
        StoreError: the snapshot cannot be written; what was collected stays for `resume`.
        UsageError: an interrupted run is to be taken up over another snapshot.
    """
    if over is not None:
        if resume:
            raise UsageError(
                "what is laid over a snapshot is held in memory until it is whole",
                hint="leave out `--resume` or `--over`",
            )
        parent, held = store.open(over), _Held()
        source.collect(held, progress)
        change = _laid(parent, held.records())
        name = store.overlay(parent, change, source=", ".join(sources), at=now())
        return store.open(name).manifest
    draft = store.begin(scope=scope, started_at=now(), resume=resume)
    try:
        source.collect(draft, progress)
        name = draft.commit(sources=sources, finished_at=now())
    except BaseException:
        draft.release()
        raise
    return store.open(name).manifest


class _Held(Struct, frozen=True):
    """Pieces in memory, which become an overlay."""

    pieces: dict[str, tuple[Record, ...]] = field(default_factory=dict)

    def finished(self) -> frozenset[str]:
        """Name no piece: nothing was interrupted."""
        return frozenset()

    def write(self, piece: str, records: Iterable[Record]) -> None:
        """Hold a piece."""
        self.pieces[piece] = tuple(records)

    def read(self, piece: str) -> Sequence[Record]:
        """Return the records of a piece."""
        return self.pieces[piece]

    def records(self) -> Iterator[Record]:
        """Yield the records of all pieces."""
        for held in self.pieces.values():
            yield from held


def _laid(parent: Snapshot, records: Iterable[Record]) -> Overlay:
    put = {record.key: record for record in records}
    # What accounts share, as the lists of the calls that were made of them, is no vendor's.
    told = {(record.provider, record.account) for record in put.values() if record.provider}
    gone = (
        record.key
        for record in _of_vendors(parent.records, put)
        if (record.provider, record.account) in told and record.key not in put
    )
    return Overlay(parent.records, put, frozenset(gone))


def _of_vendors(records: Records, put: Iterable[RecordKey]) -> Iterator[Record]:
    """Yield the records of the vendors that some records are of, by how their kinds begin."""
    vendors = {key.kind.partition("::")[0] for key in put}
    for kind in records.kinds():
        if kind == UNREAD_KIND or kind.partition("::")[0] in vendors:
            yield from records.of(kind)
