# SPDX-License-Identifier: Apache-2.0
"""Endpoints, and the services that endpoints lead to.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html,
https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-with-ec2-instance-connect-endpoint.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.service import Endpoint, EndpointService
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import document, flag, tags, text, texts
from bartizan.sources.aws.facts.network.gap import Gaps
from bartizan.sources.aws.facts.network.owner import (
    CONNECT_ENDPOINT,
    VPC_ENDPOINT,
    interfaces_of,
)
from bartizan.sources.aws.facts.network.view import made, needed, owner_of, views

ENDPOINT_SERVICE = "AWS::EC2::VPCEndpointService"
PERMISSION = "AWS::EC2::VPCEndpointServicePermission"

_KINDS = {
    "Interface": "interface",
    "Gateway": "gateway",
    "GatewayLoadBalancer": "gateway-load-balancer",
    "Resource": "resource",
    "ServiceNetwork": "service-network",
}
_GONE = frozenset({"deleted", "rejected", "failed", "expired"})


def endpoints(records: Records) -> Iterator[Row]:
    """Yield endpoints of both sorts, and the services that somebody offers to them."""
    yield from made(views(records, VPC_ENDPOINT, "VpcEndpointId"), _endpoint)
    connect = views(records, CONNECT_ENDPOINT, "InstanceConnectEndpointId")
    yield from made(connect, _connect)
    gaps = Gaps.of(records)
    allowed: dict[str, list[Record]] = {}
    for record in records.of(PERMISSION):
        allowed.setdefault(record.id.partition("#")[0], []).append(record)
    offered = views(records, ENDPOINT_SERVICE, "ServiceId")
    yield from made(offered, lambda row: _service(row, allowed, gaps))


def _endpoint(record: Record) -> Iterator[Row]:
    body = record.body
    kind, state = text(body, "VpcEndpointType") or "Gateway", text(body, "State").lower()
    if state in _GONE:
        return
    yield Endpoint(
        id=needed(body, "VpcEndpointId"),
        kind=_KINDS.get(kind, kind.lower()),
        network=needed(body, "VpcId"),
        account=owner_of(record),
        region=record.region,
        service=text(body, "ServiceName")
        or text(body, "ResourceConfigurationArn")
        or text(body, "ServiceNetworkArn"),
        interfaces=interfaces_of(record),
        private_names=flag(body, "PrivateDnsEnabled"),
        preserves_client=False,
        available=state in ("", "available"),
        name=tags(body, "Tags").get("Name", ""),
        policy=document(body, "PolicyDocument"),
    )


def _connect(record: Record) -> Iterator[Row]:
    body = record.body
    state = text(body, "State")
    if state in ("delete-complete", "create-failed"):
        return
    yield Endpoint(
        id=needed(body, "InstanceConnectEndpointId"),
        kind="instance-connect",
        network=needed(body, "VpcId"),
        account=owner_of(record),
        region=record.region,
        service="",
        interfaces=interfaces_of(record),
        private_names=False,
        preserves_client=flag(body, "PreserveClientIp"),
        available=state in ("", "create-complete", "update-complete"),
        name=tags(body, "Tags").get("Name", ""),
    )


def _service(record: Record, allowed: Mapping[str, list[Record]], gaps: Gaps) -> Iterator[Row]:
    body = record.body
    balancers = {
        *texts(body, "NetworkLoadBalancerArns"),
        *texts(body, "GatewayLoadBalancerArns"),
    }
    if text(body, "ServiceState").lower() in _GONE:
        return
    principals = None
    if gaps.known(PERMISSION, record):
        held = {needed(one.body, "Principal") for one in allowed.get(record.id, ())}
        principals = tuple(sorted(held))
    yield EndpointService(
        id=needed(body, "ServiceId"),
        name=needed(body, "ServiceName"),
        account=record.account,
        region=record.region,
        balancers=tuple(sorted(balancers)),
        acceptance=flag(body, "AcceptanceRequired"),
        principals=principals,
    )
