# SPDX-License-Identifier: Apache-2.0
"""Rules that are open to the world, but open nothing: no packet from the Internet arrives."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bartizan.model.facts.network import Rule
from bartizan.model.packet import ANY, ICMP, ICMPV6, INTERNET, TCP, UDP, Blocked, Blocker
from bartizan.model.reach import LatentRule, PortRange
from bartizan.reason.network.aws.question.atoms import LAST
from bartizan.reason.network.aws.question.engine import BLOCKED, agree
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.ports import meets
from bartizan.reason.network.aws.topology.topology import Topology
from bartizan.reason.network.aws.topology.unread import ADDRESSES

WORLD = frozenset({"0.0.0.0/0", "::/0"})
_EXAMPLES = {TCP: 443, UDP: 443, ICMP: 8, ICMPV6: 128}
"""Port or type of which it is said why nothing arrives, where a rule opens all of them."""


def opens(rule: Rule) -> PortRange:
    """Return the ports that a rule of a security group opens."""
    last = LAST.get(rule.protocol, 0)
    if rule.first < 0 or rule.protocol == ANY:
        return PortRange(protocol=rule.protocol, first=0, last=last)
    # Of messages a rule names type and code, not a stretch.
    end = rule.first if rule.protocol in {ICMP, ICMPV6} else rule.last
    return PortRange(protocol=rule.protocol, first=rule.first, last=end)


def latent(topology: Topology, reached: Mapping[str, Sequence[PortRange]]) -> Iterator[LatentRule]:
    """Yield the rules that let the world in at interfaces where nothing of it arrives; `reached`
    is on which ports something does, or may. Of a group that interfaces may have which could not
    be listed nothing is said.

    Raises:
        DisagreementError: the definition says that something arrives.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for row in topology.interfaces.values():
        for group in row.groups:
            members[group].append(row.id)
    for rule in sorted(_worldly(topology), key=lambda rule: (rule.owner, rule.id)):
        held, ports = sorted(members[rule.owner]), opens(rule)
        if _unlisted(topology, rule.owner):
            continue
        if any(_met(ports, one) for name in held for one in reached.get(name, ())):
            continue
        yield LatentRule(
            owner=rule.owner,
            rule=rule.id,
            ports=ports,
            peer=rule.peer,
            interfaces=tuple(held),
            ways=_ways(topology, held[0], ports) if held else (),
        )


def _unlisted(topology: Topology, group: str) -> bool:
    """Tell whether interfaces that nobody sees may have a group: of its own account, or of that of
    its network, which sees those of whom the network is shared with.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
    """
    row = topology.groups[group]
    network = topology.networks.get(row.network)
    accounts = {row.account, network.account if network else ""}
    gaps = topology.gaps
    return any(gaps.listing(ADDRESSES, account=one, region=row.region) for one in accounts)


def _worldly(topology: Topology) -> Iterator[Rule]:
    for (owner, direction), rules in topology.rules.items():
        if direction == "in" and owner in topology.groups:
            yield from (rule for rule in rules if rule.allow and rule.peer in WORLD)


def _met(ports: PortRange, reached: PortRange) -> bool:
    # What is reached under protocol -1 is every one that no rule names.
    return ports.protocol == ANY or meets(ports, reached)


def _ways(topology: Topology, interface: str, ports: PortRange) -> tuple[tuple[Blocker, ...], ...]:
    protocol = TCP if ports.protocol == ANY else ports.protocol
    everything = ports.first == 0 and ports.last == LAST.get(protocol, 0)
    port = _EXAMPLES.get(protocol, 0) if everything or ports.protocol == ANY else ports.first
    tried = PortRange(protocol=protocol, first=port, last=port)
    verdict = decide(topology, Flow(source=INTERNET, target=interface, port=tried))
    agree(INTERNET, interface, protocol, port, kernel=BLOCKED, definition=verdict)
    return verdict.ways if isinstance(verdict, Blocked) else ()
