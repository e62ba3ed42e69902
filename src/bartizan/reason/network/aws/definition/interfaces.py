# SPDX-License-Identifier: Apache-2.0
"""Interfaces: what they send, take and forward.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
"""

from msgspec.structs import replace

from bartizan.model.evidence import Evidence
from bartizan.model.facts.network import Interface
from bartizan.reason.network.aws.definition.access_lists import crosses
from bartizan.reason.network.aws.definition.groups import IN, OUT, Peer, admits
from bartizan.reason.network.aws.definition.holders import contested, owner, taken
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.definition.listeners import listens
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    Leaving,
    Local,
    Nowhere,
    Place,
    Reaching,
    Sent,
)
from bartizan.reason.network.aws.definition.sending import CONNECT, may_send
from bartizan.reason.network.aws.topology.addresses import IPV4, parse_range
from bartizan.reason.network.aws.topology.unread import ADDRESSES

STARTS_NOTHING = {
    "gateway_load_balancer": "X_STARTS_NO_FLOWS",
    "gateway_load_balancer_endpoint": "X_STARTS_NO_FLOWS",
    "nat_gateway": "X_STARTS_NO_FLOWS",
    "transit_gateway": "X_STARTS_NO_FLOWS",
    "vpc_endpoint": "VPCE_INTRA_VPC_TRAFFIC",
}
"""Kinds of interfaces that pass on or answer, and begin no flow themselves.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html,
https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html: only the client side begins.
"""

TAKES_NOTHING = frozenset(
    {
        "api_gateway_managed",
        "ec2_instance_connect_endpoint",
        "gateway_load_balancer_endpoint",
        "lambda",
        "nat_gateway",
        "transit_gateway",
    }
)
"""Kinds of interfaces to which nobody can begin a flow.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: functions are called through
the Lambda API alone; https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html:
nothing outside can begin a connection through a NAT gateway.
"""


def sender(journey: Journey) -> Interface | None:
    """Return whose private address the packet comes from, as far as that is still known.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html:
    what a network load balancer sends counts as its own for rules that name its groups, even
    where it bears the client's address.
    """
    row = journey.topology.interfaces.get(journey.origin)
    if row is None or journey.scope == "lost":
        return None
    balancing = journey.memory.carried and row.kind != CONNECT
    own = journey.topology.has(row, journey.header.source)
    return row if own or (balancing and not journey.back) else None


def send(journey: Journey, at: Sent) -> Place:
    """Let an interface send a packet; its groups are asked when it is known where it went.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html: the source must be an
    address of the interface while it checks sources and destinations, and only an interface that
    is attached carries packets.
    """
    row = journey.topology.interfaces[at.interface]
    _carries(journey, row)
    if not journey.back and row.kind in STARTS_NOTHING:
        journey.stop(STARTS_NOTHING[row.kind], row.id, f"a `{row.kind}` begins no flows")
    if not journey.back:
        may_send(journey, row)
    contested(journey, row, journey.header.source)
    if taken(journey, row, journey.header.destination):
        journey.stop("X_SAME_INTERFACE", row.id, "packets to itself do not enter the network")
        return Nowhere()
    journey.sent = (len(journey.hops) + 1, journey.header)
    journey.hop(row.id, "sends")
    return Leaving(row.subnet)


def deliver(journey: Journey, at: Local) -> Place:
    """Find the interface that has an address in a network.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html: the local route
    joins all subnets of a network. An address means something within its network alone.
    """
    topology = journey.topology
    destination = journey.header.destination
    row = owner(journey, at.network, destination)
    if row is not None:
        return Reaching(row.id, at.subnet)
    crosses(journey, leaves=at.subnet, enters="")
    network = topology.networks.get(at.network)
    if network is None:
        journey.lack(at.network)
        return Nowhere()
    unread = topology.gaps.listing(ADDRESSES, account=network.account, region=network.region)
    blocks = [block for block in map(parse_range, network.ranges) if block]
    if not any(block.holds(destination) for block in blocks):
        text = f"{destination} is not in its ranges"
        journey.stop("VPC_LOCAL_ROUTE_CIDR_RESTRICTION", network.id, text)
    elif unread:
        journey.lack(*unread)
    else:
        journey.stop("NO_POSSIBLE_DESTINATION", network.id, f"no interface has {destination}")
    return Nowhere()


