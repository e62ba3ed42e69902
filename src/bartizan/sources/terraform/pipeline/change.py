# SPDX-License-Identifier: Apache-2.0
"""A change of a repository's pipelines, beside what its code does when it is applied."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, structs

from bartizan.model.code_fix import EditedFile
from bartizan.model.code_place import CodePlace
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.pipeline import CodeInput, CodeRoot, CodeSecret, PipelineJob
from bartizan.model.laid import Laid
from bartizan.model.record import Json, Overlay, Record, RecordKey, RecordList, Records
from bartizan.model.remedy import Remedy
from bartizan.ports import Change
from bartizan.sources.terraform.pipeline.read import Repository
from bartizan.sources.terraform.pipeline.told import KINDS, PLACE, PROVIDER, rows

_BUCKET = "AWS::S3::Bucket"
_ROLE = "AWS::IAM::Role"
_MACHINES = (
    "AWS::EC2::Instance",
    "AWS::ECS::Task",
    "AWS::ECS::Service",
    "AWS::CodeBuild::Project",
)
"""Kinds of what jobs may run on."""


class RepositoryChange(Struct, frozen=True, kw_only=True):
    """What plans do together with a change of the repository that they are made of."""

    planned: Change
    """What is done when the code is applied."""
    before: Repository | None
    """None where it is not told: then the repository has not changed."""
    after: Repository

    @property
    def names(self) -> tuple[str, ...]:
        """What people call the files."""
        return (*self.planned.names, str(self.after.place))

    @property
    def partial(self) -> tuple[str, ...]:
        """Why the plans are not whole."""
        return self.planned.partial

    @property
    def drift(self) -> tuple[str, ...]:
        """Addresses of what changed by itself before."""
        return self.planned.drift

    @property
    def unread_code(self) -> tuple[str, ...]:
        """What of the source text could not be read."""
        parts = (f"{one.id}: {one.reason}" for one in self.after.unclear)
        return (*self.planned.unread_code, *dict.fromkeys(parts))

    @property
    def edited(self) -> tuple[EditedFile, ...]:
        """The files that fixes have changed."""
        return self.planned.edited

    def fixed(self, remedy: Remedy, touched: Mapping[str, tuple[str, ...]]) -> "RepositoryChange":
        """Return the change with an edit of what is planned; files of pipelines are not edited.

        Raises:
            FixError: no edit of the code does it.
        """
        return structs.replace(self, planned=self.planned.fixed(remedy, touched))

    def write(self) -> None:
        """Write the files that fixes have changed.

        Raises:
            InputError: one cannot be written.
        """
        self.planned.write()

    def place(self, address: str, attribute: str = "") -> CodePlace | None:
        """Return where an object, or a part of the repository, is written."""
        for held in (self.after, self.before):
            for record in held.records if held is not None else ():
                if record.id == address:
                    return _place(record, held.place if held else Path())
        return self.planned.place(address, attribute)

    def base(self, records: Records) -> Records:
        """Lay the repository as it was over the records of a snapshot."""
        return _laid(records, self.before or self.after)

    def over(self, records: Records) -> Laid:
        """Lay the plans, and the repository as it will be, over records, which are of `base`."""
        laid = self.planned.over(records)
        overlay = _laid(laid.overlay, self.after)
        changed = tuple(_changed(records, overlay))
        touched = {name: set(held) for name, held in laid.touched.items()}
        for record in changed:
            at = f"{record.body.get('file')}:{record.body.get('line')}"
            touched.setdefault(at, set()).add(record.id)
        return Laid(
            overlay=overlay,
            gaps=(*laid.gaps, *self._gaps(overlay, {record.key for record in changed})),
            changed=laid.changed + len(changed),
            others=laid.others,
            touched={name: tuple(sorted(held)) for name, held in sorted(touched.items())},
        )

    def _gaps(self, overlay: Records, changed: set[RecordKey]) -> Iterator[Unread]:
        """Yield what of the change cannot be told, sorted."""
        known = {} if self.before is None else {one.id: one for one in self.before.unclear}
        for part in self.after.unclear if self.before is not None else ():
            if part.digest is None or known.get(part.id) != part:
                yield _gap(part.id, part.reason)
        new = RecordList(tuple(r for kind in KINDS for r in overlay.of(kind) if r.key in changed))
        runs = _Runs(overlay, () if self.before is None else self.before.records)
        for kind in KINDS:
            for record in new.of(kind):
                yield from (_gap(record.id, why) for why in runs.lacks(record))


def _laid(records: Records, repository: Repository) -> Overlay:
    """Lay what a repository tells over records, in the place of what another one told."""
    put = {record.key: record for record in repository.records}
    held = (record.key for kind in KINDS for record in records.of(kind))
    return Overlay(records, put, frozenset(key for key in held if key not in put))


def _changed(before: Records, after: Records) -> Iterator[Record]:
    """Yield what becomes, or is another than before; what only goes takes nothing in."""
    old = {record.key: record for kind in KINDS for record in before.of(kind)}
    for kind in KINDS:
        for record in after.of(kind):
            if record.key not in old or _said(old[record.key]) != _said(record):
                yield record


def _said(record: Record) -> Mapping[str, Json]:
    return {name: value for name, value in record.body.items() if name not in PLACE}


class _Runs:
    """Says what is not known of who runs code, so that paths over it may be hidden."""

    def __init__(self, records: Records, before: tuple[Record, ...]) -> None:
        held = tuple(rows(records))
        old = (row for row in rows(RecordList(before)) if isinstance(row, CodeRoot))
        self._kept = {row.id for row in old if row.state or "state" in row.unknown}
        """Roots whose state was kept somewhere."""
        self._roots = {row.id: row for row in held if isinstance(row, CodeRoot)}
        self._jobs = [row for row in held if isinstance(row, PipelineJob)]
        self._buckets = {record.id.rpartition(":")[2] for record in records.of(_BUCKET)}
        self._roles = {record.id for record in records.of(_ROLE)}
        self._machines = {record.id for kind in _MACHINES for record in records.of(kind)}

    def lacks(self, record: Record) -> Iterator[str]:
        """Yield what a thing that changes leaves open, a phrase each."""
        (row,) = rows(RecordList((record,)))
        match row:
            case CodeInput(version=""):
                yield from self._runner(row.root)
            case CodeRoot():
                yield from self._root(row)
            case CodeSecret(user=""):
                yield "whose key it is, is computed"
            case PipelineJob(proposals=True):
                yield from self._unknown(row)
            case PipelineJob(system="atlantis"):
                yield f"who may write to {row.repository} is not known"
            case _:
                pass

    def _root(self, row: CodeRoot) -> Iterator[str]:
        if row.id in self._kept and not row.state and "state" not in row.unknown:
            yield "its state is kept nowhere any longer but where it runs"
        if "roles" in row.unknown:
            yield "which role its provider takes on is computed"
        if row.state and row.store.rpartition(":")[2] not in self._buckets:
            yield f"the bucket of its state, {row.store}, is not in the snapshot"

    def _unknown(self, job: PipelineJob) -> Iterator[str]:
        """Yield what a job has of which nobody says what it leads to."""
        for label in job.runners:
            yield f"nothing tells which machine {label} is, on which {job.id} runs: `--runner`"
        for machine in job.machines:
            if machine not in self._machines:
                yield f"{machine}, on which {job.id} runs, is not in the snapshot"
        for name in job.secrets:
            yield f"what the secret {name} opens, which {job.id} has, is not known"

    def _runner(self, root: str) -> Iterator[str]:
        """Yield why nobody knows as whom a folder is planned."""
        row = self._roots.get(root)
        mine = [job for job in self._jobs if {root, "*"}.intersection(job.folders)]
        for job in mine:
            yield from self._unknown(job)
        if mine:
            return
        if row is None or "roles" in row.unknown or not row.roles:
            yield f"nothing tells as whom {root} is planned"
        for role in row.roles if row is not None else ():
            if role not in self._roles:
                yield f"{role}, which {root} takes on, is not in the snapshot"


def _place(record: Record, root: Path) -> CodePlace:
    line = record.body.get("line")
    number = line if isinstance(line, int) and line > 0 else 1
    place = root / str(record.body.get("file", ""))
    near = Path(os.path.relpath(place))
    shown = (place if near.parts[:1] == ("..",) else near).as_posix()
    return CodePlace(file=shown, line=number, column=1, end_line=number + 1, end_column=1)


def _gap(resource: str, reason: str) -> Unread:
    return Unread(
        provider=PROVIDER,
        account="",
        region="",
        service="code",
        operation=resource,
        action="",
        kind="",
        resource=resource,
        code="not-understood",
        reason=reason,
    )
