# SPDX-License-Identifier: Apache-2.0
"""Paths that a change opens, whatever other paths there are to the same jewels."""

import pytest

from bartizan.model.path import Jewel, Path
from bartizan.model.step import ONE_OF_MANY, Step
from bartizan.paths.known import Known
from bartizan.paths.novel import novel
from tests.fakes.attack_steps import entry, jewel, step

NET = [entry("net")]
OLD = [step("net > a"), step("a > gold")]


def opened(before: list[Step], *more: Step, jewels: list[Jewel] | None = None) -> tuple[Path, ...]:
    return novel(before, [*before, *more], NET, jewels or [jewel("gold")])


def roads(paths: tuple[Path, ...]) -> list[str]:
    return [" ".join(held.grants.entity for held in path.steps) for path in paths]


def test_a_path_is_told_though_its_jewel_could_be_lost_more_cheaply_before() -> None:
    found = opened(OLD, step("net > b", cost=9), step("b > gold", cost=9))

    assert roads(found) == ["b gold"]


def test_without_a_new_step_there_is_no_path() -> None:
    assert opened(OLD) == ()
    assert novel(OLD, OLD[:1], NET, [jewel("gold")]) == ()


def test_from_where_a_jewel_was_lost_already_no_way_to_it_is_news() -> None:
    assert opened(OLD, step("a > gold", technique="other")) == ()


def test_behind_what_is_no_news_a_dearer_path_is_still_found() -> None:
    """The cheapest proof with a new step goes on from where the jewel was lost already."""
    found = opened(OLD, step("a > gold", technique="other"), step("net > c", cost=50),
                   step("c > gold", cost=50))  # fmt: skip

    assert roads(found) == ["c gold"]


def test_a_way_round_back_to_where_one_was_is_no_news() -> None:
    assert opened([*OLD, step("b > c"), step("c > a")], step("a > b")) == ()


def test_what_was_lost_with_two_things_at_once_is_news_with_one() -> None:
    before = [step("net > a"), step("net > b"), step("a, b > gold")]

    assert roads(opened(before, step("a > gold", technique="other"))) == ["a gold"]


def test_new_things_of_an_account_that_was_lost_are_no_news() -> None:
    before = [step("net > administer 1")]
    told = opened(before, step("administer 1 > gold"), jewels=[jewel("gold", owner="1")])

    assert told == ()


def test_nor_are_they_behind_what_was_held_by_the_account() -> None:
    before = [step("net > administer 1"), step("administer 1 > x"), step("x > y")]
    told = opened(before, step("y > gold"), jewels=[jewel("gold", owner="1")])

    assert told == ()
    # Who holds it otherwise has not lost the account.
    more = [*before, step("net > y", cost=9)]
    assert roads(opened(more, step("y > gold"), jewels=[jewel("gold", owner="1")])) == ["y gold"]


def test_a_new_way_from_an_account_that_was_lost_into_another_one_is_news() -> None:
    before = [step("net > administer 1")]
    told = opened(before, step("administer 1 > gold"), jewels=[jewel("gold", owner="2")])

    assert roads(told) == ["1 gold"]


def test_things_of_many_owners_are_asked_for_together() -> None:
    before = [step(f"net > administer {number}") for number in range(40)]
    more = [step("net > b"), *(step(f"b > gold{number}") for number in range(40))]
    jewels = [jewel(f"gold{number}", owner=str(number)) for number in range(40)]

    found = opened(before, *more, jewels=jewels)

    assert {path.jewel.name for path in found} == {one.name for one in jewels}


@pytest.mark.parametrize("lost", [0, 1, 40])
def test_so_are_those_of_owners_that_were_not_lost(lost: int) -> None:
    before = [step(f"net > administer {number}") for number in range(lost)]
    more = [step("net > b"), step("b > gold"), *(step(f"b > gold{n}") for n in range(lost))]
    jewels = [jewel(f"gold{number}", owner=str(number)) for number in range(lost)]
    jewels.append(jewel("gold", owner="free"))

    found = opened(before, *more, jewels=jewels)

    assert {path.jewel.name for path in found} == {one.name for one in jewels}


