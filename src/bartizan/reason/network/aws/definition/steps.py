# SPDX-License-Identifier: Apache-2.0
"""Which step a packet takes from which place, and the walk from step to step."""

from collections.abc import Callable, Mapping

from bartizan.model.packet import INTERNET
from bartizan.reason.network.aws.definition import (
    endpoints,
    interfaces,
    internet,
    nat,
    peerings,
    sites,
    subnets,
    transit,
)
from bartizan.reason.network.aws.definition.journey import Header, Journey
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    EgressOnlyEdge,
    EndpointEdge,
    FromService,
    InternetEdge,
    Leaving,
    Local,
    Nat,
    Nowhere,
    OnInternet,
    OnSite,
    PeeringEdge,
    Place,
    Reaching,
    Sent,
    Transit,
    TransitEdge,
    VirtualEdge,
)

MOST_HOPS = 64
"""https://docs.aws.amazon.com/network-manager/latest/tgwnm/route-analyzer.html"""

STEPS: Mapping[type[Place], Callable[..., Place]] = {
    Sent: interfaces.send,
    Leaving: subnets.leave,
    Local: interfaces.deliver,
    Reaching: interfaces.reach,
    InternetEdge: internet.go_out,
    EgressOnlyEdge: internet.go_out_only,
    OnInternet: internet.arrive,
    Nat: nat.translate,
    PeeringEdge: peerings.cross,
    TransitEdge: transit.go_in,
    Transit: transit.route,
    VirtualEdge: sites.go_out,
    OnSite: sites.go_in,
    EndpointEdge: endpoints.go_in,
    FromService: endpoints.answer,
}


def begin(journey: Journey) -> Place:
    """Return where a packet is when its origin sends it."""
    origin = journey.origin
    if origin in journey.topology.interfaces:
        return Sent(origin)
    if origin == INTERNET:
        return OnInternet()
    if origin in journey.topology.sites:
        return OnSite(origin)
    return FromService(origin)


def move(journey: Journey, place: Place) -> Place:
    """Take step after step until the packet has arrived, or nobody knows where it goes."""
    seen: set[tuple[Place, Header]] = set()
    while not isinstance(place, Arrived | Nowhere):
        if (place, journey.header) in seen or len(seen) >= MOST_HOPS:
            journey.stop("CYCLIC_PATH_DETECTED", journey.origin, "the packet goes in circles")
            return Nowhere()
        seen.add((place, journey.header))
        place = STEPS[type(place)](journey, place)
    return place
