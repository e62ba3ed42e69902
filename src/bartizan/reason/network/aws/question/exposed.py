# SPDX-License-Identifier: Apache-2.0
"""Everything that one source reaches, grouped by the rules and routes that let it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.service import Front, ServicePort
from bartizan.model.packet import INTERNET, Reach, Reachable
from bartizan.model.reach import End, ExposedAnswer, Exposure, FrontEntry, PortRange
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.question.cells import standing
from bartizan.reason.network.aws.question.ends import Directory
from bartizan.reason.network.aws.question.engine import REACHABLE, UNKNOWN, Engine, agree
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.gaps import unexposed
from bartizan.reason.network.aws.question.latent import latent
from bartizan.reason.network.aws.question.ports import joined, meets
from bartizan.reason.network.aws.question.precise import Precise
from bartizan.reason.network.aws.question.reached import reached
from bartizan.reason.network.aws.topology.addresses import parse_address, parse_range
from bartizan.reason.network.aws.topology.topology import Topology

MOST_SOURCES = 200
"""Sources of which one question is asked."""
_WRITTEN = {"reachable": REACHABLE, "unknown": UNKNOWN}


class _Why(Struct, frozen=True):
    """What interfaces have in common that one answer is given for."""

    certainty: str
    via: str
    ranges: tuple[str, ...]
    missing: tuple[str, ...]
    ports: tuple[PortRange, ...]


def source_of(facts: Facts, text: str) -> End:
    """Find the source of a question.

    Raises:
        UsageError: nothing is called so.
    """
    return Directory(facts).end(text)


def exposed(facts: Facts, engine: Engine, source: End) -> ExposedAnswer:
    """Answer what a source reaches, on which ports and why.

    Raises:
        DisagreementError: the engine and the definition answer otherwise.
    """
    topology = Topology(facts)
    asked = source.names[:MOST_SOURCES]
    targets = tuple(sorted(topology.interfaces))
    tables = reached(topology, Precise(topology, engine), asked, targets=targets)
    alone = source.address if INTERNET in source.names else ""
    if alone:
        tables = {name: _open_to(table, alone) for name, table in tables.items()}
    found = list(_exposures(topology, tables, address=alone))
    world = source.names == (INTERNET,) and not source.address
    names = Directory(facts).names
    shown = {name for one in found for name in (*one.interfaces, *one.sources)}
    left = len(source.names) - len(asked)
    more = (f"{left:,} more sources were not looked at",) if left else ()
    return ExposedAnswer(
        source=source,
        exposures=tuple(found),
        fronts=tuple(_fronts(facts)) if world else (),
        latent=tuple(latent(topology, _open(found))) if world else (),
        interfaces=len(topology.interfaces),
        incomplete=(*more, *unexposed(facts)),
        names={name: names[name] for name in sorted(shown) if name in names},
    )


def _open_to(table: pa.Table, address: str) -> pa.Table:
    """Return the rows of what is reached from one address."""
    own = parse_address(address)
    blocks = [
        [parse_range(text) for text in ranges or ()] for ranges in table["ranges"].to_pylist()
    ]
    held = [any(own and block and block.holds(own) for block in row) for row in blocks]
    return table.filter(pa.array(held, pa.bool_()))


def _exposures(
    topology: Topology, tables: Mapping[str, pa.Table], *, address: str
) -> Iterator[Exposure]:
    """Decide one interface of each group again, and join groups that have one reason."""
    listens = _listening(topology.facts)
    reasons: dict[tuple[_Why, object], list[Exposure]] = defaultdict(list)
    for (why, sources, _), held in sorted(_alike(topology, tables).items(), key=_order):
        unsure = _WRITTEN[why.certainty] == UNKNOWN
        flow = Flow(
            source=sources[0], target=held[0], port=why.ports[0], source_address=address,
            ranges=why.ranges if unsure else (),
        )  # fmt: skip
        verdict, checked = _decided(topology, why, flow)
        one = Exposure(
            certainty=why.certainty,
            sources=sources,
            interfaces=tuple(held),
            ports=why.ports,
            ranges=why.ranges,
            via=why.via,
            verdict=verdict,
            things=_things(topology, held, why.ports, listens),
            missing=verdict.missing if isinstance(verdict, Unknown) else why.missing,
            checked=checked,
        )
        reasons[why, (sources, _evidence(topology, verdict))].append(one)
    joint = [_together(held) for held in reasons.values()]
    yield from sorted(joint, key=lambda one: (_WRITTEN[one.certainty], one.via, one.interfaces,
                                              one.ports, one.sources))  # fmt: skip


Key = tuple[_Why, tuple[str, ...], object]


def _order(item: tuple[Key, list[str]]) -> tuple[object, ...]:
    return item[1], repr(item[0])


def _alike(topology: Topology, tables: Mapping[str, pa.Table]) -> Mapping[Key, list[str]]:
    """Put interfaces together that stand alike and are reached alike by the same sources."""
    sources: dict[tuple[_Why, str], list[str]] = defaultdict(list)
    for source, table in sorted(tables.items()):
        for interface, why in _reasons(table):
            sources[why, interface].append(source)
    found: dict[Key, list[str]] = defaultdict(list)
    for (why, interface), held in sources.items():
        row = topology.interfaces.get(interface)
        found[why, tuple(held), None if row is None else standing(row)].append(interface)
    for interfaces in found.values():
        interfaces.sort()
    return found


def _reasons(table: pa.Table) -> Iterator[tuple[str, _Why]]:
    ports: dict[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], list[PortRange]]
    ports = defaultdict(list)
    for row in table.to_pylist():
        key = (
            row["interface"],
            row["certainty"],
            row["via"],
            tuple(sorted(row["ranges"] or ())),
            tuple(sorted(row["missing"] or ())),
        )
        held = PortRange(protocol=row["protocol"], first=row["first"], last=row["last"])
        ports[key].append(held)
    for (interface, certainty, via, ranges, missing), own in ports.items():
        yield interface, _Why(certainty, via, ranges, missing, joined(own))


def _decided(topology: Topology, why: _Why, flow: Flow) -> tuple[Reach, int]:
    """Decide an interface on the first of each stretch of ports; return the first answer."""
    answers = []
    for port in why.ports:
        verdict = decide(topology, replace(flow, port=port))
        kernel = _WRITTEN[why.certainty]
        # What may arrive this way may surely arrive another way.
        if not (kernel == UNKNOWN and isinstance(verdict, Reachable)):
            agree(
                flow.source,
                flow.target,
                port.protocol,
                port.first,
                kernel=kernel,
                definition=verdict,
            )
        answers.append(verdict)
    return answers[0], len(answers)


def _evidence(topology: Topology, verdict: Reach) -> object:
    """Return the rules that an answer rests on, and where routes lead, in whichever table."""
    if isinstance(verdict, Reachable):
        hops = [hop for leg in verdict.legs for hop in (*leg.there, *leg.back)]
        return frozenset(
            (hop.does if one.subject in topology.route_tables else one.subject, one.statement)
            for hop in hops
            for one in hop.because
        )
    return verdict.missing if isinstance(verdict, Unknown) else None


def _together(held: list[Exposure]) -> Exposure:
    first = held[0]
    return replace(
        first,
        interfaces=tuple(sorted(name for one in held for name in one.interfaces)),
        things=tuple(sorted({name for one in held for name in one.things})),
        checked=sum(one.checked for one in held),
    )


def _listening(facts: Facts) -> Mapping[str, list[tuple[PortRange, str]]]:
    found: dict[str, list[tuple[PortRange, str]]] = defaultdict(list)
    for row in facts.rows(ServicePort):
        port = PortRange(protocol=row.protocol, first=row.port, last=row.port)
        for interface in row.interfaces:
            found[interface].append((port, row.thing))
    return found


def _things(
    topology: Topology,
    interfaces: Iterable[str],
    ports: Iterable[PortRange],
    listens: Mapping[str, list[tuple[PortRange, str]]],
) -> tuple[str, ...]:
    """Return what interfaces belong to, and what listens behind them on one of the ports."""
    ranges = tuple(ports)
    found: set[str] = set()
    for name in interfaces:
        row = topology.interfaces.get(name)
        found |= {row.thing} if row is not None else set()
        held = listens.get(name, ())
        found |= {thing for port, thing in held if any(meets(port, one) for one in ranges)}
    return tuple(sorted(found - {""}))


def _open(found: Iterable[Exposure]) -> Mapping[str, list[PortRange]]:
    """Return the ports on which each interface is, or may be, reached."""
    ports: dict[str, list[PortRange]] = defaultdict(list)
    for one in found:
        for name in one.interfaces:
            ports[name] += one.ports
    return ports


def _fronts(facts: Facts) -> Iterator[FrontEntry]:
    for row in sorted(facts.rows(Front), key=lambda row: row.id):
        if row.public:
            yield FrontEntry(
                id=row.id,
                kind=row.kind,
                name=row.name,
                account=row.account,
                region=row.region,
                authenticates=row.authenticates,
                forwards_to=row.forwards_to,
            )
