# SPDX-License-Identifier: Apache-2.0
"""Ways that the kernel of networks looks up are those that it would walk."""

from collections.abc import Iterable, Mapping
from typing import cast

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import Subnet
from bartizan.model.table import to_arrow
from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.judge import Family, Judge
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.kernel.lanes import gathered
from bartizan.reason.network.aws.kernel.paths import End, Sort, Ways, walked
from bartizan.reason.network.aws.kernel.shared import Shared
from bench.network_estate import network_estate as organisation
from tests.fakes.broken_network import broken, guarded, mixed
from tests.fakes.dice import Dice, dice, seeded
from tests.fakes.generated_network import network_estate, unread
from tests.fakes.joined_abroad import joined_abroad
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


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_plain_ways_are_those_that_a_walk_finds(thrown: Dice) -> None:
    facts = network_estate(thrown, readable=thrown.chance(50))
    more = [unread(thrown) for _ in range(thrown.below(3))]
    dark = to_arrow(Unread, [*facts.rows(Unread), *more])
    judge = Kernel.compile(facts.replaced({Unread.table: dark})).judge

    _hold(judge, range(judge.seats.places))


def test_plain_ways_of_an_organisation_are_those_that_a_walk_finds() -> None:
    judge = Kernel.compile(organisation(600, seed=3)).judge

    _hold(judge, range(0, judge.seats.places, 5))


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_plain_ways_of_what_half_works_are_those_that_a_walk_finds(thrown: Dice) -> None:
    judge = Kernel.compile(half_working(thrown)).judge

    _hold(judge, range(judge.seats.places))


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_plain_ways_over_the_internet_are_those_that_a_walk_finds(thrown: Dice) -> None:
    kernel = Kernel.compile(joined_abroad(thrown))

    _hold(kernel.judge, range(thrown.below(4), kernel.judge.seats.places, 4))
    _hold_incoming(kernel)


@settings(max_examples=12, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(st.integers(0, 1_000))
def test_places_that_stand_for_others_are_those_that_a_walk_does_not_tell_apart(seed: int) -> None:
    thrown = seeded(seed)
    # Every fiftieth network of these has the addresses of another one.
    facts = broken(organisation(5_000, seed=thrown.below(50)), thrown, often=4)
    judge = Kernel.compile(facts.replaced({Subnet.table: mixed(facts, thrown)})).judge

    _hold(judge, [thrown.below(judge.seats.places) for _ in range(12)])
    last = [n for n, text in enumerate(judge.world.ground.subnets.names()) if "-00049-" in text]
    _hold(judge, np.flatnonzero(np.isin(judge.seats.place_subnet, last)).tolist()[::4])


@settings(max_examples=30, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_what_comes_from_the_internet_is_what_a_walk_finds(thrown: Dice) -> None:
    _hold_incoming(Kernel.compile(half_working(thrown)))


@settings(max_examples=12, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(st.integers(0, 1_000))
def test_what_comes_to_an_organisation_from_the_internet_is_what_a_walk_finds(seed: int) -> None:
    thrown = seeded(seed)
    facts = broken(organisation(500, seed=seed), thrown, often=15)

    _hold_incoming(Kernel.compile(facts.replaced({Subnet.table: mixed(facts, thrown)})))


def _hold_incoming(kernel: Kernel) -> None:
    world, judge = kernel.judge.world, kernel.judge
    shown = (judge.seats.place_public >= 0) & (judge.seats.place_stretch < world.line_six)

    for place in np.flatnonzero(shown).tolist():
        came = kernel.outside.coming(place, kernel.outside.internet, public=True)
        stretches = world.line.stretch(judge.fine.cuts[came.starts])
        sources = End(sort=Sort.INTERNET, stretch=stretches)
        wanted = walked(world, len(stretches), sources, judge.goal(place), public=True)
        lost = Masks(wanted.lost_masks, wanted.lost_masks)
        found = gathered(wanted.origin, wanted.masks, len(stretches))
        assert np.array_equal(came.masks.yes, found.yes)
        assert np.array_equal(came.masks.maybe, found.maybe)
        assert np.array_equal(came.lost, gathered(wanted.lost, lost, len(stretches)).maybe)


def half_working(thrown: Dice) -> Facts:
    """Draw a world whose networks are joined in most ways, and break or hide a part of what joins
    them, so that all but one thing of a way often holds.
    """
    denied = f"ec2:{thrown.one(HIDING)}" if thrown.chance(40) else ""
    facts = broken(facts_of(draw(thrown.below(WORLDS)), denied=denied), thrown, often=25)
    facts = facts.replaced({Subnet.table: mixed(facts, thrown)}) if thrown.chance(50) else facts
    return guarded(facts, thrown) if thrown.chance(50) else facts


def _hold(judge: Judge, places: Iterable[int]) -> None:
    for place in places:
        family = judge.family(place)
        four = judge.seats.place_stretch[place] < judge.world.line_six
        for public in (False, True) if judge.seats.place_public[place] >= 0 and four else (False,):
            found = each(family.plain.ways(place, public=public))
            size, goal = len(family.places), judge.goal(place)
            wanted = walked(judge.world, size, judge.end(family.places), goal, public=public)
            assert _told(found) == _told(wanted)
            _hold_among(family, place, found, public=public)


def _hold_among(family: Family, place: int, every: Ways, *, public: bool) -> None:
    """Ways told among some places alone are those of them, and no others than there are."""
    among = np.arange(len(family.places)) % 3 == place % 3
    found = _told(each(family.plain.ways(place, public=public, among=among)))

    wanted = _told(every)
    assert found.items() <= wanted.items()
    assert all(key in found for key in wanted if among[cast("int", key[0])])


def each(shared: Shared) -> Ways:
    """Return the ways of each place, walked ones too."""
    found = np.flatnonzero(shared.which >= 0).astype(np.int32)
    one, none = shared.which[found], np.zeros(0, dtype=np.int32)
    plain = Ways(
        found, shared.masks.at(one), shared.inward[one], shared.outward[one], shared.shown[one],
        shared.nat[found], none, np.zeros((len(shared.masks.yes), 0), dtype=np.uint64),
    )  # fmt: skip
    return _joined(plain, shared.walked)


def _joined(one: Ways, other: Ways) -> Ways:
    yes, maybe = (
        np.concatenate([getattr(one.masks, name), getattr(other.masks, name)], axis=1)
        for name in ("yes", "maybe")
    )
    names = ("origin", "inward", "outward", "shown", "nat")
    columns = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names}
    return replace(other, masks=Masks(yes, maybe), **columns)


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
