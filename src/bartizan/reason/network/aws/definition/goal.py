# SPDX-License-Identifier: Apache-2.0
"""What else stops a packet behind the first thing that does, and what its sender's groups say."""

from bartizan.model.facts.network import Interface
from bartizan.reason.network.aws.definition.groups import OUT, Peer, admits, closed
from bartizan.reason.network.aws.definition.holders import public_owner
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    Nowhere,
    Place,
    Reaching,
)
from bartizan.reason.network.aws.definition.steps import move


def at_goal(journey: Journey, end: Place) -> Place:
    """Where the packet got lost, see what else would stop it where it is meant to go.

    References to groups are given the benefit of the doubt, since nobody knows the way.
    """
    goal = journey.goal
    if goal is None or not isinstance(end, Nowhere) or "X_SAME_INTERFACE" in _codes(journey):
        return end
    if not journey.blockers:
        if not journey.back:
            closed(journey, goal)
        return end
    public = public_owner(journey, journey.header.destination)
    if public is not None and public[0].id == goal.id:
        journey.scope = "lost"
        journey.change(destination=public[1])
    elif journey.sent is not None and not journey.back:
        # Nothing that translated it on the wrong way is on the right one.
        journey.header, journey.scope = journey.sent[1], "peering"
    if not journey.topology.has(goal, journey.header.destination):
        return end
    if journey.back and journey.missing:
        return end
    return move(journey, Reaching(goal.id, ""))


def _codes(journey: Journey) -> set[str]:
    return {blocker.code for blocker in journey.blockers}


def let_out(journey: Journey, end: Place) -> None:
    """Ask the groups of the interface that sent the packet, now that the other side is known."""
    row = journey.topology.interfaces.get(journey.origin)
    if row is None or journey.sent is None:
        return
    number, header = journey.sent
    hops, now, scope = journey.hops, journey.header, journey.scope
    journey.hops, journey.header = [], header
    receiver = _receiver(journey, row, end)
    admits(journey, row, OUT, Peer(address=header.destination, interface=receiver))
    hops[number:number] = journey.hops
    journey.hops, journey.header, journey.scope = hops, now, scope


def _receiver(journey: Journey, row: Interface, end: Place) -> Interface | None:
    """Return who has the address that the packet was sent to, as groups of the sender see it."""
    topology, destination = journey.topology, journey.header.destination
    if isinstance(end, Arrived):
        held = topology.interfaces.get(end.to)
        known = held is not None and journey.scope != "lost"
        return held if held and known and topology.has(held, destination) else None
    named = {rule.peer for group in row.groups for rule in topology.rules.get((group, OUT), ())}
    journey.scope = "peering"
    holders = topology.holders.get(destination, ())
    return next((held for held in holders if named & set(held.groups)), None)
