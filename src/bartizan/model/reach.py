# SPDX-License-Identifier: Apache-2.0
"""What can send packets to what: answers to questions about many pairs at once."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from bartizan.model.known_port import administration
from bartizan.model.packet import ANY, TCP, UDP, Blocker, Reach
from bartizan.model.remedy import Remedy
from bartizan.model.verdict import Unknown


class PortRange(Struct, frozen=True, kw_only=True, order=True):
    """Ports of one protocol, or types of ICMP messages."""

    protocol: int
    """IANA number."""
    first: int
    """The first one; 0 for protocols without ports."""
    last: int
    """The last one."""


class End(Struct, frozen=True, kw_only=True):
    """One side of a question, as it was understood."""

    text: str
    """As it was asked."""
    what: str
    """One phrase: `instance i-1`, `the Internet`, `address 10.0.0.5`."""
    names: tuple[str, ...]
    """Ids of interfaces and remote sites, or `internet`, sorted."""
    address: str = ""
    """One address that alone is meant; empty for all that the names have."""


class ReachAsked(Struct, frozen=True, kw_only=True):
    """What was asked."""

    source: End
    target: End
    protocol: int = ANY
    """IANA number; -1 for every port of every protocol."""
    port: int = -1
    """Destination port or ICMP type; -1 for all."""


class ReachGroup(Struct, frozen=True, kw_only=True):
    """Pairs with one answer: each source with each target on each port."""

    verdict: Reach
    """Of the first source, target and port, by the definition."""
    sources: tuple[str, ...]
    """Ids, sorted."""
    targets: tuple[str, ...]
    """Ids, sorted."""
    ports: tuple[PortRange, ...]
    """Sorted; of what is blocked on every port, one as an example."""
    every_port: bool = False
    """It is blocked on every port of every protocol."""
    checked: int = 1
    """How many pairs and ports of it were decided one by one by the definition as well."""


class Edit(Struct, frozen=True, kw_only=True):
    """One change that takes part in opening or closing, in words that can be run."""

    remedy: Remedy
    command: str = ""
    """Shell commands that do it."""
    terraform: str = ""
    """Terraform text that does it."""


class Edits(Struct, frozen=True, kw_only=True):
    """The cheapest set of changes that opens or closes what was asked, checked by asking again."""

    aim: str
    """`open` or `close`."""
    done: bool
    """With them, the estate answers as it was wanted; else `why` says what stands against it."""
    edits: tuple[Edit, ...] = ()
    cost: int = 0
    """What they cost together; no cheaper set of such changes does it."""
    why: str = ""
    """One phrase; empty where it is done."""


class ReachAnswer(Struct, frozen=True, kw_only=True):
    """The answer to one question."""

    asked: ReachAsked
    snapshot: str = ""
    """Id of the snapshot."""
    groups: tuple[ReachGroup, ...]
    """Reachable ones first, then unknown, then blocked."""
    pairs: int
    """Pairs of a source and a target that were looked at."""
    incomplete: tuple[str, ...] = ()
    """What would have to be read for the answer to be whole, beside what groups name."""
    notes: tuple[str, ...] = ()
    """How the question was understood, a sentence for each remark."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Id to what people call it."""
    edits: Edits | None = None
    """What would open or close it, where that was asked."""

    @property
    def whole(self) -> bool:
        """Nothing in it is unknown."""
        known = all(not isinstance(group.verdict, Unknown) for group in self.groups)
        return known and not self.incomplete


class Exposure(Struct, frozen=True, kw_only=True):
    """Interfaces that one source reaches on the same ports, by the same rules and routes."""

    certainty: str
    """`reachable` or `unknown`."""
    sources: tuple[str, ...]
    """Ids, sorted; of the Internet it alone."""
    interfaces: tuple[str, ...]
    """Ids, sorted."""
    ports: tuple[PortRange, ...]
    """Sorted."""
    ranges: tuple[str, ...]
    """CIDR blocks from which it is reached, sorted."""
    via: str
    """ARN of the load balancer or id of the endpoint service it comes through; else empty."""
    verdict: Reach
    """Of the first interface and port, by the definition."""
    things: tuple[str, ...]
    """What they belong to or what listens there, sorted."""
    missing: tuple[str, ...] = ()
    """Of what is unknown: ids of what was not read or is not modelled."""
    checked: int = 1
    """How many of its interfaces and ports were decided one by one by the definition as well."""

    @property
    def administration(self) -> tuple[str, ...]:
        """What is administered through the ports, which nobody means to open to the world."""
        return _administration(self.ports)


class FrontEntry(Struct, frozen=True, kw_only=True):
    """A way in from the Internet that has no interface."""

    id: str
    kind: str
    """CloudFormation type name."""
    name: str
    """Host name or what people call it."""
    account: str
    region: str
    authenticates: str
    """What a caller must hold: `nothing`, `iam`, `other`, `unknown`."""
    forwards_to: tuple[str, ...]
    """What it sends requests to, sorted."""


class LatentRule(Struct, frozen=True, kw_only=True):
    """A rule that is open to the world where no packet from the world arrives."""

    owner: str
    """Id of the security group."""
    rule: str
    """Id of the rule."""
    ports: PortRange
    """What it opens; protocol -1 for all."""
    peer: str
    """The range that it opens it to."""
    interfaces: tuple[str, ...]
    """Ids of those that have the group, sorted; may be empty."""
    ways: tuple[tuple[Blocker, ...], ...]
    """What stops packets to the first of them, for each way; empty where none has the group."""

    @property
    def administration(self) -> tuple[str, ...]:
        """What is administered through the ports, which nobody means to open to the world."""
        return _administration((self.ports,))


def _administration(ports: Iterable[PortRange]) -> tuple[str, ...]:
    held = (
        name
        for one in ports
        for protocol in ((TCP, UDP) if one.protocol == ANY else (one.protocol,))
        for name in administration(protocol, *_stretch(one))
    )
    return tuple(dict.fromkeys(held))


def _stretch(ports: PortRange) -> tuple[int, int]:
    return (0, 65535) if ports.protocol == ANY else (ports.first, ports.last)


class ExposedAnswer(Struct, frozen=True, kw_only=True):
    """Everything that one source reaches."""

    source: End
    snapshot: str = ""
    """Id of the snapshot."""
    exposures: tuple[Exposure, ...]
    """Reachable ones first."""
    fronts: tuple[FrontEntry, ...]
    """Of the Internet: ways in without an interface, sorted."""
    latent: tuple[LatentRule, ...]
    """Of the Internet: rules that open nothing, sorted."""
    interfaces: int
    """Interfaces that were looked at."""
    incomplete: tuple[str, ...] = ()
    """What would have to be read for the answer to be whole, beside what exposures name."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Id to what people call it."""

    @property
    def whole(self) -> bool:
        """Nothing in it is unknown."""
        known = all(one.certainty != "unknown" for one in self.exposures)
        return known and not self.incomplete
