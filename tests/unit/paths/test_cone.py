# SPDX-License-Identifier: Apache-2.0
from bartizan.paths.analysis import analyse
from bartizan.paths.cone import MOST_STEPS, Cone, Ways
from bartizan.paths.graph import Estate
from bartizan.paths.proof import proof
from tests.fakes.attack_steps import entry, held, jewel, step


def estate_of(*arrows: str) -> Estate:
    return Estate.of(step(arrow) for arrow in arrows)


def cone_of(estate: Estate, goal: str, *entries: str) -> Cone | None:
    ways = Ways.of(estate.graph)
    return Cone.of(ways, estate.number[held(goal)], estate.numbers(map(held, entries)))


def test_only_what_leads_to_the_goal_is_looked_at() -> None:
    estate = estate_of("net > a", "a > gold", "a > b", "b > net", "gold > c")

    cone = cone_of(estate, "gold", "net")

    assert cone is not None
    assert {str(estate.steps[number].grants) for number in cone.counts} == {
        "act-as a",
        "act-as gold",
    }


def test_without_a_step_the_next_cheapest_proof_is_found_until_there_is_none() -> None:
    estate = estate_of("net > gold", "net > a", "a > gold")
    cone = cone_of(estate, "gold", "net")
    goal = estate.number[held("gold")]
    assert cone is not None

    first = proof(estate.graph, cone.reach(()), goal)
    second = proof(estate.graph, cone.reach(first.steps), goal)

    assert (first.cost, second.cost) == (1, 2)
    assert not cone.reach((*first.steps, *second.steps)).holds(goal)


def test_many_steps_are_left_to_whole_arrays_and_give_the_same_paths() -> None:
    wide = [step(f"net > r{n}", cost=n + 1) for n in range(MOST_STEPS // 2 + 1)]
    wide += [step(f"r{n} > gold", breakers=[f"x{n}"]) for n in range(MOST_STEPS // 2 + 1)]
    estate = Estate.of(wide)

    assert cone_of(estate, "gold", "net") is None
    wide_paths, _ = analyse(wide, [entry("net")], [jewel("gold")])
    few_paths, _ = analyse(
        [one for one in wide if {one.grants, *one.needs} & {held(f"r{n}") for n in range(9)}],
        [entry("net")],
        [jewel("gold")],
    )
    assert [path.cost for path in wide_paths[:4]] == [2, 3, 4, 5]
    assert wide_paths == few_paths
