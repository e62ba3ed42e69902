# SPDX-License-Identifier: Apache-2.0
"""What is written down while one packet, and then its answer, goes from hop to hop."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bartizan.model.evidence import Evidence
from bartizan.model.facts.network import Interface
from bartizan.model.packet import ICMP, ICMPV6, TCP, UDP, Blocker, Hop, Packet
from bartizan.reason.network.aws.topology.addresses import IPV6, TRANSLATED, Address, Range
from bartizan.reason.network.aws.topology.topology import Topology

PORTS = frozenset({TCP, UDP})
ECHO = {ICMP: (8, 0), ICMPV6: (128, 129)}
"""Type of an echo request and of its reply."""


class Header(Struct, frozen=True, kw_only=True):
    """What rules see of a packet."""

    source: Address
    destination: Address
    protocol: int
    port: int
    source_port: int

    def answered(self) -> "Header | None":
        """Return the header of the answer; None where none is expected (ICMP but for echo)."""
        if self.protocol in ECHO:
            request, reply = ECHO[self.protocol]
            if self.port != request:
                return None
            return replace(self, source=self.destination, destination=self.source, port=reply)
        return replace(
            self,
            source=self.destination,
            destination=self.source,
            port=self.source_port,
            source_port=self.port,
        )


class Point(Struct, frozen=True, kw_only=True):
    """A place where the packet may go several ways."""

    count: int
    missing: tuple[str, ...]
    """What would say which way it goes; empty where any of them may be taken."""


class Memory(Struct, kw_only=True):
    """What stateful things on the way know after the first packet, and use for its answer."""

    admitted: set[tuple[str, str, Header]] = field(default_factory=set)
    """Interface and direction whose security groups let the flow through, with the header of the
    answer to it, which alone is known for one."""
    translated: dict[str, Header] = field(default_factory=dict)
    """Interface of a NAT gateway to the header that it changed."""
    zones: dict[str, str] = field(default_factory=dict)
    """Attachment in appliance mode to the subnet through which the flow goes."""
    relayed: dict[str, str] = field(default_factory=dict)
    """Interface by which a router sent on to the one by which it took."""
    pretended: set[str] = field(default_factory=set)
    """Interfaces without a public address that were looked at as if they had one."""
    sixes: bool = False
    """A gateway translated IPv6 to IPv4, so that ranges of IPv4 tell IPv6 addresses apart."""
    carried: bool = False
    """A load balancer, or an endpoint, sent with its client's address; the answer comes back to
    it, whatever routes say of that address."""
    egress_only: dict[str, str] = field(default_factory=dict)
    """Networks that the flow left through their egress-only gateway, until the answer is back."""


class Journey(Struct, kw_only=True):
    """One packet under way; `step` functions of the other modules move it."""

    topology: Topology
    origin: str
    """Where the packet comes from: an interface, `internet` or a remote site."""
    header: Header
    back: bool
    memory: Memory
    picks: Sequence[int]
    points: list[Point]
    nat_port: int
    edges: set[Address]
    """Where ranges that were asked about begin, or end and the next address begins."""
    port_edges: set[int]
    """The same of ports, as far as they may be the client's."""
    assumed: bool = False
    """The sender keeps its client's address, as far as the question goes."""
    goal: Interface | None = None
    """Whom the question is about, so that what stops the packet there is told even where
    something has stopped it before."""
    sent: tuple[int, Header] | None = None
    """Number of hops, and the header, when the sender's groups had to be asked."""
    hops: list[Hop] = field(default_factory=list)
    blockers: list[Blocker] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)
    scope: str = "network"
    """How far references to groups reach: `network`, `peering`, `transit`, or `lost` where
    something on the way forgets who sent the packet."""
    entered: str = ""
    """How it last came into a network: `peering`, `site`, `transit`, `internet`, or empty."""
    passed: set[str] = field(default_factory=set)
    """Interfaces and endpoints that forwarded it for others."""

    def pick(self, count: int, *, missing: Iterable[str] = ()) -> int:
        """Choose one of several ways; the walk tries them all, one after the other."""
        if count == 1:
            return 0
        self.points.append(Point(count=count, missing=tuple(missing)))
        at = len(self.points) - 1
        return self.picks[at] if at < len(self.picks) else 0

    def within(self, block: Range, address: Address) -> bool:
        """Tell whether a range that a rule names holds an address of the packet."""
        if block.version == address.version:
            self.edges.add(Address(block.version, block.first))
            self.edges.add(Address(block.version, block.last + 1))
            if self.memory.sixes:
                self.edges.add(Address(IPV6, TRANSLATED.first + block.first))
                self.edges.add(Address(IPV6, TRANSLATED.first + block.last + 1))
        return block.holds(address)

    def port_within(self, first: int, last: int) -> bool:
        """Tell whether the packet's port lies between two ports, or is that type and code."""
        header = self.header
        if header.protocol in ECHO:
            self.port_edges.update((last, last + 1))
            return first in {-1, header.port} and last in {-1, header.source_port}
        if header.protocol not in PORTS or first < 0:
            return True
        if self.back:
            self.port_edges.update((first, last + 1))
        return first <= header.port <= last

    def packet(self) -> Packet:
        """Return the packet as it is now."""
        header = self.header
        return Packet(
            source=self.origin,
            source_address=str(header.source),
            address=str(header.destination),
            protocol=header.protocol,
            port=header.port,
            source_port=header.source_port,
        )

    def hop(self, at: str, does: str, *because: Evidence) -> None:
        """Write down that the packet passes something."""
        self.hops.append(Hop(at=at, does=does, packet=self.packet(), because=because))

    def stop(self, code: str, at: str, text: str, *rules: str) -> None:
        """Write down that something stops the packet; the walk goes on where it can."""
        self.blockers.append(
            Blocker(code=code, at=at, text=text, back=self.back, rules=tuple(rules))
        )

    def lack(self, *names: str) -> None:
        """Write down what is not known."""
        self.missing.update(dict.fromkeys(names))

    def change(self, **parts: object) -> None:
        """Change the header."""
        self.header = replace(self.header, **parts)
