# SPDX-License-Identifier: Apache-2.0
"""Whose an address is, as far as that is known.

An address is one interface's at a time
(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html). Where several
hold it in what was read, it moved while that was read, and nobody knows whose it is now. The
packet is followed to whom the question is about, whose it has to be for the packet to arrive, and
what else stops it is told; what nothing stops is unknown.
"""

from collections.abc import Sequence

from bartizan.model.facts.network import Interface
from bartizan.reason.network.aws.definition.journey import Journey
from bartizan.reason.network.aws.topology.addresses import Address


def owner(journey: Journey, network: str, address: Address) -> Interface | None:
    """Return the interface that has an address in a network."""
    held = journey.topology.holders_in(network, address)
    return held[_one(journey, held, address)] if held else None


def public_owner(journey: Journey, address: Address) -> tuple[Interface, Address] | None:
    """Return whose public address it is, and the private one that it stands for."""
    held = journey.topology.public_holders(address)
    return held[_one(journey, [row for row, _ in held], address)] if held else None


def contested(journey: Journey, row: Interface, address: Address) -> bool:
    """Tell whether somebody else may have an address of an interface; then it is unknown whose
    it is.
    """
    held = journey.topology.holders_in(row.network, address)
    if all(other.id == row.id for other in held):
        return False
    _doubt(journey, held, address)
    return True


def taken(journey: Journey, row: Interface, address: Address) -> bool:
    """Tell whether an interface takes packets to an address as its own: not where that may be of
    whom the question is about.
    """
    if not journey.topology.has(row, address):
        return False
    goal = journey.goal
    if not contested(journey, row, address) or goal is None or goal.id == row.id:
        return True
    return goal not in journey.topology.holders_in(row.network, address)


def _one(journey: Journey, held: Sequence[Interface], address: Address) -> int:
    """Return the place of whose it is taken to be."""
    if len(held) == 1:
        return 0
    _doubt(journey, held, address)
    known = {journey.goal.id} if journey.goal else set[str]()
    for names in (journey.memory.translated.keys(), known, {journey.origin}):
        places = [place for place, row in enumerate(held) if row.id in names]
        if places:
            return places[journey.pick(len(places), missing=[row.id for row in held])]
    return 0


def _doubt(journey: Journey, held: Sequence[Interface], address: Address) -> None:
    """Doubt a packet; another address of the same ranges may be only one interface's."""
    journey.lack(*(row.id for row in held))
    for row in held:
        for block in journey.topology.own_ranges(row):
            journey.within(block, address)
