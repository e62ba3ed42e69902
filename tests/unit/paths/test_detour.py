# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.paths.analysis import analyse
from bartizan.paths.detour import MOST_STEPS, Detours
from bartizan.paths.graph import Estate
from bartizan.paths.proof import Prover, proof
from tests.fakes.attack_steps import entry, held, jewel, step


def detours_of(*arrows: str) -> tuple[Estate, Detours]:
    estate = Estate.of(step(arrow) for arrow in arrows)
    reached = Prover.of(estate, [held("net")]).reach()
    return estate, Detours.of(estate.graph, reached)


def test_without_a_step_the_next_cheapest_proof_is_found_until_there_is_none() -> None:
    estate, detours = detours_of("net > gold", "net > a", "a > gold")
    goal = estate.number[held("gold")]

    first = detours.around(frozenset(), goal)
    assert first is not None
    taken = proof(estate.graph, first, goal)
    second = detours.around(frozenset(taken.steps), goal)
    assert second is not None
    others = proof(estate.graph, second, goal)
    third = detours.around(frozenset({*taken.steps, *others.steps}), goal)

    assert (taken.cost, others.cost) == (1, 2)
    assert third is not None
    assert not third.holds(goal)


def test_of_equally_cheap_detours_the_one_by_the_lowest_step_is_taken() -> None:
    estate, detours = detours_of(
        "net > a", "net > b", "net > c", "a > gold", "b > gold", "c > gold"
    )
    a, b, *_ = (n for n, one in enumerate(estate.steps) if one.grants == held("gold"))

    answer = detours.around(frozenset({a}), estate.number[held("gold")])

    assert answer is not None
    assert answer.by[estate.number[held("gold")]] == b


@pytest.mark.parametrize(("most", "found"), [(1, False), (2, True)])
def test_no_more_steps_are_looked_at_than_may_be(most: int, found: bool) -> None:  # noqa: FBT001 - a parameter of a test
    estate, detours = detours_of("net > a", "net > b", "a > gold", "b > gold")
    first = next(n for n, one in enumerate(estate.steps) if one == step("a > gold"))

    answer = detours.around(frozenset({first}), estate.number[held("gold")], most=most)

    assert (answer is not None) == found


def test_many_steps_are_left_to_whole_arrays_and_give_the_same_paths() -> None:
    wide = [step(f"net > r{n}", cost=n + 1) for n in range(MOST_STEPS + 1)]
    wide += [step(f"r{n} > gold", breakers=[f"x{n}"]) for n in range(MOST_STEPS + 1)]
    first = {held(f"r{n}") for n in range(9)}
    few = [one for one in wide if not first.isdisjoint((one.grants, *one.needs))]

    wide_paths, _ = analyse(wide, [entry("net")], [jewel("gold")])
    few_paths, _ = analyse(few, [entry("net")], [jewel("gold")])

    assert [path.cost for path in wide_paths[:4]] == [2, 3, 4, 5]
    assert wide_paths[:4] == few_paths[:4]


def chain(letter: str, length: int) -> list[str]:
    links = [f"net > {letter}0", *(f"{letter}{n} > {letter}{n + 1}" for n in range(length))]
    return [*links, f"{letter}{length} > gold"]


@pytest.mark.parametrize("place", ["c0", "c150", "c300", "d0", "d150", "d310", "gold"])
def test_so_it_is_of_proofs_of_very_many_steps(place: str) -> None:
    estate, detours = detours_of(*chain("c", 300), *chain("d", 310))
    goal = estate.number[held("gold")]
    shut = frozenset(n for n, one in enumerate(estate.steps) if one.grants == held(place))
    whole = Prover.of(estate, [held("net")]).reach(shut)

    answer = detours.around(shut, goal)

    assert answer is not None
    assert answer.cost[goal] == whole.cost[goal]
    assert not whole.holds(goal) or proof(estate.graph, answer, goal) == proof(
        estate.graph, whole, goal
    )
