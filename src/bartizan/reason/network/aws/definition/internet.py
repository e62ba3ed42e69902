# SPDX-License-Identifier: Apache-2.0
"""The Internet: gateways to it, and how its packets come in.

https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
"""

from bartizan.model.facts.network import Interface
from bartizan.model.facts.routing import Route
from bartizan.model.packet import INTERNET, UDP
from bartizan.reason.network.aws.definition import block
from bartizan.reason.network.aws.definition.holders import owner as owner_of
from bartizan.reason.network.aws.definition.holders import public_owner
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    EgressOnlyEdge,
    InternetEdge,
    Local,
    Nowhere,
    OnInternet,
    Place,
)
from bartizan.reason.network.aws.definition.routes import chosen
from bartizan.reason.network.aws.definition.subnets import follow
from bartizan.reason.network.aws.topology.addresses import (
    IPV4,
    IPV6,
    PRIVATE,
    SHARED,
    Address,
    is_public,
    parse_address,
)
from bartizan.reason.network.aws.topology.unread import GATEWAYS


def go_out(journey: Journey, at: InternetEdge) -> Place:
    """Let a packet out through an Internet gateway.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html: for IPv4 it puts
    the public address in the place of the private one, one for one; without one nothing goes out.
    IPv6 addresses are public themselves.
    """
    topology = journey.topology
    gateway = topology.gateways.get(at.gateway)
    if gateway is None:
        journey.lack(at.gateway)
    elif not gateway.available or gateway.network != at.network:
        journey.stop("BAD_STATE_ATTACHMENT", at.gateway, "it is not attached to the network")
    owner = owner_of(journey, at.network, journey.header.source)
    public = _public(journey, owner)
    if owner is not None and owner.id in journey.memory.pretended:
        return _abroad(journey, at.gateway)
    if owner is None or public is None:
        text = f"{journey.header.source} has no public address"
        journey.stop("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", at.gateway, text)
        return Nowhere()
    _switch(journey, owner, inbound=False, gateway="internet")
    _redirected(journey, at, journey.header.source)
    if public != journey.header.source:
        journey.change(source=public)
        journey.hop(at.gateway, f"translates to {public}")
    else:
        journey.hop(at.gateway, "lets out")
    return _abroad(journey, at.gateway)


def _public(journey: Journey, owner: Interface | None) -> Address | None:
    source = journey.header.source
    if owner is None or not owner.attached:
        return None
    if source.version == IPV6:
        return source if is_public(source) else None
    public = parse_address(owner.public.get(str(source), ""))
    if public is not None:
        # Asked only to doubt it where another has it as well.
        public_owner(journey, public)
    return public


def _abroad(journey: Journey, gateway: str) -> Place:
    """Refuse destinations that the Internet does not know.

    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    """
    destination = journey.header.destination
    if is_public(destination):
        return OnInternet()
    code = "X_NOT_PUBLIC"
    if any(held.holds(destination) for held in PRIVATE):
        code = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"
    elif any(held.holds(destination) for held in SHARED):
        code = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS"
    journey.stop(code, gateway, f"{destination} is no public address")
    return Nowhere()


def _switch(journey: Journey, owner: Interface, *, inbound: bool, gateway: str) -> None:
    """Ask the switch against the Internet, of the first packet alone."""
    if not journey.back:
        block.allows(journey, owner, inbound=inbound, gateway=gateway)


def _redirected(journey: Journey, at: InternetEdge, source: Address) -> None:
    """Refuse a direct way out where what comes in is led through a middlebox.

    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (INGRESS_RTB_TRAFFIC_REDIRECTION)
    """
    topology = journey.topology
    table = topology.edge_tables.get(at.gateway)
    if table is None:
        return
    route = chosen(journey, topology.routes.get(table.id, ()), source)
    if not isinstance(route, Route) or route.target_kind == "local":
        return
    if route.target not in journey.passed:
        text = f"packets to {source} come in by `{route.target}`, so it must send them out"
        journey.stop("INGRESS_RTB_TRAFFIC_REDIRECTION", table.id, text)


