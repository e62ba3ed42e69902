# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import InputError
from bartizan.model.path import Path
from bartizan.model.step import Step
from bartizan.paths.analysis import analyse
from tests.fakes.attack_steps import entry, jewel, lasting, step

NET = [entry("net")]


def roads(paths: tuple[Path, ...]) -> list[str]:
    return [" ".join(held.grants.entity for held in path.steps) for path in paths]


def test_a_path_lists_its_steps_in_an_order_in_which_they_can_be_done() -> None:
    steps = [step("a, b > c"), step("net > b"), step("net > a"), step("c > d", cost=4)]

    ((path,), possible) = analyse(steps, NET, [jewel("d")])

    assert roads((path,)) == ["a b c d"]
    assert path.cost == 7
    assert [held.name for held in path.entries] == ["net"]
    assert path.proved
    assert not possible


def test_a_path_from_two_entries_names_both() -> None:
    ((path,), _) = analyse([step("net, key > a")], [entry("net"), entry("key")], [jewel("a")])

    assert [held.name for held in path.entries] == ["key", "net"]


def test_of_ways_that_cost_the_same_the_one_from_most_people_is_told() -> None:
    # What lies between sorts the other way round.
    names = ["start 888888888888", "start any-aws-account", "start internet"]
    starts = [entry(name) for name in names]
    into = [step(f"{name} > {place}") for name, place in zip(names, "abc", strict=True)]
    on = [step(f"{place} > d") for place in "abc"]
    dearer = step(f"{names[2]} > c", cost=2)

    def told(first: list[Step], entries: int) -> list[str]:
        ((path,), _) = analyse([*first, *on], starts[:entries], [jewel("d")], alternatives=0)
        return [held.name for held in path.entries]

    assert [told(into, entries) for entries in (1, 2, 3)] == [[name] for name in names]
    assert told([*into[:2], dearer], 3) == [names[1]]


def test_what_is_not_reached_or_held_already_has_no_path() -> None:
    found = analyse([step("a > b"), step("b > net")], NET, [jewel("b"), jewel("net"), jewel("x")])

    assert found == ((), ())


def test_a_path_that_rests_on_something_unread_is_possible_and_not_proved() -> None:
    steps = [step("net > a", missing=["iam:GetRole"]), step("a > b")]

    proved, (path,) = analyse(steps, NET, [jewel("b")])

    assert not proved
    assert path.missing == ("iam:GetRole",)


def test_a_cheap_possible_path_is_told_beside_a_dear_proved_one() -> None:
    steps = [step("net > b", missing=["x"]), step("net > a", cost=9), step("a > b")]

    proved, possible = analyse(steps, NET, [jewel("b")])

    assert roads(proved) == ["a b"]
    assert roads(possible) == ["b"]


def test_a_dear_possible_path_is_told_beside_a_cheap_proved_one() -> None:
    steps = [step("net > b"), step("net > a", cost=9, missing=["x"]), step("a > b")]

    proved, possible = analyse(steps, NET, [jewel("b")])

    assert roads(proved) == ["b"]
    assert roads(possible) == ["a b"]


def test_an_alternative_that_every_remedy_of_the_first_closes_is_not_told() -> None:
    steps = [
        step("net > a", breakers=["gate"]),
        step("a > b", breakers=["x"]),
        step("b > d", breakers=["y"]),
        step("a > c", cost=2, breakers=["x", "y"]),
        step("c > d", breakers=["z"]),
    ]

    proved, _ = analyse(steps, NET, [jewel("d")])

    assert roads(proved) == ["a b d"]


def test_alternatives_come_cheapest_first_and_not_more_than_asked() -> None:
    steps = [step(f"net > r{n}", cost=n, breakers=[f"trust{n}"]) for n in range(1, 6)]
    steps += [step(f"r{n} > d", breakers=["door"], technique=f"way{n}") for n in range(1, 6)]

    proved, _ = analyse(steps, NET, [jewel("d")], alternatives=2)

    assert roads(proved) == ["r1 d", "r2 d", "r3 d"]
    assert len(analyse(steps, NET, [jewel("d")], alternatives=0)[0]) == 1


def test_an_alternative_that_needs_the_first_undone_is_found() -> None:
    # Once `admin` is held, `r2` is cheapest through it; the way that stands alone is dearer.
    steps = [
        step("net > r1", breakers=["one"]),
        step("r1 > administer 1", breakers=["two"]),
        step("administer 1 > r2"),
        step("net > r2", cost=30, breakers=["three"]),
        step("r2 > administer 1", cost=9, breakers=["four"]),
    ]

    proved, _ = analyse(steps, NET, [jewel("administer 1", rank=4)])

    assert roads(proved) == ["r1 1", "r2 1"]


def test_the_path_that_no_remedy_closes_is_always_told() -> None:
    steps = [step(f"net > r{n}", cost=n, breakers=[f"b{n}"]) for n in range(1, 9)]
    steps += [step(f"r{n} > d") for n in range(1, 9)] + [step("net > d", cost=99)]

    proved, _ = analyse(steps, NET, [jewel("d")], alternatives=1)

    assert roads(proved)[-1] == "d"


