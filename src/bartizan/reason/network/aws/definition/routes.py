# SPDX-License-Identifier: Apache-2.0
"""Route tables: which route a packet takes.

https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from msgspec import Struct

from bartizan.model.facts.routing import Route, TransitRoute
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.topology.addresses import Address, Range, parse_range

STATIC, LISTED, PROPAGATED = 0, 1, 2


class Entry(Struct, frozen=True, kw_only=True):
    """A route that matches, with what decides between it and others."""

    route: Route | TransitRoute
    length: int
    rank: int


def chosen(
    journey: Journey,
    routes: tuple[Route, ...] | tuple[TransitRoute, ...],
    destination: Address,
) -> Route | TransitRoute | None:
    """Return the route that a packet to `destination` takes; None where none matches.

    https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html: (1) the longest
    prefix; (2) a written route before one of a prefix list before a propagated one; (3) a
    propagated route loses to a local route that it overlaps, whatever its length. Of two lists
    with the same range AWS takes one at random, and always that. Where a list could not be read,
    its route may match or not.
    """
    known, doubtful = _matching(journey, routes, destination)
    if any(isinstance(e.route, Route) and e.route.target_kind == "local" for e in known):
        known = [entry for entry in known if entry.rank != PROPAGATED]
    best = max(known, key=lambda entry: (entry.length, -entry.rank), default=None)
    tied = [
        entry.route
        for entry in known
        if best is not None and (entry.length, entry.rank) == (best.length, best.rank)
    ]
    options: list[Route | TransitRoute | None] = [*_different(tied)] or [None]
    missing = [route.destination for route in tied] if len(options) > 1 else []
    options.extend(doubtful)
    missing.extend(route.destination for route in doubtful)
    return options[journey.pick(len(options), missing=missing)]


def _different(
    routes: list[Route | TransitRoute],
) -> list[Route | TransitRoute]:
    found: dict[tuple[object, ...], Route | TransitRoute] = {}
    for route in routes:
        target = route.target if isinstance(route, Route) else route.attachments
        found.setdefault((target, route.blackhole), route)
    return list(found.values())


def _matching(
    journey: Journey,
    routes: tuple[Route, ...] | tuple[TransitRoute, ...],
    destination: Address,
) -> tuple[list[Entry], list[Route | TransitRoute]]:
    known: list[Entry] = []
    doubtful: list[Route | TransitRoute] = []
    for route in routes:
        blocks, readable = _blocks(journey, route.destination)
        if not readable:
            doubtful.append(route)
        # All are asked, so that the walk knows where the answer may change.
        held = [b for b in blocks if journey.within(b, destination)]
        if held:
            listed = parse_range(route.destination) is None
            rank = PROPAGATED if route.propagated else LISTED if listed else STATIC
            length = max(block.length for block in held)
            known.append(Entry(route=route, length=length, rank=rank))
    return known, doubtful


def _blocks(journey: Journey, destination: str) -> tuple[tuple[Range, ...], bool]:
    """Return the ranges of a route, and whether that is all of them.

    https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """
    block = parse_range(destination)
    if block is not None:
        return (block,), True
    row = journey.topology.prefix_lists.get(destination)
    if row is None or row.ranges is None:
        return (), False
    found = tuple(block for block in map(parse_range, row.ranges) if block)
    return found, len(found) == len(row.ranges)
