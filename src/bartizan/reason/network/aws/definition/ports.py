# SPDX-License-Identifier: Apache-2.0
"""Which protocols and ports to ask about, so that no answer between two of them is missed.

Rules of groups and lists, listeners and targets name ports; between the ends of what they name,
all ports of a protocol get one answer.
"""

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Rule
from bartizan.model.facts.service import Listener, Target
from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP
from bartizan.reason.network.aws.definition.sending import CONNECT_PORTS

HIGHEST = {TCP: 65535, UDP: 65535, ICMP: 255, ICMPV6: 255}
"""Last port, or type of message, of protocols that have them; others are asked for port 0."""

ECHOES = {ICMP: (8,), ICMPV6: (128,)}
"""Types that are answered, so that their answers are asked for, too."""


def candidates(facts: Facts) -> tuple[tuple[int, int, int], ...]:
    """Return protocols with the first and last port of each stretch that is answered alike."""
    starts: dict[int, set[int]] = {protocol: {0} for protocol in HIGHEST}
    for rule in facts.rows(Rule):
        if rule.protocol != ANY:
            starts.setdefault(rule.protocol, {0})
        if rule.protocol in HIGHEST and rule.first >= 0:
            last = rule.first if rule.protocol in ECHOES else rule.last
            starts[rule.protocol].update((rule.first, last + 1))
    for protocol in (TCP, UDP):
        for port in _named(facts):
            starts[protocol].update((port, port + 1))
    for protocol, types in ECHOES.items():
        starts[protocol].update(edge for kind in types for edge in (kind, kind + 1))
    return tuple(
        stretch
        for protocol in sorted(starts)
        for stretch in _stretches(protocol, sorted(starts[protocol]))
    )


def _named(facts: Facts) -> set[int]:
    listening = {row.port for row in facts.rows(Listener)}
    return listening | {row.port for row in facts.rows(Target)} | CONNECT_PORTS


def _stretches(protocol: int, starts: list[int]) -> list[tuple[int, int, int]]:
    highest = HIGHEST.get(protocol, 0)
    inside = [start for start in starts if start <= highest]
    ends = [*(start - 1 for start in inside[1:]), highest]
    return [(protocol, first, last) for first, last in zip(inside, ends, strict=True)]
