# SPDX-License-Identifier: Apache-2.0
"""Images and snapshots of disks: what they hold and to whom they are open.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.estate import Share, Store
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import MalformedBodyError, objects, rows, tags, text
from bartizan.sources.aws.facts.encryption import Keys

_BLOCKED = "block-all-sharing"
"""The state in which no snapshot is public, whatever its permissions say; the other one,
`block-new-sharing`, leaves those that already are.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html
"""


def images_and_snapshots(records: Records) -> Iterator[Row]:
    """Yield images and snapshots as stores, and to whom they are open."""
    known = Keys.of(records)
    snapshots = {
        (row.account, row.region, str(row.body.get("SnapshotId"))): row
        for row in records.of("AWS::EC2::Snapshot")
    }
    closed = {
        row.id
        for row in records.of("AWS::EC2::SnapshotBlockPublicAccess")
        if row.body.get("State") == _BLOCKED
    }

    def snapshot(record: Record) -> Iterator[Row]:
        name = text(record.body, "SnapshotId")
        yield _store(record, name, known.arn(record, text(record.body, "KmsKeyId")))

    def image(record: Record) -> Iterator[Row]:
        name = text(record.body, "Name") or text(record.body, "ImageId")
        yield _store(record, name, known.arn(record, _key(record, snapshots)))

    def snapshot_shares(record: Record) -> Iterator[Row]:
        for share in _shares(record, "CreateVolumePermissions", via="createVolumePermission"):
            if share.with_whom != "all" or record.id not in closed:
                yield share

    yield from rows(records, "AWS::EC2::Snapshot", snapshot)
    yield from rows(records, "AWS::EC2::Image", image)
    yield from rows(records, "AWS::EC2::SnapshotPermission", snapshot_shares)
    yield from rows(
        records,
        "AWS::EC2::ImageLaunchPermission",
        lambda row: _shares(row, "LaunchPermissions", via="launchPermission"),
    )


def _store(record: Record, name: str, key: str) -> Store:
    return Store(
        arn=record.id,
        kind=record.kind,
        account=record.account,
        region=record.region,
        name=name,
        key=key,
        tags=tags(record.body, "Tags"),
    )


def _key(image: Record, snapshots: Mapping[tuple[str, str, str], Record]) -> str:
    """Return the key of the first encrypted disk of an image, as its snapshot names it."""
    for disk in objects(image.body, "BlockDeviceMappings"):
        held = snapshots.get((image.account, image.region, text(disk, "Ebs", "SnapshotId")))
        if named := text(disk, "Ebs", "KmsKeyId") or (text(held.body, "KmsKeyId") if held else ""):
            return named
    return ""


def _shares(record: Record, field: str, *, via: str) -> Iterator[Share]:
    """Yield who may make a disk or an instance of it; whoever may can read all that it holds."""
    for permission in objects(record.body, field):
        group = text(permission, "Group")
        if group not in ("", "all"):
            raise MalformedBodyError(f"`{field}` has an unknown group `{group}`")
        unit = text(permission, "OrganizationArn") or text(permission, "OrganizationalUnitArn")
        whom = group or text(permission, "UserId") or unit.rpartition("/")[2]
        if whom and whom != record.account:
            yield Share(
                resource=record.id,
                with_whom=whom,
                access="read",
                via=via,
                kind=record.kind,
                record=record.id,
            )
