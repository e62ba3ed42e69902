# SPDX-License-Identifier: Apache-2.0
"""EC2: instances and as whom they run, launch templates, images and snapshots and who has them.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

import functools
from collections.abc import Iterator

from bartizan.model.record import Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services.ec2_instance import instances
from bartizan.sources.aws.services.ec2_share import images_and_snapshots

_call = functools.partial(Call, service="ec2", scope=Scope.REGION)
_ARN = "join('', ['arn:', partition, ':ec2:', region, ':', account, ':"
_PUBLIC_ARN = "join('', ['arn:', partition, ':ec2:', region, '::"
"""Images and snapshots, which accounts share, have no account in their ARN."""

_CALLS = (
    _call(
        operation="DescribeInstances",
        kind="AWS::EC2::Instance",
        items="Reservations[].Instances[]",
        id=f"{_ARN}instance/', item.InstanceId])",
    ),
    _call(
        operation="DescribeInstanceAttribute",
        kind="AWS::EC2::InstanceUserData",
        each="AWS::EC2::Instance",
        parameters={"InstanceId": "parent.InstanceId", "Attribute": "'userData'"},
        when="parent.State.Name != 'terminated'",
        id="parent_id",
        absent=("InvalidInstanceID.NotFound",),
        secrets=("UserData",),
    ),
    _call(
        operation="DescribeLaunchTemplates",
        kind="AWS::EC2::LaunchTemplate",
        items="LaunchTemplates",
        id=f"{_ARN}launch-template/', item.LaunchTemplateId])",
    ),
    _call(
        operation="DescribeLaunchTemplateVersions",
        kind="AWS::EC2::LaunchTemplateVersion",
        each="AWS::EC2::LaunchTemplate",
        parameters={"LaunchTemplateId": "parent.LaunchTemplateId"},
        items="LaunchTemplateVersions",
        id="join('#', [parent_id, to_string(item.VersionNumber)])",
        secrets=("LaunchTemplateData.UserData",),
    ),
    _call(
        operation="DescribeImages",
        kind="AWS::EC2::Image",
        parameters={"Owners": "['self']"},
        items="Images",
        id=f"{_PUBLIC_ARN}image/', item.ImageId])",
    ),
    _call(
        operation="DescribeImageAttribute",
        kind="AWS::EC2::ImageLaunchPermission",
        each="AWS::EC2::Image",
        parameters={"ImageId": "parent.ImageId", "Attribute": "'launchPermission'"},
        id="parent_id",
        absent=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
    ),
    _call(
        operation="DescribeSnapshots",
        kind="AWS::EC2::Snapshot",
        parameters={"Filters": "[{Name: 'owner-id', Values: [account]}]"},
        items="Snapshots",
        id=f"{_PUBLIC_ARN}snapshot/', item.SnapshotId])",
    ),
    _call(
        operation="DescribeSnapshotAttribute",
        kind="AWS::EC2::SnapshotPermission",
        each="AWS::EC2::Snapshot",
        parameters={"SnapshotId": "parent.SnapshotId", "Attribute": "'createVolumePermission'"},
        id="parent_id",
        absent=("InvalidSnapshot.NotFound",),
    ),
    # Asked only where a snapshot is open to all, since only then it makes a difference.
    _call(
        operation="GetSnapshotBlockPublicAccessState",
        kind="AWS::EC2::SnapshotBlockPublicAccess",
        each="AWS::EC2::SnapshotPermission",
        when="contains(parent.CreateVolumePermissions[].Group || `[]`, 'all')",
        id="parent_id",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Yield instances, launch templates, images, snapshots, and to whom these are open."""
    yield from instances(records)
    yield from images_and_snapshots(records)


SERVICE = Service(name="EC2", calls=_CALLS, normalise=normalise)
