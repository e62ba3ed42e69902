# SPDX-License-Identifier: Apache-2.0
"""EC2: images and snapshots of disks, and to whom they are open.

Records are answers of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html
"""

import functools
from collections.abc import Mapping

from msgspec import Struct

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep, listed
from bartizan.sources.terraform.value import Hidden

_IMAGE, _LAUNCH = "AWS::EC2::Image", "AWS::EC2::ImageLaunchPermission"
_SNAPSHOT, _VOLUME = "AWS::EC2::Snapshot", "AWS::EC2::SnapshotPermission"
_CLOSED = "AWS::EC2::SnapshotBlockPublicAccess"
_NOUNS = {_IMAGE: ("image", "ami"), _SNAPSHOT: ("snapshot", "snap")}

_WHOM: Mapping[str, str] = {
    "account_id": "UserId",
    "group": "Group",
    "organization_arn": "OrganizationArn",
    "organizational_unit_arn": "OrganizationalUnitArn",
}
"""Argument to the member of a permission that it becomes."""


class _Opened(Struct, frozen=True):
    """How records tell to whom things of one kind are open."""

    kind: str
    of: str
    """Kind of the things."""
    argument: str
    id: str
    member: str


_OPENED: Mapping[str, _Opened] = {
    "aws_ami_launch_permission": _Opened(
        _LAUNCH, _IMAGE, "image_id", "ImageId", "LaunchPermissions"
    ),
    "aws_snapshot_create_volume_permission": _Opened(
        _VOLUME, _SNAPSHOT, "snapshot_id", "SnapshotId", "CreateVolumePermissions"
    ),
}

_kind = functools.partial(Kind, service="ec2")
_keep = functools.partial(keep, service="ec2")


def _id(thing: Thing, kind: str) -> str:
    held = thing.values.get("id")
    return held if isinstance(held, str) and held else thing.made(_NOUNS[kind][1])


def _arn(thing: Thing, kind: str, name: str) -> str:
    """Return the ARN of an image or snapshot, which names no account.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    """
    if not thing.place.region:
        raise UntoldError("region")
    return f"arn:{thing.place.partition}:ec2:{thing.place.region}::{_NOUNS[kind][0]}/{name}"


def _disk(block: Thing) -> Json:
    snapshot = block.text("snapshot_id") if block.said("snapshot_id") else ""
    ebs: Json = {"SnapshotId": snapshot} if snapshot else {}
    return {"DeviceName": block.text("device_name"), "Ebs": ebs}


def _image(thing: Thing, draft: Draft) -> None:
    name = _id(thing, _IMAGE)
    arn = _arn(thing, _IMAGE, name)
    body: Body = {
        "ImageId": name,
        "Name": thing.text("name"),
        "OwnerId": thing.account(),
        "State": "available",
        "Tags": thing.tags(),
    }
    if thing.type == "aws_ami" or thing.said("ebs_block_device"):
        body["BlockDeviceMappings"] = [_disk(one) for one in thing.blocks("ebs_block_device")]
    elif thing.type == "aws_ami_copy" and thing.said("kms_key_id"):
        ebs: Json = {"Encrypted": thing.flag("encrypted"), "KmsKeyId": thing.member("kms_key_id")}
        body["BlockDeviceMappings"] = [{"Ebs": ebs}]
    elif not draft.peek(_IMAGE, arn):
        # Only AWS tells which snapshots it makes of the disks, and under which keys.
        thing.gaps["ebs_block_device"] = Hidden.UNKNOWN
    _keep(thing, draft, _IMAGE, arn, body=body)
    _keep(thing, draft, _LAUNCH, arn, body={"ImageId": name})


def _snapshot(thing: Thing, draft: Draft) -> None:
    name = _id(thing, _SNAPSHOT)
    arn = _arn(thing, _SNAPSHOT, name)
    body: Body = {
        "SnapshotId": name,
        "OwnerId": thing.account(),
        "Encrypted": thing.flag("encrypted"),
        "KmsKeyId": thing.member("kms_key_id"),
        "Tags": thing.tags(),
    }
    _keep(thing, draft, _SNAPSHOT, arn, body=body)
    _keep(thing, draft, _VOLUME, arn, body={"SnapshotId": name})


def _drop(kinds: tuple[str, ...], thing: Thing, draft: Draft) -> None:
    arn = _arn(thing, kinds[0], thing.identity("id"))
    for kind in kinds:
        draft.drop(kind, arn)


def _permission(thing: Thing) -> dict[str, Json]:
    found: dict[str, Json] = {
        member: thing.text(argument) for argument, member in _WHOM.items() if thing.said(argument)
    }
    return {member: whom for member, whom in found.items() if whom}


def _open(one: _Opened, thing: Thing, draft: Draft) -> None:
    name, whom = thing.identity(one.argument), _permission(thing)
    arn = _arn(thing, one.of, name)
    _keep(thing, draft, one.kind, arn, body={one.id: name})
    held = listed(draft.body(one.kind, arn) or {}, one.member)
    if whom and whom not in held:
        held.append(whom)


def _shut(one: _Opened, thing: Thing, draft: Draft) -> None:
    whom = _permission(thing)
    body = draft.body(one.kind, _arn(thing, one.of, thing.identity(one.argument)))
    if body is not None:
        body[one.member] = [other for other in listed(body, one.member) if other != whom]


def _close(thing: Thing, draft: Draft, state: str) -> None:
    """Write the state of a region beside each of its snapshots, as a scan tells it."""
    begins = _arn(thing, _SNAPSHOT, "")
    for one in draft.held(_SNAPSHOT):
        own = draft.peek(_SNAPSHOT, one).get("OwnerId") == thing.account()
        if own and one.startswith(begins):
            _keep(thing, draft, _CLOSED, one, body={"State": state})


KINDS = (
    *(
        _kind(
            type=name,
            put=_image,
            take=functools.partial(_drop, (_IMAGE, _LAUNCH)),
            record=_IMAGE,
            names=lambda thing: {"id": _id(thing, _IMAGE)},
        )
        for name in ("aws_ami", "aws_ami_copy", "aws_ami_from_instance")
    ),
    *(
        _kind(
            type=name,
            put=_snapshot,
            take=functools.partial(_drop, (_SNAPSHOT, _VOLUME, _CLOSED)),
            record=_SNAPSHOT,
            names=lambda thing: {"id": _id(thing, _SNAPSHOT)},
        )
        for name in ("aws_ebs_snapshot", "aws_ebs_snapshot_copy")
    ),
    *(
        _kind(
            type=name,
            put=functools.partial(_open, one),
            take=functools.partial(_shut, one),
            record=one.kind,
            part=True,
        )
        for name, one in _OPENED.items()
    ),
    _kind(
        type="aws_ebs_snapshot_block_public_access",
        put=lambda thing, draft: _close(thing, draft, thing.text("state")),
        take=lambda thing, draft: _close(thing, draft, "unblocked"),
        record=_CLOSED,
        part=True,
    ),
)
