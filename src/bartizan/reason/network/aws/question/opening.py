# SPDX-License-Identifier: Apache-2.0
"""The cheapest changes after which packets arrive.

What blocks a way is all that does, so a way is open when each of its blockers is answered by a
change. Sets of changes are tried the cheapest first, each by asking the definition again; so the
first that opens is the cheapest there is of such changes.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product

from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.model.packet import ANY, Blocked, Blocker, Reachable
from bartizan.model.reach import Edit, Edits, PortRange, ReachAsked
from bartizan.model.remedy import NetworkChange, Remedy
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.change import changed
from bartizan.reason.network.aws.question.flow import Flow, decide
from bartizan.reason.network.aws.question.proposals import proposals
from bartizan.reason.network.aws.question.remedies import network_changes, remedy
from bartizan.reason.network.aws.topology.topology import Topology

MOST_TRIES = 300
"""Sets of changes that are tried."""
MOST_PAIRS = 50
"""Pairs of a source and a target that are opened together."""
_MOST_OF_WAY = 64
AIM = "open"


@dataclass(order=True)
class _Try:
    cost: int
    size: int
    ids: tuple[str, ...]
    remedies: frozenset[Remedy] = field(compare=False)


def opening(facts: Facts, asked: ReachAsked) -> Edits:
    """Return the changes after which every source surely reaches every target.

    Raises:
        UsageError: no port was asked for, or too many pairs.
    """
    if asked.protocol == ANY:
        raise UsageError("no port says what to open", hint="write `TO:PORT` or `TO:PORT/PROTOCOL`")
    pairs = [(s, t) for s in asked.source.names for t in asked.target.names if s != t]
    if len(pairs) > MOST_PAIRS:
        raise UsageError(
            f"{len(pairs):,} pairs cannot be opened at once", hint=f"name at most {MOST_PAIRS}"
        )
    port = PortRange(protocol=asked.protocol, first=asked.port, last=asked.port)
    flows = [
        Flow(
            source=source, target=target, port=port,
            source_address=asked.source.address, address=asked.target.address,
        )
        for source, target in pairs
    ]  # fmt: skip
    return _cheapest(facts, flows)


def _cheapest(facts: Facts, flows: list[Flow]) -> Edits:
    queue = [_Try(0, 0, (), frozenset())]
    seen: set[frozenset[Remedy]] = {frozenset()}
    lacking: set[str] = set()
    for _ in range(MOST_TRIES):
        if not queue:
            break
        held = heapq.heappop(queue)
        after = changed(facts, network_changes(held.remedies))
        topology = Topology(after)
        blocked = _first_closed(topology, flows)
        if blocked is None:
            return _done(held)
        flow, verdict = blocked
        if isinstance(verdict, Unknown):
            lacking.update(verdict.missing)
            continue
        for more in _answers(topology, flow, verdict):
            whole = held.remedies | more
            if whole not in seen:
                seen.add(whole)
                heapq.heappush(queue, _try(whole))
    return Edits(aim=AIM, done=False, why=_why(lacking, tried=not queue))


def _why(lacking: set[str], *, tried: bool) -> str:
    if lacking:
        return f"it depends on what was not read: {', '.join(sorted(lacking)[:3])}"
    if tried:
        return "something else than rules, routes and public addresses blocks every way"
    return f"none of {MOST_TRIES} sets of changes opens it"


def _try(remedies: frozenset[Remedy]) -> _Try:
    ids = tuple(sorted(one.id for one in remedies))
    return _Try(sum(one.cost for one in remedies), len(remedies), ids, remedies)


def _done(held: _Try) -> Edits:
    ordered = sorted(held.remedies, key=lambda one: one.id)
    why = "" if ordered else "it is open as it is"
    return Edits(
        aim=AIM,
        done=True,
        edits=tuple(Edit(remedy=one) for one in ordered),
        cost=held.cost,
        why=why,
    )


def _first_closed(topology: Topology, flows: list[Flow]) -> tuple[Flow, Blocked | Unknown] | None:
    for flow in flows:
        verdict = decide(topology, flow)
        if not isinstance(verdict, Reachable):
            return flow, verdict
    return None


def _answers(topology: Topology, flow: Flow, verdict: Blocked) -> Iterator[frozenset[Remedy]]:
    """Yield sets of changes that answer all blockers of one way."""
    for way in verdict.ways:
        choices = [_changes(topology, flow, blocker) for blocker in way]
        for chosen in islice(product(*choices), _MOST_OF_WAY):
            yield frozenset(remedy(one) for one in chosen)


def _changes(topology: Topology, flow: Flow, blocker: Blocker) -> list[NetworkChange]:
    return list(dict.fromkeys(proposals(topology, flow, blocker)))
