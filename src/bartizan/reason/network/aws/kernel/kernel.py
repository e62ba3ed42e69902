# SPDX-License-Identifier: Apache-2.0
"""Answers for a whole estate at once what can send packets to what.

It is the fast twin of the definition: the same answers, found on classes of interfaces, addresses
and ports. What is shown of it is decided again, packet by packet, by the definition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    InternetBlockExclusion,
    Network,
    PrefixList,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    RemoteSite,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.model.facts.service import (
    Balancer,
    Endpoint,
    EndpointService,
    Front,
    Listener,
    Target,
    TargetGroup,
)
from bartizan.model.packet import INTERNET, TCP
from bartizan.model.table import Row
from bartizan.reason.network.aws.kernel.addresses import Line, Spans, key
from bartizan.reason.network.aws.kernel.build import Found, Told, world
from bartizan.reason.network.aws.kernel.columns import combined
from bartizan.reason.network.aws.kernel.counting import Count, count
from bartizan.reason.network.aws.kernel.crowd import Crowd
from bartizan.reason.network.aws.kernel.derived import Derived
from bartizan.reason.network.aws.kernel.doubts import Doubts
from bartizan.reason.network.aws.kernel.exposed import Exposed
from bartizan.reason.network.aws.kernel.gates import stretches
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.listens import Listens, listened
from bartizan.reason.network.aws.kernel.outside import Outside
from bartizan.reason.network.aws.kernel.plain import Plain, plain_ways
from bartizan.reason.network.aws.kernel.ports import Ports, Spec
from bartizan.reason.network.aws.kernel.reached import Reached
from bartizan.reason.network.aws.kernel.reaching import CONNECT_PORTS, Reaching
from bartizan.reason.network.aws.kernel.revised import Rules
from bartizan.reason.network.aws.kernel.seats import Addresses, Seats
from bartizan.reason.network.aws.kernel.world import World
from bartizan.reason.network.aws.topology.services import Services

BLOCKED, REACHABLE, UNKNOWN = 0, 1, 2

Codes = NDArray[np.uint8]
_SURE = np.uint8(1)
"""The bit of an answer that tells it surely holds."""

KINDS: tuple[type[Row], ...] = (
    *(Network, Subnet, Interface, SecurityGroup, AccessList, Rule, PrefixList),
    *(InternetBlock, InternetBlockExclusion, RouteTable, Route, Gateway, Peering),
    *(TransitGateway, TransitAttachment, TransitRoute, RemoteSite),
    *(Endpoint, EndpointService, Balancer, Listener, TargetGroup, Target, Front, Unread),
)
"""Tables that are compiled."""


def _same(old: Facts, new: Facts, kind: type[Row]) -> bool:
    one, other = old.table(kind), new.table(kind)
    return one is other or bool(one.equals(other))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What does not depend on the rules of groups."""

    world: World
    listens: Listens
    plain: tuple[Plain, Plain]
    services: Services
    public: Spans
    """The public addresses of the estate."""
    home: Spans
    """The IPv6 ranges of its networks, which are public themselves."""