def test_what_is_no_news_of_one_jewel_is_none_of_many() -> None:
    numbers = range(100)
    before = [step(f"net > a{number}") for number in numbers]
    before += [step(f"a{number} > gold{number}") for number in numbers]
    more = [step(f"a{number} > gold{number}", technique="other") for number in numbers]
    jewels = [jewel(f"gold{number}") for number in numbers]

    assert opened(before, *more, jewels=jewels) == ()
    assert roads(opened(before, *more, step("net > gold0", cost=9), jewels=jewels)) == ["gold0"]


def test_old_steps_lead_on_from_a_new_one() -> None:
    before = [step("b > c"), step("c, net > gold")]

    (found,) = opened(before, step("net > b"))

    assert roads((found,)) == ["b c gold"]
    assert all("\x00" not in str(held) for held in found.steps)
    assert found.jewel == jewel("gold")


def test_a_step_that_needs_two_things_may_have_one_of_them_from_before() -> None:
    before = [step("net > a"), step("a, b > gold")]

    assert roads(opened(before, step("net > b"))) == ["a b gold"]


@pytest.mark.parametrize("count", range(1, 7))
def test_however_many_things_a_step_needs_any_of_them_may_be_new(count: int) -> None:
    names = "abcdef"[:count]
    joins = step(f"{', '.join(names)} > gold", cost=9)
    ways = [step(f"net > {name}") for name in names]

    for fresh in range(count + 1):
        before = [step("net > x"), step("x > gold"), *ways[fresh:]]
        assert len(opened([*before, joins], *ways[:fresh])) == (fresh > 0)
        assert len(opened(before, *ways[:fresh], joins)) == 1


def test_a_step_that_was_only_possible_and_is_proved_now_is_new() -> None:
    before = [step("net > gold", missing=["x"])]

    assert roads(opened(before, step("net > gold"))) == ["gold"]


def test_of_two_new_ways_that_are_closed_otherwise_both_are_told() -> None:
    ways = [
        step("net > b", breakers=["x"]), step("b > gold"),
        step("net > c", cost=5, breakers=["y"]), step("c > gold"),
    ]  # fmt: skip

    assert roads(opened(OLD, *ways)) == ["b gold", "c gold"]


def test_who_is_told_alone_and_was_one_of_a_circle_is_no_news() -> None:
    read = step("m > gold", technique="read")
    circle = [
        step("m > x", technique=ONE_OF_MANY), step("n > x", technique=ONE_OF_MANY),
        step("x > gold", technique="read"),
    ]  # fmt: skip
    way = step("net > m")

    assert novel([way, *circle], [way, read], NET, [jewel("gold")]) == ()
    assert novel([way, *circle[1:]], [way, read], NET, [jewel("gold")])


def test_lesser_jewels_are_named_on_the_path_of_the_greater_one() -> None:
    jewels = [jewel("administer 1", rank=4), jewel("gold", owner="1")]

    (found,) = opened([step("administer 1 > gold")], step("net > administer 1"), jewels=jewels)

    assert found.implies == (jewels[1],)


@pytest.mark.parametrize(
    ("before", "after", "known"),
    [
        ("send e:443/tcp", "send e:443/tcp", True),
        ("send e:0-1023/tcp", "send e:443/tcp", True),
        ("send e:443/tcp", "send e:443-444/tcp", False),
        ("send e:443/tcp", "send e:443/udp", False),
        ("send e:443/tcp", "send f:443/tcp", False),
        ("send e:*", "send e:443/tcp", True),
        ("send-as e~1", "send-as e~2", True),
        ("send-as e~1", "send-as f~1", False),
    ],
)
def test_names_of_what_stands_in_between_do_not_make_a_step_new(
    before: str,
    after: str,
    known: bool,  # noqa: FBT001 - what is tried
) -> None:
    assert Known.of([step(f"net > {before}")]).holds(step(f"net > {after}")) is known


def test_ports_that_were_open_in_two_pieces_are_known_as_one() -> None:
    held = Known.of([step("net > send e:1-5/tcp"), step("net > send e:6-9/tcp")])

    assert held.holds(step("net > send e:2-8/tcp"))
    assert not held.holds(step("net > send e:2-10/tcp"))
    assert held.holds(step("send e:2-8/tcp > send e:1/tcp")) is False
