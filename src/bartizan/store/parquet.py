# SPDX-License-Identifier: Apache-2.0
"""Keeps snapshots as folders of Parquet files under one home."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

import bartizan
from bartizan.errors import Location, StoreError
from bartizan.model.record import Overlay
from bartizan.model.snapshot import FORMAT, Manifest, SnapshotId
from bartizan.ports import Normaliser, Snapshot
from bartizan.store import disk, layout, rows
from bartizan.store.draft import ParquetDraft, write_records
from bartizan.store.snapshot import ParquetSnapshot

_LATEST = re.compile(r"latest(?:~(\d{1,6}))?")
_DEPTH = 64
"""Overlays over overlays that we follow; more is a circle or a mistake."""


class ParquetStore(Struct, frozen=True):
    """Snapshots under `home/snapshots`, unfinished ones under `home/drafts`."""

    home: Path
    normalise: Normaliser

    @property
    def snapshots(self) -> Path:
        """Where the finished ones lie."""
        return self.home / "snapshots"

    def begin(self, *, scope: str, started_at: str, resume: bool) -> ParquetDraft:
        """Start a draft, or take up the one that an interrupted run over `scope` left.

        Raises:
            StoreError: there is nowhere to write, or another process writes it.
        """
        return ParquetDraft.begin(
            self.home / "drafts",
            self.snapshots,
            scope=scope,
            started_at=started_at,
            resume=resume,
        )

    def open(self, reference: str) -> ParquetSnapshot:
        """Open by id, unique prefix of an id, path, `latest` or `latest~N`.

        Raises:
            StoreError: there is no such snapshot, or it cannot be read.
        """
        return self._load(self._find(reference), depth=0)

    def export(self, reference: str, place: Path) -> None:
        """Copy a snapshot to a folder of its own, which must not be there yet; it is opened by
        that path.

        Raises:
            StoreError: there is no such snapshot, or it cannot be written there.
        """
        try:
            shutil.copytree(self._find(reference), place)
        except OSError as error:
            reason = (error.strerror or "error").lower()
            raise StoreError(f"cannot be written: {reason}", at=Location(str(place))) from error

    def overlay(self, parent: Snapshot, change: Overlay, *, source: str, at: str) -> SnapshotId:
        """Keep changes over a snapshot as a snapshot of its own.

        Its id is that of a snapshot that was read with the changes already made.

        Raises:
            StoreError: the disk refuses.
        """
        old = parent.manifest
        touched = {key.kind for key in change.put} | {key.kind for key in change.dropped}
        counts, content = dict(old.counts), dict(old.content)
        for kind in sorted(touched):
            digests = [rows.record_digest(record) for record in change.of(kind)]
            counts[kind], content[kind] = len(digests), rows.kind_digest(digests)
            if not digests:
                del counts[kind], content[kind]
        name = layout.snapshot_id(content)
        if name == old.id or (self.snapshots / name).exists():
            return name
        partial = self.snapshots / f".{name}{disk.PARTIAL}"
        with disk.disk_errors(partial):
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            written = write_records(partial, (change.put[key] for key in sorted(change.put)))
            manifest = Manifest(
                id=name,
                format=FORMAT,
                tool_version=bartizan.__version__,
                parent=old.id,
                sources=(source,),
                started_at=at,
                finished_at=at,
                counts=counts,
                content=content,
                digests=written.files,
                dropped=tuple(sorted(change.dropped)),
            )
            disk.write_whole(partial / layout.MANIFEST, layout.write_manifest(manifest))
            disk.publish(partial, self.snapshots / name)
        return name

    def list(self) -> Sequence[Manifest]:
        """Return all manifests, newest first; of those of one second, what was written last.

        Raises:
            StoreError: one of them cannot be read.
        """
        found = [(layout.read_manifest(one), _written(one)) for one in self._folders()]
        found.sort(key=lambda pair: (pair[0].finished_at, pair[1], pair[0].id), reverse=True)
        return [manifest for manifest, _ in found]

    def verify(self, reference: str) -> Sequence[str]:
        """Return what is wrong with a snapshot's files, one line each; empty when all is well.

        Raises:
            StoreError: there is no such snapshot, or its manifest cannot be read.
        """
        snapshot: ParquetSnapshot | None = self.open(reference)
        wrong: list[str] = []
        while snapshot is not None:
            wrong += snapshot.wrong_files()
            snapshot = snapshot.parent
        return wrong or self._verify_content(self.open(reference))

    def prune(self, *, keep: int) -> Sequence[SnapshotId]:
        """Remove all but the newest `keep` and what they rest on; return what went."""
        gone = self.prunable(keep=keep)
        for name in gone:
            with disk.disk_errors(self.snapshots / name):
                disk.discard(self.snapshots / name)
        return gone

    def prunable(self, *, keep: int) -> Sequence[SnapshotId]:
        """Return what `prune` would remove."""
        manifests = {m.id: m for m in self.list()}
        kept: set[SnapshotId] = set()
        for newest in list(manifests)[:keep]:
            name: SnapshotId | None = newest
            while name is not None and name in manifests and name not in kept:
                kept.add(name)
                name = manifests[name].parent
        return [name for name in manifests if name not in kept]

    def _verify_content(self, snapshot: ParquetSnapshot) -> Sequence[str]:
        """Check that the records are those that the id was made from."""
        records = snapshot.records
        return [
            f"{snapshot.folder}: records of {kind} are not those that the id was made from"
            for kind, digest in snapshot.manifest.content.items()
            if rows.kind_digest(rows.record_digest(r) for r in records.of(kind)) != digest
        ]

    def _folders(self) -> Sequence[Path]:
        if not self.snapshots.is_dir():
            return ()
        return sorted(p for p in self.snapshots.iterdir() if not p.name.startswith("."))

    def _find(self, reference: str) -> Path:
        if latest := _LATEST.fullmatch(reference):
            back = int(latest.group(1) or 0)
            manifests = self.list()
            if back < len(manifests):
                return self.snapshots / manifests[back].id
            raise StoreError(
                f"no snapshot `{reference}`: there are {len(manifests)}",
                at=Location(str(self.snapshots)),
                hint="`bartizan scan aws` or `bartizan load` makes one",
            )
        matches = [p for p in self._folders() if p.name.startswith(reference)] if reference else []
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(p.name for p in matches[:4])
            raise StoreError(f"`{reference}` could be any of {names}", hint="give more digits")
        if (Path(reference) / layout.MANIFEST).is_file():
            return Path(reference)
        raise StoreError(
            f"no snapshot `{reference}`",
            at=Location(str(self.snapshots)),
            hint="`bartizan snapshot list` shows those that are there",
        )

    def _load(self, folder: Path, *, depth: int) -> ParquetSnapshot:
        manifest = layout.read_manifest(folder)
        if manifest.parent is None:
            return ParquetSnapshot(folder, manifest, self.normalise)
        if depth > _DEPTH:
            raise layout.damaged(folder, f"more than {_DEPTH} overlays over one another")
        parent = self._load(self._find(manifest.parent), depth=depth + 1)
        return ParquetSnapshot(folder, manifest, self.normalise, parent)


def _written(folder: Path) -> int:
    """Return when a snapshot's manifest was written, in nanoseconds."""
    with disk.disk_errors(folder):
        return (folder / layout.MANIFEST).stat().st_mtime_ns
