# SPDX-License-Identifier: Apache-2.0
from collections.abc import Sequence

import pytest

from bartizan.model.path import Cut
from bartizan.model.step import Breaker, Step
from bartizan.paths.analysis import analyse
from bartizan.paths.cut import cut
from tests.fakes.attack_steps import entry, jewel, lasting, step

NET = [entry("net")]


def titles(found: Cut) -> list[str]:
    return [chosen.remedy.title for chosen in found.remedies]


FORK = [
    step("net > a", breakers=["gate=5"]),
    step("a > b", breakers=["b=2"]),
    step("a > c", breakers=["c=2"]),
    step("b > d", breakers=["d=9"]),
    step("c > d", breakers=["d=9"]),
]


def test_two_cheap_remedies_are_taken_before_one_dear_one() -> None:
    found = cut(FORK, NET, [jewel("d")])

    assert titles(found) == ["b", "c"]
    assert (found.cost, found.lower_bound, found.optimal) == (4, 4, True)
    assert found.paths_left == 0


def test_one_shared_remedy_is_taken_before_many_of_the_same_price() -> None:
    found = cut([*FORK, step("a > e", breakers=["e=2"])], NET, [jewel("d"), jewel("e")])

    assert titles(found) == ["gate"]


def test_a_step_that_is_granted_twice_falls_only_with_both_grants() -> None:
    found = cut([step("net > a", breakers=["one+two", "wall=3"])], NET, [jewel("a")])

    assert titles(found) == ["one", "two"]
    assert found.cost == 2


def test_a_bundle_is_left_where_one_remedy_is_cheaper() -> None:
    found = cut([step("net > a", breakers=["one+two", "wall=1"])], NET, [jewel("a")])

    assert titles(found) == ["wall"]


def test_equal_changes_are_one_remedy_at_the_highest_price_named() -> None:
    steps = [
        step("net > a", breakers=["x=3"]),
        step("net > b", breakers=["x=1"]),
        step("b > a", breakers=["y=1"]),
    ]

    assert cut(steps, NET, [jewel("a")]).cost == 3


def test_a_jewel_that_no_remedy_protects_is_named_and_the_others_are_cut() -> None:
    steps = [step("net > a"), step("a > b"), step("net > c", breakers=["x"])]
    jewels = [jewel("a"), jewel("b"), jewel("c")]

    found = cut(steps, NET, jewels)

    ids = {path.jewel.name: path.id for path in analyse(steps, NET, jewels)[0]}
    assert found.uncut == (ids["a"],)
    assert titles(found) == ["x"]
    assert found.paths_left == 2


def test_ways_that_are_cheaper_than_the_one_that_stays_are_still_closed() -> None:
    steps = [step("net > a", cost=9), step("net > b", breakers=["x"]), step("b > a")]

    found = cut(steps, NET, [jewel("a")])

    assert titles(found) == ["x"]
    assert len(found.uncut) == 1
    assert found.paths_left == 1


def test_a_breaker_without_remedies_breaks_nothing() -> None:
    hollow = Step(
        technique="t",
        needs=(NET[0].foothold,),
        grants=jewel("a").foothold,
        cost=1,
        breakers=(Breaker(remedies=()),),
    )

    found = cut([hollow], NET, [jewel("a")])

    assert len(found.uncut) == 1
    assert found.paths_left == 1


def test_only_proved_paths_are_cut_unless_possible_ones_are_asked_for() -> None:
    steps = [step("net > a", breakers=["x"], missing=["m"])]

    assert titles(cut(steps, NET, [jewel("a")])) == []
    assert titles(cut(steps, NET, [jewel("a")], possible=True)) == ["x"]


def test_a_path_that_contradicts_itself_needs_no_remedy() -> None:
    steps = [
        step("net > a", breakers=["x"], conditions=[lasting("k", "1")]),
        step("a > b", breakers=["y"], conditions=[lasting("k", "2")]),
    ]

    assert cut(steps, NET, [jewel("b")]).cost == 0


def test_a_way_as_dear_as_the_one_that_stays_is_not_paid_for() -> None:
    steps = [
        step("net > b", cost=1, conditions=[lasting("k", "1")]),
        step("b > a", cost=1, conditions=[lasting("k", "2")]),
        step("net > a", cost=5, technique="1", breakers=["x"]),
        step("net > a", cost=5, technique="2"),
    ]

    found = cut(steps, NET, [jewel("a")])

    assert found.remedies == ()
    assert len(found.uncut) == 1


def test_each_remedy_names_the_printed_paths_that_it_helps_to_close() -> None:
    steps = [
        step("net > a", breakers=["one+two"]),
        step("net > b", breakers=["one+three"]),
        step("net > c", breakers=["four", "four+five", "one+six=9"]),
    ]
    jewels = [jewel(name) for name in "abc"]
    paths, _ = analyse(steps, NET, jewels)

    found = cut(steps, NET, jewels, paths=paths)

    ids = {path.jewel.name: path.id for path in paths}
    assert {one.remedy.title: one.closes for one in found.remedies} == {
        "one": tuple(sorted((ids["a"], ids["b"]))),
        "two": (ids["a"],),
        "three": (ids["b"],),
        "four": (ids["c"],),
    }


def test_extra_steps_are_broken_too_and_the_bound_stays_that_of_the_estate() -> None:
    steps = [step("net > a", breakers=["x"])]
    extra = [step("net > a", breakers=["y"])]

    found = cut(steps, NET, [jewel("a")], extra=extra)

    assert titles(found) == ["x", "y"]
    assert (found.cost, found.lower_bound, found.optimal) == (2, 1, False)


@pytest.mark.parametrize(
    ("budget", "wanted"), [(0, []), (1, ["low"]), (3, ["high"]), (4, ["high", "low"])]
)
def test_a_budget_is_spent_on_the_jewels_of_most_weight(
    budget: int, wanted: Sequence[str]
) -> None:
    steps = [
        step("net > a", breakers=["low"]),
        step("net > b", breakers=["high=3"]),
        # A second way to `a`, so that what is spent on `low` alone would be wasted at first sight.
        step("net > a", breakers=["low"], technique="other"),
    ]

    found = cut(steps, NET, [jewel("a", rank=1), jewel("b", rank=4)], budget=budget)

    assert titles(found) == sorted(wanted)
    assert found.cost <= budget
    assert found.lower_bound == 4
    assert found.paths_left == 2 - len(wanted)
    assert found.optimal is (budget >= 4)


def test_without_time_the_cut_still_closes_everything_and_claims_nothing() -> None:
    found = cut(FORK, NET, [jewel("d")], limit=0)

    assert found.paths_left == 0
    assert found.lower_bound <= 4
    assert found.optimal is (found.cost == found.lower_bound)


def test_an_estate_without_paths_needs_nothing() -> None:
    found = cut([], NET, [jewel("d"), jewel("net")])

    assert (found.cost, found.optimal, found.remedies) == (0, True, ())
