# SPDX-License-Identifier: Apache-2.0
"""Answers for a whole estate at once what can send packets to what.

It is the fast twin of the definition: the same answers, found on classes of interfaces, addresses
and ports. What is shown of it is decided again, packet by packet, by the definition.
"""

from collections.abc import Sequence
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
from bartizan.model.packet import INTERNET
from bartizan.model.table import Row
from bartizan.reason.network.aws.kernel.compiled import Compiled
from bartizan.reason.network.aws.kernel.counting import Count, count
from bartizan.reason.network.aws.kernel.crowd import Crowd
from bartizan.reason.network.aws.kernel.derived import Derived
from bartizan.reason.network.aws.kernel.doubts import Doubts
from bartizan.reason.network.aws.kernel.exposed import Exposed
from bartizan.reason.network.aws.kernel.gates import stretches
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.outside import Outside
from bartizan.reason.network.aws.kernel.reached import Reached
from bartizan.reason.network.aws.kernel.reaching import Reaching
from bartizan.reason.network.aws.kernel.revised import FOLLOWED, revised

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


class Kernel:
    """An estate's network, compiled."""

    def __init__(self, compiled: Compiled) -> None:
        found, fine, seats = compiled.found, compiled.fine, compiled.seats
        self._compiled = compiled
        keys = compiled.world.gateways.nat_keys
        self.judge = Judge(
            compiled.world,
            seats,
            compiled.groups,
            compiled.listens,
            fine=fine,
            nat_seen=(stretches(keys[0], fine), stretches(keys[1], fine)),
            plain=compiled.plain,
        )
        """What decides for all interfaces at once."""
        self.outside = Outside(
            self.judge,
            public=compiled.public,
            home=compiled.home,
            site_spans=found.sites.spans,
            site_owner=found.sites.owner,
        )
        """What comes from the Internet and remote sites."""
        self._reaching = Reaching(
            found.facts, self.judge, self.outside, found.gaps, services=compiled.services
        )
        self._doubts = Doubts(compiled.world, seats, found)
        self._derived = Derived(found.facts, self.judge, self._reaching)

    @classmethod
    def compile(cls, facts: Facts) -> "Kernel":
        """Compile what the facts say."""
        return cls(Compiled.of(facts))

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
        sure = bits & _SURE
        return np.asarray(bits - sure - sure)

    def changed(self, facts: Facts) -> "Kernel":
        """Return the kernel of other facts: this one where nothing of networks is different; where
        only a few rules, routes or associations are, all else is shared with this one.
        """
        old = self._compiled.found.facts
        other = {kind for kind in KINDS if not _same(old, facts, kind)}
        if not other:
            return self
        compiled = revised(self._compiled, facts) if other <= FOLLOWED else None
        return Kernel.compile(facts) if compiled is None else Kernel(compiled)

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
