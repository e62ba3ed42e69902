# SPDX-License-Identifier: Apache-2.0
"""Security groups: what an interface may send, and what it takes.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from msgspec import Struct

from bartizan.model.evidence import Evidence
from bartizan.model.facts.network import Interface, Rule
from bartizan.model.packet import ANY
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.topology.addresses import Address, parse_range
from bartizan.reason.network.aws.topology.unread import GROUPS

IN, OUT = "in", "out"


class Peer(Struct, frozen=True, kw_only=True):
    """The other side of a flow, as the groups of one interface see it."""

    address: Address
    interface: Interface | None
    """Whose private address it is, as far as the way has not forgotten."""


def admits(journey: Journey, interface: Interface, direction: str, peer: Peer) -> None:
    """Ask the groups of an interface; rules only allow, and one that does is enough.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html: rules of all of
    its groups are taken together; without a rule that allows, nothing passes. Interfaces without
    groups (NAT gateways, some load balancers) are not filtered. Answers to what was let through
    pass whatever the rules say, see
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html.
    """
    other, answer = OUT if direction == IN else IN, journey.header.answered()
    known = (interface.id, other, journey.header) in journey.memory.admitted
    if not interface.groups or (journey.back and known):
        return
    if answer is not None and not journey.back:
        journey.memory.admitted.add((interface.id, direction, answer))
    unknown: list[str] = []
    for group in interface.groups:
        unknown.extend(_unread(journey, group))
        for rule in journey.topology.rules.get((group, direction), ()):
            found = matches(journey, interface, rule, peer)
            if found is True:
                why = Evidence(
                    subject=group,
                    statement=rule.id,
                    why=f"rule `{rule.id}` allows it {direction}",
                )
                journey.hop(interface.id, "lets out" if direction == OUT else "admits", why)
                return
            unknown.extend(found or ())
    if unknown:
        journey.lack(*unknown)
        return
    refuse(journey, interface, direction)


def closed(journey: Journey, interface: Interface) -> None:
    """Refuse what no inbound rule is for, whoever sent it; for packets that got lost before."""
    topology = journey.topology
    rules = [rule for group in interface.groups for rule in topology.rules.get((group, IN), ())]
    unread = any(_unread(journey, group) for group in interface.groups)
    if not interface.groups or unread or any(_for_somebody(journey, rule) for rule in rules):
        return
    refuse(journey, interface, IN)


def refuse(journey: Journey, interface: Interface, direction: str) -> None:
    """Write down that no group lets it through, with the analyzer's name for it.

    https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    """
    rules = journey.topology.rules
    some = any(rules.get((group, direction)) for group in interface.groups)
    code = "ENI_SG_RULES_MISMATCH" if some else "SG_HAS_NO_RULES"
    names = ", ".join(f"`{group}`" for group in interface.groups)
    way = "sending" if direction == OUT else "receiving"
    journey.stop(code, interface.id, f"no rule of {names} allows {way} it")


def _unread(journey: Journey, group: str) -> tuple[str, ...]:
    topology = journey.topology
    row = topology.groups.get(group)
    return (group,) if row is None or topology.gaps.detail(GROUPS, group) else ()


def matches(
    journey: Journey, interface: Interface, rule: Rule, peer: Peer
) -> bool | tuple[str, ...]:
    """Tell whether one rule allows the packet; names what would say so where that is not known."""
    if not _for_port(journey, rule):
        return False
    match rule.peer_kind:
        case "range":
            block = parse_range(rule.peer)
            return (rule.id,) if block is None else journey.within(block, peer.address)
        case "prefix-list":
            return _in_list(journey, rule.peer, peer.address)
        case "group":
            return _in_group(journey, interface, rule, peer)
        case _:
            return (rule.id,)


def _for_somebody(journey: Journey, rule: Rule) -> bool:
    """Tell whether a rule is for the packet, whoever sent it; with a list without entries none is.

    https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """
    named = rule.peer_kind == "prefix-list"
    row = journey.topology.prefix_lists.get(rule.peer) if named else None
    return _for_port(journey, rule) and not (row is not None and row.ranges == ())


def _for_port(journey: Journey, rule: Rule) -> bool:
    if rule.protocol == ANY:
        return True
    if rule.protocol != journey.header.protocol:
        return False
    return journey.port_within(rule.first, rule.last)


def _in_list(journey: Journey, name: str, address: Address) -> bool | tuple[str, ...]:
    """Look an address up in a prefix list.

    https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """
    row = journey.topology.prefix_lists.get(name)
    if row is None or row.ranges is None:
        return (name,)
    blocks = [parse_range(text) for text in row.ranges]
    if any(journey.within(block, address) for block in blocks if block):
        return True
    return (name,) if None in blocks else False


def _in_group(
    journey: Journey, interface: Interface, rule: Rule, peer: Peer
) -> bool | tuple[str, ...]:
    """Look the other side up among the members of a group that a rule names.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html: the private
    addresses of interfaces that have the group, not their public ones; not where the packet went
    through a middlebox. https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html:
    over a peering within one region. https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html:
    over a transit gateway where it and both attachments say so, for inbound rules alone.
    """
    member = peer.interface
    if member is None or rule.peer not in member.groups:
        return False
    if member.network == interface.network and journey.scope == "network":
        return True
    return journey.scope == "peering" or (journey.scope == "transit" and rule.direction == IN)