def go_out_only(journey: Journey, at: EgressOnlyEdge) -> Place:
    """Let an IPv6 packet out through an egress-only Internet gateway.

    https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html: it lets
    flows out and their answers in; nothing on the Internet begins a flow through it. An answer of
    UDP looks like a flow that begins inside, so that one may pass.
    """
    topology = journey.topology
    gateway = topology.gateways.get(at.gateway)
    if gateway is None:
        journey.lack(at.gateway)
    elif not gateway.available or gateway.network != at.network:
        journey.stop("BAD_STATE_ATTACHMENT", at.gateway, "it is not attached to the network")
    if journey.back and journey.header.protocol == UDP:
        journey.lack(at.gateway)
    elif journey.back:
        journey.stop("X_EGRESS_ONLY", at.gateway, "it carries only what begins inside")
    owner = owner_of(journey, at.network, journey.header.source)
    if owner is None or _public(journey, owner) is None or journey.header.source.version == IPV4:
        text = f"{journey.header.source} is no public IPv6 address"
        journey.stop("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", at.gateway, text)
        return Nowhere()
    _switch(journey, owner, inbound=False, gateway="egress-only")
    journey.memory.egress_only[at.network] = at.gateway
    journey.hop(at.gateway, "lets out")
    return _abroad(journey, at.gateway)


def arrive(journey: Journey, _at: OnInternet) -> Place:
    """Bring a packet from the Internet to whoever has its destination.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html: the gateway of
    the network takes packets for public addresses of attached interfaces, and gives them the
    private one. A route table of the gateway, where there is one, leads them on:
    https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html.
    """
    topology = journey.topology
    held = public_owner(journey, journey.header.destination) or _pretended(journey)
    if held is None:
        return Arrived(INTERNET)
    owner, private = held
    if not journey.back:
        _sender_is_public(journey, owner)
    if journey.back and journey.memory.egress_only.pop(owner.network, ""):
        journey.entered = "internet"
        return Local(owner.network, "")
    if not owner.attached:
        text = "it is attached to nothing"
        journey.stop("IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", owner.id, text)
    if owner.denies_internet and journey.header.destination.version == IPV6:
        text = "its IPv6 addresses take nothing from the Internet"
        journey.stop("X_DENIES_INTERNET", owner.id, text)
    gateway = _gateway(journey, owner.network)
    _switch(journey, owner, inbound=True, gateway="internet")
    journey.scope, journey.entered = "lost", "internet"
    journey.change(destination=private)
    journey.hop(gateway or owner.network, f"lets in for {private}")
    table = topology.edge_tables.get(gateway)
    if table is None:
        return Local(owner.network, "")
    return follow(journey, table.id, network=owner.network, subnet="")


def _pretended(journey: Journey) -> tuple[Interface, Address] | None:
    """Look at an interface without a public address as if it had one, once that is said.

    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS)
    """
    goal, destination = journey.goal, journey.header.destination
    if goal is None or journey.back or not journey.topology.has(goal, destination):
        return None
    text = f"{destination} has no public address"
    journey.stop("IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", goal.id, text)
    journey.memory.pretended.add(goal.id)
    return goal, destination


def _sender_is_public(journey: Journey, owner: Interface) -> None:
    source = journey.header.source
    if is_public(source):
        return
    code = "X_NOT_PUBLIC"
    if any(held.holds(source) for held in PRIVATE):
        code = "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"
    elif any(held.holds(source) for held in SHARED):
        code = "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS"
    journey.stop(code, owner.network, f"{source} is no public address")


def _gateway(journey: Journey, network: str) -> str:
    topology = journey.topology
    held = topology.gateways_of.get((network, "internet"), ())
    working = [row for row in held if row.available]
    if working:
        return working[0].id
    row = topology.networks.get(network)
    unread = (
        (network,)
        if row is None
        else topology.gaps.listing(GATEWAYS, account=row.account, region=row.region)
    )
    if unread and not held:
        journey.lack(*unread)
    else:
        journey.stop("X_NO_INTERNET_GATEWAY", network, "no working Internet gateway is attached")
    return ""
