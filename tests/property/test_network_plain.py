# SPDX-License-Identifier: Apache-2.0
"""Ways that the kernel of networks looks up are those that it would walk."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from hypothesis import Phase, given, settings

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface, InternetBlock
from bartizan.model.facts.routing import Gateway, Peering, TransitAttachment, TransitGateway
from bartizan.model.table import to_arrow
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.kernel.paths import Ways, walked
from bench.network_estate import network_estate as organisation
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_network import network_estate
from tests.kernel.network.engine import facts_of
from tests.kernel.network.generator.draw import draw

WORLDS = 120
HIDING = (
    "DescribeInternetGateways",
    "DescribeNetworkInterfaces",
    "DescribeRouteTables",
    "DescribeSubnets",
    "DescribeTransitGatewayAttachments",
    "DescribeTransitGatewayVpcAttachments",
    "DescribeTransitGateways",
    "DescribeVpcBlockPublicAccessOptions",
    "DescribeVpcs",
    "GetTransitGatewayRouteTableAssociations",
    "SearchTransitGatewayRoutes",
)
"""Calls that tell of ways; without one of them several may be left."""
Joins: TypeAlias = (
    Gateway | Interface | InternetBlock | Peering | TransitAttachment | TransitGateway
)
JOINS: tuple[type[Joins], ...] = (
    Gateway, Interface, InternetBlock, Peering, TransitAttachment, TransitGateway,
)  # fmt: skip


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_plain_ways_are_those_that_a_walk_finds(thrown: Dice) -> None:
    judge = Kernel.compile(network_estate(thrown, readable=thrown.chance(50))).judge

    _hold(judge, range(judge.seats.places))


def test_plain_ways_of_an_organisation_are_those_that_a_walk_finds() -> None:
    judge = Kernel.compile(organisation(600, seed=3)).judge

    _hold(judge, range(0, judge.seats.places, 5))


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_plain_ways_of_what_half_works_are_those_that_a_walk_finds(thrown: Dice) -> None:
    judge = Kernel.compile(half_working(thrown)).judge

    _hold(judge, range(judge.seats.places))


def half_working(thrown: Dice) -> Facts:
    """Draw a world whose networks are joined in most ways, and break or hide a part of what joins
    them, so that all but one thing of a way often holds.
    """
    denied = f"ec2:{thrown.one(HIDING)}" if thrown.chance(40) else ""
    facts = facts_of(draw(thrown.below(WORLDS)), denied=denied)
    broken = {
        kind.table: to_arrow(kind, [_broken(thrown, row) for row in facts.rows(kind)])
        for kind in JOINS
    }
    return facts.replaced(broken)


def _broken(thrown: Dice, row: Joins) -> Joins:
    """Switch one thing of a row the other way, now and then."""
    changes: tuple[dict[str, Any], ...] = ()
    match row:
        case Gateway():
            changes = {"available": False}, {"network": "vpc-x"}
        case Interface():
            changes = {"denies_internet": True}, {"attached": False}, {"public": {}}
        case InternetBlock():
            changes = {"mode": "block-ingress"}, {"mode": "block-bidirectional"}
        case Peering():
            changes = {"active": False}, {"regions": (row.regions[0], "us-west-2")}
        case TransitAttachment():
            changes = (
                {"available": False},
                {"appliance": not row.appliance},
                {"group_references": not row.group_references},
                {"route_table": ""},
                {"subnets": row.subnets[:1]},
                {"subnets": ()},
            )
        case TransitGateway():
            changes = ({"group_references": not row.group_references},)
    return replace(row, **thrown.one(changes)) if thrown.chance(25) else row


def _hold(judge: Judge, places: Iterable[int]) -> None:
    for place in places:
        family = judge.family(place)
        four = judge.seats.place_stretch[place] < judge.world.line_six
        for public in (False, True) if judge.seats.place_public[place] >= 0 and four else (False,):
            found = family.plain.ways(place, public=public)
            size, goal = len(family.places), judge.goal(place)
            wanted = walked(judge.world, size, judge.end(family.places), goal, public=public)
            assert _told(found) == _told(wanted)


def _told(ways: Ways) -> Mapping[tuple[object, ...], tuple[int, ...]]:
    """Return what passes in each manner of each flow, surely and possibly, and what gets lost."""
    manners = (ways.inward, ways.outward, ways.shown, ways.nat)
    found: dict[tuple[object, ...], tuple[int, ...]] = {}
    keys = [
        *zip(ways.origin.tolist(), *(each.tolist() for each in manners), strict=True),
        *((origin, "lost") for origin in ways.lost.tolist()),
    ]
    yes = [*ways.masks.yes.T, *np.zeros_like(ways.lost_masks.T)]
    maybe = [*ways.masks.maybe.T, *ways.lost_masks.T]
    for key, sure, possible in zip(keys, yes, maybe, strict=True):
        masks = (*sure.tolist(), *possible.tolist())
        before = found.get(key, (0,) * len(masks))
        found[key] = tuple(one | other for one, other in zip(before, masks, strict=True))
    return found
