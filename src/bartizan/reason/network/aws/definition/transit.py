# SPDX-License-Identifier: Apache-2.0
"""Transit gateways: routers between networks, VPNs and one another.

https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
"""

from bartizan.model.evidence import Evidence
from bartizan.model.facts.routing import TransitAttachment, TransitRoute
from bartizan.reason.network.aws.definition.access_lists import passes
from bartizan.reason.network.aws.definition.groups import IN, OUT
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    Leaving,
    Nowhere,
    Place,
    Transit,
    TransitEdge,
)
from bartizan.reason.network.aws.definition.routes import chosen
from bartizan.reason.network.aws.topology.unread import (
    ASSOCIATIONS,
    ATTACHED_SUBNETS,
    ATTACHMENTS,
    TRANSIT_ROUTES,
)

SITES = frozenset({"vpn", "direct-connect-gateway", "connect", "vpn-concentrator"})


def go_in(journey: Journey, at: TransitEdge) -> Place:
    """Enter a transit gateway from a network, by the interface that it has in the zone.

    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html: packets from a zone in
    which the attachment has no subnet are not forwarded.
    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html: the list of the subnet that they
    leave is asked outbound, and that of the attachment's subnet inbound, even where it is one.
    """
    topology = journey.topology
    passes(journey, at.subnet, OUT)
    held = topology.attached.get((at.gateway, at.network), ())
    attachment = next((row for row in held if row.kind == "vpc"), None)
    if attachment is None:
        _none_attached(journey, at)
        return Nowhere()
    zone = topology.subnets[at.subnet].zone
    inside = _in_zone(journey, attachment, zone)
    if inside:
        passes(journey, inside, IN)
    elif not _lacks_subnets(journey, attachment):
        text = f"it has no subnet in `{zone}`"
        journey.stop("TGW_ROUTE_AZ_RESTRICTION", attachment.id, text)
    if not attachment.available:
        journey.stop("BAD_STATE_ATTACHMENT", attachment.id, "it does not work")
    _references(journey, attachment)
    journey.hop(attachment.id, f"enters {at.gateway}")
    return Transit(at.gateway, attachment.id, zone)


def _none_attached(journey: Journey, at: TransitEdge) -> None:
    """Say that a network is not attached, where that could have been read."""
    row = journey.topology.networks.get(at.network)
    unread = (
        (at.network,)
        if row is None
        else journey.topology.gaps.listing(ATTACHMENTS, account=row.account, region=row.region)
    )
    if unread or at.gateway not in journey.topology.transit_gateways:
        journey.lack(at.gateway, *unread)
    else:
        text = f"`{at.network}` is not attached to it"
        journey.stop("BAD_STATE_ATTACHMENT", at.gateway, text)


def _lacks_subnets(journey: Journey, attachment: TransitAttachment) -> bool:
    topology = journey.topology
    absent = [name for name in attachment.subnets if name not in topology.subnets]
    if topology.gaps.detail(ATTACHED_SUBNETS, attachment.id):
        absent.append(attachment.id)
    journey.lack(*absent)
    return bool(absent)


def _in_zone(journey: Journey, attachment: TransitAttachment, zone: str) -> str:
    subnets = journey.topology.subnets
    held = (name for name in attachment.subnets if name in subnets and subnets[name].zone == zone)
    return next(held, "")


def _references(journey: Journey, attachment: TransitAttachment) -> None:
    """Keep what groups a packet comes from, where the gateway and both attachments allow it.

    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html (security group
    referencing)
    """
    gateway = journey.topology.transit_gateways.get(attachment.gateway)
    allowed = (
        attachment.kind == "vpc"
        and attachment.group_references
        and gateway is not None
        and gateway.group_references
    )
    keeps = allowed and journey.scope in {"network", "transit"}
    journey.scope = "transit" if keeps else "lost"


