# SPDX-License-Identifier: Apache-2.0
"""EC2 instances and launch templates as things that run as a role.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import flag, mapping, number, objects, rows, tags, text
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.services.iam_principal import profile_roles

_GONE = frozenset({"shutting-down", "terminated"})
_RUNNING = frozenset({"pending", "running"})


class _Profiles(Struct, frozen=True):
    """Instance profiles, by ARN and by account and name."""

    roles: Mapping[str, str]

    def find(self, record: Record, named: Mapping[str, Json]) -> tuple[str, str]:
        """Return the ARN of the profile that `named` names, and that of its role."""
        arn, name = text(named, "Arn"), text(named, "Name")
        if name and not arn:
            ends = (f":{record.account}:instance-profile/{name}", f"/{name}")
            fits = (
                known
                for known in self.roles
                if known.endswith(ends) and f":{record.account}:" in known
            )
            arn = next(fits, "")
        return arn, self.roles.get(arn, "")


def instances(records: Records) -> Iterator[Row]:
    """Yield every instance that is not gone for good, and every launch template."""
    profiles = _Profiles(profile_roles(records))
    versions: dict[str, list[Record]] = {}
    for row in records.of("AWS::EC2::LaunchTemplateVersion"):
        versions.setdefault(row.id.rpartition("#")[0], []).append(row)
    yield from rows(records, "AWS::EC2::Instance", lambda row: _instance(row, profiles))
    yield from rows(
        records,
        "AWS::EC2::LaunchTemplate",
        lambda row: _template(row, profiles, versions.get(row.id, [])),
    )


def _instance(record: Record, profiles: _Profiles) -> Iterator[Row]:
    body = record.body
    state = text(body, "State", "Name")
    if state in _GONE:
        return
    labels = tags(body, "Tags")
    profile, role = profiles.find(record, mapping(body, "IamInstanceProfile"))
    yield workload(
        record,
        name=labels.get("Name") or text(body, "InstanceId"),
        role=role,
        running=state in _RUNNING,
        tags=labels,
        public=_public(body),
        metadata_v1=_metadata_v1(mapping(body, "MetadataOptions")),
        metadata_hops=_metadata_hops(mapping(body, "MetadataOptions")),
        related={
            "profile": profile,
            "launch-template": labels.get("aws:ec2launchtemplate:id", ""),
            "subnet": text(body, "SubnetId"),
            "vpc": text(body, "VpcId"),
        },
    )


def _template(record: Record, profiles: _Profiles, versions: list[Record]) -> Iterator[Row]:
    """Yield a launch template as what its default version starts; nothing runs by itself."""
    default = number(record.body, "DefaultVersionNumber")
    data: Mapping[str, Json] = {}
    for version in versions:
        held = version.body
        if number(held, "VersionNumber") == default or flag(held, "DefaultVersion"):
            data = mapping(held, "LaunchTemplateData")
    profile, role = profiles.find(record, mapping(data, "IamInstanceProfile"))
    yield workload(
        record,
        name=text(record.body, "LaunchTemplateName"),
        role=role,
        running=False,
        tags=tags(record.body, "Tags"),
        metadata_v1=_metadata_v1(mapping(data, "MetadataOptions")),
        metadata_hops=_metadata_hops(mapping(data, "MetadataOptions")),
        related={"profile": profile},
    )


def _metadata_v1(options: Mapping[str, Json]) -> bool:
    """Tell whether the metadata service answers without a session token, as it does unless
    tokens are required or it is switched off.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
    """
    off = text(options, "HttpEndpoint") == "disabled"
    return not off and text(options, "HttpTokens") != "required"


def _metadata_hops(options: Mapping[str, Json]) -> int:
    """Return how many hops an answer of the metadata service lives; one, unless somebody says so.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-existing-instances.html
    """
    if text(options, "HttpEndpoint") == "disabled":
        return 0
    return number(options, "HttpPutResponseHopLimit") or 1


def _public(body: Mapping[str, Json]) -> bool:
    if text(body, "PublicIpAddress") or text(body, "Ipv6Address"):
        return True
    return any(
        text(interface, "Association", "PublicIp") or objects(interface, "Ipv6Addresses")
        for interface in objects(body, "NetworkInterfaces")
    )
