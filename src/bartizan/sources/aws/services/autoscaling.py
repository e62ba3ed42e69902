# SPDX-License-Identifier: Apache-2.0
"""Auto Scaling: groups and the launch configurations that say as whom machines start."""

from collections.abc import Iterator

from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import MalformedBodyError, number, objects, rows, tags, text
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service

GROUP = "AWS::AutoScaling::AutoScalingGroup"
LAUNCH_CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"

_CALLS = (
    Call(
        service="autoscaling",
        operation="DescribeAutoScalingGroups",
        kind=GROUP,
        scope=Scope.REGION,
        items="AutoScalingGroups",
        id="item.AutoScalingGroupARN",
    ),
    Call(
        service="autoscaling",
        operation="DescribeLaunchConfigurations",
        kind=LAUNCH_CONFIGURATION,
        scope=Scope.REGION,
        items="LaunchConfigurations",
        id="item.LaunchConfigurationARN",
        secrets=("UserData",),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive workloads: machines that a group starts act as the role in their profile.

    Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/us-iam-role.html
    """
    profiles = _profiles(records)

    def launch_configuration(record: Record) -> Iterator[Row]:
        body = record.body
        profile = text(body, "IamInstanceProfile")
        arn, role = profiles.get((record.account, profile.rpartition("/")[2]), ("", ""))
        yield workload(
            record,
            name=text(body, "LaunchConfigurationName"),
            role=role if profile else "",
            running=False,
            metadata_v1=text(body, "MetadataOptions", "HttpTokens") != "required",
            related={"profile": arn or profile},
        )

    yield from rows(records, LAUNCH_CONFIGURATION, launch_configuration)
    yield from rows(records, GROUP, _group)


def _profiles(records: Records) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the ARN and the role of each instance profile, by account and name."""
    found = {}
    for record in records.of("AWS::IAM::InstanceProfile"):
        try:
            roles = [text(role, "Arn") for role in objects(record.body, "Roles")]
        except MalformedBodyError:
            # The normaliser of IAM reports it.
            continue
        name = (record.account, record.id.rpartition("/")[2])
        found[name] = (record.id, roles[0] if roles else "")
    return found


def _group(record: Record) -> Iterator[Row]:
    body = record.body
    mixed = ("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification")
    template = text(body, "LaunchTemplate", "LaunchTemplateId")
    yield workload(
        record,
        name=text(body, "AutoScalingGroupName"),
        role="",
        running=number(body, "DesiredCapacity") > 0,
        tags=tags(body, "Tags"),
        related={
            "launch-template": template or text(body, *mixed, "LaunchTemplateId"),
            "launch-configuration": text(body, "LaunchConfigurationName"),
        },
    )


SERVICE = Service(name="Auto Scaling", calls=_CALLS, normalise=normalise)
