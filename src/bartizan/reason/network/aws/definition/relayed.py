# SPDX-License-Identifier: Apache-2.0
"""Ways to an interface over load balancers, and over endpoints to the services behind them.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
"""

from collections.abc import Iterator

from msgspec import Struct

from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Endpoint
from bartizan.model.packet import Blocked, Blocker, Packet, Reach
from bartizan.reason.network.aws.definition.asked import Asked
from bartizan.reason.network.aws.definition.balancers import Relay, primary
from bartizan.reason.network.aws.definition.direct import flows
from bartizan.reason.network.aws.definition.nat import CHOSEN_PORTS
from bartizan.reason.network.aws.definition.space import Space
from bartizan.reason.network.aws.definition.verdict import NOTHING_MORE, both, either_way
from bartizan.reason.network.aws.definition.walk import inspected, trip
from bartizan.reason.network.aws.topology.addresses import parse_address
from bartizan.reason.network.aws.topology.topology import Topology


class Question(Struct, frozen=True, kw_only=True):
    """Who asks for a flow to what."""

    source: str
    target: Interface
    protocol: int
    port: int
    client_ports: tuple[int, int]
    sources: Space | None = None
    """Addresses that the source may send from; None for all that it has."""


def second_flow(topology: Topology, relay: Relay, asked: Question) -> Reach:
    """Let a node connect to a target with its own address and a port of its choice."""
    answer = flows(
        topology,
        relay.node.id,
        asked.target.id,
        protocol=asked.protocol,
        port=asked.port,
        client_ports=CHOSEN_PORTS,
        targets=Space(tuple(address.alone for address in relay.addresses)),
    )
    return both(relay.gate, answer)


def kept_client(topology: Topology, relay: Relay, asked: Question) -> Reach:
    """Let a node send to a target with its client's address and port, where the versions agree.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation:
    where the client's version of IP is not the target's, the target sees the load balancer.
    """
    own = second_flow(topology, relay, asked)

    def go_on(seen: Packet, pool: Asked) -> Reach:
        client = parse_address(seen.source_address)
        same = [a for a in relay.addresses if client and a.version == client.version]
        if not same:
            return own
        packet = Packet(
            source=relay.node.id,
            source_address=seen.source_address,
            address=str(same[0]),
            protocol=asked.protocol,
            port=asked.port,
            source_port=seen.source_port,
        )
        sent = trip(
            topology,
            packet,
            asked=pool,
            goal=asked.target,
            target=asked.target.id,
            assumed=True,
        )
        return both(relay.gate, sent)

    return flows(
        topology,
        asked.source,
        relay.node.id,
        protocol=asked.protocol,
        port=relay.listener.port,
        client_ports=asked.client_ports,
        sources=asked.sources,
        then=go_on,
    )


def over_balancer(topology: Topology, relay: Relay, asked: Question, *, first: Reach) -> Reach:
    """Join the flow to a node, which is `first`, and the one from it.

    https://docs.aws.amazon.com/vpc/latest/reachability/additional-detail-codes.html
    (ASSUMPTION_PRESERVE_CLIENT_IP_IS_ENABLED): where it was not read whether the node keeps the
    client's address, both readings must agree.
    """
    keeps = relay.keeps_client
    if keeps is not True:
        own = both(first, second_flow(topology, relay, asked))
        if keeps is False:
            return own
        kept = kept_client(topology, relay, asked)
        return either_way((own, kept), missing=(relay.group.arn,))
    return kept_client(topology, relay, asked)


def over_endpoints(topology: Topology, relay: Relay, asked: Question) -> Iterator[Reach]:
    """Yield the ways by endpoints in other networks to a service behind the load balancer.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html: consumers
    connect to interfaces of an endpoint, whose groups filter; what the targets see is the load
    balancer's address. Addresses of both networks may be the same.
    """
    for service in topology.services.offering.get(relay.balancer.arn, ()):
        for endpoint in topology.services.endpoints_to.get(service.name, ()):
            for name in endpoint.interfaces:
                if name in topology.interfaces:
                    entry = topology.interfaces[name]
                    yield _over_endpoint(topology, relay, asked, endpoint=endpoint, entry=entry)


def _over_endpoint(
    topology: Topology, relay: Relay, asked: Question, *, endpoint: Endpoint, entry: Interface
) -> Reach:
    second = both(
        second_flow(topology, relay, asked), _of_endpoint(topology, relay, endpoint, entry)
    )

    def go_on(seen: Packet, pool: Asked) -> Reach:
        """Ask the groups of the load balancer about the client, not the endpoint.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        """
        node = relay.node
        if not relay.balancer.filters_private_link:
            return second
        address = next(iter(primary(node)), None)
        if address is None:
            return second
        packet = Packet(
            source=asked.source,
            source_address=seen.source_address,
            address=str(address),
            protocol=asked.protocol,
            port=relay.listener.port,
            source_port=seen.source_port,
        )
        return both(inspected(topology, node, packet, asked=pool), second)

    return flows(
        topology,
        asked.source,
        entry.id,
        protocol=asked.protocol,
        port=relay.listener.port,
        client_ports=asked.client_ports,
        sources=asked.sources,
        then=go_on,
    )


def _of_endpoint(topology: Topology, relay: Relay, endpoint: Endpoint, entry: Interface) -> Reach:
    """Ask whether an endpoint works and leads to a node in its zone.

    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (BAD_STATE,
    VPCE_SERVICE_NOT_INSTALLED_IN_AZ)
    """
    blockers = []
    if not endpoint.available:
        blockers.append(Blocker(code="BAD_STATE", at=endpoint.id, text="it does not work"))
    zones = [
        topology.subnets[s].zone
        for s in (relay.node.subnet, entry.subnet)
        if s in topology.subnets
    ]
    if len(set(zones)) > 1:
        text = f"it leads to no node in `{zones[0]}`"
        blockers.append(
            Blocker(code="VPCE_SERVICE_NOT_INSTALLED_IN_AZ", at=endpoint.id, text=text)
        )
    return Blocked(ways=(tuple(blockers),)) if blockers else NOTHING_MORE
