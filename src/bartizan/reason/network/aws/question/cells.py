# SPDX-License-Identifier: Apache-2.0
"""Asks the engine about many pairs, and puts together those that have one answer."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from bartizan.model.facts.network import Interface
from bartizan.model.reach import PortRange
from bartizan.reason.network.aws.question.engine import BLOCKED, REACHABLE, UNKNOWN, Engine
from bartizan.reason.network.aws.question.ports import joined, without
from bartizan.reason.network.aws.question.reached import reached
from bartizan.reason.network.aws.topology.topology import Topology

MOST_GROUPS = 1_000
"""Groups of pairs that are told apart by where their interfaces stand."""


class Cell(Struct, frozen=True):
    """One answer for one pair."""

    verdict: int
    """As the engine writes it."""
    ports: tuple[PortRange, ...]


class Block(Struct, frozen=True):
    """Sources and targets of which each pair has one answer."""

    cell: Cell
    sources: tuple[str, ...]
    targets: tuple[str, ...]


Cells = Mapping[str, Mapping[str, tuple[Cell, ...]]]
"""Target to source to the answers for that pair."""


def on_one_port(
    engine: Engine, port: PortRange, sources: Iterable[str], targets: Iterable[str]
) -> Cells:
    """Return what the engine answers for one port."""
    place = {name: position for position, name in enumerate(engine.names)}
    known = [name for name in sources if name in place]
    found: dict[str, Mapping[str, tuple[Cell, ...]]] = {}
    for target in targets:
        answers = engine.who_reaches(target, port.protocol, port.first)
        found[target] = {
            source: (Cell(int(answers[place[source]]), (port,)),)
            for source in known
            if source != target
        }
    return found


def on_all_ports(
    topology: Topology, engine: Engine, sources: Iterable[str], *, targets: Sequence[str]
) -> Cells:
    """Return on which ports the engine says that packets arrive, or may."""
    found: dict[str, dict[str, tuple[Cell, ...]]] = {target: {} for target in targets}
    wanted = pa.array(targets, pa.string())
    for source, table in reached(topology, engine, sources, targets=targets).items():
        ports = _ports(table.filter(pc.is_in(table["interface"], value_set=wanted)))
        for target, row in found.items():
            if target != source:
                row[source] = _cells(ports.get(target, {}))
    return dict(found)


def _ports(rows: pa.Table) -> Mapping[str, Mapping[str, list[PortRange]]]:
    """Return interface to certainty to ports."""
    found: dict[str, dict[str, list[PortRange]]] = defaultdict(lambda: defaultdict(list))
    columns = (rows[name].to_pylist() for name in
               ("interface", "certainty", "protocol", "first", "last"))  # fmt: skip
    for interface, certainty, protocol, first, last in zip(*columns, strict=True):
        held = PortRange(protocol=protocol, first=first, last=last)
        found[interface][certainty].append(held)
    return found


def _cells(ports: Mapping[str, Iterable[PortRange]]) -> tuple[Cell, ...]:
    sure = joined(ports.get("reachable", ()))
    doubtful = without(ports.get("unknown", ()), sure)
    cells = [Cell(REACHABLE, sure)] if sure else []
    cells += [Cell(UNKNOWN, doubtful)] if doubtful else []
    return tuple(cells) or (Cell(BLOCKED, ()),)


def blocks(cells: Cells, interfaces: Mapping[str, Interface]) -> list[Block]:
    """Put pairs with one answer together: those whose interfaces have the same subnet, groups and
    kind; where that gives too many groups, whatever they have.
    """
    found = _blocks(cells, {name: standing(row) for name, row in interfaces.items()})
    return found if len(found) <= MOST_GROUPS else _blocks(cells, {})


def standing(row: Interface) -> tuple[object, ...]:
    """Return what tells interfaces apart for most rules and routes."""
    return (row.subnet, row.groups, row.kind, row.forwards, row.attached, bool(row.public))


def _blocks(cells: Cells, stands: Mapping[str, tuple[object, ...]]) -> list[Block]:
    alike: dict[tuple[Cell, object, tuple[str, ...]], list[str]] = defaultdict(list)
    for target, row in sorted(cells.items()):
        for cell, sources in _by_answer(row, stands):
            alike[cell, stands.get(target), sources].append(target)
    return [Block(cell, sources, tuple(targets)) for (cell, _, sources), targets in alike.items()]


def _by_answer(
    row: Mapping[str, tuple[Cell, ...]], stands: Mapping[str, tuple[object, ...]]
) -> Iterator[tuple[Cell, tuple[str, ...]]]:
    held: dict[tuple[Cell, object], list[str]] = defaultdict(list)
    for source, answers in sorted(row.items()):
        for cell in answers:
            held[cell, stands.get(source)].append(source)
    for (cell, _), sources in held.items():
        yield cell, tuple(sources)
