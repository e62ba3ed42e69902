# SPDX-License-Identifier: Apache-2.0
"""Applies remedies to records, all of them at once."""

from collections.abc import Iterable
from typing import assert_never

from bartizan.model.host_change import HostChange
from bartizan.model.record import Json, Overlay, Record, RecordKey, Records
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    BlockPublicAccess,
    CloudChange,
    Detach,
    DropRoute,
    DropStatement,
    Forbid,
    Guard,
    ReleaseAddress,
    Remedy,
    RemoveCredential,
    RevokeRule,
    Unshare,
    Untrust,
)
from bartizan.sources.aws.edit.command import command
from bartizan.sources.aws.edit.document import edited, parse, write
from bartizan.sources.aws.edit.exposure import block, remove_credential, unshare
from bartizan.sources.aws.edit.network import change_network
from bartizan.sources.aws.edit.place import Emptied, Place, place
from bartizan.sources.aws.edit.principal import detach, forbid, guards
from bartizan.sources.aws.edit.revision import Revision
from bartizan.sources.aws.edit.terraform import terraform
from bartizan.sources.aws.services.apigateway import unescaped


class AwsEditor:
    """Does remedies on records of AWS, and says how a person does them."""

    def apply(self, remedies: Iterable[Remedy], records: Records) -> Overlay:
        """Return the estate as it would be with all `remedies` done, in whatever order they come;
        a remedy given twice is done once, and one on a host by others.

        Raises:
            SourceError: a remedy fits no record.
        """
        wanted = {remedy.change for remedy in remedies}
        changes = sorted((c for c in wanted if not isinstance(c, HostChange)), key=repr)
        revision = Revision(records)
        added: dict[RecordKey, Record] = {}
        for change in changes:
            if isinstance(change, BlockPublicAccess):
                blocked = block(change, revision)
                added[blocked.key] = blocked
            else:
                _note(change, revision)
        for policy, edits in sorted(revision.documents.items()):
            found = place(records, policy)
            parsed = parse(_plain(found), name=policy)
            _write(found, edited(parsed, edits, name=policy), parsed, revision)
        for principal in sorted({c.principal for c in changes if isinstance(c, Forbid)}):
            forbid(_of(changes, principal), revision)
        for target in sorted({c.target for c in changes if isinstance(c, Guard)}):
            guarding = tuple(c for c in changes if isinstance(c, Guard) and c.target == target)
            added |= {record.key: record for record in guards(guarding, records)}
        overlay = revision.overlay()
        return Overlay(records, {**overlay.put, **added}, overlay.dropped)

    def command(self, remedy: Remedy, records: Records, *, after: Iterable[Remedy] = ()) -> str:
        """Return the AWS CLI commands that do it, quoted for a POSIX shell. Those that write a
        whole document keep the edits of the remedies in `after`, which were done before.

        Raises:
            SourceError: the remedy fits no record.
        """
        if isinstance(remedy.change, HostChange):
            return ""
        return command(remedy.change, records, self.apply((*after, remedy), records))

    def terraform(self, remedy: Remedy, records: Records) -> str:
        """Return Terraform resources that do it; empty where existing code has to be edited."""
        return "" if isinstance(remedy.change, HostChange) else terraform(remedy.change, records)


def _note(change: CloudChange, revision: Revision) -> None:
    match change:
        case DropStatement():
            revision.edits(change.policy).dropped.add(change.statement)
        case Untrust():
            edits = revision.edits(change.policy).untrusted
            edits.setdefault(change.statement, set()).add(change.principal)
        case Detach():
            detach(change, revision)
        case Unshare():
            unshare(change, revision)
        case RemoveCredential():
            remove_credential(change, revision)
        case (
            RevokeRule()
            | AuthorizeRule()
            | DropRoute()
            | AddRoute()
            | ReleaseAddress()
            | AssociateAddress()
        ):
            change_network(change, revision)
        case Forbid() | Guard() | BlockPublicAccess():
            return
        case _:
            assert_never(change)


def _of(changes: Iterable[CloudChange], principal: str) -> tuple[Forbid, ...]:
    return tuple(c for c in changes if isinstance(c, Forbid) and c.principal == principal)


def _plain(found: Place) -> Json:
    """Return the document; API Gateway writes it with escaped quotes."""
    document = found.document
    return unescaped(document) if isinstance(document, str) else document


def _write(
    found: Place, left: dict[str, Json] | None, whole: dict[str, Json], revision: Revision
) -> None:
    """Put what is left of a document where it stood, in the form in which it stood."""
    if left is None and found.inert is not None:
        left = {**whole, "Statement": [dict(found.inert)]}
    if left is not None:
        as_text = isinstance(found.document, str)
        revision.put(found.record, found.path, write(left) if as_text else left)
        return
    match found.emptied:
        case Emptied.RECORD:
            revision.drop(found.record)
        case Emptied.MEMBER:
            revision.take(found.record, found.path)
        case Emptied.ENTRY | Emptied.INERT:
            revision.take(found.record, found.path[:-1])
        case _:
            assert_never(found.emptied)
