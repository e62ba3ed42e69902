# SPDX-License-Identifier: Apache-2.0
"""Changes that might answer one blocker; asking again tells whether they do."""

from collections.abc import Iterator

from bartizan.model.facts.network import Interface
from bartizan.model.packet import CLIENT_PORTS, ICMP, ICMPV6, INTERNET, Blocker
from bartizan.model.reach import PortRange
from bartizan.model.remedy import AddRoute, AssociateAddress, AuthorizeRule, NetworkChange
from bartizan.reason.network.aws.question.flow import Flow
from bartizan.reason.network.aws.topology.addresses import Address, parse_address, parse_range
from bartizan.reason.network.aws.topology.topology import Topology

WORLD = {4: "0.0.0.0/0", 6: "::/0"}
STAND_IN = "203.0.113."
"""Begin of an address in the place of one that nobody knows yet, of those for documentation.

Source: https://www.rfc-editor.org/rfc/rfc5737
"""
_LAST_ENTRY = 32_766
"""Source: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html"""
_GROUPS = frozenset({"ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES"})
_ROUTES = frozenset({"NO_ROUTE_TO_DESTINATION", "BAD_STATE_ROUTE"})
_ADDRESSES = frozenset(
    {
        "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
        "X_NO_ADDRESS",
    }
)


def proposals(topology: Topology, flow: Flow, blocker: Blocker) -> Iterator[NetworkChange]:
    """Yield what might answer a blocker; nothing where no rule, route or address would."""
    if blocker.code in _GROUPS:
        yield from _rules(topology, flow, blocker)
    elif blocker.code == "SUBNET_ACL_RESTRICTION":
        yield from _entries(topology, flow, blocker)
    elif blocker.code in _ROUTES:
        yield from _routes(topology, flow, blocker)
    elif blocker.code in _ADDRESSES:
        yield from _addresses(topology, flow)


def _sides(flow: Flow, *, back: bool) -> tuple[str, str]:
    """Return who sends the packet that was stopped, and who is to get it."""
    return (flow.target, flow.source) if back else (flow.source, flow.target)


def _ranges(topology: Topology, name: str) -> list[str]:
    """Return the ranges by which a rule may name a side: each of its addresses alone."""
    if name == INTERNET:
        return list(WORLD.values())
    if name in topology.sites:
        return sorted({block for row in topology.sites[name] for block in row.ranges})
    row = topology.interfaces.get(name)
    held = () if row is None else (*row.addresses, *row.public.values())
    found = (parse_address(text) for text in held)
    return [_alone(address) for address in found if address is not None]


def _alone(address: Address) -> str:
    return f"{address}/{address.alone.length}"


def _rules(topology: Topology, flow: Flow, blocker: Blocker) -> Iterator[NetworkChange]:
    """Yield a rule for the group of the interface that the fewest share."""
    row = topology.interfaces.get(blocker.at)
    if row is None or not row.groups:
        return
    sizes = dict.fromkeys(row.groups, 0)
    for other in topology.interfaces.values():
        for group in other.groups:
            if group in sizes:
                sizes[group] += 1
    group = min(row.groups, key=lambda name: (sizes[name], name))
    sender, receiver = _sides(flow, back=blocker.back)
    for direction, peer in (("in", sender), ("out", receiver)):
        if row.id not in {flow.source, flow.target} or peer == row.id:
            continue
        for block in _ranges(topology, peer):
            yield _allowing(group, direction, _stretch(flow, back=blocker.back), peer=block)


def _stretch(flow: Flow, *, back: bool) -> PortRange:
    """Return the ports that a rule would have to open: those of clients for the answer."""
    if not back or flow.port.protocol in {ICMP, ICMPV6}:
        return flow.port
    first, last = CLIENT_PORTS
    if flow.source_port is not None:
        first = last = flow.source_port
    return PortRange(protocol=flow.port.protocol, first=first, last=last)


