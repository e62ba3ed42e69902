# SPDX-License-Identifier: Apache-2.0
"""What engines derive from a snapshot's facts, kept beside them to be mapped into memory again.

A compiled form is no part of a snapshot's name: it can always be derived again. So one that is
not exactly what was kept is as good as none, and nothing here is an error.
"""

import contextlib
import hashlib
import logging
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
from msgspec import Struct

from bartizan.files import opened
from bartizan.store import disk

_logger = logging.getLogger(__name__)
_DIGESTS = "digests.json"
_END = ".arrow"
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class CompiledForms(Struct, frozen=True):
    """The compiled forms of one snapshot, each in a folder that its name and version name."""

    folder: Path
    facts: str
    """Version of the facts that they are derived from."""

    def read(self, name: str, version: str) -> Mapping[str, pa.Table] | None:
        """Return the tables that were kept, mapped into memory; None where there are none, or
        where any of them is not as it was kept.
        """
        place = self._place(name, version)
        try:
            digests = _digests(place)
            return {table: _mapped(place / f"{table}{_END}", digests[table]) for table in digests}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, msgspec.MsgspecError, pa.ArrowException) as reason:
            _logger.info("compiled form %s is damaged: %s", place, reason)
            return None

    def keep(self, name: str, version: str, tables: Mapping[str, pa.Table]) -> None:
        """Keep tables under a name and version; other versions of the same name go.

        Where the disk refuses, nothing is kept.
        """
        place = self._place(name, version)
        try:
            self.folder.mkdir(exist_ok=True)
            for old in self.folder.glob(f".*{disk.PARTIAL}"):
                shutil.rmtree(old, ignore_errors=True)
            with _beside(self.folder) as partial:
                _write(partial, tables)
                disk.publish(partial, place)
            for other in self.folder.glob(f"{name}@*"):
                if other != place:
                    disk.discard(other)
        except OSError as reason:
            _logger.info("compiled form %s is not kept: %s", place, reason)

    def wrong(self) -> Sequence[str]:
        """Say of each file that it is not as it was kept, one line each."""
        found = []
        for place in sorted(self.folder.glob("[!.]*")):
            try:
                digests = _digests(place)
            except (OSError, msgspec.MsgspecError):
                found.append(f"{place / _DIGESTS}: cannot be read")
                continue
            for table, digest in sorted(digests.items()):
                try:
                    _mapped(place / f"{table}{_END}", digest)
                except (OSError, ValueError, pa.ArrowException) as reason:
                    found.append(f"{place / table}{_END}: {reason}")
        return found

    def _place(self, name: str, version: str) -> Path:
        words = (name, version, self.facts)
        if not all(map(_WORD.fullmatch, words)):
            message = f"not a name and a version: {words}"
            raise ValueError(message)
        return self.folder / f"{name}@{version}+{self.facts}"


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give a folder of one's own to write to, since two processes may compile at once."""
    made = Path(tempfile.mkdtemp(dir=folder, prefix=".", suffix=disk.PARTIAL))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _write(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write each table as one batch without compression, so that a mapped file is its columns."""
    digests = {}
    for name, table in tables.items():
        if not _WORD.fullmatch(name):
            message = f"not a name of a table: `{name}`"
            raise ValueError(message)
        place = folder / f"{name}{_END}"
        whole = table.combine_chunks()
        with pa.OSFile(str(place), "wb") as sink, pa.ipc.new_file(sink, whole.schema) as writer:
            writer.write_table(whole)
        with place.open("rb") as file:
            digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
    disk.write_whole(folder / _DIGESTS, msgspec.json.encode(digests, order="sorted"))


def _digests(place: Path) -> dict[str, str]:
    with opened(place / _DIGESTS) as file:
        return msgspec.json.decode(file.read(), type=dict[str, str])


def _mapped(place: Path, digest: str) -> pa.Table:
    """Map a file into memory and refuse one that is not what was written.

    Raises:
        OSError: it cannot be read, or is no regular file.
        ValueError: its content is not the one with this SHA-256.
    """
    opened(place).close()
    mapped = pa.memory_map(str(place))
    if hashlib.sha256(mapped.read_buffer()).hexdigest() != digest:
        message = "digest is not the one that was noted when it was written"
        raise ValueError(message)
    mapped.seek(0)
    return pa.ipc.open_file(mapped).read_all()
