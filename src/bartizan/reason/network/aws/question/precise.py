# SPDX-License-Identifier: Apache-2.0
"""The engine, with the definition asked where flows are sent on by something in between, and where
the engine does not know.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import cast

import numpy as np
import pyarrow as pa
from msgspec.structs import replace
from numpy.typing import NDArray

from bartizan.model.facts.network import Interface
from bartizan.model.packet import ANY, INTERNET, Reach, Reachable
from bartizan.model.reach import PortRange
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.balancers import Relay, relays
from bartizan.reason.network.aws.definition.fronts import through_fronts
from bartizan.reason.network.aws.definition.sending import CONNECT
from bartizan.reason.network.aws.question.atoms import admitted, atoms, unnamed
from bartizan.reason.network.aws.question.engine import (
    BLOCKED,
    REACHABLE,
    UNKNOWN,
    WORDS,
    Engine,
    number,
)
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.ports import meets
from bartizan.reason.network.aws.topology.topology import Topology

MOST_ASKED = 2_000
"""Sources of one target that the definition is asked about one by one; of more, one of those that
stand alike and reach what sends on alike.
"""
_DEEPEST = 3
"""Load balancers behind one another: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html"""

Codes = NDArray[np.uint8]


class Precise:
    """Answers as the engine does, and as the definition does where that is more."""

    def __init__(self, topology: Topology, engine: Engine) -> None:
        self._topology, self._engine = topology, engine

    @property
    def names(self) -> Sequence[str]:
        """Name every source."""
        return self._engine.names

    def who_reaches(self, interface: str, protocol: int, port: int) -> Codes:
        """Decide for each source whether it reaches a port."""
        return self._who(interface, protocol, port, deep=0)

    def _who(self, interface: str, protocol: int, port: int, *, deep: int) -> Codes:
        found: Codes = np.array(self._engine.who_reaches(interface, protocol, port))
        first = self._before(interface, protocol, port, deep=deep)
        open_ = np.zeros(len(found), dtype=np.bool_)
        for codes in first:
            open_ |= codes != BLOCKED
        doubtful = (found == UNKNOWN) | (self._bound & (found != BLOCKED))
        asked = np.flatnonzero((open_ & (found != REACHABLE)) | doubtful).tolist()
        known: dict[object, int] = {}
        for at in asked:
            name = self.names[at]
            key: object = name
            if len(asked) > MOST_ASKED:
                key = self._standing(name), int(found[at]), tuple(int(one[at]) for one in first)
            if name != interface and key not in known:
                piece = PortRange(protocol=protocol, first=port, last=port)
                verdict = decide(self._topology, Flow(source=name, target=interface, port=piece))
                known[key] = number(verdict)
            found[at] = known.get(key, int(found[at]))
        return found

    @cached_property
    def _bound(self) -> NDArray[np.bool_]:
        """Tell which sources send only to what they are there for."""
        interfaces, services = self._topology.interfaces, self._topology.services
        bound = {name for name, row in interfaces.items() if row.kind == CONNECT}
        bound |= services.balancer_of.keys()
        return np.array([name in bound for name in self.names], dtype=np.bool_)

    def _standing(self, name: str) -> object:
        row = self._topology.interfaces.get(name)
        return name if row is None else (row.subnet, row.groups, row.kind, bool(row.public))

    def _before(self, interface: str, protocol: int, port: int, *, deep: int) -> list[Codes]:
        """Return who reaches each thing that sends on to the interface."""
        row, size = self._topology.interfaces[interface], len(self.names)
        found: list[Codes] = []
        for relay in relays(self._topology, row, protocol=protocol, port=port):
            entries = self._entries(relay) if deep < _DEEPEST else ()
            found.extend(
                self._who(name, protocol, relay.listener.port, deep=deep + 1)
                for name in entries
                if name != interface
            )
        if any(True for _ in through_fronts(self._topology, row, protocol=protocol, port=port)):
            outside = np.zeros(size, dtype=np.uint8)
            outside[list(self.names).index(INTERNET)] = UNKNOWN
            found.append(outside)
        return found

    def _entries(self, relay: Relay) -> Iterator[str]:
        """Yield the interfaces at which flows come to what sends on."""
        services = self._topology.services
        yield relay.node.id
        for service in services.offering.get(relay.balancer.arn, ()):
            for endpoint in services.endpoints_to.get(service.name, ()):
                yield from (n for n in endpoint.interfaces if n in self._topology.interfaces)

    def exposed(self, source: str = INTERNET) -> pa.Table:
        """Return what the Internet or a remote site reaches."""
        table = self._engine.exposed(source)
        rows: list[dict[str, object]] = []
        sure: dict[str, list[PortRange]] = defaultdict(list)
        ranges: dict[str, set[str]] = defaultdict(set)
        for row in table.to_pylist():
            piece = PortRange(protocol=row["protocol"], first=row["first"], last=row["last"])
            ranges[row["interface"]].update(row["ranges"])
            if row["certainty"] == WORDS[REACHABLE]:
                sure[row["interface"]].append(piece)
                rows.append(row)
            else:
                rows.extend(self._resolved(source, row, piece))
        for name in self._sent_to:
            for piece in self._pieces(name):
                if any(meets(piece, one) for one in sure[name]):
                    continue
                verdict = decide(self._topology, Flow(source=source, target=name, port=piece))
                if number(verdict) != BLOCKED:
                    rows = [row for row in rows if not _doubts(row, name, piece)]
                    rows.append(self._row(name, piece, verdict, ranges=ranges))
        return pa.Table.from_pylist(rows, schema=table.schema)

    def _resolved(
        self, source: str, row: dict[str, object], whole: PortRange
    ) -> Iterator[dict[str, object]]:
        """Yield what the definition makes of ports of which the engine does not know, for senders
        in the ranges of the row; what arrives from some of them is told apart range by range.
        """
        ranges = cast("list[str]", row["ranges"])
        for piece in self._atoms:
            if not meets(piece, whole):
                continue
            flow = Flow(
                source=source, target=str(row["interface"]), port=piece, ranges=tuple(ranges)
            )
            verdict = decide(self._topology, flow)
            held = {verdict: ranges}
            if isinstance(verdict, Reachable) and len(ranges) > 1:
                held = self._apart(flow)
            for answer, own in held.items():
                if number(answer) != BLOCKED:
                    yield {**row, **_said(piece, answer), "ranges": own}

    def _apart(self, flow: Flow) -> dict[Reach, list[str]]:
        """Return the answers for the ranges of a flow, those that are reachable as one."""
        found: dict[Reach, list[str]] = {}
        sure: Reach | None = None
        for block in flow.ranges:
            answer = decide(self._topology, replace(flow, ranges=(block,)))
            if isinstance(answer, Reachable):
                sure = answer = sure or answer
            found.setdefault(answer, []).append(block)
        return found

    @cached_property
    def _atoms(self) -> Sequence[PortRange]:
        return atoms(self._topology)

    @cached_property
    def _sent_to(self) -> Sequence[str]:
        """Interfaces that something may send to on behalf of others."""
        return [n for n, row in sorted(self._topology.interfaces.items()) if self._known(row)]

    def _known(self, row: Interface) -> bool:
        """Tell whether a load balancer or front may name it: cheap, and sure where it says no."""
        services = self._topology.services
        if any(front.network for front in services.fronts):
            return True
        return not services.registered_as(row).isdisjoint(services.registered)

    def _pieces(self, name: str) -> Iterator[PortRange]:
        """Yield the ports to which something may send on what comes from elsewhere."""
        row = self._topology.interfaces[name]
        for piece in admitted(self._topology, row, self._atoms):
            protocol = unnamed(self._topology) if piece.protocol == ANY else piece.protocol
            ways = (
                relays(self._topology, row, protocol=protocol, port=piece.first),
                through_fronts(self._topology, row, protocol=protocol, port=piece.first),
            )
            if any(True for way in ways for _ in way):
                yield piece

    def _row(
        self, name: str, piece: PortRange, verdict: Reach, *, ranges: dict[str, set[str]]
    ) -> dict[str, object]:
        via, held = "", set[str]()
        if isinstance(verdict, Reachable):
            balancer = self._topology.services.balancer_of.get(verdict.legs[-1].packet.source)
            via = balancer.arn if balancer and len(verdict.legs) > 1 else ""
            held = ranges[verdict.legs[0].to]
        return {
            "interface": name,
            "protocol": piece.protocol,
            "first": piece.first,
            "last": piece.last,
            "via": via,
            "ranges": sorted(held),
            "certainty": WORDS[number(verdict)],
            "missing": list(verdict.missing) if isinstance(verdict, Unknown) else [],
        }


def _said(piece: PortRange, verdict: Reach) -> dict[str, object]:
    """Return what the table says of ports for an answer."""
    missing = list(verdict.missing) if isinstance(verdict, Unknown) else []
    certainty = WORDS[number(verdict)]
    return {
        "first": piece.first, "last": piece.last, "certainty": certainty, "missing": missing,
    }  # fmt: skip


def _doubts(row: dict[str, object], name: str, piece: PortRange) -> bool:
    """Tell whether a row says of the same port that it is not known."""
    same = (row["interface"], row["protocol"], row["first"], row["last"])
    return same == (name, piece.protocol, piece.first, piece.last) and (
        row["certainty"] == WORDS[UNKNOWN]
    )
