# SPDX-License-Identifier: Apache-2.0
"""What is cut more finely, or is other for some owners, is as what is compiled like that."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from hypothesis import Phase, given, settings

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface
from bartizan.model.packet import ANY, ICMP, TCP, UDP
from bartizan.reason.network.aws.kernel.access_lists import IN, OUT, AccessLists
from bartizan.reason.network.aws.kernel.access_lists import Line as ListLine
from bartizan.reason.network.aws.kernel.addresses import Keys, spans
from bartizan.reason.network.aws.kernel.build import finer, world
from bartizan.reason.network.aws.kernel.columns import Ints
from bartizan.reason.network.aws.kernel.compiled import Compiled
from bartizan.reason.network.aws.kernel.found import Found
from bartizan.reason.network.aws.kernel.parting import part_classes, part_places
from bartizan.reason.network.aws.kernel.ports import Ports, Spec, spread
from bartizan.reason.network.aws.kernel.routes import Kind, Path, Tables
from bartizan.reason.network.aws.kernel.seats import Seats
from bartizan.reason.network.aws.kernel.world import World
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import MESSAGES, OUTSIDE, PORTS, WIDE
from tests.fakes.generated_network import network_estate

SIZE = 8
"""Stretches of the small line of tables and lists."""
Rules: TypeAlias = tuple[list[ListLine], list[ListLine]]
Told: TypeAlias = Iterator[tuple[str, object]]


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_a_world_on_a_finer_line_is_as_one_compiled_there(thrown: Dice) -> None:
    facts = network_estate(thrown, balanced=thrown.chance(50), readable=thrown.chance(50))
    found = Found.of(facts)
    coarse, ports = found.coarse(), Ports(found.reading.specs)
    line, moved = coarse.cut(_keys(facts, thrown))

    cut = finer(world(found, line=coarse, ports=ports), line, moved)

    assert dict(said(cut)) == dict(said(world(found, line=line, ports=ports)))


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_places_and_classes_on_finer_lines_are_as_those_compiled_there(thrown: Dice) -> None:
    facts = network_estate(thrown, balanced=thrown.chance(50), readable=thrown.chance(50))
    compiled = Compiled.of(facts)
    keys = _keys(facts, thrown)
    fine, moved = compiled.fine.cut(keys)
    coarse, ahead = compiled.world.line.cut(keys)
    found, listens = compiled.found, compiled.listens.of_interface

    seats = part_classes(compiled.seats, found.addresses, fine=fine, moved=moved)
    anew = Seats.compile(
        facts,
        found.addresses,
        ground=found.ground,
        fine=fine,
        coarse=coarse.stretch(fine.cuts),
        listens=listens,
    )
    if seats is None:
        # A range that one interface has is cut, so that it has more seats.
        assert len(anew.seat_class) > len(compiled.seats.seat_class)
        return
    seats = part_places(seats, coarse=coarse, moved=ahead, fine=fine)

    assert seats.seat_class.tolist() == anew.seat_class.tolist()
    assert (len(seats), seats.places) == (len(anew), anew.places)
    for one, other in zip(_classes(seats), _classes(anew), strict=True):
        assert one == other


@settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_finer_ports_have_the_bits_of_those_that_they_are_parts_of(thrown: Dice) -> None:
    old, more = _specs(thrown), _specs(thrown)
    ports = Ports(old)

    finer_ports, parents = ports.finer(more)

    assert finer_ports.classes == Ports([*old, *more]).classes
    for spec in old:
        whole = spread(ports.split(spec)[:, None], parents)[:, 0]
        assert whole.tolist() == finer_ports.split(spec).tolist()


@settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_tables_of_which_some_are_others_are_as_those_compiled(thrown: Dice) -> None:
    held = [_paths(thrown) for _ in range(1 + thrown.below(4))]
    changed = {thrown.below(len(held)): _paths(thrown) for _ in range(1 + thrown.below(2))}

    found = Tables.compile(held, size=SIZE).with_(changed)

    anew = Tables.compile([changed.get(n, each) for n, each in enumerate(held)], size=SIZE)
    stretches = np.arange(SIZE, dtype=np.int32)
    assert list(_leading(found, stretches)) == list(_leading(anew, stretches))
    assert found.unsure.tolist() == anew.unsure.tolist()
    for number in range(len(held)):
        assert _doubtful(found, number) == _doubtful(anew, number)


@settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_lists_of_which_some_are_others_are_as_those_compiled(thrown: Dice) -> None:
    ports = Ports([Spec(TCP, 22, 22), Spec(UDP, 53, 60)])
    held = [_rules(thrown) for _ in range(1 + thrown.below(4))]
    changed = {thrown.below(len(held)): _rules(thrown) for _ in range(1 + thrown.below(2))}

    lists = AccessLists.compile(held, size=SIZE, ports=ports, certain=False)
    found = lists.with_(changed, size=SIZE, ports=ports)

    others = [changed.get(n, each) for n, each in enumerate(held)]
    anew = AccessLists.compile(others, size=SIZE, ports=ports, certain=False)
    stretches = np.arange(SIZE, dtype=np.int32)
    assert list(_passing(found, stretches)) == list(_passing(anew, stretches))


@settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_lists_that_were_certain_doubt_what_changed(thrown: Dice) -> None:
    ports = Ports([Spec(TCP, 22, 22)])
    held: list[Rules] = [([], []), ([], [])]
    changed = _rules(thrown) or ([], [])

    lists = AccessLists.compile(held, size=SIZE, ports=ports, certain=True)
    found = lists.with_({0: changed}, size=SIZE, ports=ports)

    anew = AccessLists.compile([changed, held[1]], size=SIZE, ports=ports, certain=True)
    stretches = np.arange(SIZE, dtype=np.int32)
    for direction in (IN, OUT):
        one, other = (each.passing(direction, 0, stretches) for each in (found, anew))
        assert (one.yes.tolist(), one.maybe.tolist()) == (other.yes.tolist(), other.maybe.tolist())


def _doubtful(tables: Tables, number: int) -> list[tuple[int, int]]:
    entries = tables.doubtful.of(number)
    return list(zip(tables.kind[entries].tolist(), tables.target[entries].tolist(), strict=True))


def _paths(thrown: Dice) -> list[Path] | None:
    """Draw a table, some of whose routes tie or may match or not; None for one not read."""
    found = []
    for _ in range(thrown.below(4)):
        first = thrown.below(SIZE)
        end = first + 1 + thrown.below(SIZE - first)
        if thrown.chance(20):
            first = end = -1
        kind = thrown.one((Kind.LOCAL, Kind.PEERING, Kind.NAT, Kind.STOPPED))
        found.append(Path(first, end, thrown.below(3), thrown.below(3), kind, thrown.below(2)))
    return None if thrown.chance(10) else found


def _rules(thrown: Dice) -> Rules | None:
    """Draw a list, some of whose rules are for peers that are no range; None for one not read."""
    both: Rules = ([], [])
    for side in both:
        for _ in range(thrown.below(3)):
            first = thrown.below(SIZE)
            end = first + 1 + thrown.below(SIZE - first)
            if thrown.chance(20):
                first = end = -1
            spec = thrown.one((Spec(TCP, 22, 22), Spec(UDP, 53, 60), Spec(ANY, -1, -1)))
            side.append(ListLine(spec, thrown.chance(60), first, end))
    return None if thrown.chance(10) else both


def _specs(thrown: Dice) -> list[Spec]:
    found = []
    for _ in range(thrown.below(5)):
        protocol = thrown.one((TCP, UDP, ICMP, 47, 50))
        ends = {TCP: (*PORTS, (80, 90)), UDP: PORTS, ICMP: (*MESSAGES, (-1, 4), (11, 2))}
        found.append(Spec(protocol, *thrown.one(ends.get(protocol, ((-1, -1),)))))
    return found


def _keys(facts: Facts, thrown: Dice) -> Keys:
    """Draw where addresses are cut: around those of interfaces, inside of networks, outside."""
    held = facts.rows(Interface)
    addresses = [text for row in held for text in (*row.addresses, *row.public.values())]
    blocks = [*WIDE, *OUTSIDE, "10.0.0.64/26", "10.1.0.0/27", "8.0.0.0/9", *addresses]
    cut = spans(pa.array(thrown.some(blocks, least=1, most=4), pa.string()))
    known = cut.at(cut.known)
    return np.unique(np.concatenate([known.low, known.end]))


def said(held: World) -> Told:
    """Yield what is said of each owner at every stretch."""
    stretches = np.arange(len(held.line), dtype=np.int32)
    for name in ("lists", "filters"):
        yield name, list(_passing(getattr(held, name), stretches))
    for name, tables in (("tables", held.tables), ("transit", held.transit.tables)):
        yield name, list(_leading(tables, stretches))
    for name, ranges, owners in (
        ("within", held.within, len(held.ground.subnets)),
        ("ranges", held.ranges, len(held.ground.networks)),
        ("relays", held.relays.own, len(held.relays.ids)),
        ("sites", held.sites.within, len(held.sites.name)),
    ):
        yield name, [ranges.hold(number, stretches).tolist() for number in range(-1, owners)]
    gates = held.gateways
    yield "nat", (gates.nat_source.tolist(), gates.nat_shown.tolist())
    yield "line", (held.line.cuts.tolist(), held.line_six)


def _passing(lists: AccessLists, stretches: Ints) -> Iterator[object]:
    for number in range(-1, lists.into.owners - 1):
        for direction in (IN, OUT):
            masks = lists.passing(direction, number, stretches)
            yield masks.yes.tolist(), masks.maybe.tolist()


def _leading(tables: Tables, stretches: Ints) -> Iterator[object]:
    for number in range(-1, tables.held.owners - 1):
        entries = tables.held.at(number, stretches)
        yield tables.kind[entries].tolist(), tables.target[entries].tolist()


def _classes(seats: Seats) -> Iterator[object]:
    """Yield what each class is, whatever the numbers of places are."""
    place = seats.place
    of_place = ("place_subnet", "place_stretch", "place_public", "place_denies", "place_contested")
    yield [getattr(seats, name)[place].tolist() for name in of_place]
    own = ("fine", "public", "groups", "sends", "takes", "listens")
    yield [getattr(seats, name).tolist() for name in own]
    # Which classes are of one place, whatever its number.
    yield [np.flatnonzero(place == number).tolist() for number in place]
