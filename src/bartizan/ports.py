# SPDX-License-Identifier: Apache-2.0
"""What the use cases ask of the outside: sources, stores, reports, progress."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

import pyarrow as pa

from bartizan.model.code_fix import EditedFile
from bartizan.model.code_place import CodePlace
from bartizan.model.facts import Facts
from bartizan.model.finding import Findings
from bartizan.model.laid import Laid
from bartizan.model.record import Overlay, Record, Records
from bartizan.model.remedy import Remedy
from bartizan.model.snapshot import Manifest, SnapshotId

Batches: TypeAlias = Mapping[str, pa.Table]
"""Tables by name."""
BatchKernel: TypeAlias = Callable[[Batches], Batches]
"""Makes tables of tables; what it makes of one part does not depend on the others."""


class Progress(Protocol):
    """Tells a person how far a long job is; an object is passed in, nothing prints by itself."""

    def total(self, pieces: int) -> None:
        """Say how many pieces of work are known by now; may grow."""
        ...

    def started(self, piece: str) -> None:
        """Say that work on a piece begins."""
        ...

    def finished(self, piece: str, *, records: int, unread: int) -> None:
        """Say that a piece is done and safe on disk."""
        ...

    def called(self, *, throttled: bool = False) -> None:
        """Count one API call."""
        ...


class Pieces(Protocol):
    """Takes what a source reads, piece by piece."""

    def finished(self) -> frozenset[str]:
        """Name the pieces that an earlier, interrupted run already made safe."""
        ...

    def write(self, piece: str, records: Iterable[Record]) -> None:
        """Make a piece safe, all of it or none. A piece that is already there is replaced."""
        ...

    def read(self, piece: str) -> Sequence[Record]:
        """Return the records of a finished piece."""
        ...


class Draft(Pieces, Protocol):
    """A snapshot that is being written; nobody sees it until `commit`."""

    def commit(self, *, sources: Sequence[str], finished_at: str) -> SnapshotId:
        """Make the snapshot visible under its id and remove the draft."""
        ...

    def release(self) -> None:
        """Let go of it as it is, so that it can be taken up."""
        ...


class Snapshot(Protocol):
    """A snapshot at rest."""

    @property
    def manifest(self) -> Manifest:
        """What it says about itself."""
        ...

    @property
    def records(self) -> Records:
        """All its records, those of its parents under an overlay included."""
        ...

    def facts(self) -> Facts:
        """Return its facts, normalised again where the cached ones are of another version."""
        ...

    def compiled(self, name: str, version: str) -> Mapping[str, pa.Table] | None:
        """Return the tables that `keep` kept under this name and version, which may be mapped
        from a file; None where there are none of these very facts.
        """
        ...

    def keep(self, name: str, version: str, tables: Mapping[str, pa.Table]) -> None:
        """Keep tables that were derived from its facts alone, so that they need not be derived
        again. They are no part of the snapshot: where they cannot be kept, nothing is said.
        """
        ...


class Store(Protocol):
    """Keeps snapshots."""

    def begin(self, *, scope: str, started_at: str, resume: bool) -> Draft:
        """Start a draft, or take up the one that an interrupted run over `scope` left.

        Raises:
            StoreError: there is nowhere to write.
        """
        ...

    def open(self, reference: str) -> Snapshot:
        """Open by id, unique prefix of an id, path, `latest` or `latest~N`.

        Raises:
            StoreError: there is no such snapshot, or it cannot be read.
        """
        ...

    def overlay(self, parent: Snapshot, change: Overlay, *, source: str, at: str) -> SnapshotId:
        """Keep changes over a snapshot as a snapshot of its own."""
        ...

    def list(self) -> Sequence[Manifest]:
        """Return all manifests, newest first."""
        ...

    def verify(self, reference: str) -> Sequence[str]:
        """Return what is wrong with a snapshot's files, one line each; empty when all is well."""
        ...

    def prunable(self, *, keep: int) -> Sequence[SnapshotId]:
        """Return what `prune` would remove."""
        ...

    def prune(self, *, keep: int) -> Sequence[SnapshotId]:
        """Remove all but the newest `keep` and what they rest on; return what went."""
        ...


class Engine(Protocol):
    """Runs kernels over parts of tables, wherever there is somebody to do it."""

    def run(self, kernel: BatchKernel, parts: Iterable[Batches]) -> Iterator[Batches]:
        """Yield what `kernel`, a function of a module, makes of each part, in their order.

        Raises:
            EngineError: a part got no answer.
        """
        ...


class Source(Protocol):
    """Reads one kind of system into records; it judges nothing."""

    def collect(self, draft: Pieces, progress: Progress) -> None:
        """Write all pieces that are not finished yet. A part that cannot be read is an `Unread`
        record in its piece.

        Raises:
            SourceError: nothing at all can be read (no credentials, wrong endpoint).
        """
        ...


class Change(Protocol):
    """A proposed change of an estate, as code or a tool states it."""

    @property
    def names(self) -> tuple[str, ...]:
        """What people call what states it."""
        ...

    @property
    def partial(self) -> tuple[str, ...]:
        """Why it is not told whole; empty where it is."""
        ...

    @property
    def drift(self) -> tuple[str, ...]:
        """Addresses of what changed by itself before."""
        ...

    @property
    def unread_code(self) -> tuple[str, ...]:
        """What of its source text could not be read; empty where it was not asked for."""
        ...

    @property
    def edited(self) -> tuple[EditedFile, ...]:
        """The files of its code that fixes have changed."""
        ...

    def fixed(self, remedy: Remedy, touched: Mapping[str, tuple[str, ...]]) -> "Change":
        """Return it as it would be with an edit of its code that does a remedy; `touched` is what
        it was laid by.

        Raises:
            FixError: no edit of this code does it, or none that does nothing else.
        """
        ...

    def write(self) -> None:
        """Write the files that fixes have changed.

        Raises:
            InputError: one cannot be written.
        """
        ...

    def place(self, address: str, attribute: str = "") -> CodePlace | None:
        """Return where an object, or an attribute of it, is written; None where nobody knows."""
        ...

    def over(self, records: Records) -> Laid:
        """Lay it over the records of a snapshot."""
        ...


class Normaliser(Protocol):
    """Records to facts: a pure function, so that old snapshots can be read anew."""

    @property
    def version(self) -> str:
        """Name of this derivation; changes whenever the same records give other facts."""
        ...

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:
        """Derive all fact tables; of an overlay, what does not change may be taken from those of
        the records under it, `before` the change.
        """
        ...


class Editor(Protocol):
    """Turns remedies into changed records and into words."""

    def apply(self, remedies: Iterable[Remedy], records: Records) -> Overlay:
        """Return the estate as it would be with all `remedies` done."""
        ...

    def command(self, remedy: Remedy, records: Records, *, after: Iterable[Remedy] = ()) -> str:
        """Return the shell commands that do it once those in `after` are done, quoted; empty
        where there is no such command.
        """
        ...

    def terraform(self, remedy: Remedy, records: Records) -> str:
        """Return Terraform text that does it; empty where it is an edit of code we do not see."""
        ...


class Reporter(Protocol):
    """Renders findings; the same findings give the same bytes."""

    def render(self, findings: Findings) -> bytes:
        """Return the whole report."""
        ...
