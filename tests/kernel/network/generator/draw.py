# SPDX-License-Identifier: Apache-2.0
"""Draws a world from a seed: the same seed, the same world."""

from random import Random

from tests.kernel.network.generator import estate, filters, ways
from tests.kernel.network.generator.balancer import balancer
from tests.kernel.network.generator.draft import ACCOUNTS, Draft
from tests.kernel.network.generator.transit import transit_gateway
from tests.kernel.network.world import World

SHARES = {
    "internet": 0.6,
    "nat": 0.4,
    "peering": 0.35,
    "transit": 0.5,
    "middlebox": 0.7,
    "ipv6": 0.35,
    "lists": 0.3,
    "overlap": 0.3,
    "shared": 0.3,
    "balancer": 0.5,
    "unattached": 0.15,
}
"""How often a world has each feature."""


def draw(seed: int) -> World:
    """Return the world of a seed."""
    dice = Random(seed)  # noqa: S311 - nothing secret
    features = {name for name, share in SHARES.items() if dice.random() < share}
    if {"peering", "transit"} <= features:
        # A pair of networks is joined in one way, so that one path leads from one to the other.
        features.discard(dice.choice(("peering", "transit")))
    if "nat" in features:
        features.add("internet")
    draft = Draft(dice=dice, name=f"seed {seed}", features=frozenset(features))
    _lay(draft)
    return draft.world()


def _lay(draft: Draft) -> None:
    several = bool(draft.features & {"peering", "transit"})
    for _ in range(draft.one((2, 3)) if several else draft.one((1, 1, 2))):
        estate.room(draft)
    if "overlap" in draft.features and len(draft.rooms) == 2:
        estate.room(draft, overlapping=True)
    ways.gateways(draft)
    estate.hosts(draft)
    if "lists" in draft.features:
        for _ in range(2):
            filters.prefix_list(draft)
    if "peering" in draft.features:
        ways.peering(draft)
    if "transit" in draft.features:
        transit_gateway(draft)
    ways.routes(draft)
    for room in draft.rooms:
        for machine in room.hosts:
            shared = "shared" in draft.features and draft.chance(0.3)
            estate.interface(draft, machine, owner=ACCOUNTS[1] if shared else "")
    if "balancer" in draft.features:
        balancer(draft)
    filters.access_lists(draft)
    filters.security_groups(draft)
    ways.tables(draft)
