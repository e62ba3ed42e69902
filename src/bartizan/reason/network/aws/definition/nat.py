# SPDX-License-Identifier: Apache-2.0
"""NAT gateways.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
"""

from bartizan.model.facts.network import Interface
from bartizan.model.facts.routing import Gateway
from bartizan.model.packet import ICMP, TCP, UDP
from bartizan.reason.network.aws.definition.access_lists import crosses
from bartizan.reason.network.aws.definition.holders import contested
from bartizan.reason.network.aws.definition.journey import PORTS, Journey
from bartizan.reason.network.aws.definition.place import Leaving, Nat, Nowhere, Place
from bartizan.reason.network.aws.topology.addresses import (
    IPV4,
    IPV6,
    TRANSLATED,
    Address,
    parse_address,
)

CHOSEN_PORTS = (1024, 65535)
"""Source ports that a NAT gateway takes:
https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html."""


def translate(journey: Journey, at: Nat) -> Place:
    """Put the gateway's address and a port of its choice in the place of the sender's.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html: TCP, UDP and ICMP;
    it has no security group, and the access list of its subnet is asked; the packet goes on by
    the route table of its subnet. It serves no packets that come over a peering, a VPN or Direct
    Connect; https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (NGW_REQUIRES_SOURCE_IN_VPC).
    """
    gateway = journey.topology.gateways.get(at.gateway)
    interface = _interface(journey, gateway)
    if gateway is None or interface is None:
        crosses(journey, leaves=at.subnet, enters="")
        journey.lack(at.gateway)
        return Nowhere()
    crosses(journey, leaves=at.subnet, enters=interface.subnet)
    if not gateway.available:
        journey.stop("BAD_STATE", at.gateway, "it does not work")
    if journey.back:
        journey.stop("X_NO_FLOW", at.gateway, "it knows no flow that this would answer")
        return Nowhere()
    if journey.entered in {"peering", "site"}:
        text = "it takes nothing that came over a peering or from a remote site"
        journey.stop("NGW_REQUIRES_SOURCE_IN_VPC", at.gateway, text)
    if journey.header.protocol not in {ICMP, TCP, UDP}:
        text = f"it does not translate protocol {journey.header.protocol}"
        journey.stop("PROTOCOL_RESTRICTION", at.gateway, text)
    destination = _destination(journey.header.destination)
    address = next(
        (a for a in map(parse_address, interface.addresses) if a and a.version == IPV4), None
    )
    if destination is None or address is None:
        journey.stop("PROTOCOL_RESTRICTION", at.gateway, "it translates to IPv4 alone")
        return Nowhere()
    contested(journey, interface, address)
    journey.memory.translated[interface.id] = journey.header
    journey.memory.sixes |= journey.header.destination.version == IPV6
    header = journey.header
    port = journey.nat_port if header.protocol in PORTS else header.source_port
    journey.change(source=address, destination=destination, source_port=port)
    journey.scope = "lost"
    journey.hop(at.gateway, f"translates to {address}")
    return Leaving(interface.subnet)


def _interface(journey: Journey, gateway: Gateway | None) -> Interface | None:
    """Return a gateway's only interface; one for a whole region has several, not modelled.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
    """
    if gateway is None or len(gateway.interfaces) != 1:
        return None
    return journey.topology.interfaces.get(gateway.interfaces[0])


def _destination(destination: Address) -> Address | None:
    """Return where the packet goes on to; IPv6 only where it stands for IPv4.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html
    """
    if destination.version == IPV6:
        if not TRANSLATED.holds(destination):
            return None
        return Address(IPV4, destination.value - TRANSLATED.first)
    return destination
