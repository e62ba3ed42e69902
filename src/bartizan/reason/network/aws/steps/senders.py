# SPDX-License-Identifier: Apache-2.0
"""As whom packets may arrive: the addresses that they may carry, and the groups of those."""

from collections.abc import Iterable

from msgspec import Struct

from bartizan.model.facts.network import Rule
from bartizan.model.facts.service import Balancer
from bartizan.model.packet import ANY, TCP, UDP
from bartizan.reason.network.aws.steps.door import Door
from bartizan.reason.network.aws.topology.addresses import PUBLIC, Range, parse_range
from bartizan.reason.network.aws.topology.topology import Topology


class Senders(Struct, frozen=True):
    """All that packets from some sources may look like when they arrive; rather too much."""

    ranges: frozenset[Range] = frozenset()
    groups: frozenset[str] = frozenset()
    anybody: bool = False
    """Nothing is known of them."""

    def __or__(self, other: "Senders") -> "Senders":
        """Join two."""
        return Senders(
            self.ranges | other.ranges,
            self.groups | other.groups,
            self.anybody or other.anybody,
        )

    def meant(self, rule: Rule, topology: Topology) -> bool:
        """Tell whether a rule may be about any of them."""
        if self.anybody:
            return True
        if rule.peer_kind == "group":
            return rule.peer in self.groups
        if rule.peer_kind == "range":
            return self._in(parse_range(rule.peer))
        held = topology.prefix_lists.get(rule.peer)
        if held is None or held.ranges is None:
            return True
        return any(self._in(parse_range(text)) for text in held.ranges)

    def _in(self, block: Range | None) -> bool:
        return block is None or any(block.meets(one) for one in self.ranges)


INTERNET = Senders(ranges=frozenset(PUBLIC))
"""Everybody on the Internet."""
ANYBODY = Senders(anybody=True)


def of_interfaces(topology: Topology, names: Iterable[str]) -> Senders:
    """Return as whom packets of interfaces arrive, translated ones included."""
    ranges: set[Range] = set()
    groups: set[str] = set()
    for name in names:
        row = topology.interfaces.get(name)
        if row is None:
            return ANYBODY
        groups |= set(row.groups)
        texts = (*row.addresses, *row.public.values())
        ranges |= {block for block in map(parse_range, texts) if block is not None}
    return Senders(frozenset(ranges), frozenset(groups))


def of_balancer(topology: Topology, balancer: Balancer) -> Senders:
    """Return as whom packets of a load balancer arrive."""
    held = of_interfaces(topology, balancer.interfaces)
    return held | Senders(groups=frozenset(balancer.groups))


def matching(topology: Topology, door: Door, senders: Senders) -> tuple[Rule, ...]:
    """Return every rule of the door's groups that may let any of them in at any of its ports."""
    row = topology.interfaces.get(door.interface)
    groups = () if row is None else row.groups
    return tuple(
        rule
        for group in groups
        for rule in topology.rules.get((group, "in"), ())
        if rule.allow and covers(rule, door) and senders.meant(rule, topology)
    )


def covers(rule: Rule, door: Door) -> bool:
    """Tell whether a rule is about any port of a door."""
    if rule.protocol < 0 or door.protocol == ANY:
        return rule.protocol in {ANY, TCP, UDP}
    if rule.protocol != door.protocol:
        return False
    return rule.first < 0 or (rule.first <= door.last and door.first <= rule.last)
