# SPDX-License-Identifier: Apache-2.0
"""Says what an interface belongs to: what is attached, or what services write beside it.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html,
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Attachment.html,
https://repost.aws/knowledge-center/find-resource-with-eni and, for balancers,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-getting-started.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Self

from msgspec import Struct

from bartizan.model.record import Json, Record, Records
from bartizan.sources.aws.facts.body import MalformedBodyError, objects, tags, text, texts
from bartizan.sources.aws.facts.network.view import owner_of, partition_of

NAT_GATEWAY = "AWS::EC2::NatGateway"
VPC_ENDPOINT = "AWS::EC2::VPCEndpoint"
CONNECT_ENDPOINT = "AWS::EC2::InstanceConnectEndpoint"
INSTANCE = "AWS::EC2::Instance"
TASK = "AWS::ECS::Task"

_LISTED = (
    (NAT_GATEWAY, "NatGatewayId"),
    (VPC_ENDPOINT, "VpcEndpointId"),
    (CONNECT_ENDPOINT, "InstanceConnectEndpointId"),
)
_ACCOUNT = re.compile(r"\d{12}")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_WRITTEN = (
    (
        re.compile(r"ELB ((?:app|net|gwy)/[^/ ]+/[0-9a-f]+)"),
        "elasticloadbalancing",
        "loadbalancer/",
    ),
    (re.compile(r"ELB ([A-Za-z0-9-]+)"), "elasticloadbalancing", "loadbalancer/"),
    (re.compile(rf"AWS Lambda VPC ENI-(.+?)-{_UUID}"), "lambda", "function:"),
    (re.compile(r"EFS mount target for (fs-[0-9a-f]+).*"), "elasticfilesystem", "file-system/"),
    (re.compile(r"Amazon EKS ([A-Za-z0-9][A-Za-z0-9_-]*)"), "eks", "cluster/"),
)
"""What a service writes beside its interfaces, and how the ARN of what it names goes on."""
_NAMED = re.compile(r"(?:^|[ (])((?:nat|vpce|tgw-attach|eice)-[0-9a-f]+)\b")


class Owners(Struct, frozen=True):
    """What lists its own interfaces, and the names of instances."""

    listed: Mapping[str, str]
    """Id of an interface to what lists it."""
    names: Mapping[str, str]
    """ARN of an instance to what people call it."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Read what says which interfaces it has; what is malformed is told elsewhere."""
        listed: dict[str, str] = {}
        for kind, member in _LISTED:
            for record in records.of(kind):
                try:
                    listed |= dict.fromkeys(interfaces_of(record), text(record.body, member))
                except MalformedBodyError:
                    continue
        for record in records.of(TASK):
            try:
                listed |= dict.fromkeys(_attached_to(record), record.id)
            except MalformedBodyError:
                continue
        names: dict[str, str] = {}
        for record in records.of(INSTANCE):
            try:
                names[record.id] = tags(record.body, "Tags").get("Name", "")
            except MalformedBodyError:
                continue
        return cls(listed, names)

    def find(self, record: Record) -> str:
        """Return the ARN or id of what an interface belongs to; empty where nothing says so."""
        body = record.body
        # That of a task is attached to the instance which carries the task, and none of its own.
        if thing := self.listed.get(text(body, "NetworkInterfaceId")):
            return thing
        if instance := text(body, "Attachment", "InstanceId"):
            owner = text(body, "Attachment", "InstanceOwnerId")
            owner = owner if _ACCOUNT.fullmatch(owner) else owner_of(record)
            return _arn(record, "ec2", owner, f"instance/{instance}")
        return _told(record, body)


def interfaces_of(record: Record) -> tuple[str, ...]:
    """Return the ids of the interfaces that a gateway or an endpoint says it has, sorted."""
    found = set(texts(record.body, "NetworkInterfaceIds"))
    found |= {
        text(one, "NetworkInterfaceId") for one in objects(record.body, "NatGatewayAddresses")
    }
    return tuple(sorted(found - {""}))


def _attached_to(task: Record) -> Iterator[str]:
    """Yield the ids of the interfaces that a task of ECS has for itself."""
    for attachment in objects(task.body, "attachments"):
        for detail in objects(attachment, "details"):
            if text(detail, "name") == "networkInterfaceId" and text(detail, "value"):
                yield text(detail, "value")


def made_by_service(record: Record) -> bool:
    """Tell whether a service made an interface, and not somebody in the account."""
    body = record.body
    return (
        body.get("RequesterManaged") is True
        or bool(text(body, "RequesterId"))
        or text(body, "Attachment", "InstanceOwnerId").startswith("amazon-")
    )


def _told(record: Record, body: Mapping[str, Json]) -> str:
    """Return what the description names. Anybody may write one, so it counts only beside an
    interface that a service made.
    """
    if not made_by_service(record):
        return ""
    told = text(body, "Description")
    for pattern, service, before in _WRITTEN:
        if found := pattern.fullmatch(told):
            return _arn(record, service, owner_of(record), f"{before}{found[1]}")
    named = _NAMED.search(told)
    return named[1] if named else ""


def _arn(record: Record, service: str, account: str, rest: str) -> str:
    return f"arn:{partition_of(record)}:{service}:{record.region}:{account}:{rest}"
