# SPDX-License-Identifier: Apache-2.0
"""Techniques over instances and launch templates."""

from bartizan.reason.authz.aws.steps.over import (
    profiles_trusting,
    profiles_without,
    reached_workloads,
    roles_trusting,
)
from bartizan.reason.authz.aws.steps.structure import LATER
from bartizan.reason.authz.aws.steps.technique import Need
from bartizan.reason.authz.aws.steps.techniques.passing import REACHED, changing, handing

_EC2 = "arn:{partition}:ec2:{region}:{account}:"
_SERVICE = "ec2.amazonaws.com"
_KIND = "AWS::EC2::Instance"
_RUN = tuple(
    Need(action="ec2:RunInstances", resource=resource)
    for resource in (
        _EC2 + "instance/{each}",
        _EC2 + "network-interface/{each}",
        _EC2 + "volume/{each}",
        _EC2 + "subnet/{each}",
        _EC2 + "security-group/{each}",
        "arn:{partition}:ec2:{region}::image/{each}",
    )
)

_PROFILE = "arn:{partition}:iam::{account}:instance-profile/{new}"
_FILLED = "An instance takes the role that its profile holds; who fills the profile chooses it."

TECHNIQUES = (
    handing(
        "ec2-new-instance",
        "Start an instance with the role",
        *_RUN,
        service=_SERVICE,
        refs=("ec2-001",),
        attack="T1578.002",
        over=profiles_trusting(_SERVICE),
        how="User data of a new instance runs as root, beside the credentials of its role.",
    ),
    handing(
        "ec2-new-profile",
        "Make an instance profile with the role and start an instance",
        Need(action="iam:CreateInstanceProfile", resource=_PROFILE),
        Need(action="iam:AddRoleToInstanceProfile", resource=_PROFILE),
        *_RUN,
        service=_SERVICE,
        refs=(),
        attack="T1578.002",
        effort=3,
        over=roles_trusting(_SERVICE),
        how=_FILLED,
    ),
    handing(
        "ec2-changed-profile",
        "Put the role into an instance profile and start an instance",
        Need(action="iam:AddRoleToInstanceProfile", resource="{profile}"),
        *_RUN,
        service=_SERVICE,
        refs=(),
        attack="T1578.002",
        effort=3,
        over=profiles_without(_SERVICE),
        how=_FILLED,
    ),
    handing(
        "ec2-spot-instance",
        "Ask for a spot instance with the role",
        Need(action="ec2:RequestSpotInstances", resource=_EC2 + "spot-instances-request/{each}"),
        Need(
            action="ec2:RequestSpotInstances",
            resource="arn:{partition}:ec2:{region}::image/{each}",
        ),
        service=_SERVICE,
        refs=("ec2-003",),
        attack="T1578.002",
        over=profiles_trusting(_SERVICE),
        how="A spot request carries user data and a role as a plain launch does.",
    ),
    changing(
        "ec2-user-data",
        "Change the user data of an instance and restart it",
        Need(action="ec2:StopInstances", resource="{workload}"),
        Need(action="ec2:ModifyInstanceAttribute", resource="{workload}"),
        Need(action="ec2:StartInstances", resource="{workload}"),
        kind=_KIND,
        refs=("ec2-002",),
        attack="T1651",
        effort=3,
        how="User data in a form that runs at every start gets root on the instance.",
    ),
    changing(
        "ec2-launch-template",
        "Make a poisoned version of a launch template the default",
        Need(action="ec2:CreateLaunchTemplateVersion", resource="{workload}"),
        Need(action="ec2:ModifyLaunchTemplate", resource="{workload}"),
        kind="AWS::EC2::LaunchTemplate",
        refs=("ec2-004", "ec2-005"),
        attack="T1525",
        effort=3,
        conditions=(LATER,),
        how="Whatever starts instances from the template runs the new user data as its role.",
    ),
    changing(
        "ec2-instance-connect",
        "Push a public key to an instance and sign in",
        Need(action="ec2-instance-connect:SendSSHPublicKey", resource="{workload}"),
        kind=_KIND,
        refs=("ec2instanceconnect-003", "ec2-003-labs"),
        attack="T1021.004",
        over=reached_workloads(_KIND, 22, otherwise=REACHED),
        how="The key is taken for one minute; then it is an ordinary sign-in by whoever can send "
        "packets there.",
    ),
    changing(
        "ec2-serial-console",
        "Push a public key to the serial console of an instance",
        Need(action="ec2-instance-connect:SendSerialConsoleSSHPublicKey", resource="{workload}"),
        kind=_KIND,
        refs=(),
        attack="T1021.008",
        effort=4,
        how="The serial console needs no network; it must be switched on for the account.",
    ),
)
