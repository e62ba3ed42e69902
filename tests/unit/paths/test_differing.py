# SPDX-License-Identifier: Apache-2.0
"""What is gained in other ways in one estate than in another, and all that follows from it."""

from bartizan.model.step import Foothold, Step
from bartizan.paths.differing import beside, differing
from tests.fakes.attack_steps import step

SAME = [step("net > a"), step("a > b"), step("b, x > c"), step("net > z")]


def names(found: frozenset[Foothold]) -> set[str]:
    return {one.entity for one in found}


def told(before: list[Step], after: list[Step], *starts: Foothold) -> set[str]:
    assert differing(before, after, starts) == differing(after, before, starts)
    return names(differing(before, after, starts))


def test_estates_of_equal_steps_differ_in_nothing() -> None:
    again = [step("net > a"), step("a > b"), step("b, x > c"), step("net > z")]

    assert told(SAME, SAME) == told(SAME, again) == set()


def test_all_that_a_changed_step_leads_on_to_is_gained_otherwise() -> None:
    assert told(SAME, [*SAME, step("y > a")]) == {"a", "b", "c"}
    assert told(SAME, [*SAME, step("y > x")]) == {"x", "c"}


def test_so_is_what_only_one_of_both_leads_on_to() -> None:
    assert told(SAME, [*SAME, step("y > a"), step("c > d"), step("d > e")]) == set("abcde")


def test_a_step_that_has_changed_counts_as_gone_and_come() -> None:
    assert told(SAME, [*SAME[:3], step("net > z", cost=9)]) == {"z"}


def test_an_entry_of_one_estate_alone_changes_what_it_leads_to() -> None:
    (net,) = SAME[0].needs

    assert told(SAME, SAME, net) == {"net", "a", "b", "c", "z"}


def test_what_is_beside_others_is_none_of_their_objects() -> None:
    twin = step("net > a")

    assert beside([*SAME, twin], SAME) == [twin]
    assert beside(SAME, SAME) == []
