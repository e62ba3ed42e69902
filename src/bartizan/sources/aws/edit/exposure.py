# SPDX-License-Identifier: Apache-2.0
"""Closes what is open by a switch that is no policy: shares, public access, credentials."""

from collections.abc import Iterator, Mapping

from msgspec import structs

from bartizan.errors import SourceError
from bartizan.model.record import Json, Record, RecordList, Records
from bartizan.model.remedy import BlockPublicAccess, RemoveCredential, Unshare
from bartizan.model.secret import MARKER
from bartizan.sources.aws.credential import access_key_ids, credentials
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
        return structs.replace(held, body=body)
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


def remove_credential(change: RemoveCredential, revision: Revision) -> None:
    """Take a credential out of where it lies, and switch the access key off that it is.

    Raises:
        SourceError: nothing lies there.
    """
    for record, path in _lying(change, revision.records):
        # An empty string, not a gap, so that the paths of other credentials still hold.
        revision.put(record, path, "")
        if key := _access_key(record, change.field, revision.records):
            revision.body(key)["Status"] = "Inactive"
        return
    raise SourceError(f"no credential lies in `{change.field}` of `{change.lies_in}`")


def access_key_of(change: RemoveCredential, records: Records) -> Record | None:
    """Return the record of the access key that lies there; None for other secrets."""
    lying = (_access_key(record, change.field, records) for record, _ in _lying(change, records))
    return next(lying, None)


def _access_key(record: Record, field: str, records: Records) -> Record | None:
    """Return the record of the access key whose secret lies at `field`, which may say after a
    hash sign which part of a thing is meant.
    """
    ids = access_key_ids(record)
    key_id = ids.get(field) or ids.get(field.rpartition("#")[0])
    return find(records, "AWS::IAM::AccessKey", key_id) if key_id else None


def _lying(
    change: RemoveCredential, records: Records
) -> Iterator[tuple[Record, tuple[Step, ...]]]:
    """Yield the record in which a credential lies, and the path to it there: the marker without
    which the table of credentials no longer has it.
    """
    kinds = {call.kind for service in SERVICES for call in service.calls if call.secrets}
    for kind in sorted(kinds):
        for record in records.of(kind):
            if record.id.partition("#")[0] != change.lies_in or not _lies(change, record):
                continue
            for path in _marked(dict(record.body)):
                without = Revision(records)
                without.put(record, path, "")
                if not _lies(change, structs.replace(record, body=without.body(record))):
                    yield record, path


def _lies(change: RemoveCredential, record: Record) -> bool:
    held = credentials(RecordList((record,)), [record.kind])
    return any((row.lies_in, row.field) == (change.lies_in, change.field) for row in held)


def _marked(value: Json, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the path of each marker."""
    if isinstance(value, dict) and MARKER in value:
        yield path
        return
    items: list[tuple[Step, Json]] = []
    if isinstance(value, dict):
        items += value.items()
    elif isinstance(value, list):
        items += enumerate(value)
    for step, item in items:
        yield from _marked(item, (*path, step))
