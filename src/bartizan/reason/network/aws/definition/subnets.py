# SPDX-License-Identifier: Apache-2.0
"""What happens to a packet that has left an interface: its subnet's table sends it on.

https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
"""

from collections.abc import Callable, Mapping

from bartizan.model.evidence import Evidence
from bartizan.model.facts.routing import Route
from bartizan.reason.network.aws.definition.access_lists import crosses
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.definition.place import (
    EgressOnlyEdge,
    EndpointEdge,
    InternetEdge,
    Leaving,
    Local,
    Nat,
    Nowhere,
    PeeringEdge,
    Place,
    Reaching,
    TransitEdge,
    VirtualEdge,
)
from bartizan.reason.network.aws.definition.routes import chosen
from bartizan.reason.network.aws.topology.addresses import parse_range
from bartizan.reason.network.aws.topology.unread import EDGES

INSIDE: Mapping[str, Callable[[str, str, str], Place]] = {
    "endpoint": EndpointEdge,
    "nat-gateway": Nat,
    "transit-gateway": TransitEdge,
}
"""Targets that have an interface in a subnet."""

OUTSIDE: Mapping[str, Callable[[str, str], Place]] = {
    "egress-only-internet-gateway": EgressOnlyEdge,
    "internet-gateway": InternetEdge,
    "peering": PeeringEdge,
    "virtual-private-gateway": VirtualEdge,
}
"""Targets at the edge of a network, outside of every subnet."""


def leave(journey: Journey, at: Leaving) -> Place:
    """Route a packet out of its subnet; what is for the same subnet is not routed.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    row = journey.topology.subnets.get(at.subnet)
    if row is None:
        journey.lack(at.subnet)
        return Nowhere()
    blocks = [block for block in map(parse_range, row.ranges) if block]
    if any(journey.within(block, journey.header.destination) for block in blocks):
        return Local(row.network, row.id)
    return follow(journey, row.route_table, network=row.network, subnet=row.id)


def follow(journey: Journey, table: str, *, network: str, subnet: str) -> Place:
    """Look the destination up in a route table and go where the route leads.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html; a route whose target
    is gone is a black hole, and drops what it matches:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html.
    """
    topology = journey.topology
    if table not in topology.route_tables or topology.gaps.detail(EDGES, table):
        journey.lack(table or f"route table of {subnet}")
        return Nowhere()
    route = chosen(journey, topology.routes.get(table, ()), journey.header.destination)
    if not isinstance(route, Route):
        to = journey.header.destination
        journey.stop("NO_ROUTE_TO_DESTINATION", table, f"no route to {to}")
        _out(journey, subnet)
        return Nowhere()
    if route.blackhole:
        text = f"the route to `{route.destination}` is a black hole"
        journey.stop("BAD_STATE_ROUTE", table, text, f"{table}/{route.destination}")
        _out(journey, subnet)
        return Nowhere()
    why = Evidence(
        subject=table,
        statement=route.destination,
        why=f"route to `{route.destination}`",
    )
    journey.hop(table, f"routes to {route.target or route.target_kind}", why)
    return _target(journey, route, network=network, subnet=subnet)


def _out(journey: Journey, subnet: str) -> None:
    crosses(journey, leaves=subnet, enters="")


def _target(journey: Journey, route: Route, *, network: str, subnet: str) -> Place:
    """Go to the target of a route; gateways are outside of the subnet.

    https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html
    """
    kind = route.target_kind
    if kind == "local":
        return Local(network, subnet)
    if kind == "interface" and route.target in journey.topology.interfaces:
        return Reaching(route.target, subnet)
    if kind in INSIDE:
        return INSIDE[kind](route.target, network, subnet)
    _out(journey, subnet)
    if kind in OUTSIDE:
        return OUTSIDE[kind](route.target, network)
    # Cloud WAN, local and carrier gateways, and whatever comes: not modelled.
    journey.lack(route.target or f"{route.owner}/{route.destination}")
    return Nowhere()
