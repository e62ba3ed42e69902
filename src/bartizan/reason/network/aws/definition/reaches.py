# SPDX-License-Identifier: Apache-2.0
"""Decides whether one side can send packets to another and be answered, by whatever way."""

from collections.abc import Iterator

from bartizan.model.facts.network import Interface
from bartizan.model.packet import CLIENT_PORTS, INTERNET, Blocked, Reach
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.balancers import relays
from bartizan.reason.network.aws.definition.direct import flows
from bartizan.reason.network.aws.definition.fronts import through_fronts
from bartizan.reason.network.aws.definition.relayed import Question, over_balancer, over_endpoints
from bartizan.reason.network.aws.definition.space import Space
from bartizan.reason.network.aws.definition.verdict import any_way
from bartizan.reason.network.aws.definition.walk import shut
from bartizan.reason.network.aws.topology.topology import Topology
from bartizan.reason.network.aws.topology.unread import ADDRESSES, BALANCERS

MOST_FLOWS = 3
"""A network load balancer may send to an application one, and that to the target."""


def reaches(  # noqa: PLR0917 - a flow is told by these four
    topology: Topology,
    source: str,
    target: str,
    protocol: int,
    port: int,
    *,
    client_ports: tuple[int, int] = CLIENT_PORTS,
    sources: Space | None = None,
) -> Reach:
    """Say whether `source` reaches a port of `target`: an interface, `internet`, a remote site, or
    the service behind a gateway endpoint.

    There must be an address of each side and a source port of the client with which packets
    arrive and answers come back, directly or over what takes packets on the target's behalf.
    `sources` are the addresses that it may send from, if not all that it has.
    """
    absent = tuple(name for name in (source, target) if not known(topology, name))
    if absent:
        return Unknown(absent)
    if target not in topology.interfaces:
        return flows(
            topology,
            source,
            target,
            protocol=protocol,
            port=port,
            client_ports=client_ports,
            sources=sources,
        )
    asked = Question(
        source=source,
        target=topology.interfaces[target],
        protocol=protocol,
        port=port,
        client_ports=client_ports,
        sources=sources,
    )
    return any_way(_ways(topology, asked, flows_left=MOST_FLOWS))


def known(topology: Topology, name: str) -> bool:
    """Tell whether anything is known of a side."""
    endpoint = topology.services.endpoints.get(name)
    service = endpoint is not None and endpoint.kind == "gateway"
    return service or name == INTERNET or name in topology.interfaces or name in topology.sites


def _ways(topology: Topology, asked: Question, *, flows_left: int) -> Iterator[Reach]:
    """Yield every way to an interface: directly, over load balancers, endpoints and fronts."""
    target = asked.target
    yield flows(
        topology,
        asked.source,
        target.id,
        protocol=asked.protocol,
        port=asked.port,
        client_ports=asked.client_ports,
        sources=asked.sources,
    )
    if flows_left > 1:
        for relay in relays(topology, target, protocol=asked.protocol, port=asked.port):
            to_node = Question(
                source=asked.source,
                target=relay.node,
                protocol=asked.protocol,
                port=relay.listener.port,
                client_ports=asked.client_ports,
                sources=asked.sources,
            )
            first = any_way(_ways(topology, to_node, flows_left=flows_left - 1))
            yield over_balancer(topology, relay, asked, first=first)
            yield from over_endpoints(topology, relay, asked)
    if asked.source == INTERNET:
        yield from through_fronts(topology, target, protocol=asked.protocol, port=asked.port)
    yield from _unread(topology, asked)


def _unread(topology: Topology, asked: Question) -> Iterator[Reach]:
    """Doubt that nothing sends to an interface where load balancers could not be read.

    It does not matter where the interface takes nothing at that port from anybody.
    """
    target, gaps = asked.target, topology.gaps
    names = set(gaps.listing(BALANCERS, account=target.account, region=target.region))
    for group in topology.services.target_groups.values():
        if group.network == target.network and gaps.detail(BALANCERS, group.arn):
            names.add(group.arn)
    for balancer in topology.services.balancers.values():
        if not balancer.interfaces and gaps.detail(ADDRESSES, balancer.arn):
            names.update(_nameless(topology, balancer.arn, target))
    if names and not isinstance(
        shut(topology, target, protocol=asked.protocol, port=asked.port), Blocked
    ):
        yield Unknown(tuple(sorted(names)))


def _nameless(topology: Topology, balancer: str, target: Interface) -> Iterator[str]:
    """Name a load balancer whose nodes are not known, if it sends to an interface."""
    services = topology.services
    keys = services.registered_as(target)
    groups = {row.group for key in keys for row in services.registered.get(key, ())}
    for listener in services.listeners.get(balancer, ()):
        if not groups.isdisjoint(listener.target_groups):
            yield balancer
