# SPDX-License-Identifier: Apache-2.0
"""Reads hosts from files that Puppet and PuppetDB wrote, without running Puppet."""

import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.files import content
from bartizan.model.moment import written
from bartizan.model.record import UNREAD_KIND, Json, Record
from bartizan.ports import Pieces, Progress
from bartizan.sources.puppet import control
from bartizan.sources.puppet.document import Catalog, Document, documents
from bartizan.sources.puppet.record import control_record, records, unread
from bartizan.sources.puppet.told import FILES, read, told

_logger = logging.getLogger(__name__)

_TEXT = 1_000_000
"""Bytes of a file of settings or code."""


def _now() -> datetime:
    return datetime.now(UTC)


class PuppetFiles(Struct, frozen=True):
    """Catalogs and facts in files: a piece for each file that holds some."""

    places: Sequence[Path]
    """Files and folders."""
    key: bytes
    """Key of the fingerprints that stand in for secrets."""
    clock: Callable[[], datetime] = _now

    def collect(self, draft: Pieces, progress: Progress) -> None:
        """Write the records of each file.

        Raises:
            InputError: a file is damaged, none holds anything of Puppet, or two tell of one host.
        """
        files = list(self.files())
        progress.total(len(files))
        at = written(self.clock())
        seen: dict[tuple[bool, str], Path] = {}
        unknown: list[Record] = []
        for path in files:
            if control.is_control(PurePosixPath(path)):
                progress.started(str(path))
                draft.write(str(path), held := list(self._controlled(path, at)))
                gaps = sum(one.kind == UNREAD_KIND for one in held)
                progress.finished(str(path), records=len(held) - gaps, unread=gaps)
                continue
            found = list(documents(self._read(path), str(path)))
            if not found:
                _logger.debug("%s holds neither catalogs nor facts", path)
                unknown.append(_not_understood(path, at=at))
                continue
            _once(found, path, seen)
            progress.started(str(path))
            made = [
                record
                for document in found
                for record in records(document, key=self.key, at=at, source=path.name)
            ]
            draft.write(str(path), made)
            progress.finished(str(path), records=len(made), unread=0)
        if not seen and not any(control.is_control(PurePosixPath(path)) for path in files):
            raise _nothing(self.places)
        draft.write("files", unknown)
        progress.finished("files", records=0, unread=len(unknown))

    def documents(self) -> Iterator[tuple[Path, Document]]:
        """Yield the catalogs and facts of each file that holds some.

        Raises:
            InputError: a file is damaged, none holds anything of Puppet, or two tell of one host.
        """
        seen: dict[tuple[bool, str], Path] = {}
        settings = False
        for path in self.files():
            if control.is_control(PurePosixPath(path)):
                settings = True
                continue
            found = list(documents(self._read(path), str(path)))
            _once(found, path, seen)
            yield from ((path, one) for one in found)
        if not seen:
            self._refuse_hidden()
            if not settings:
                raise _nothing(self.places)

    def _refuse_hidden(self) -> None:
        """Refuse a catalog where no JSON is looked at, as nobody would miss what it says."""
        for place in self.places:
            named = sorted(place.rglob("*.json")) if place.is_dir() else []
            hidden = next((one for one in named[:FILES] if told(one, named=False)), None)
            if hidden is not None:
                raise InputError(
                    "a catalog below a folder of code, where no JSON is read",
                    at=Location(str(hidden)),
                    hint="put catalogs beside the folder of the code, not into it",
                )

    def settings(self) -> Iterator[tuple[str, str, tuple[Record, ...]]]:
        """Yield what people call each file of a server or a control repository, its text, and the
        records of what it says.

        Raises:
            InputError: one cannot be read, is too large or no text.
        """
        for path in self.files():
            if control.is_control(PurePosixPath(path)):
                yield self._shown(path), text_of(path), tuple(self._controlled(path, ""))

    def files(self) -> Iterator[Path]:
        """Yield the files that are read, those of a folder by name.

        Raises:
            InputError: there is no such file or folder, or it holds too many.
        """
        for place in self.places:
            if not place.exists():
                raise InputError("no such file or folder", at=Location(str(place)))
            if not place.is_dir():
                yield place
                continue
            inside = list(itertools.islice(place.rglob("*"), FILES + 1))
            if len(inside) > FILES:
                raise InputError(f"more than {FILES:,} files", at=Location(str(place)))
            code = [path.parent for path in inside if control.is_root(path.name)]
            yield from sorted(
                path for path in inside if _is_read(path, code) and not path.is_dir()
            )

    def _read(self, path: Path) -> Json:
        return read(path, named=path in self.places)

    def _controlled(self, path: Path, at: str) -> Iterator[Record]:
        """Yield the records of a file of a server or a control repository."""
        place = self._shown(path)
        for said in control.read(PurePosixPath(path), text_of(path)):
            if isinstance(said, control.Control):
                yield control_record(said, place=place, at=at)
            else:
                line = f":{said.line}" if said.line else ""
                yield unread(
                    operation=f"{place}{line}", code="not-understood", reason=said.reason, at=at
                )

    def _shown(self, path: Path) -> str:
        """Return what people call a file: its path in the folder that was named."""
        above = [place for place in self.places if place.is_dir() and path.is_relative_to(place)]
        return path.relative_to(above[0]).as_posix() if above else path.name


def _is_read(path: Path, code: Sequence[Path]) -> bool:
    """Tell whether a file is read; JSON beside code and settings of Puppet is no catalog."""
    if control.is_control(PurePosixPath(path)):
        return True
    named = path.name.endswith((".json", ".json.gz"))
    return named and not any(path.is_relative_to(folder) for folder in code)


def text_of(path: Path) -> str:
    """Return the text of a file of settings or code.

    Raises:
        InputError: it cannot be read, is too large, or is no UTF-8.
    """
    held = content(path, most=_TEXT)
    if len(held) > _TEXT:
        raise InputError(f"larger than {_TEXT:,} bytes", at=Location(str(path)))
    try:
        return held.decode()
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", at=Location(str(path))) from error


def _nothing(places: Sequence[Path]) -> InputError:
    return InputError(
        "none of the files is a catalog or the facts of a node",
        at=Location(", ".join(str(place) for place in places)),
        hint="`puppet catalog compile NODE --render-as json` writes a catalog",
    )


def _once(found: Sequence[Document], path: Path, seen: dict[tuple[bool, str], Path]) -> None:
    """Refuse two catalogs, or facts, of one node: nothing says which of them holds."""
    for one in found:
        key = (isinstance(one, Catalog), one.certname)
        if key in seen:
            what = "catalogs" if key[0] else "sets of facts"
            raise InputError(
                f"two {what} of `{one.certname}`, the first in {seen[key]}",
                at=Location(str(path)),
                hint="name the newer one only",
            )
        seen[key] = path


def _not_understood(path: Path, *, at: str) -> Record:
    return unread(
        operation=path.name,
        code="not-understood",
        reason="the file holds neither catalogs nor facts",
        at=at,
    )
