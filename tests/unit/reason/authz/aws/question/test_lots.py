# SPDX-License-Identifier: Apache-2.0
import itertools
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from bartizan.reason.authz.aws.question.lots import Held, Lot, Run, first, gathered, products

A, B, C = 1, 2, 4
"""Actions, as bits."""

actions = st.integers(0, 15)


@st.composite
def lots(draw: st.DrawFn) -> list[Lot]:
    numbers = itertools.count()
    of_one_service = st.lists(actions, min_size=1, max_size=4)
    return [
        lot(services, numbers)
        for services in draw(
            st.lists(st.lists(of_one_service, min_size=1, max_size=3), max_size=4)
        )
    ]


def lot(services: list[list[int]], numbers: Iterator[int]) -> Lot:
    """Return things of one service, or of several, by what is asked about each."""
    every = list(itertools.chain(*services))
    whole = Lot.of_all("s0", [f"t{next(numbers)}" for _ in every], every)
    if len(services) == 1:
        return whole
    runs, begin = [], 0
    for number, asked in enumerate(services):
        one, end = Lot.of_all("", whole.things, asked), begin + len(asked)
        runs.append(Run(f"s{number}", begin, end, one.acting, one.requests))
        begin = end
    return Lot(
        "",
        whole.things,
        whole.asked,
        acting=whole.acting,
        requests=whole.requests,
        runs=runs,
    )


def parts_of(whole: Lot) -> list[Lot]:
    """Return a lot, and all that it comes apart into."""
    below = [one for one in whole.each() if one is not whole]
    return [whole, *itertools.chain(*map(parts_of, below))]


@st.composite
def parts(draw: st.DrawFn) -> list[tuple[Lot, int]]:
    """Draw what was said of lots, and of single things of them, in any order."""
    found = []
    for lot in draw(lots()):
        for one in parts_of(lot):
            found += [(one, mask & one.acting) for mask in draw(st.lists(actions, max_size=2))]
    return draw(st.permutations([(lot, mask) for lot, mask in found if mask]))


def spread(held: Held) -> dict[str, int]:
    """Return what is held of each thing."""
    pairs = [pair for lot, mask in held.items() for pair in lot.among(mask)]
    assert len({thing for thing, _ in pairs}) == len(pairs)
    return dict(pairs)


def slow_products(asked: dict[str, int], rest: dict[str, int]) -> list[dict[str, int]]:
    """Part requests thing by thing."""
    found = []
    while rest:
        every = 0
        for held in rest.values():
            every |= held
        whole = {thing: held for thing, held in rest.items() if asked[thing] & every == held}
        if not whole:
            masks = dict.fromkeys(rest.values())
            found += [{t: held for t, held in rest.items() if held == mask} for mask in masks]
            break
        found.append(whole)
        rest = {thing: held for thing, held in rest.items() if thing not in whole}
    return found


@given(parts())
def test_what_is_gathered_is_all_that_was_said_of_each_thing(said: list[tuple[Lot, int]]) -> None:
    wanted: dict[str, int] = {}
    for lot, mask in said:
        for thing, held in lot.among(mask):
            wanted[thing] = wanted.get(thing, 0) | held

    assert spread(gathered(said)) == wanted


@given(parts())
def test_lots_are_parted_as_their_things_are_one_by_one(said: list[tuple[Lot, int]]) -> None:
    asked = {
        thing: mask for lot, _ in said for thing, mask in zip(lot.things, lot.asked, strict=True)
    }
    held = gathered(said)

    found = [spread(part) for part in products(held)]

    in_order = sorted(found, key=lambda part: sorted(part.items()))
    slow = slow_products(asked, spread(held))
    assert in_order == sorted(slow, key=lambda part: sorted(part.items()))


@given(lots(), actions)
def test_a_lot_counts_and_names_what_its_things_are_asked_about(
    held: list[Lot], mask: int
) -> None:
    for lot in held:
        pairs = dict(lot.among(mask))

        assert lot.count(mask) == sum(asked.bit_count() for asked in pairs.values())
        assert list(lot.holding(mask)) == list(pairs)
        assert list(lot.holding(lot.acting)) == [
            thing for thing, asked in zip(lot.things, lot.asked, strict=True) if asked
        ]
        assert lot.count(lot.acting) == lot.requests


def test_the_first_request_has_the_first_action_on_the_first_thing_that_it_is_asked_for_on() -> (
    None
):
    one = Lot.of_all("s3", ["z", "y", "x"], [B, B | A, C])
    other = Lot.of_one("a", B)

    assert first({other: B, one: B | C})[1] == "a"
    assert first({other: B, one: A | B})[1] == "y"


def test_a_lot_of_several_services_comes_apart_by_service_first() -> None:
    whole = lot([[A, B], [C]], itertools.count())

    assert [(one.service, one.things) for one in whole.each()] == [
        ("s0", ["t0", "t1"]),
        ("s1", ["t2"]),
    ]
    assert whole.is_of({"s1"})
    assert not whole.is_of({"s2"})


def test_each_thing_of_a_lot_is_the_same_whenever_it_is_asked_for() -> None:
    lot = Lot.of_all("s3", ["x", "y"], [A, B])

    assert [one.things for one in lot.each()] == [("x",), ("y",)]
    assert lot.each() is lot.each()
    assert lot.each()[0].each() == (lot.each()[0],)
