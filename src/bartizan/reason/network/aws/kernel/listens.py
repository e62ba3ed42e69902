# SPDX-License-Identifier: Apache-2.0
"""On which ports the nodes of load balancers take packets.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Balancer, Listener
from bartizan.model.packet import TCP, UDP
from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Index, Ints, Longs, Words, encoded
from bartizan.reason.network.aws.kernel.ports import Ports, Spec, spread
from bartizan.reason.network.aws.topology.services import is_node
from bartizan.reason.network.aws.topology.unread import BALANCERS, Gaps

CARRIED: Mapping[str, Sequence[int]] = {
    "HTTP": (TCP,),
    "HTTPS": (TCP,),
    "SSL": (TCP,),
    "TCP": (TCP,),
    "TLS": (TCP,),
    "UDP": (UDP,),
    "TCP_UDP": (TCP, UDP),
    "QUIC": (UDP,),
    "TCP_QUIC": (TCP, UDP),
}
"""Protocols of listeners and target groups, as IP carries them.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
"""


def listened(facts: Facts) -> Iterable[Spec]:
    """Yield the ports of all listeners."""
    for row in facts.rows(Listener):
        for protocol in CARRIED.get(row.protocol, ()):
            yield Spec(protocol, row.port, row.port)


class Listens(Struct, frozen=True):
    """What nodes of load balancers take."""

    of_interface: Ints
    """Of each interface, the number of what its load balancer listens on; -1 for no node."""
    yes: Words
    maybe: Words

    @classmethod
    def compile(cls, facts: Facts, *, interfaces: Index, ports: Ports, gaps: Gaps) -> "Listens":
        """Read the listeners."""
        specs: dict[str, list[Spec]] = defaultdict(list)
        for row in facts.rows(Listener):
            specs[row.balancer] += [
                Spec(protocol, row.port, row.port) for protocol in CARRIED.get(row.protocol, ())
            ]
        none = np.zeros_like(ports.every)
        held = [(none, ports.every)]
        table = facts.table(Interface)
        number = np.where(_nodes(table), 0, -1).astype(np.int32)
        for balancer in facts.rows(Balancer):
            yes = none.copy()
            for spec in specs.get(balancer.arn, ()):
                yes |= ports.split(spec)
            number[[n for n in map(interfaces.get, balancer.interfaces) if n >= 0]] = len(held)
            held.append((yes, ports.every if _unlisted(gaps, balancer) else yes))
        held.append((ports.every, ports.every))
        columns = [np.stack(column, axis=1) for column in zip(*held, strict=True)]
        return cls(number, columns[0], columns[1])

    def told_apart(self, parents: Longs) -> "Listens":
        """Return the same for finer classes of ports, each a part of one of the `parents`."""
        return Listens(self.of_interface, spread(self.yes, parents), spread(self.maybe, parents))

    @property
    def unknown(self) -> Ints:
        """The nodes of load balancers that were not listed."""
        return np.flatnonzero(self.of_interface == 0).astype(np.int32)

    def masks(self, number: int) -> Masks:
        """Return what is taken, a number for each word."""
        return Masks(self.yes[:, number], self.maybe[:, number])


def _nodes(table: pa.Table) -> Flags:
    """Tell which of all interfaces are nodes."""
    kinds, names = encoded(table["kind"])
    things, owners = encoded(table["thing"])
    by_kind = np.array([is_node(name, "") for name in names], dtype=bool)[kinds]
    by_owner = np.array([is_node("", owner) for owner in owners], dtype=bool)[things]
    return np.asarray(by_kind | by_owner)


def _unlisted(gaps: Gaps, row: Balancer) -> bool:
    if gaps.detail(BALANCERS, row.arn):
        return True
    return bool(gaps.listing(BALANCERS, account=row.account, region=row.region))
