# SPDX-License-Identifier: Apache-2.0
"""Makes a world smaller while packets and the engine still contradict each other in it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from bartizan.model.packet import Reachable
from tests.kernel.network.engine import Comparison, Engine, ask, facts_of
from tests.kernel.network.observation import observe
from tests.kernel.network.questions import Question
from tests.kernel.network.trial import PATIENCE
from tests.kernel.network.world import Described, World, to_json
from tests.kernel.network.writer.orders import Stage

LISTS = {
    "SecurityGroup": ("IpPermissions", "IpPermissionsEgress"),
    "NetworkAcl": ("Entries",),
    "RouteTable": ("Routes",),
}
"""Members that are lists of rules, by kind."""

WHOLE = ("TransitGatewayRoute", "PrefixListEntry", "NetworkInterface")
"""Kinds of which any may be left out, hosts last."""

MOST = 400
"""So many smaller worlds are tried at most."""


def differs(stage: Stage, world: World, question: Question) -> Comparison | None:
    """Return how packets and the engine contradict each other on one question, if they do."""
    try:
        (seen,) = observe(stage, world, patience=PATIENCE, asked=[question])
        engine = Engine()
        verdict = ask(engine, engine.topology(facts_of(world)), question)
    except (KeyError, OSError, RuntimeError, StopIteration, ValueError):
        # What the question or another rule names was left out.
        return None
    said = Comparison(observation=seen, verdict=verdict)
    return said if said.mismatch else None


def shrink(world: World, still: Callable[[World], bool]) -> World:
    """Return a world from which little can be left out such that it is `still` of interest."""
    for tries, candidate in enumerate(_attempts(kept := [world])):
        if tries >= MOST:
            break
        if still(candidate):
            kept[0] = candidate
    return kept[0]


def _attempts(kept: list[World]) -> Iterator[World]:
    """Yield smaller worlds than the one that is kept, as it is when each is asked for.

    First all rules of a list go, then one after the other, then things, until nothing goes.
    """
    before = None
    while before != kept[0]:
        before = kept[0]
        for place in range(len(before.things)):
            for member in LISTS.get(_kind(kept[0].things[place]), ()):
                yield from _less(kept, place, member)
        for kind in WHOLE:
            for thing in [thing for thing in kept[0].things if _kind(thing) == kind]:
                yield kept[0].having(one for one in kept[0].things if one != thing)


def _less(kept: list[World], place: int, member: str) -> Iterator[World]:
    """Yield worlds in which a list is empty, or has one rule less."""
    number = len(kept[0].things[place].body[member])
    if number:
        yield _having(kept[0], place, member, [])
    for which in reversed(range(number)):
        held = kept[0].things[place].body[member]
        if which < len(held):
            yield _having(kept[0], place, member, [*held[:which], *held[which + 1 :]])


def _having(world: World, place: int, member: str, rules: list[Any]) -> World:
    thing = world.things[place]
    less = replace(thing, body={**thing.body, member: rules})
    return world.having([*world.things[:place], less, *world.things[place + 1 :]])


def _kind(thing: Described) -> str:
    return thing.kind.rpartition("::")[2]


def explained(stage: Stage, world: World, question: Question) -> str:
    """Return the smallest world that shows a contradiction, and what is said of it, for people."""
    small = shrink(world, lambda candidate: differs(stage, candidate, question) is not None)
    said = differs(stage, small, question)
    first = question.first
    lines = [
        to_json(small),
        f"question: {question.source} to {question.target or first.address}: {first}",
    ]
    if said:
        lines.append(f"packets: {'arrived' if said.observation.arrived else 'nothing'}")
        lines.append(f"packets were answered by: {', '.join(sorted(said.observation.by))}")
        lines.append(f"engine: {_told(said)}")
    return "\n".join(lines)


def _told(said: Comparison) -> str:
    verdict = said.verdict
    if isinstance(verdict, Reachable):
        hops = [f"{hop.at} {hop.does}" for leg in verdict.legs for hop in (*leg.there, *leg.back)]
        return "reachable: " + "; ".join(hops)
    ways = getattr(verdict, "ways", ())
    told = [[f"{one.code} at {one.at} ({one.text})" for one in way] for way in ways]
    return "blocked: " + json.dumps(told)