def _allowing(
    owner: str, direction: str, port: PortRange, *, peer: str, number: int = 0
) -> AuthorizeRule:
    message = port.protocol in {ICMP, ICMPV6}
    return AuthorizeRule(
        owner=owner,
        direction=direction,
        number=number,
        protocol=port.protocol,
        first=port.first,
        last=-1 if message else port.last,
        peer_kind="range",
        peer=peer,
    )


def _entries(topology: Topology, flow: Flow, blocker: Blocker) -> Iterator[NetworkChange]:
    """Yield an entry of an access list in front of the one that denies."""
    sender, receiver = _sides(flow, back=blocker.back)
    for direction, peer in (("in", sender), ("out", receiver)):
        rules = topology.rules.get((blocker.at, direction), ())
        denying = [rule for rule in rules if rule.id in blocker.rules]
        if blocker.rules and not denying:
            continue
        end = min((rule.number for rule in denying), default=_LAST_ENTRY + 1)
        taken = {rule.number for rule in rules}
        number = next(
            (n for n in range(min(end, _LAST_ENTRY + 1) - 1, 0, -1) if n not in taken), 0
        )
        for block in _ranges(topology, peer) if number else ():
            yield _allowing(
                blocker.at, direction, _stretch(flow, back=blocker.back), peer=block, number=number
            )


def _routes(topology: Topology, flow: Flow, blocker: Blocker) -> Iterator[NetworkChange]:
    """Yield routes to where the packet was to go, over what joins the networks."""
    table = topology.route_tables.get(blocker.at)
    if table is None:
        return
    _, receiver = _sides(flow, back=blocker.back)
    row = topology.interfaces.get(receiver)
    if receiver == INTERNET or (row is not None and row.public):
        for gateway in topology.gateways_of.get((table.network, "internet"), ()):
            for block in _outside(topology, receiver):
                yield AddRoute(
                    owner=table.id, destination=block, target_kind="internet-gateway",
                    target=gateway.id,
                )  # fmt: skip
    if row is not None and row.network != table.network:
        yield from _between(topology, table.id, table.network, row)


def _outside(topology: Topology, name: str) -> list[str]:
    if name == INTERNET:
        return list(WORLD.values())
    row = topology.interfaces[name]
    found = (parse_address(text) for text in row.public.values())
    return [_alone(address) for address in found if address is not None]


def _between(
    topology: Topology, owner: str, network: str, row: Interface
) -> Iterator[NetworkChange]:
    ways = [
        ("peering", peering.id)
        for peering in topology.peerings.values()
        if peering.active and set(peering.networks) == {network, row.network}
    ]
    joined = {
        gateway
        for gateway, resource in topology.attached
        if resource == network and (gateway, row.network) in topology.attached
    }
    ways += [("transit-gateway", gateway) for gateway in sorted(joined)]
    for kind, target in ways:
        for block in _subnet_ranges(topology, row):
            yield AddRoute(owner=owner, destination=block, target_kind=kind, target=target)


def _subnet_ranges(topology: Topology, row: Interface) -> list[str]:
    """Return the ranges of its subnet in which an interface has addresses."""
    subnet = topology.subnets.get(row.subnet)
    found = [(text, parse_range(text)) for text in (subnet.ranges if subnet else ())]
    own = topology.own_ranges(row)
    return [text for text, block in found if block and any(block.meets(one) for one in own)]


def _addresses(topology: Topology, flow: Flow) -> Iterator[NetworkChange]:
    """Yield a public address for the side inside of a flow with the Internet."""
    for name in (flow.source, flow.target):
        row = topology.interfaces.get(name)
        private = (text for text in (row.addresses if row else ()) if _is_ipv4(text))
        first = next(private, "")
        if row is None or not first or first in row.public:
            continue
        public = _free(topology)
        if public:
            yield AssociateAddress(interface=row.id, private=first, public=public)


def _is_ipv4(text: str) -> bool:
    address = parse_address(text)
    return address is not None and address.version == 4  # noqa: PLR2004 - the protocol's version


def _free(topology: Topology) -> str:
    taken = {text for row in topology.interfaces.values() for text in row.public.values()}
    return next((f"{STAND_IN}{n}" for n in range(1, 255) if f"{STAND_IN}{n}" not in taken), "")