def route(journey: Journey, at: Transit) -> Place:
    """Look up the table that an attachment is associated with, and leave by the route's.

    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html: the longest
    prefix, then written routes, then those of lists, then propagated ones; a black hole drops.
    An attachment that is associated with no table forwards nothing.
    """
    topology = journey.topology
    attachment = _side(journey, at.attachment, at.gateway)
    if attachment is None:
        journey.lack(at.attachment)
        return Nowhere()
    if not attachment.route_table:
        unread = _unread(journey, at.gateway, ASSOCIATIONS, attachment.id)
        if unread:
            journey.lack(*unread)
        else:
            text = "no route table is associated with it"
            journey.stop("TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION", attachment.id, text)
        return Nowhere()
    table = attachment.route_table
    unread = _unread(journey, at.gateway, TRANSIT_ROUTES, table)
    if unread:
        journey.lack(*unread)
        return Nowhere()
    found = chosen(journey, topology.transit_routes.get(table, ()), journey.header.destination)
    if not isinstance(found, TransitRoute):
        text = f"no route to {journey.header.destination}"
        journey.stop("TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT", table, text)
        return Nowhere()
    return _by(journey, at, found)


def _unread(journey: Journey, gateway: str, kinds: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Name what of a gateway's own could not be read."""
    topology = journey.topology
    if topology.gaps.detail(kinds, name):
        return (name,)
    row = topology.transit_gateways.get(gateway)
    if row is None:
        return (gateway,)
    return topology.gaps.listing(kinds, account=row.account, region=row.region)


def _side(journey: Journey, name: str, gateway: str) -> TransitAttachment | None:
    held = journey.topology.attachments.get(name, ())
    return next((row for row in held if row.gateway == gateway), None)


def _by(journey: Journey, at: Transit, found: TransitRoute) -> Place:
    """Leave by one of a route's attachments; of several AWS takes any."""
    if found.blackhole or not found.attachments:
        text = f"the route to `{found.destination}` is a black hole"
        name = f"{found.owner}/{found.destination}"
        journey.stop("TGW_RTB_BAD_STATE_ROUTE", found.owner, text, name)
        return Nowhere()
    name = found.attachments[journey.pick(len(found.attachments))]
    why = f"routes {found.destination} to {name}"
    journey.hop(found.owner, f"routes to {name}", Evidence(subject=found.owner, why=why))
    attachment = _side(journey, name, at.gateway)
    if attachment is None:
        journey.lack(name)
        return Nowhere()
    if not attachment.available:
        journey.stop("BAD_STATE_ATTACHMENT", name, "it does not work")
    return _leave(journey, at, attachment)


def _leave(journey: Journey, at: Transit, attachment: TransitAttachment) -> Place:
    match attachment.kind:
        case "vpc":
            return _into(journey, at, attachment)
        case kind if kind in SITES:
            journey.scope = "lost"
            journey.hop(attachment.id, f"leads to {attachment.resource}")
            if attachment.resource in journey.topology.sites:
                return Arrived(attachment.resource)
            journey.lack(attachment.resource)
            return Nowhere()
        case "peering":
            # https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html
            journey.scope = "lost"
            journey.hop(attachment.id, f"leads to {attachment.resource}")
            return Transit(attachment.resource, attachment.id, "")
        case _:
            journey.lack(attachment.id)
            return Nowhere()


def _into(journey: Journey, at: Transit, attachment: TransitAttachment) -> Place:
    """Enter a network by an interface of its attachment.

    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html and
    https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html: by the
    zone that the packet comes from where the attachment is in it, else by any; in appliance mode
    by any, and the answer by the same. From there the route table of the attachment's subnet
    leads on, so its access list is asked outbound, and inbound that of the subnet after it:
    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html.
    """
    if _lacks_subnets(journey, attachment):
        return Nowhere()
    options = list(attachment.subnets)
    same = _in_zone(journey, attachment, at.zone)
    if attachment.appliance:
        kept = journey.memory.zones.get(attachment.id)
        options = [kept] if journey.back and kept else options
    elif same:
        options = [same]
    if not options:
        journey.lack(attachment.id)
        return Nowhere()
    subnet = options[journey.pick(len(options))]
    if attachment.appliance:
        journey.memory.zones[attachment.id] = subnet
    _references(journey, attachment)
    journey.entered = "transit"
    does = f"leads to {attachment.resource}"
    journey.hop(attachment.id, does, Evidence(subject=attachment.id, why=does))
    return Leaving(subnet)
