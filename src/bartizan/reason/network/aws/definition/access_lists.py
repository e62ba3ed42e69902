# SPDX-License-Identifier: Apache-2.0
"""Network access lists: numbered rules at the edge of a subnet, without memory.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from bartizan.model.evidence import Evidence
from bartizan.model.facts.network import Rule
from bartizan.model.packet import ANY
from bartizan.reason.network.aws.definition.groups import IN, OUT
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.topology.addresses import parse_range


def crosses(journey: Journey, *, leaves: str, enters: str) -> None:
    """Ask the access lists of the subnets that a packet leaves and enters, in that order.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html: a list is asked at
    the edge of its subnet; what stays within the subnet passes none.
    """
    if leaves == enters:
        return
    if leaves:
        passes(journey, leaves, OUT)
    if enters:
        passes(journey, enters, IN)


def passes(
    journey: Journey, subnet: str, direction: str, *, code: str = "SUBNET_ACL_RESTRICTION"
) -> None:
    """Ask one access list.

    https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html: the rule with the lowest
    number that matches decides, and where none does the packet is dropped. Ports are those that
    the packet is sent to, so that answers are asked for the client's port:
    https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports.
    """
    topology = journey.topology
    row = topology.subnets.get(subnet)
    if row is None:
        journey.lack(subnet)
        return
    if row.acl not in topology.access_lists:
        journey.lack(row.acl or f"access list of {subnet}")
        return
    decided, doubtful = _first(journey, topology.rules.get((row.acl, direction), ()), direction)
    allowed = decided is not None and decided.allow
    unsure = tuple(rule for rule in doubtful if rule.allow is not allowed)
    if unsure:
        journey.lack(*(rule.id for rule in unsure))
    elif decided is not None and decided.allow:
        why = Evidence(
            subject=row.acl,
            statement=decided.id,
            why=f"rule `{decided.id}` allows it {direction}",
        )
        journey.hop(
            row.acl,
            f"lets {direction} of {subnet}" if direction == OUT else f"lets into {subnet}",
            why,
        )
    else:
        way = "leaving" if direction == OUT else "entering"
        by = "its last rule denies" if decided is None else f"rule {decided.number} denies"
        names = () if decided is None else (decided.id,)
        journey.stop(code, row.acl, f"{by} {way} `{subnet}`", *names)


def _first(
    journey: Journey, rules: tuple[Rule, ...], direction: str
) -> tuple[Rule | None, tuple[Rule, ...]]:
    """Return the rule that decides, and those before it of which we cannot tell."""
    address = journey.header.source if direction == IN else journey.header.destination
    doubtful: list[Rule] = []
    for rule in rules:
        if rule.protocol not in {ANY, journey.header.protocol}:
            continue
        if rule.protocol != ANY and not journey.port_within(rule.first, rule.last):
            continue
        block = parse_range(rule.peer) if rule.peer_kind == "range" else None
        if block is None:
            doubtful.append(rule)
        elif journey.within(block, address):
            return rule, tuple(doubtful)
    return None, tuple(doubtful)
