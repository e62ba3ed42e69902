# SPDX-License-Identifier: Apache-2.0
"""Cuts ports where any rule or listener of an estate begins or ends: between two cuts, all ports
have the same answers.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bartizan.model.facts.network import Interface, Rule
from bartizan.model.facts.service import Listener, Target
from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP
from bartizan.model.reach import PortRange
from bartizan.reason.network.aws.topology.topology import Topology

LAST = {TCP: 65535, UDP: 65535, ICMP: 255, ICMPV6: 255}
"""Last port, or type of a message, of the protocols that have such."""
_FREE = range(143, 253)
"""Numbers that are assigned to no protocol: https://www.iana.org/assignments/protocol-numbers/."""


def atoms(topology: Topology) -> tuple[PortRange, ...]:
    """Return the pieces into which the ports of all protocols are cut, sorted; one of protocol -1
    stands for every protocol that no rule names.
    """
    cuts: dict[int, set[int]] = {protocol: {0, last + 1} for protocol, last in LAST.items()}
    named: set[int] = set()
    for rule in topology.facts.rows(Rule):
        if rule.protocol not in LAST:
            named.add(rule.protocol)
        elif rule.first >= 0:
            end = rule.first if rule.protocol in {ICMP, ICMPV6} else rule.last
            cuts[rule.protocol] |= {rule.first, end + 1}
    for port in _served(topology):
        cuts[TCP] |= {port, port + 1}
        cuts[UDP] |= {port, port + 1}
    found = [
        PortRange(protocol=protocol, first=first, last=after - 1)
        for protocol, edges in cuts.items()
        for first, after in pairwise(sorted(e for e in edges if 0 <= e <= LAST[protocol] + 1))
    ]
    found += (PortRange(protocol=protocol, first=0, last=0) for protocol in named | {ANY})
    return tuple(sorted(found))


def _served(topology: Topology) -> Iterator[int]:
    yield from (row.port for row in topology.facts.rows(Listener))
    yield from (row.port for row in topology.facts.rows(Target))


def unnamed(topology: Topology) -> int:
    """Return the number of a protocol that no rule names."""
    named = {rule.protocol for rule in topology.facts.rows(Rule)}
    return next(number for number in _FREE if number not in named)


def admitted(
    topology: Topology, interface: Interface, pieces: Sequence[PortRange]
) -> Sequence[PortRange]:
    """Return the pieces that some rule of the interface's groups could admit; all of them where
    it has no groups, or where their rules are not known.
    """
    groups = interface.groups
    if not groups or any(
        name not in topology.groups or _hidden(topology, name) for name in groups
    ):
        return pieces
    rules = [rule for name in groups for rule in topology.rules.get((name, "in"), ())]
    return [piece for piece in pieces if any(_covers(rule, piece) for rule in rules)]


def _hidden(topology: Topology, group: str) -> bool:
    row = topology.groups.get(group)
    if row is None:
        return True
    kinds = ("AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupRule")
    listed = topology.gaps.listing(kinds, account=row.account, region=row.region)
    return bool(listed) or topology.gaps.detail(kinds, group)


def _covers(rule: Rule, piece: PortRange) -> bool:
    if rule.protocol == ANY:
        return True
    if rule.protocol != piece.protocol:
        return False
    if rule.first < 0 or rule.protocol not in LAST:
        return True
    end = rule.first if rule.protocol in {ICMP, ICMPV6} else rule.last
    return rule.first <= piece.last and piece.first <= end
