# SPDX-License-Identifier: Apache-2.0
"""EFS: file systems, where they can be mounted, and who may.

Source: https://docs.aws.amazon.com/efs/latest/ug/API_Operations.html
"""

import functools
from collections.abc import Mapping

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep
from bartizan.sources.terraform.types.ec2 import INTERFACE, SUBNET, bodies, peek
from bartizan.sources.terraform.types.interface import chosen_groups, new_interface

_FILES, _POLICY = "AWS::EFS::FileSystem", "AWS::EFS::FileSystemPolicy"
_MOUNT = "AWS::EFS::MountTarget"
_SERVICE = "elasticfilesystem"

_kind = functools.partial(Kind, service=_SERVICE)
_keep = functools.partial(keep, service=_SERVICE)


def _names(thing: Thing) -> Mapping[str, str]:
    name = thing.made("fs")
    return {"id": name, "arn": thing.here(_SERVICE, f"file-system/{name}")}


def _files(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    body: Body = {
        "FileSystemId": name,
        "FileSystemArn": (arn := thing.arn(_SERVICE, f"file-system/{name}")),
        "LifeCycleState": "available",
        "Encrypted": thing.said("encrypted") and thing.flag("encrypted"),
        "Tags": thing.tags(),
    }
    _keep(thing, draft, _FILES, arn, body=body)


def _no_files(thing: Thing, draft: Draft) -> None:
    for kind in (_FILES, _POLICY):
        draft.drop(kind, thing.arn(_SERVICE, f"file-system/{thing.identity('id')}"))


def _of(thing: Thing) -> str:
    """Return the ARN of the file system that an object is of."""
    return thing.here(_SERVICE, f"file-system/{thing.identity('file_system_id')}")


def _policy(thing: Thing, draft: Draft) -> None:
    body: Body = {
        "FileSystemId": thing.identity("file_system_id"),
        "Policy": thing.document("policy"),
    }
    _keep(thing, draft, _POLICY, _of(thing), body=body)


def _no_policy(thing: Thing, draft: Draft) -> None:
    draft.drop(_POLICY, _of(thing))


def _mount_names(thing: Thing) -> Mapping[str, str]:
    return {"id": thing.made("fsmt"), "network_interface_id": thing.made("eni")}


def _mount(thing: Thing, draft: Draft) -> None:
    """Put a mount target with its interface, which has the default group if none is named.

    Source: https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html
    """
    name, files = thing.identity("id"), thing.identity("file_system_id")
    subnet, interface = thing.identity("subnet_id"), thing.identity("network_interface_id")
    place = peek(draft, SUBNET, subnet)
    if not place:
        raise UntoldError("subnet_id")
    body: Body = {
        "MountTargetId": name,
        "FileSystemId": files,
        "SubnetId": subnet,
        "VpcId": place.get("VpcId"),
        "NetworkInterfaceId": interface,
        "LifeCycleState": "available",
    }
    _keep(thing, draft, _MOUNT, f"{_of(thing)}#{name}", body=body)
    groups = chosen_groups(thing, draft, subnet, "security_groups")
    if draft.found(INTERFACE, interface):
        for held in bodies(draft, INTERFACE, interface, "network_interface_id"):
            held["Groups"] = [{"GroupId": one} for one in sorted(groups)]
        return
    new_interface(
        thing,
        draft,
        name=interface,
        subnet=subnet,
        groups=groups,
        address=thing.text("ip_address") if thing.said("ip_address") else "",
        RequesterManaged=True,
        Status="in-use",
        Description=f"EFS mount target for {files} ({name})",
    )


def _no_mount(thing: Thing, draft: Draft) -> None:
    draft.drop(_MOUNT, f"{_of(thing)}#{thing.identity('id')}")
    for one in draft.found(INTERFACE, thing.identity("network_interface_id")):
        draft.drop(INTERFACE, one)


KINDS = (
    _kind(type="aws_efs_file_system", put=_files, take=_no_files, record=_FILES, names=_names),
    _kind(
        type="aws_efs_file_system_policy",
        put=_policy,
        take=_no_policy,
        record=_POLICY,
        rank=1,
    ),
    _kind(
        type="aws_efs_mount_target",
        put=_mount,
        take=_no_mount,
        record=_MOUNT,
        rank=4,
        names=_mount_names,
    ),
)
