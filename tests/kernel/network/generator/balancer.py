# SPDX-License-Identifier: Apache-2.0
"""Draws a load balancer: nodes in one or two zones, one listener, one or two targets."""

from typing import Any

from tests.kernel.network.generator import estate
from tests.kernel.network.generator.draft import Draft, Machine, Part, Room
from tests.kernel.network.world import LISTENS, PORTS, REGION, Described


def balancer(draft: Draft) -> None:
    """Draw a load balancer in the first network."""
    room = draft.rooms[0]
    network = draft.chance(0.65)
    targets = draft.dice.sample(room.hosts, draft.one((1, 2)))
    targets = [target for target in targets if target.kind == "interface" and target.attached]
    zones = {part.zone: part for part in room.subnets if not part.kept}
    parts = draft.dice.sample(list(zones.values()), draft.one((1, len(zones), len(zones))))
    if draft.chance(0.5):
        # Targets that one node's subnet alone reaches tell whose address they see, and whose node.
        draft.behind = {name: parts[0].ranges[0] for target in targets for name in target.groups}
    groups = () if network and draft.chance(0.4) else tuple(sorted(draft.some(room.groups, 2)))
    facing = bool(room.gateway) and draft.chance(0.6)
    kind = "network_load_balancer" if network else "interface"
    name = f"{'net' if network else 'app'}/lb/50dc6c495c0c9188"
    for part in parts:
        node = estate.machine(draft, room, part, kind=kind, groups=groups)
        if facing:
            estate.public(draft, node)
        _node(draft, node, name)
    _describe(draft, room, name, parts=parts, groups=groups, facing=facing)
    protocol = draft.one(("TCP", "UDP", "TCP")) if network else "HTTP"
    _targets(draft, room, name, protocol=protocol, targets=targets)


def _node(draft: Draft, node: Machine, name: str) -> None:
    estate.interface(
        draft,
        node,
        Description=f"ELB {name}",
        RequesterId="amazon-elb",
        RequesterManaged=True,
        Attachment={"AttachmentId": f"ela-attach-{node.id[4:]}", "Status": "attached"},
    )


def _arn(room: Room, rest: str) -> str:
    return f"arn:aws:elasticloadbalancing:{REGION}:{room.account}:{rest}"


def _describe(
    draft: Draft,
    room: Room,
    name: str,
    *,
    parts: list[Part],
    groups: tuple[str, ...],
    facing: bool,
) -> None:
    network = name.startswith("net")
    arn = _arn(room, f"loadbalancer/{name}")
    _add(
        draft,
        "LoadBalancer",
        arn,
        {
            "LoadBalancerArn": arn,
            "LoadBalancerName": "lb",
            "Type": "network" if network else "application",
            "Scheme": "internet-facing" if facing else "internal",
            "VpcId": room.id,
            "State": {"Code": "active"},
            "SecurityGroups": list(groups),
            "IpAddressType": "ipv4",
            "AvailabilityZones": [
                {"ZoneName": REGION + part.zone, "SubnetId": part.id, "LoadBalancerAddresses": []}
                for part in parts
            ],
        },
    )
    cross = not network or draft.chance(0.4)
    attributes = [{"Key": "load_balancing.cross_zone.enabled", "Value": str(cross).lower()}]
    _add(draft, "LoadBalancerAttributes", arn, {"Attributes": attributes})


def _targets(
    draft: Draft, room: Room, name: str, *, protocol: str, targets: list[Machine]
) -> None:
    balancer = _arn(room, f"loadbalancer/{name}")
    group = _arn(room, "targetgroup/tg/73e2d6bc24d8a067")
    port = draft.one(PORTS)
    by_instance = draft.chance(0.5)
    _add(
        draft,
        "TargetGroup",
        group,
        {
            "TargetGroupArn": group,
            "TargetGroupName": "tg",
            "Protocol": protocol,
            "Port": port,
            "VpcId": room.id,
            "TargetType": "instance" if by_instance else "ip",
            "IpAddressType": "ipv4",
            "LoadBalancerArns": [balancer],
        },
    )
    preserves = protocol == "UDP" or draft.chance(0.5)
    attributes = [
        {"Key": "load_balancing.cross_zone.enabled", "Value": "use_load_balancer_configuration"}
    ]
    if protocol != "HTTP":
        attributes.append({"Key": "preserve_client_ip.enabled", "Value": str(preserves).lower()})
    _add(draft, "TargetGroupAttributes", group, {"Attributes": attributes})
    _health(draft, group, targets, port=port, by_instance=by_instance)
    listener = balancer.replace(":loadbalancer/", ":listener/") + "/f2f7dc8efc522ab2"
    forward = {"Type": "forward", "TargetGroupArn": group}
    _add(
        draft,
        "Listener",
        listener,
        {
            "ListenerArn": listener,
            "LoadBalancerArn": balancer,
            "Protocol": protocol,
            "Port": LISTENS,
            "DefaultActions": [forward],
        },
    )


def _health(
    draft: Draft, group: str, targets: list[Machine], *, port: int, by_instance: bool
) -> None:
    health = [
        {
            "Target": {
                "Id": f"i-{target.id[4:]}" if by_instance else target.addresses[0],
                "Port": port,
                **({} if by_instance else {"AvailabilityZone": REGION + target.part.zone}),
            },
            "TargetHealth": {"State": draft.one(("healthy", "unhealthy"))},
        }
        for target in targets
    ]
    _add(draft, "TargetHealth", group, {"TargetHealthDescriptions": health})


def _add(draft: Draft, kind: str, arn: str, body: dict[str, Any]) -> None:
    name = f"AWS::ElasticLoadBalancingV2::{kind}"
    account = arn.split(":")[4]
    draft.things.append(Described(kind=name, account=account, id=arn, body=body))