class Kernel:
    """An estate's network, compiled."""

    def __init__(self, rules: Rules, shared: _Shared) -> None:
        found, fine = rules.found, rules.fine
        self._rules, self._shared = rules, shared
        keys = shared.world.gateways.nat_keys
        self.judge = Judge(
            shared.world,
            rules.seats,
            rules.groups,
            shared.listens,
            fine=fine,
            nat_seen=(stretches(keys[0], fine), stretches(keys[1], fine)),
            plain=shared.plain,
        )
        """What decides for all interfaces at once."""
        self.outside = Outside(
            self.judge,
            public=shared.public,
            home=shared.home,
            site_spans=found.sites.spans,
            site_owner=found.sites.owner,
        )
        """What comes from the Internet and remote sites."""
        self._reaching = Reaching(
            found.facts, self.judge, self.outside, found.gaps, services=shared.services
        )
        self._doubts = Doubts(shared.world, rules.seats, found)
        self._derived = Derived(found.facts, self.judge, self._reaching)

    @classmethod
    def compile(cls, facts: Facts) -> "Kernel":
        """Compile what the facts say."""
        found = Found.of(facts)
        connect = [Spec(TCP, port, port) for port in CONNECT_PORTS]
        ports = Ports([*found.reading.specs, *listened(facts), *connect])
        coarse = found.coarse()
        span = found.reading.of_groups.span
        known = span.at(span.known)
        fine = Line([coarse.cuts, known.low, known.end])
        compiled = world(found, line=coarse, ports=ports)
        listens = Listens.compile(
            facts, interfaces=found.interfaces.ids, ports=ports, gaps=found.gaps
        )
        seats = Seats.compile(
            facts,
            found.addresses,
            ground=found.ground,
            fine=fine,
            coarse=coarse.stretch(fine.cuts),
            listens=listens.of_interface,
        )
        rules = Rules.compile(found, ports=ports, fine=fine, seats=seats)
        shared = _Shared(
            world=compiled,
            listens=listens,
            plain=plain_ways(compiled, seats),
            services=Services(facts),
            public=_public(found.addresses),
            home=_home(facts),
        )
        return cls(rules, shared)

    @cached_property
    def names(self) -> Sequence[str]:
        """Everything that packets come from: interfaces, `internet`, remote sites."""
        world_ = self.judge.world
        return (
            *world_.interfaces.ids.names(), INTERNET, *world_.sites.names.names(),
        )  # fmt: skip

    def who_reaches(self, interface: str, protocol: int, port: int) -> Codes:
        """Return for each of `names` whether it reaches a port of an interface: BLOCKED,
        REACHABLE or UNKNOWN. The port of an ICMP message is its type.

        Raises:
            KeyError: there is no such interface.
        """
        number = self.judge.world.interfaces.ids.get(interface)
        if number < 0:
            raise KeyError(interface)
        bits = self._reaching.reach(number, protocol, port)
        # What surely reaches has both bits; without the second one they are the codes.
        return bits & ~((bits & _SURE) << _SURE)

    def changed(self, facts: Facts) -> "Kernel":
        """Return the kernel of other facts: this one where nothing of networks is different; where
        only a few rules of groups are, all else is shared with this one.
        """
        old = self._reaching.facts
        other = [kind for kind in KINDS if not _same(old, facts, kind)]
        if not other:
            return self
        rules = self._rules.revised(facts) if other == [Rule] else None
        if rules is None:
            return Kernel.compile(facts)
        return Kernel(rules, self._shared)

    def count(self, *, share: int = 0, of: int = 1) -> Count:
        """Count all pairs of interfaces, or those whose receivers are in one share of them."""
        return count(self.judge, share=share, of=of)

    def exposed(self, source: str = INTERNET) -> pa.Table:
        """Return what the Internet, a remote site or an interface reaches: see `exposure.SCHEMA`.

        Raises:
            KeyError: it is none of these.
        """
        number, unseen = self.judge.world.interfaces.ids.get(source), self._reaching.unseen
        if number >= 0:
            return Reached(
                self.judge,
                doubts=self._doubts,
                derived=self._derived,
                unseen=unseen,
                connecting=self._reaching.connecting.tolist(),
            ).table(number)
        crowd = self._crowd(source)
        return Exposed(
            self.judge,
            self.outside,
            crowd,
            doubts=self._doubts,
            derived=self._derived,
            unseen=unseen,
        ).table()

    def _crowd(self, name: str) -> Crowd:
        if name == INTERNET:
            return self.outside.internet
        number = self.judge.world.sites.names.get(name)
        if number < 0:
            raise KeyError(name)
        return self._reaching.crowds[1 + number]


def _public(addresses: Addresses) -> Spans:
    """Return the public addresses of the estate, each once."""
    shown = addresses.public != b""
    six = addresses.public == addresses.own.low
    low = addresses.public[shown]
    end = np.where(six, addresses.own.end, b"").astype("S17")[shown]
    numbers = [np.unique(keys, return_inverse=True)[1] for keys in (low, end)]
    _, once = combined(numbers)
    return Spans(low, end, addresses.own.length[shown]).at(once)


def _home(facts: Facts) -> Spans:
    """Return the IPv6 ranges of the estate's networks, which are public themselves."""
    held = Told.read(facts.table(Network)["ranges"]).spans
    return held.at(held.low >= key(6, 0))
