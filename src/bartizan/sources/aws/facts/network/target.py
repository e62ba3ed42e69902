# SPDX-License-Identifier: Apache-2.0
"""What load balancers send to: target groups and targets, those of classic ones included.

Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
and https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-listener-config.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.service import Balancer, Listener, Target, TargetGroup
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import flag, number, objects, text, texts
from bartizan.sources.aws.facts.network.balancer import CROSS_ZONE, nameless, settings
from bartizan.sources.aws.facts.network.node import Nodes
from bartizan.sources.aws.facts.network.view import made, needed

TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
TARGET_GROUP_ATTRIBUTES = "AWS::ElasticLoadBalancingV2::TargetGroupAttributes"
TARGET_HEALTH = "AWS::ElasticLoadBalancingV2::TargetHealth"
CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"
CLASSIC_ATTRIBUTES = "AWS::ElasticLoadBalancing::LoadBalancerAttributes"

_KEEPS = "preserve_client_ip.enabled"
_TRUTH = {"true": True, "false": False}
_OF_MESSAGES = frozenset({"HTTP", "HTTPS"})
_ALWAYS = frozenset({"UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE"})


def targets(records: Records) -> Iterator[Row]:
    """Yield target groups and what is registered with them."""
    attributes = settings(records, TARGET_GROUP_ATTRIBUTES)
    ports: dict[str, int] = {}

    def group(record: Record) -> Iterator[Row]:
        ports[record.id] = number(record.body, "Port")
        yield _group(record, attributes.get(record.id))

    def registered(record: Record) -> Iterator[Row]:
        for one in objects(record.body, "TargetHealthDescriptions"):
            yield Target(
                group=record.id,
                id=needed(one, "Target", "Id"),
                port=number(one, "Target", "Port") or ports.get(record.id, 0),
                zone=text(one, "Target", "AvailabilityZone"),
                healthy=text(one, "TargetHealth", "State") == "healthy",
            )

    yield from made(records.of(TARGET_GROUP), group)
    yield from made(records.of(TARGET_HEALTH), registered)


def _group(record: Record, attributes: Mapping[str, str] | None) -> TargetGroup:
    body = record.body
    kind, protocol = text(body, "TargetType") or "instance", text(body, "Protocol")
    return TargetGroup(
        arn=record.id,
        kind=kind,
        network=text(body, "VpcId"),
        account=record.account,
        region=record.region,
        protocol=protocol,
        port=number(body, "Port"),
        preserves_client=_keeps(kind, protocol, attributes),
        cross_zone=_TRUTH.get((attributes or {}).get(CROSS_ZONE, "")),
    )


def _keeps(kind: str, protocol: str, attributes: Mapping[str, str] | None) -> bool | None:
    """Tell whether targets see the client's address; None where nothing says so.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
    """
    if protocol in _OF_MESSAGES or kind == "lambda":
        return False
    if protocol in _ALWAYS:
        return True
    if attributes is None:
        return None
    return _TRUTH.get(attributes.get(_KEEPS, ""), kind != "ip")


def classics(records: Records, nodes: Nodes) -> Iterator[Row]:
    """Yield classic load balancers; each of their listeners has a target group of its own."""
    spread = {record.id: record for record in records.of(CLASSIC_ATTRIBUTES)}
    yield from made(records.of(CLASSIC), lambda row: _classic(row, spread.get(row.id), nodes))


def _classic(record: Record, attributes: Record | None, nodes: Nodes) -> Iterator[Row]:
    body, found = record.body, nodes.of_thing(record.id)
    yield Balancer(
        arn=record.id,
        kind="classic",
        internet_facing=text(body, "Scheme") == "internet-facing",
        network=text(body, "VPCId"),
        account=record.account,
        region=record.region,
        subnets=tuple(sorted(texts(body, "Subnets"))),
        groups=tuple(sorted(texts(body, "SecurityGroups"))),
        interfaces=found,
        cross_zone=flag(attributes.body, "CrossZoneLoadBalancing", "Enabled")
        if attributes
        else None,
        filters_private_link=False,
        name=text(body, "LoadBalancerName"),
        tags={},
    )
    if not found:
        yield nameless(record)
    instances = [needed(one, "InstanceId") for one in objects(body, "Instances")]
    for one in objects(body, "ListenerDescriptions"):
        yield from _listening(record, one, instances)


def _listening(
    record: Record, described: Mapping[str, Json], instances: list[str]
) -> Iterator[Row]:
    """Yield a listener, the group of what it sends to, and its targets. Whether one is healthy is
    not asked: it does not change who is sent to.
    """
    port = number(described, "Listener", "LoadBalancerPort")
    arn = f"{record.id}#{port}"
    sent = number(described, "Listener", "InstancePort")
    protocol = needed(described, "Listener", "Protocol")
    yield Listener(
        arn=arn,
        balancer=record.id,
        protocol=protocol,
        port=port,
        target_groups=(arn,),
        authenticates=False,
    )
    yield TargetGroup(
        arn=arn,
        kind="instance",
        network=text(record.body, "VPCId"),
        account=record.account,
        region=record.region,
        protocol=text(described, "Listener", "InstanceProtocol") or protocol,
        port=sent,
        preserves_client=False,
        cross_zone=None,
    )
    for one in instances:
        yield Target(group=arn, id=one, port=sent, zone="", healthy=True)
