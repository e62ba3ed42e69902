# SPDX-License-Identifier: Apache-2.0
"""A snapshot that is being written: pieces that survive a crash, then one rename."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
from msgspec import Struct, structs

import bartizan
from bartizan.errors import Location, StoreError
from bartizan.model.record import Record, RecordKey
from bartizan.model.snapshot import FORMAT, Manifest, SnapshotId
from bartizan.store import disk, layout, rows

_BEGUN = "begun.json"
_PIECE = ".piece.jsonl"
_ROW_GROUP = 5_000


class _Begun(msgspec.Struct):
    """What a draft says about itself."""

    scope: str
    started_at: str


class ParquetDraft(Struct, frozen=True):
    """One file per finished piece, in a folder that only one process writes to."""

    folder: Path
    snapshots: Path
    lock: int
    """File descriptor; locked as long as it is open, however the process ends."""

    @classmethod
    def begin(
        cls, drafts: Path, snapshots: Path, *, scope: str, started_at: str, resume: bool
    ) -> "ParquetDraft":
        """Start a draft for `scope`, or take up the one that is there.

        Raises:
            StoreError: another process is writing it, or the disk refuses.
        """
        folder = drafts / hashlib.sha256(scope.encode()).hexdigest()[:16]
        with disk.disk_errors(folder):
            drafts.mkdir(parents=True, exist_ok=True)
            snapshots.mkdir(parents=True, exist_ok=True)
            lock = os.open(drafts / f"{folder.name}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(lock)
                raise StoreError(
                    "another scan of the same scope is running",
                    at=Location(str(folder)),
                    hint="wait until it ends, or stop it",
                ) from error
            if not resume:
                disk.discard(folder)
            folder.mkdir(exist_ok=True)
            for leftover in folder.glob(f".*{disk.PARTIAL}"):
                leftover.unlink()
            if not (folder / _BEGUN).exists():
                begun = msgspec.json.encode(_Begun(scope, started_at))
                disk.write_whole(folder / _BEGUN, begun)
        return cls(folder, snapshots, lock)

    def finished(self) -> frozenset[str]:
        """Name the pieces that are safe."""
        return frozenset(_piece_name(place) for place in self.folder.glob(f"*{_PIECE}"))

    def write(self, piece: str, records: Iterable[Record]) -> None:
        """Make a piece safe, all of it or none.

        Raises:
            StoreError: the disk refuses.
        """
        content = rows.to_lines(piece, records)
        with disk.disk_errors(self.folder):
            disk.write_whole(self.folder / _piece_file(piece), content)

    def read(self, piece: str) -> Sequence[Record]:
        """Return the records of a finished piece.

        Raises:
            StoreError: there is no such piece, or it is damaged.
        """
        return tuple(_read_piece(self.folder / _piece_file(piece)))

    def commit(self, *, sources: Sequence[str], finished_at: str) -> SnapshotId:
        """Make the snapshot visible under its id and remove the draft.

        Raises:
            StoreError: the disk refuses, or a piece is damaged.
        """
        begun = msgspec.json.decode((self.folder / _BEGUN).read_bytes(), type=_Begun)
        partial = self.snapshots / f".{self.folder.name}{disk.PARTIAL}"
        with disk.disk_errors(partial):
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            written = write_records(partial, self._all())
            manifest = Manifest(
                id=layout.snapshot_id(written.content),
                format=FORMAT,
                tool_version=bartizan.__version__,
                parent=None,
                sources=tuple(sources),
                started_at=begun.started_at,
                finished_at=finished_at,
                counts=written.counts,
                content=written.content,
                digests=written.files,
            )
            self._publish(partial, manifest)
            disk.discard(self.folder)
        self.release()
        return manifest.id

    def release(self) -> None:
        """Let another process take the draft up."""
        os.close(self.lock)

    def _publish(self, partial: Path, manifest: Manifest) -> None:
        """Make the folder visible; where the same content is already there, note the new times."""
        final = self.snapshots / manifest.id
        if final.exists() and not layout.wrong_files(final, layout.read_manifest(final)):
            shutil.rmtree(partial)
            same = layout.read_manifest(final)
            manifest = structs.replace(
                manifest, digests=same.digests, parent=same.parent, dropped=same.dropped
            )
            disk.write_whole(final / layout.MANIFEST, layout.write_manifest(manifest))
        else:
            disk.write_whole(partial / layout.MANIFEST, layout.write_manifest(manifest))
            disk.publish(partial, final)

    def _all(self) -> Iterator[Record]:
        for place in sorted(self.folder.glob(f"*{_PIECE}"), key=_piece_name):
            yield from _read_piece(place)


class Written(Struct, frozen=True):
    """What `write_records` wrote."""

    counts: dict[str, int]
    content: dict[str, str]
    files: dict[str, str]


def write_records(folder: Path, records: Iterable[Record]) -> Written:
    """Write records into one file per kind; of two with one key the first is kept."""
    seen: set[RecordKey] = set()
    waiting: dict[str, list[Record]] = {}
    writers: dict[str, pq.ParquetWriter] = {}
    digests: dict[str, list[bytes]] = {}
    for record in records:
        if record.key in seen:
            continue
        seen.add(record.key)
        digests.setdefault(record.kind, []).append(rows.record_digest(record))
        queue = waiting.setdefault(record.kind, [])
        queue.append(record)
        if len(queue) >= _ROW_GROUP:
            _flush(folder, record.kind, queue, writers)
    for kind, queue in waiting.items():
        _flush(folder, kind, queue, writers)
    for writer in writers.values():
        writer.close()
    files = {layout.kind_file(kind): "" for kind in sorted(writers)}
    for name in files:
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())
            files[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(
        counts={kind: len(digests[kind]) for kind in sorted(digests)},
        content={kind: rows.kind_digest(digests[kind]) for kind in sorted(digests)},
        files=files,
    )


def _flush(
    folder: Path, kind: str, queue: list[Record], writers: dict[str, pq.ParquetWriter]
) -> None:
    if kind not in writers:
        place = folder / layout.kind_file(kind)
        place.parent.mkdir(parents=True)
        writers[kind] = pq.ParquetWriter(place, rows.SCHEMA, compression="zstd")
    writers[kind].write_table(rows.to_table(queue))
    queue.clear()


def _piece_file(piece: str) -> str:
    """Return a file name that any piece fits into; the name itself is kept inside the file."""
    return f"{hashlib.sha256(piece.encode()).hexdigest()[:32]}{_PIECE}"


def _piece_name(place: Path) -> str:
    with disk.disk_errors(place), place.open("rb") as file:
        line = file.readline()
    try:
        return rows.piece_name(line)
    except msgspec.MsgspecError as error:
        raise layout.damaged(place, str(error).lower()) from error


def _read_piece(place: Path) -> Iterator[Record]:
    with disk.disk_errors(place):
        content = place.read_bytes()
    try:
        yield from rows.from_lines(content)
    except (msgspec.MsgspecError, TypeError) as error:
        raise layout.damaged(place, str(error).lower()) from error
