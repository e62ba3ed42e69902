# SPDX-License-Identifier: Apache-2.0
"""Remote sites: what lies behind VPNs and Direct Connect.

https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
"""

from bartizan.model.facts.routing import RemoteSite
from bartizan.reason.network.aws.definition.holders import owner as owner_of
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    Local,
    Nowhere,
    OnSite,
    Place,
    Transit,
    VirtualEdge,
)
from bartizan.reason.network.aws.definition.subnets import follow
from bartizan.reason.network.aws.topology.addresses import parse_range


def go_out(journey: Journey, at: VirtualEdge) -> Place:
    """Leave through a virtual private gateway, to one of the sites that end at it.

    https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html;
    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS): only packets of the network's own interfaces.
    """
    topology = journey.topology
    gateway = topology.gateways.get(at.gateway)
    if gateway is None:
        journey.lack(at.gateway)
    elif not gateway.available or gateway.network != at.network:
        journey.stop("BAD_STATE_ATTACHMENT", at.gateway, "it is not attached to the network")
    owner = owner_of(journey, at.network, journey.header.source)
    if owner is None or not owner.attached:
        text = f"{journey.header.source} is no interface of `{at.network}`"
        journey.stop("VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS", at.gateway, text)
    journey.scope = "lost"
    sites = topology.sites_at.get(at.gateway, ())
    holding = [row for row in sites if _holds(journey, row)]
    options = holding or list(sites)
    if not options:
        journey.lack(at.gateway)
        return Nowhere()
    # Where no known range holds it, some site may have announced it, and nothing says which.
    site = options[journey.pick(len(options), missing=() if holding else [s.id for s in sites])]
    journey.hop(at.gateway, f"leads to {site.id}")
    return Arrived(site.id)


def _holds(journey: Journey, row: RemoteSite) -> bool:
    blocks = [block for block in map(parse_range, row.ranges) if block]
    return any(journey.within(block, journey.header.destination) for block in blocks)


def go_in(journey: Journey, at: OnSite) -> Place:
    """Come from a remote site, by one of the gateways that its connection ends at."""
    rows = journey.topology.sites[at.site]
    row = rows[journey.pick(len(rows))]
    journey.scope, journey.entered = "lost", "site"
    journey.hop(row.id, "sends")
    joined = journey.topology.attached.get((row.gateway, row.id), ())
    if joined:
        return Transit(row.gateway, joined[0].id, "")
    return _virtual(journey, row)


def _virtual(journey: Journey, row: RemoteSite) -> Place:
    """Come in through a virtual private gateway, for addresses of interfaces alone.

    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS); a route table of the gateway leads on, where there
    is one: https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html.
    """
    topology = journey.topology
    gateway = topology.gateways.get(row.gateway)
    if gateway is None:
        journey.lack(row.gateway or row.id)
        return Nowhere()
    if not gateway.available or not gateway.network:
        journey.stop("BAD_STATE_ATTACHMENT", gateway.id, "it is attached to no network")
        return Nowhere()
    owner = owner_of(journey, gateway.network, journey.header.destination)
    if owner is None or not owner.attached:
        text = f"{journey.header.destination} is no interface of `{gateway.network}`"
        journey.stop("VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", gateway.id, text)
        return Nowhere()
    journey.hop(gateway.id, f"leads to {gateway.network}")
    table = topology.edge_tables.get(gateway.id)
    if table is None:
        return Local(gateway.network, "")
    return follow(journey, table.id, network=gateway.network, subnet="")
