# SPDX-License-Identifier: Apache-2.0
"""Interfaces as numbers, and those among them that routes lead to."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface
from bartizan.model.facts.routing import Route
from bartizan.model.table import from_arrow, one_of
from bartizan.reason.network.aws.kernel.addresses import Line, Spans, spans
from bartizan.reason.network.aws.kernel.columns import (
    Flags,
    Index,
    Ints,
    Lists,
    equal,
    flags,
    ints_of,
    taken,
    texts,
    truths,
)
from bartizan.reason.network.aws.kernel.contested import Disputed
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.intervals import Ranges


class Interfaces(Struct, frozen=True):
    """All interfaces."""

    table: pa.Table
    ids: Index
    subnet: Ints
    attached: Flags
    forwards: Flags

    @classmethod
    def compile(cls, facts: Facts, ground: Ground) -> "Interfaces":
        """Number the interfaces."""
        table = facts.table(Interface)
        return cls(
            table=table,
            ids=Index(table["id"]),
            subnet=ground.subnets.numbers(table["subnet"]),
            attached=flags(table["attached"]),
            forwards=flags(table["forwards"]),
        )

    def row(self, number: int) -> Interface:
        """Return one interface as a row."""
        return one_of(Interface, self.table, number)

    def rows(self, numbers: Sequence[int]) -> Sequence[Interface]:
        """Return some interfaces as rows, which is faster than one after the other."""
        return from_arrow(Interface, self.table.take(pa.array(numbers, pa.int64())))


class Forwarders(Struct, frozen=True):
    """Interfaces that routes lead to, before addresses are cut."""

    ids: Index
    rows: Sequence[Interface]
    numbers: Sequence[int]
    others: Sequence[Sequence[int]]
    """Of each, by which of them it may send on what it took, itself first."""
    spans: Spans
    owner: Ints
    """Of each range in `spans`, whose it is."""

    @classmethod
    def find(cls, facts: Facts, interfaces: Interfaces) -> "Forwarders":
        """Find the interfaces that routes lead to, and their siblings that forward."""
        routes = facts.table(Route)
        named = taken(routes["target"], np.flatnonzero(equal(routes["target_kind"], "interface")))
        numbers = [n for n in np.unique(interfaces.ids.numbers(named)).tolist() if n >= 0]
        siblings = _siblings(interfaces)
        first = [interfaces.row(number) for number in numbers]
        more = {n for row in first if row.thing for n in siblings.get(row.thing, ())}
        numbers += sorted(more - set(numbers))
        rows = first + [interfaces.row(number) for number in numbers[len(first) :]]
        ids = Index([row.id for row in rows])
        names = interfaces.ids.name
        others = [
            [at, *(ids.get(names(n)) for n in siblings.get(row.thing, ()) if names(n) != row.id)]
            if row.thing
            else [at]
            for at, row in enumerate(rows)
        ]
        owner = [at for at, row in enumerate(rows) for _ in row.addresses]
        held = spans(pa.array([text for row in rows for text in row.addresses], pa.string()))
        known = held.known
        return cls(
            ids, rows, numbers, others, held.at(known), np.array(owner, dtype=np.int32)[known]
        )


def _siblings(interfaces: Interfaces) -> dict[str, list[int]]:
    """Return interfaces that forward and are attached, by what they belong to."""
    found: dict[str, list[int]] = defaultdict(list)
    numbers = np.flatnonzero(interfaces.forwards & interfaces.attached)
    things = texts(taken(interfaces.table["thing"], numbers))
    for number, thing in zip(numbers.tolist(), things, strict=True):
        if thing:
            found[thing].append(number)
    return found


class Relays(Struct, frozen=True):
    """Interfaces that routes lead to."""

    ids: Index
    subnet: Ints
    network: Ints
    attached: Flags
    forwards: Flags
    public: Flags
    """It has a public address."""
    own: Ranges
    """Of each, its own addresses."""
    contested: Flags
    """Another interface may have one of these."""
    outs: Lists
    """Of each, by which of them it may send on what it took."""

    @classmethod
    def compile(
        cls, found: Forwarders, *, ground: Ground, disputed: Disputed, line: Line
    ) -> "Relays":
        """Compile them."""
        subnet = ints_of([ground.subnets.get(row.subnet) for row in found.rows])
        first, end = line.stretch(found.spans.low), line.ends(found.spans.end)
        owners = [at for at, outs in enumerate(found.others) for _ in outs]
        outs = [out for outs in found.others for out in outs]
        size = len(found.rows)
        others = {interface for interface, _ in disputed}
        return cls(
            ids=found.ids,
            subnet=subnet,
            network=ground.network[subnet],
            attached=truths([row.attached for row in found.rows]),
            forwards=truths([row.forwards for row in found.rows]),
            public=truths([bool(row.public) for row in found.rows]),
            contested=truths([number in others for number in found.numbers]),
            own=Ranges(found.owner, first, end, owners=size),
            outs=Lists.grouped(
                np.array(owners, dtype=np.int32), np.array(outs, dtype=np.int32), size
            ),
        )
