# SPDX-License-Identifier: Apache-2.0
"""Elastic File System: file systems and their mount targets, for the network to ask.

Source: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
"""

from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.network.cluster import (
    FILE_SYSTEM,
    FILE_SYSTEM_POLICY,
    MOUNT_TARGET,
)
from bartizan.sources.aws.service import Service

_CALLS = (
    Call(
        service="efs",
        operation="DescribeFileSystems",
        kind=FILE_SYSTEM,
        scope=Scope.REGION,
        action="elasticfilesystem:DescribeFileSystems",
        items="FileSystems",
        id="item.FileSystemArn",
    ),
    Call(
        service="efs",
        operation="DescribeMountTargets",
        kind=MOUNT_TARGET,
        scope=Scope.REGION,
        action="elasticfilesystem:DescribeMountTargets",
        each=FILE_SYSTEM,
        parameters={"FileSystemId": "parent.FileSystemId"},
        items="MountTargets",
        id="join('#', [parent_id, item.MountTargetId])",
        absent=("FileSystemNotFound",),
    ),
    Call(
        service="efs",
        operation="DescribeFileSystemPolicy",
        kind=FILE_SYSTEM_POLICY,
        scope=Scope.REGION,
        action="elasticfilesystem:DescribeFileSystemPolicy",
        each=FILE_SYSTEM,
        parameters={"FileSystemId": "parent.FileSystemId"},
        id="parent_id",
        absent=("PolicyNotFound", "FileSystemNotFound"),
    ),
)

SERVICE = Service(name="EFS", calls=_CALLS, normalise=lambda _: ())