def reach(journey: Journey, at: Reaching) -> Place:
    """Bring a packet to an interface: one of its own addresses, or to be forwarded.

    https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html
    """
    row = journey.topology.interfaces[at.interface]
    crosses(journey, leaves=at.subnet, enters=row.subnet)
    _carries(journey, row)
    if journey.back and row.id in journey.memory.translated:
        return _translate_back(journey, row)
    if taken(journey, row, journey.header.destination):
        return _receive(journey, row)
    return _forward(journey, row, at)


def _carries(journey: Journey, row: Interface) -> None:
    """Stop what comes from or to an interface that is attached to nothing.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
    """
    if not row.attached:
        journey.stop("BAD_STATE_ATTACHMENT", row.id, "it is attached to nothing")


def _receive(journey: Journey, row: Interface) -> Place:
    admits(journey, row, IN, Peer(address=journey.header.source, interface=sender(journey)))
    if not journey.back:
        if row.kind in TAKES_NOTHING:
            journey.stop("X_TAKES_NO_FLOWS", row.id, f"nobody begins flows to a `{row.kind}`")
        listens(journey, row)
    journey.hop(row.id, "receives")
    return Arrived(row.id)


def _forward(journey: Journey, row: Interface, at: Reaching) -> Place:
    """Forward a packet for others.

    https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html: an interface
    takes packets for other addresses only without its source/destination check. We take it that
    what forwards sends on what it took unchanged; with several such interfaces its own routes
    decide by which, and those we do not know.
    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (INGRESS_RTB_NO_PUBLIC_IP): without a public address it gets nothing from the Internet.
    """
    if not row.forwards:
        text = f"it takes nothing for {journey.header.destination}"
        journey.stop("ENI_SOURCE_DEST_CHECK_RESTRICTION", row.id, text)
    edge = not at.subnet and journey.entered == "internet"
    if edge and journey.header.destination.version == IPV4 and not row.public:
        journey.stop("INGRESS_RTB_NO_PUBLIC_IP", row.id, "it has no public address")
    admits(journey, row, IN, Peer(address=journey.header.source, interface=None))
    journey.scope = "lost"
    out = _exit(journey, row)
    admits(journey, out, OUT, Peer(address=journey.header.destination, interface=None))
    journey.passed.update((row.id, out.id))
    journey.hop(out.id, "forwards")
    return Leaving(out.subnet)


def _exit(journey: Journey, row: Interface) -> Interface:
    """Return the interface by which a router sends on what it took by `row`."""
    interfaces = journey.topology.interfaces
    if journey.back and row.id in journey.memory.relayed:
        return interfaces[journey.memory.relayed[row.id]]
    others = [
        other
        for other in journey.topology.of_thing.get(row.thing, ())
        if row.thing and other.forwards and other.attached and other.id != row.id
    ]
    options = [row, *others]
    out = options[journey.pick(len(options), missing=(row.thing,))]
    journey.memory.relayed[out.id] = row.id
    return out


def _translate_back(journey: Journey, row: Interface) -> Place:
    """Give an answer back to the client for which a NAT gateway sent.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    """
    before = journey.memory.translated[row.id]
    answer = before.answered()
    if answer is None:
        return Nowhere()
    if journey.header.source.version == before.destination.version:
        answer = replace(answer, source=journey.header.source)
    journey.header = answer
    journey.hop(row.id, "translates back", Evidence(subject=row.thing or row.id, why="its flow"))
    return Leaving(row.subnet)
