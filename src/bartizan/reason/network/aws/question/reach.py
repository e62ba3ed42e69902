# SPDX-License-Identifier: Apache-2.0
"""Can these send packets to those, and why: the engine for all pairs, the definition for what is
shown.
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts import Facts
from bartizan.model.facts.service import ServicePort
from bartizan.model.packet import ANY, TCP
from bartizan.model.reach import PortRange, ReachAnswer, ReachAsked, ReachGroup
from bartizan.reason.network.aws.question.cells import (
    Block,
    Cell,
    Cells,
    blocks,
    on_all_ports,
    on_one_port,
)
from bartizan.reason.network.aws.question.ends import Directory
from bartizan.reason.network.aws.question.engine import (
    BLOCKED,
    REACHABLE,
    UNKNOWN,
    Engine,
    agree,
    number,
)
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.gaps import hidden
from bartizan.reason.network.aws.question.precise import Precise
from bartizan.reason.network.aws.topology.topology import Topology

MOST_ENDS = 2_000
"""Sources, and targets, that one question looks at."""
NEW_FLOWS = (
    "answers are about new flows: what was let through before a rule changed may go on, and "
    "answers to what was let through pass"
)
_EXAMPLE = PortRange(protocol=TCP, first=443, last=443)
"""The port of which it is said why nothing arrives, where nothing is known to listen."""
_RANK = {REACHABLE: 0, UNKNOWN: 1, BLOCKED: 2}


def ask(facts: Facts, source: str, target: str) -> ReachAsked:
    """Read a question.

    Raises:
        UsageError: it makes no sense.
    """
    directory = Directory(facts)
    end, service = directory.target(target)
    return ReachAsked(
        source=directory.end(source), target=end, protocol=service.protocol, port=service.port
    )


def reach(facts: Facts, engine: Engine, asked: ReachAsked) -> ReachAnswer:
    """Answer which of the sources reach which of the targets.

    Raises:
        DisagreementError: the engine and the definition answer otherwise.
    """
    topology = Topology(facts)
    cells = _cells(topology, Precise(topology, engine), asked)
    listens = _listening(facts)
    held = blocks(cells, topology.interfaces)
    groups = [_decided(topology, asked, one, listens=listens) for one in held]
    groups.sort(key=lambda one: (_RANK[number(one.verdict)], one.sources, one.targets, one.ports))
    names = Directory(facts).names
    shown = {name for group in groups for name in (*group.sources, *group.targets)}
    return ReachAnswer(
        asked=asked,
        groups=tuple(groups),
        pairs=sum(len(row) for row in cells.values()),
        incomplete=(*_left_out(asked), *hidden(facts, asked.source, asked.target)),
        notes=tuple(_notes(asked)),
        names={name: names[name] for name in sorted(shown) if name in names},
    )


def _cells(topology: Topology, engine: Engine, asked: ReachAsked) -> Cells:
    sources, targets = asked.source.names[:MOST_ENDS], asked.target.names[:MOST_ENDS]
    inside = [name for name in targets if name in topology.interfaces and not _exact(asked)]
    port = PortRange(protocol=asked.protocol, first=asked.port, last=asked.port)
    if asked.protocol == ANY:
        found = dict(on_all_ports(topology, engine, sources, targets=inside))
        port = _EXAMPLE
    else:
        found = dict(on_one_port(engine, port, sources, inside))
    for target in (name for name in targets if name not in found):
        # Of one address, and of what leaves the estate, the definition alone is asked.
        found[target] = {
            source: (Cell(number(decide(topology, _flow(asked, source, target, port))), (port,)),)
            for source in sources
            if source != target
        }
    return found


def _exact(asked: ReachAsked) -> bool:
    """Tell whether an address is meant alone, and so no other that its interface has."""
    return asked.protocol != ANY and bool(asked.source.address or asked.target.address)


def _flow(asked: ReachAsked, source: str, target: str, port: PortRange) -> Flow:
    if not _exact(asked):
        return Flow(source=source, target=target, port=port)
    return Flow(
        source=source,
        target=target,
        port=port,
        source_address=asked.source.address,
        address=asked.target.address,
    )


def _listening(facts: Facts) -> Mapping[str, PortRange]:
    """Return the first port on which something is known to listen behind an interface."""
    found: dict[str, PortRange] = {}
    for row in facts.rows(ServicePort):
        port = PortRange(protocol=row.protocol, first=row.port, last=row.port)
        for interface in row.interfaces:
            found[interface] = min(found.get(interface, port), port)
    return found


def _decided(
    topology: Topology, asked: ReachAsked, block: Block, *, listens: Mapping[str, PortRange]
) -> ReachGroup:
    """Decide the first pair again, on the first of each stretch of ports."""
    source, target = block.sources[0], block.targets[0]
    ports = block.cell.ports or (listens.get(target, _EXAMPLE),)
    verdicts = []
    for port in ports:
        verdict = decide(topology, _flow(asked, source, target, port))
        agree(
            source, target, port.protocol, port.first,
            kernel=block.cell.verdict, definition=verdict,
        )  # fmt: skip
        verdicts.append(verdict)
    return ReachGroup(
        verdict=verdicts[0],
        sources=block.sources,
        targets=block.targets,
        ports=ports,
        every_port=not block.cell.ports,
        checked=len(verdicts),
    )


def _left_out(asked: ReachAsked) -> Iterator[str]:
    for end in (asked.source, asked.target):
        more = len(end.names) - MOST_ENDS
        if more > 0:
            yield f"{more:,} more interfaces of `{end.text}` were not looked at"


def _notes(asked: ReachAsked) -> Iterator[str]:
    yield NEW_FLOWS
    for end in (asked.source, asked.target):
        if not end.names:
            yield f"`{end.text}` has no interface, so no packet comes from there or goes there"
        elif end.address and not _exact(asked):
            yield f"`{end.text}` stands for all addresses of {', '.join(end.names[:3])}"
