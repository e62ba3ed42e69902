# SPDX-License-Identifier: Apache-2.0
"""Load balancers: which of their nodes send to a target, from where, and to which port.

https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
"""

from collections.abc import Iterator

from msgspec import Struct

from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Balancer, Listener, Target, TargetGroup
from bartizan.model.packet import Blocked, Blocker, Reach
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.listeners import CARRIED
from bartizan.reason.network.aws.definition.verdict import NOTHING_MORE
from bartizan.reason.network.aws.topology.addresses import IPV4, IPV6, Address, parse_address
from bartizan.reason.network.aws.topology.topology import Topology

EVERY_ZONE = "all"


class Relay(Struct, frozen=True, kw_only=True):
    """A node of a load balancer that sends on to a target what a listener takes."""

    balancer: Balancer
    node: Interface
    listener: Listener
    group: TargetGroup
    addresses: tuple[Address, ...]
    """Addresses of the target that it sends to."""
    gate: Reach
    """Whether the node may send to the zone of the target."""

    @property
    def keeps_client(self) -> bool | None:
        """Tell whether the target sees the client's address; None where that was not read.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation:
        a setting of groups of network load balancers, always on for what carries UDP. Others
        connect themselves.
        """
        if self.balancer.kind != "network":
            return False
        always = "UDP" in self.group.protocol or "QUIC" in self.group.protocol
        return True if always else self.group.preserves_client


def relays(topology: Topology, target: Interface, *, protocol: int, port: int) -> Iterator[Relay]:
    """Yield the nodes that send to a port of an interface.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html:
    an instance is sent to at the primary address of its first interface, an address as it is, a
    load balancer at its nodes. Whether a target is healthy is a state and no rule: an unhealthy
    one may be sent to again at any time, and where all are it is.
    """
    for row, addresses in _registered(topology, target):
        group = topology.services.target_groups.get(row.group)
        if group is None or row.port != port or protocol not in CARRIED.get(group.protocol, ()):
            continue
        for listener in topology.services.listeners_to.get(group.arn, ()):
            balancer = topology.services.balancers.get(listener.balancer)
            if balancer is None or protocol not in CARRIED.get(listener.protocol, ()):
                continue
            for name in balancer.interfaces:
                node = topology.interfaces.get(name)
                if node is not None:
                    yield Relay(
                        balancer=balancer,
                        node=node,
                        listener=listener,
                        group=group,
                        addresses=addresses,
                        gate=_gate(topology, balancer, group, node=node, target=target, row=row),
                    )


def _registered(
    topology: Topology, target: Interface
) -> Iterator[tuple[Target, tuple[Address, ...]]]:
    services = topology.services
    instance = target.thing.rpartition("/")[2]
    if target.primary and instance:
        for row in services.registered.get(instance, ()):
            yield row, primary(target)
    for text in target.addresses:
        address = parse_address(text)
        for row in services.registered.get(text, ()) if address else ():
            group = services.target_groups.get(row.group)
            here = group is not None and group.network == target.network
            if address and (here or row.zone == EVERY_ZONE):
                yield row, (address,)
    balancer = services.balancer_of.get(target.id)
    for row in services.registered.get(balancer.arn, ()) if balancer else ():
        yield row, primary(target)


def primary(interface: Interface) -> tuple[Address, ...]:
    """Return the first address of each version that an interface has."""
    held = [address for address in map(parse_address, interface.addresses) if address]
    firsts = (next((a for a in held if a.version == version), None) for version in (IPV4, IPV6))
    return tuple(address for address in firsts if address)


def _gate(
    topology: Topology,
    balancer: Balancer,
    group: TargetGroup,
    *,
    node: Interface,
    target: Interface,
    row: Target,
) -> Reach:
    """Ask whether a node sends to the zone of a target.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html:
    a load balancer sends to zones that are enabled for it alone, and each node to its own zone,
    unless cross-zone load balancing is on; the target group's setting goes before the load
    balancer's. An address outside of the network is registered for all zones.
    """
    subnets = topology.subnets
    if row.zone == EVERY_ZONE:
        return NOTHING_MORE
    absent = [s for s in (node.subnet, target.subnet, *balancer.subnets) if s not in subnets]
    if absent:
        return Unknown(tuple(sorted(set(absent))))
    zone = subnets[target.subnet].zone
    if zone not in {subnets[name].zone for name in (*balancer.subnets, node.subnet)}:
        text = f"`{zone}` of the target is not enabled for it"
        return _stopped("ELB_INSTALLED_AZ_RESTRICTION", balancer.arn, text)
    cross = balancer.cross_zone if group.cross_zone is None else group.cross_zone
    if subnets[node.subnet].zone == zone or cross:
        return NOTHING_MORE
    if cross is None:
        return Unknown((balancer.arn,))
    text = f"its node in `{subnets[node.subnet].zone}` sends to no other zone"
    return _stopped("ELB_NOT_CROSSZONE", balancer.arn, text)


def _stopped(code: str, at: str, text: str) -> Blocked:
    return Blocked(ways=((Blocker(code=code, at=at, text=text),),))
