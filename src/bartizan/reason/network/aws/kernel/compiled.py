# SPDX-License-Identifier: Apache-2.0
"""All that is compiled of an estate's network, in parts that a change may leave as they are."""

import numpy as np
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Network
from bartizan.model.packet import TCP
from bartizan.reason.network.aws.kernel.addresses import Line, Spans, key
from bartizan.reason.network.aws.kernel.build import world
from bartizan.reason.network.aws.kernel.columns import combined
from bartizan.reason.network.aws.kernel.found import Found, Told
from bartizan.reason.network.aws.kernel.group_rules import parted
from bartizan.reason.network.aws.kernel.groups import Groups, Holders
from bartizan.reason.network.aws.kernel.listens import Listens, listened
from bartizan.reason.network.aws.kernel.plain import Plain, plain_ways
from bartizan.reason.network.aws.kernel.ports import Ports, Spec
from bartizan.reason.network.aws.kernel.reaching import CONNECT_PORTS
from bartizan.reason.network.aws.kernel.seats import Addresses, Seats
from bartizan.reason.network.aws.kernel.world import World
from bartizan.reason.network.aws.topology.services import Services


class Compiled(Struct, frozen=True, kw_only=True):
    """An estate's network, and what it was made of."""

    found: Found
    world: World
    fine: Line
    """Addresses, cut where those of the world are and where rules of groups cut them."""
    seats: Seats
    groups: Groups
    listens: Listens
    plain: tuple[Plain, Plain]
    services: Services
    public: Spans
    """The public addresses of the estate."""
    home: Spans
    """The IPv6 ranges of its networks, which are public themselves."""
    followed: int = 0
    """How many changes it followed since all was compiled."""

    @classmethod
    def of(cls, facts: Facts) -> "Compiled":
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
        return cls(
            found=found,
            world=compiled,
            fine=fine,
            seats=seats,
            groups=_groups(found, seats, fine=fine, ports=ports),
            listens=listens,
            plain=plain_ways(compiled, seats),
            services=Services(facts),
            public=_public(found.addresses),
            home=_home(facts),
        )


def _groups(found: Found, seats: Seats, *, fine: Line, ports: Ports) -> Groups:
    reading = found.reading
    sets = [[reading.groups.get(name) for name in names] for names in seats.sets]
    return Groups.compile(
        parted(reading.of_groups, fine), Holders.compile(sets, found.groups_unknown),
        specs=reading.specs, ports=ports, line=fine,
    )  # fmt: skip


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
