# SPDX-License-Identifier: Apache-2.0
"""The cheapest changes after which nothing arrives any more.

Each way that packets take is lost when one of the rules, routes or addresses goes that it rests
on: what stays lets it pass as before. So changes that close everything must take one of each
witness. The cheapest that do are tried; while packets still arrive, their witness is one more.
When none do, nothing cheaper could close it: the method of implicit hitting sets.

Source: https://doi.org/10.1007/978-3-642-23786-7_19
"""

from collections.abc import Callable, Iterator

from bartizan.model.evidence import Evidence
from bartizan.model.facts import Facts
from bartizan.model.packet import Leg, Reachable
from bartizan.model.reach import Edit, Edits, ReachAnswer
from bartizan.model.remedy import DropRoute, NetworkChange, ReleaseAddress, Remedy
from bartizan.reason.network.aws.change import changed, revoking
from bartizan.reason.network.aws.question.engine import Engine
from bartizan.reason.network.aws.question.hitting import cheapest
from bartizan.reason.network.aws.question.reach import reach
from bartizan.reason.network.aws.question.remedies import remedy
from bartizan.reason.network.aws.topology.topology import Topology

MOST_ROUNDS = 64
"""How often the estate is asked again."""
AIM = "close"


def closing(facts: Facts, found: ReachAnswer, compiled: Callable[[Facts], Engine]) -> Edits:
    """Return the changes after which none of the sources surely reaches any of the targets;
    `compiled` makes the engine of changed facts.
    """
    topology = Topology(facts)
    sets: list[frozenset[Remedy]] = []
    chosen: tuple[Remedy, ...] = ()
    for _ in range(MOST_ROUNDS):
        held = [one.verdict for one in found.groups if isinstance(one.verdict, Reachable)]
        if not held:
            return _done(chosen, found)
        for verdict in held:
            breakers = frozenset(_breakers(topology, verdict))
            if not breakers:
                at = verdict.legs[-1].to
                return _failed(f"no change that is known here stops what reaches `{at}`")
            sets.append(breakers)
        best = cheapest(sets)
        if best is None:
            return _failed("there are too many ways to find the cheapest changes")
        chosen = best
        after = changed(
            facts, [one.change for one in chosen if isinstance(one.change, NetworkChange)]
        )
        found = reach(after, compiled(after), found.asked)
    return _failed(f"after {MOST_ROUNDS} rounds something still arrives")


def _done(chosen: tuple[Remedy, ...], found: ReachAnswer) -> Edits:
    cost = sum(one.cost for one in chosen)
    why = "" if chosen else "nothing surely arrives as it is"
    if found.groups and not found.whole:
        why = "what is unknown stays unknown"
    edits = tuple(Edit(remedy=one) for one in chosen)
    return Edits(aim=AIM, done=True, edits=edits, cost=cost, why=why)


def _failed(why: str) -> Edits:
    return Edits(aim=AIM, done=False, why=why)


def _breakers(topology: Topology, verdict: Reachable) -> Iterator[Remedy]:
    """Yield changes of which each takes away something that a witness rests on."""
    for leg in verdict.legs:
        for change in _of_leg(topology, leg):
            yield remedy(change)


def _of_leg(topology: Topology, leg: Leg) -> Iterator[NetworkChange]:
    for hop in (*leg.there, *leg.back):
        for why in hop.because:
            yield from _of_rule(topology, why)
            yield from _of_route(topology, why)
        for text in (hop.packet.source_address, hop.packet.address):
            yield from _of_address(topology, text)


def _of_rule(topology: Topology, why: Evidence) -> Iterator[NetworkChange]:
    for direction in ("in", "out"):
        for rule in topology.rules.get((why.subject, direction), ()):
            if rule.id == why.statement:
                yield revoking(rule)


def _of_route(topology: Topology, why: Evidence) -> Iterator[NetworkChange]:
    for route in topology.routes.get(why.subject, ()):
        written = not route.propagated and route.target_kind != "local"
        if written and route.destination == why.statement:
            yield DropRoute(owner=route.owner, destination=route.destination, target=route.target)


def _of_address(topology: Topology, text: str) -> Iterator[NetworkChange]:
    for interface in topology.interfaces.values():
        for private, public in interface.public.items():
            if public == text:
                yield ReleaseAddress(interface=interface.id, private=private, public=public)
