# SPDX-License-Identifier: Apache-2.0
"""File systems, where they can be mounted, and who may: what a scan of them would give."""

from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import ServicePort
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import HELD, facts, kinds, laid, new, only, operations
from tests.fakes.planned_network import GROUP, SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

FILES = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-"
OF = {"file_system_id": referring("aws_efs_file_system.f.id")}


def mounted(*more: Described, groups: tuple[str, ...] = (GROUP,)) -> list[Described]:
    return [
        new("aws_efs_file_system.f", "encrypted", tags={"team": "a"}),
        new("aws_efs_mount_target.m", "network_interface_id", "ip_address", refers=OF,
            subnet_id=SUBNET, security_groups=[*groups]),
        *more,
    ]  # fmt: skip


def test_a_file_system_listens_where_it_is_mounted() -> None:
    found = laid(*mounted())

    row = only(found, ServicePort, port=2049)
    (interface,) = row.interfaces
    held = only(found, Interface, id=interface)
    assert row.thing.startswith(FILES)
    assert (row.network, row.needs) == (VPC, "nothing")
    assert (held.groups, held.thing) == ((GROUP,), row.thing)
    assert (found.gaps, misfits(found)) == ((), [])


def test_a_policy_says_who_may() -> None:
    policy = new("aws_efs_file_system_policy.p", refers=OF, policy='{"Statement": []}')
    found = laid(*mounted(policy))
    (held,) = found.overlay.of("AWS::EFS::FileSystemPolicy")

    gone = laid(
        change("aws_efs_file_system_policy.p",
               before={"file_system_id": held.body["FileSystemId"]}),
        records=(*HELD, *found.overlay.put.values()),
    )  # fmt: skip

    assert only(found, ServicePort, port=2049).needs == "unknown"
    assert only(gone, ServicePort, port=2049).needs == "nothing"
    assert misfits(found) == []


def test_another_group_is_that_of_the_interface_and_all_goes_together() -> None:
    made = laid(*mounted())
    held = (*HELD, *made.overlay.put.values())
    (mount,) = made.overlay.of("AWS::EFS::MountTarget")
    (files,) = made.overlay.of("AWS::EFS::FileSystem")
    values: Described = {
        "id": mount.body["MountTargetId"], "file_system_id": mount.body["FileSystemId"],
        "subnet_id": SUBNET, "network_interface_id": mount.body["NetworkInterfaceId"],
    }  # fmt: skip

    other = laid(
        change("aws_efs_mount_target.m", before=values,
               after=values | {"security_groups": ["sg-default"]}),
        records=held,
    )  # fmt: skip
    gone = laid(
        change("aws_efs_mount_target.m", before=values),
        change("aws_efs_file_system.f", before={"id": files.body["FileSystemId"]}),
        records=held,
    )

    (interface,) = only(other, ServicePort, port=2049).interfaces
    assert only(other, Interface, id=interface).groups == ("sg-default",)
    assert kinds(gone, "AWS::EFS") == []
    assert facts(gone).rows(Interface) == facts(laid()).rows(Interface)


def test_a_mount_in_a_subnet_that_nobody_knows_is_told() -> None:
    one = new("aws_efs_mount_target.m", "network_interface_id", refers=OF, subnet_id="subnet-x")

    found = laid(new("aws_efs_file_system.f"), one)

    assert operations(found) == ["aws_efs_mount_target.m.subnet_id"]
