# SPDX-License-Identifier: Apache-2.0
"""Closes what is open by a switch that is no policy: shares, public access, credentials."""

import dataclasses
from collections.abc import Iterator, Mapping

from bartizan.errors import SourceError
from bartizan.model.record import Json, Record, Records
from bartizan.model.remedy import BlockPublicAccess, RemoveCredential, Unshare
from bartizan.model.secret import MARKER
from bartizan.sources.aws.credential import access_key_ids
from bartizan.sources.aws.edit.place import Step, at, find
from bartizan.sources.aws.edit.revision import Revision
from bartizan.sources.aws.services import SERVICES

_GROUPS = {
    "anonymous": "http://acs.amazonaws.com/groups/global/AllUsers",
    "all": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"""

_ALL_BLOCKS: Mapping[str, Json] = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def unshare(change: Unshare, revision: Revision) -> None:
    """Switch a share off.

    Raises:
        SourceError: the record does not share it so.
    """
    record = find(revision.records, change.kind, change.record)
    if record is None:
        raise SourceError(f"no record says how `{change.resource}` is shared")
    if record.kind == "AWS::RAM::Principal":
        revision.drop(record)
        return
    paths = list(_openings(record, change.with_whom, revision.records))
    if not paths:
        raise SourceError(f"`{change.resource}` is not shared with `{change.with_whom}`")
    for path in paths:
        revision.take(record, path)


def _openings(record: Record, whom: str, records: Records) -> Iterator[tuple[Step, ...]]:
    """Yield where `record` opens something to `whom`."""
    group, canonical = _GROUPS.get(whom), _canonical(records, whom)
    for position, grant in _entries(record, "Grants"):
        named = at(grant, ("Grantee", "URI")), at(grant, ("Grantee", "ID"))
        if (group and named[0] == group) or named[1] in canonical:
            yield ("Grants", position)
    for member in ("CreateVolumePermissions", "LaunchPermissions"):
        for position, grant in _entries(record, member):
            if whom in _holders(grant):
                yield (member, position)
    yield from _restorers(record, whom)


def _restorers(record: Record, whom: str) -> Iterator[tuple[Step, ...]]:
    """Yield where an attribute of a database snapshot names `whom`."""
    for member in ("DBSnapshotAttributes", "DBClusterSnapshotAttributes"):
        for position, attribute in _entries(record, member):
            values = at(attribute, ("AttributeValues",))
            for place, value in enumerate(values if isinstance(values, list) else []):
                if value == whom and at(attribute, ("AttributeName",)) == "restore":
                    yield (member, position, "AttributeValues", place)


def _entries(record: Record, member: str) -> Iterator[tuple[int, Json]]:
    listed = record.body.get(member)
    yield from enumerate(listed if isinstance(listed, list) else [])


def _holders(grant: Json) -> set[str]:
    members = ("Group", "UserId", "OrganizationArn", "OrganizationalUnitArn")
    named = (at(grant, (member,)) for member in members)
    return {name.rpartition("/")[2] for name in named if isinstance(name, str)}


def _canonical(records: Records, account: str) -> set[Json]:
    """Return the canonical user ids that mean an account, as far as its own buckets tell."""
    own = (row for row in records.of("AWS::S3::BucketAcl") if row.account == account)
    return {account, *(at(dict(row.body), ("Owner", "ID")) for row in own)} - {None}


def block(change: BlockPublicAccess, revision: Revision) -> Record:
    """Return the record of a bucket or account whose four blocks are all on.

    Raises:
        SourceError: no such bucket was read.
    """
    bucket = change.target.startswith("arn:")
    kind = "AWS::S3::BucketPublicAccessBlock" if bucket else "AWS::S3::AccountPublicAccessBlock"
    body: dict[str, Json] = {"PublicAccessBlockConfiguration": dict(_ALL_BLOCKS)}
    if held := find(revision.records, kind, change.target):
        return dataclasses.replace(held, body=body)
    beside = find(revision.records, "AWS::S3::Bucket", change.target) if bucket else None
    if bucket and beside is None:
        raise SourceError(f"no bucket `{change.target}` was read")
    return Record(
        provider="aws",
        account=beside.account if beside else change.target,
        region="",
        service="s3" if bucket else "s3control",
        kind=kind,
        id=change.target,
        body=body,
        source="remedy",
    )


def carriers(records: Records, name: str) -> Iterator[Record]:
    """Yield the records with this id that may carry credentials."""
    kinds = {call.kind for service in SERVICES for call in service.calls if call.secrets}
    for kind in sorted(kinds):
        if record := find(records, kind, name):
            yield record


def remove_credential(change: RemoveCredential, revision: Revision) -> None:
    """Take a credential out of where it lies, and switch the access key off that it is.

    Raises:
        SourceError: nothing lies there.
    """
    for record in carriers(revision.records, change.lies_in):
        path = dict(_marked(dict(record.body))).get(change.field)
        if path is None:
            continue
        # An empty string, not a gap, so that places of other credentials still hold.
        revision.put(record, path, "")
        if key_id := access_key_ids(record).get(change.field):
            key = find(revision.records, "AWS::IAM::AccessKey", key_id)
            if key is not None:
                revision.body(key)["Status"] = "Inactive"
        return
    raise SourceError(f"no credential lies in `{change.field}` of `{change.lies_in}`")


def _marked(
    value: Json, place: str = "", path: tuple[Step, ...] = ()
) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield the place of each marker, as the table of credentials spells it, and its path."""
    if isinstance(value, dict) and MARKER in value:
        yield place, path
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _marked(item, f"{place}.{name}" if place else name, (*path, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _marked(item, f"{place}[{position}]", (*path, position))


def access_key_of(change: RemoveCredential, records: Records) -> Record | None:
    """Return the record of the access key that lies there; None for other secrets."""
    for record in carriers(records, change.lies_in):
        if key_id := access_key_ids(record).get(change.field):
            return find(records, "AWS::IAM::AccessKey", key_id)
    return None
