# SPDX-License-Identifier: Apache-2.0
"""A snapshot at rest: records by kind, and facts that are derived once and kept."""

import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from bartizan.errors import StoreError
from bartizan.files import NotRegularError, opened
from bartizan.model.facts import TABLES, Facts
from bartizan.model.record import Overlay, Record, RecordKey, Records
from bartizan.model.snapshot import Manifest
from bartizan.model.table import schema
from bartizan.ports import Normaliser
from bartizan.store import disk, layout, rows
from bartizan.store.compiled import CompiledForms

_logger = logging.getLogger(__name__)
_DIGESTS = "digests.json"
_SMALL = 2**20
"""Bytes of a file up to which to start threads takes longer than to read it."""
_HELD = 16 * 2**20
"""Bytes of the tables of one snapshot of which the records stay in memory once they were read."""


def read_verified(place: Path, digest: str) -> pa.Table:
    """Read a Parquet file of a snapshot and refuse one that is not what was written.

    Raises:
        StoreError: it is missing, or its content is not the one with this SHA-256.
    """
    try:
        with opened(place) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise layout.damaged(place, "file is missing") from error
    except NotRegularError as error:
        raise layout.damaged(place, str(error.strerror)) from error
    if disk.sha256(content) != digest:
        raise layout.damaged(place, "its digest is not the one that the manifest states")
    try:
        # `read_table` would import the dataset API, and with it much that is of no use here.
        parquet = pq.ParquetFile(pa.BufferReader(content))
        return parquet.read(use_threads=len(content) > _SMALL)
    except pa.ArrowException as error:
        raise layout.damaged(place, str(error).splitlines()[0].lower()) from error


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """The record files of one snapshot, without those of its parent."""

    folder: Path
    manifest: Manifest
    _read: dict[str, tuple[int, Sequence[Record]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Records that were read before, with the bytes of their tables; services look at one
    another's records."""

    def kinds(self) -> Iterable[str]:
        """Name the kinds that have a file here, sorted."""
        return sorted(k for k in self.manifest.content if self._file(k) in self.manifest.digests)

    def of(self, kind: str) -> Iterator[Record]:
        """Yield the records of `kind`, sorted by id."""
        name = self._file(kind)
        if name not in self.manifest.digests:
            return
        if name not in self._read:
            digest = self.manifest.digests[name]
            table = read_verified(self.folder / name, digest).sort_by("id")
            if table.nbytes + sum(size for size, _ in self._read.values()) > _HELD:
                yield from rows.from_table(table)
                return
            self._read[name] = table.nbytes, tuple(rows.from_table(table))
        yield from self._read[name][1]

    @staticmethod
    def _file(kind: str) -> str:
        return layout.kind_file(kind)


class ParquetSnapshot(Struct, frozen=True, dict=True):
    """A snapshot in a folder of its own."""

    folder: Path
    manifest: Manifest
    normalise: Normaliser
    parent: "ParquetSnapshot | None" = None

    @cached_property
    def records(self) -> Records:
        """All its records, those of its parents under the overlay included."""
        own = StoredRecords(self.folder, self.manifest)
        if self.parent is None:
            return own
        put = {record.key: record for kind in own.kinds() for record in own.of(kind)}
        dropped = frozenset(RecordKey(*key) for key in self.manifest.dropped)
        return Overlay(self.parent.records, put, dropped)

    def facts(self) -> Facts:
        """Return its facts, read once; normalised again where the kept ones are of another
        version.

        Raises:
            StoreError: a record file is damaged.
        """
        return self._facts

    @cached_property
    def _facts(self) -> Facts:
        folder = self.folder / "facts" / self.normalise.version
        try:
            return _read_facts(folder)
        except (StoreError, OSError, msgspec.MsgspecError) as reason:
            # Facts are a function of records: what cannot be read back is derived again.
            _logger.debug("normalising %s: %s", self.manifest.id, reason)
        facts = self.normalise(self.records)
        try:
            _write_facts(folder, facts)
        except OSError as error:
            _logger.info("facts of %s are not kept: %s", self.manifest.id, error)
        return facts

    def compiled(self, name: str, version: str) -> Mapping[str, pa.Table] | None:
        """Return what `keep` kept of its facts; None where it has to be derived again."""
        return self._forms.read(name, version)

    def keep(self, name: str, version: str, tables: Mapping[str, pa.Table]) -> None:
        """Keep what was derived from its facts; where the disk refuses, it is not kept."""
        self._forms.keep(name, version, tables)

    def wrong_files(self) -> Sequence[str]:
        """Return what is wrong with its own files, one line each; its parent has others."""
        return [*layout.wrong_files(self.folder, self.manifest), *self._forms.wrong()]

    @property
    def _forms(self) -> CompiledForms:
        return CompiledForms(self.folder / "compiled", self.normalise.version)


def _read_facts(folder: Path) -> Facts:
    with opened(folder / _DIGESTS) as file:
        digests = msgspec.json.decode(file.read(), type=dict[str, str])
    tables = {
        name: read_verified(folder / f"{name}.parquet", digests[name]) for name in sorted(digests)
    }
    for row in TABLES:
        held = tables.get(row.table)
        if held is None or held.schema.names != schema(row).names:
            raise StoreError(f"{folder} holds other columns of `{row.table}`")
    return Facts(tables)


def _write_facts(folder: Path, facts: Facts) -> None:
    for other in folder.parent.glob("*"):
        shutil.rmtree(other)
    partial = folder.with_name(f".{folder.name}{disk.PARTIAL}")
    partial.mkdir(parents=True)
    digests = {}
    for table in TABLES:
        content = rows.to_parquet(facts.table(table))
        (partial / f"{table.table}.parquet").write_bytes(content)
        digests[table.table] = disk.sha256(content)
    disk.write_whole(partial / _DIGESTS, msgspec.json.encode(digests, order="sorted"))
    disk.publish(partial, folder)
