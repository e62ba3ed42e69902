# SPDX-License-Identifier: Apache-2.0
"""Holds what the vendor's analyzer found against our own answers."""

from collections.abc import Iterator, Sequence

from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.model.network_comparison import Analysis, Compared, NetworkComparison
from bartizan.model.packet import INTERNET, Blocked, Reach, Reachable
from bartizan.model.reach import End, PortRange
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.question.cells import on_all_ports
from bartizan.reason.network.aws.question.ends import Directory
from bartizan.reason.network.aws.question.engine import BLOCKED, Engine
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.precise import Precise
from bartizan.reason.network.aws.question.ways import fold
from bartizan.reason.network.aws.topology.topology import Topology

MOST_PAIRS = 1_000
"""Pairs of interfaces that one analysis is decided for."""
_ANY_PORT = 443
"""The port of which it is said why nothing arrives, where an analysis names none."""


def compare(facts: Facts, engine: Engine, analyses: Sequence[Analysis]) -> NetworkComparison:
    """Answer what each analysis asked."""
    directory, topology = Directory(facts), Topology(facts)
    precise = Precise(topology, engine)
    found = tuple(_compared(directory, topology, precise, one) for one in analyses)
    return NetworkComparison(compared=found, names=directory.names)


def _compared(
    directory: Directory, topology: Topology, engine: Engine, analysis: Analysis
) -> Compared:
    try:
        source, target = _ends(directory, topology, analysis)
    except UsageError as error:
        return Compared(analysis=analysis, verdict=None, why=error.message)
    flows = list(_flows(topology, engine, analysis, source=source, target=target))
    if not flows:
        return Compared(analysis=analysis, verdict=None, why="one side has no interface")
    verdict = _joined([decide(topology, flow) for flow in flows])
    ways = verdict.ways if isinstance(verdict, Blocked) else ()
    codes = tuple(sorted({blocker.code for way in ways for blocker in way}))
    return Compared(analysis=analysis, verdict=verdict, codes=codes, why=_why(analysis, verdict))


def _ends(directory: Directory, topology: Topology, analysis: Analysis) -> tuple[End, End]:
    """Find both sides; an Internet gateway stands for the Internet behind it."""
    found = []
    for name in (analysis.source, analysis.target or analysis.address):
        own = name.rpartition("/")[2] if ":ec2:" in name else name
        gateway = topology.gateways.get(own)
        if own.startswith("igw-") or (gateway is not None and gateway.kind == "internet"):
            found.append(End(text=name, what="the Internet", names=(INTERNET,)))
            continue
        try:
            found.append(directory.end(name))
        except UsageError:
            found.append(directory.end(own))
    return found[0], found[1]


def _flows(
    topology: Topology, engine: Engine, analysis: Analysis, *, source: End, target: End
) -> Iterator[Flow]:
    pairs = [(one, other) for one in source.names for other in target.names if one != other]
    for one, other in pairs[:MOST_PAIRS]:
        for port in _ports(topology, engine, analysis, source=one, target=other):
            yield Flow(
                source=one,
                target=other,
                port=port,
                source_address=analysis.source_address,
                address=analysis.address,
            )


def _ports(
    topology: Topology, engine: Engine, analysis: Analysis, *, source: str, target: str
) -> list[PortRange]:
    """Return the ports to try: the one that was asked, else the first of those that the engine
    lets through.
    """
    port = analysis.port
    if port < 0 and target in topology.interfaces and source in engine.names:
        cells = on_all_ports(topology, engine, [source], targets=[target])[target].get(source, ())
        open_ = (port for cell in cells if cell.verdict != BLOCKED for port in cell.ports)
        held = [one for one in open_ if one.protocol == analysis.protocol]
        if held:
            return held
    port = port if port >= 0 else _ANY_PORT
    return [PortRange(protocol=analysis.protocol, first=port, last=port)]


def _joined(answers: Sequence[Reach]) -> Reach:
    """Return what holds of several flows of which one is enough."""
    for answer in answers:
        if isinstance(answer, Reachable):
            return answer
    lacking = {name for one in answers if isinstance(one, Unknown) for name in one.missing}
    if any(isinstance(one, Unknown) for one in answers):
        return Unknown(tuple(sorted(lacking)))
    ways = {way for one in answers if isinstance(one, Blocked) for way in one.ways}
    return Blocked(ways=fold(ways))


def _why(analysis: Analysis, verdict: Reach) -> str:
    """Say in one phrase what to make of a difference."""
    match analysis.found, verdict:
        case None, _:
            return "the vendor's analyzer did not finish"
        case True, Blocked():
            return "they found a way that we hold to be blocked"
        case False, Reachable():
            return "we found a way that they did not"
        case _, Unknown():
            return "something that was not read, or is not modelled, decides"
        case _:
            return ""