def test_roles_that_differ_in_name_only_are_folded_into_one_path() -> None:
    steps = [step(f"net > r{n}", breakers=[f"trust{n}"]) for n in range(4)]
    steps.append(step("net > r4", cost=2, breakers=["trust4"]))
    steps += [step(f"r{n} > read d", breakers=[f"read{n}"]) for n in range(5)]

    proved, _ = analyse(steps, NET, [jewel("read d")])

    assert roads(proved) == ["r0 d", "r4 d"]
    assert proved[0].folded == {"r0": ("r1", "r2", "r3")}
    assert proved[1].folded == {}


def test_twins_that_are_used_at_once_are_not_folded() -> None:
    # Without remedies `r1` is of use for one half only, and `r2` for the other.
    steps = [step("net > r1"), step("net > r2"), step("x, y > d")]
    steps += [step("r1 > x", breakers=["p"]), step("r1 > y"), step("r2 > x")]
    steps += [step("r2 > y", breakers=["q"])]

    proved, _ = analyse(steps, NET, [jewel("d")])

    assert {road: path.folded for road, path in zip(roads(proved), proved, strict=True)} == {
        "r1 x y d": {"r1": ("r2",)},
        "r2 x r1 y d": {},
    }


def test_jewels_are_never_folded_into_one_another() -> None:
    proved, _ = analyse(
        [step("net > read a"), step("net > read b")], NET, [jewel("read a"), jewel("read b")]
    )

    assert [path.folded for path in proved] == [{}, {}]


def test_an_alternative_that_falls_with_the_first_however_that_is_closed_is_not_told() -> None:
    steps = [
        step("net > a", breakers=["x", "y"]),
        step("a > d"),
        step("net > b", cost=3, breakers=["x"]),
        step("b > d", breakers=["y"]),
    ]

    assert roads(analyse(steps, NET, [jewel("d")])[0]) == ["a d"]


def test_a_lesser_jewel_falls_with_the_power_over_its_account() -> None:
    steps = [
        step("net > administer o"),
        step("administer o > administer 1"),
        step("administer 1 > r"),
        step("r > read b"),
        step("net > read open"),
    ]
    jewels = [
        jewel("administer o", rank=4),
        jewel("administer 1", rank=4, owner="o"),
        jewel("read b", owner="1"),
        jewel("read open", owner="1"),
        jewel("r", owner="2"),
    ]

    proved, _ = analyse(steps, NET, jewels)

    assert [path.jewel.name for path in proved] == ["administer o", "read open", "r"]
    assert [held.name for held in proved[0].implies] == ["administer 1", "read b"]


def test_a_jewel_that_surely_falls_is_not_implied_by_a_possible_path() -> None:
    steps = [
        step("net > administer 1", missing=["x"]),
        step("administer 1 > read b"),
        step("net > read b", cost=9),
    ]
    jewels = [jewel("administer 1", rank=4), jewel("read b", owner="1")]

    proved, possible = analyse(steps, NET, jewels)

    assert [path.jewel.name for path in proved] == ["read b"]
    assert [path.jewel.name for path in possible] == ["administer 1"]
    assert possible[0].implies == ()


def test_a_possible_step_below_a_proved_power_is_still_told() -> None:
    steps = [step("net > administer 1"), step("administer 1 > read b", missing=["x"])]
    jewels = [jewel("administer 1", rank=4), jewel("read b", owner="1")]

    proved, possible = analyse(steps, NET, jewels)

    assert proved[0].implies == ()
    assert [path.jewel.name for path in possible] == ["read b"]


def test_a_path_whose_conditions_contradict_each_other_is_no_path() -> None:
    steps = [
        step("net > a", conditions=[lasting("sts:SourceIdentity", "ann")]),
        step("a > b", conditions=[lasting("STS:sourceidentity", "bob", "eve")]),
    ]

    assert analyse(steps, NET, [jewel("b")]) == ((), ())


def test_the_next_cheapest_proof_is_taken_where_the_cheapest_contradicts_itself() -> None:
    ann, bob = lasting("sts:SourceIdentity", "ann"), lasting("sts:SourceIdentity", "bob")
    steps = [
        step("net > a", conditions=[ann]),
        step("net > a", cost=5, conditions=[bob]),
        step("a > b", conditions=[bob]),
        step("a > b", cost=3, technique="other", conditions=[ann]),
    ]

    ((path, *_), _) = analyse(steps, NET, [jewel("b")])

    assert path.cost == 4
    assert path.conditions == (ann,)


def test_the_order_of_steps_never_shows() -> None:
    steps: list[Step] = [step(f"net > r{n}", cost=1 + n % 2, breakers=[f"t{n}"]) for n in range(6)]
    steps += [step(f"r{n} > d", breakers=[f"u{n}", "v"], technique=f"w{n}") for n in range(6)]

    forwards = analyse(steps, NET, [jewel("d")])
    backwards = analyse([*steps[::-1], steps[0]], NET, [jewel("d")])

    assert forwards == backwards


def test_a_step_of_a_users_own_that_costs_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="cost of a step"):
        analyse([step("net > a", cost=0)], NET, [jewel("a")])
