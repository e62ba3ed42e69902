# SPDX-License-Identifier: Apache-2.0
"""What is to be judged: a change, told by content, and what is there before it."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

import bartizan
from bartizan.app import code_wiring, host_wiring, wiring
from bartizan.app.code import Coded
from bartizan.app.supposed import Supposed
from bartizan.errors import UsageError
from bartizan.model.record import RecordList
from bartizan.model.snapshot import FORMAT, Manifest, SnapshotId
from bartizan.ports import Change, Snapshot

_LATEST = "latest"
"""The snapshot that is meant where the user names none."""


class Proposal(Struct, frozen=True, kw_only=True):
    """A change of an estate."""

    snapshot: Snapshot
    """What is there before it."""
    change: Change
    hosts: frozenset[str] | None = None
    """Hosts that it changes; None for a change of a cloud."""


def proposed(
    places: Sequence[Path],
    reference: str,
    coded: Coded,
    *,
    source: Path | None,
    fix: bool,
) -> Proposal:
    """Return the change that places state: plans or code of Terraform, perhaps with a change of
    the repository that they are of, or catalogs of Puppet or folders of Chef from before and
    after.

    Catalogs from before take the place of what the snapshot says of the same hosts. Where there
    are some and nothing was ever kept, there is nothing beside these hosts.

    Raises:
        InputError: a place cannot be read, or holds neither.
        StoreError: there is no such snapshot.
        UsageError: places hold both, or options do not go with what they hold.
    """
    if (of_hosts := _of_hosts(places, reference, coded, source)) is not None:
        return of_hosts
    if source is None and len(places) == 1 and places[0].is_dir():
        source = places[0]
    if fix and source is None:
        raise UsageError("nothing to edit", hint="name the code: `--source DIR --fix [--apply]`")
    if not places and coded.pipeline.before is None:
        raise UsageError(
            "no change to judge",
            hint="name a plan, or a repository from before and after: `--repository-before DIR "
            "--repository DIR`",
        )
    planned = code_wiring.planned(places, coded, source=source)
    held = wiring.store().open(reference)
    wider = code_wiring.repository(planned, coded.pipeline)
    if wider is None:
        return Proposal(snapshot=held, change=planned)
    before = Supposed(held.manifest, wider.base(held.records), wiring.normaliser())
    return Proposal(snapshot=before, change=wider)


def _of_hosts(
    places: Sequence[Path], reference: str, coded: Coded, source: Path | None
) -> Proposal | None:
    """Return the change of hosts that places state; None where they are not about hosts."""
    puppet = host_wiring.told_by_puppet(places)
    if not puppet and not host_wiring.told_by_chef(places):
        return None
    if coded != Coded():
        raise UsageError(
            f"these are of {'Puppet' if puppet else 'Chef'}, and options were given for Terraform",
            hint="leave out `--account`, `--repository`, `--resolve` and their like",
        )
    if not puppet:
        folders = host_wiring.chef_change(places, source=source)
        held = _held(reference, alone=True)
        before = Supposed(held.manifest, folders.base(held.records), wiring.normaliser())
        return Proposal(snapshot=before, change=folders, hosts=folders.hosts)
    change = host_wiring.puppet_change(places, source=source)
    held = _held(reference, alone=change.before is not None)
    records = change.base(held.records)
    before = Supposed(held.manifest, records, wiring.normaliser())
    return Proposal(snapshot=before, change=change, hosts=change.concerned(records))


def _held(reference: str, *, alone: bool) -> Snapshot:
    """Return a snapshot; one of nothing where the user named none, nothing was ever kept, and
    what there was before is told `alone`.
    """
    store = wiring.store()
    if not alone or reference != _LATEST or store.list():
        return store.open(reference)
    at = wiring.now()
    manifest = Manifest(
        id=SnapshotId("nothing"),
        format=FORMAT,
        tool_version=bartizan.__version__,
        parent=None,
        sources=(),
        started_at=at,
        finished_at=at,
    )
    return Supposed(manifest, RecordList(()), wiring.normaliser())
