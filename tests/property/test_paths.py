# SPDX-License-Identifier: Apache-2.0
"""Theorems of search and cut, on small estates of every shape."""

import itertools
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bartizan.model.remedy import Remedy
from bartizan.model.step import Step
from bartizan.paths.analysis import analyse
from bartizan.paths.closure import live
from bartizan.paths.cut import cut
from bartizan.paths.definition import Clause, cheapest
from bartizan.paths.detour import Detours
from bartizan.paths.graph import Graph
from bartizan.paths.proof import proof
from bartizan.paths.search import MOST, UNREACHED, search
from tests.fakes.attack_steps import entry, jewel, lasting, remedy, step

footholds = st.integers(0, 11)
clauses = st.lists(
    st.tuples(
        st.lists(footholds, min_size=1, max_size=3, unique=True),
        footholds,
        st.one_of(st.integers(1, 3), st.sampled_from([40, 2**30])),
    ),
    max_size=30,
)
entries = st.sets(footholds, max_size=3)


def graph_of(rows: list[Clause]) -> Graph:
    return Graph.of_arrays(
        footholds=12,
        starts=np.cumsum([0, *(len(needs) for needs, _, _ in rows)]),
        needs=np.array([need for needs, _, _ in rows for need in needs], np.int32),
        grants=np.array([grants for _, grants, _ in rows], np.int32),
        cost=np.array([cost for _, _, cost in rows], np.int32),
    )


@given(clauses, entries, st.sets(st.integers(0, 29), max_size=5))
def test_costs_equal_the_definitions(rows: list[Clause], start: set[int], shut: set[int]) -> None:
    shut = {position for position in shut if position < len(rows)}
    reached = search(graph_of(rows), start, closed=np.array(sorted(shut), np.int64))

    best = cheapest(rows, start, closed=shut)
    assert {f: int(c) for f, c in enumerate(reached.cost) if c != UNREACHED} == {
        f: min(c, MOST) for f, c in best.items()
    }


@given(clauses, entries)
def test_proofs_never_go_in_circles_and_cost_what_they_say(
    rows: list[Clause], start: set[int]
) -> None:
    reached = search(graph_of(rows), start)

    def prove(foothold: int, above: frozenset[int]) -> int:
        assert foothold not in above
        step = int(reached.by[foothold])
        if step < 0:
            assert foothold in start
            return 0
        needs, grants, cost = rows[step]
        proofs = [prove(need, above | {foothold}) for need in needs]
        assert grants == foothold
        return cost + sum(proofs)

    for foothold in range(12):
        if reached.holds(foothold):
            assert min(prove(foothold, frozenset()), MOST) == reached.cost[foothold]


@given(clauses, clauses, entries)
def test_more_steps_never_close_a_path(
    rows: list[Clause], more: list[Clause], start: set[int]
) -> None:
    before = search(graph_of(rows), start)
    after = search(graph_of(rows + more), start)

    assert np.all(after.cost <= before.cost)


@given(clauses, entries, st.sets(st.integers(0, 29), max_size=5))
def test_what_a_few_steps_less_change_is_what_a_new_search_finds(
    rows: list[Clause], start: set[int], shut: set[int]
) -> None:
    best = cheapest(rows, start)
    able = [row for row in rows if best.keys() >= set(row[0])]
    shut = {position for position in shut if position < len(able)}
    graph = graph_of(able)
    detours = Detours.of(graph, search(graph, start))

    every = search(graph, start, closed=np.array(sorted(shut), np.int64))
    for goal in best:
        one = detours.around(frozenset(shut), goal)

        assert one is not None
        assert one.cost[goal] == every.cost[goal]
        # What is too dear to be counted may be proved otherwise.
        if every.cost[goal] < MOST:
            assert proof(graph, one, goal) == proof(graph, every, goal)


ENTRIES = [entry("0"), entry("1")]
JEWELS = [jewel("6"), jewel("7", rank=4)]
REMEDIES = tuple(remedy(name) for name in ("p=1", "q=2", "r=3", "s=1", "t=2"))
names = st.integers(0, 7).map(str)
steps_of_an_estate = st.lists(
    st.builds(
        lambda needs, grants, cost, breakers, who, technique: step(
            f"{', '.join(sorted(needs))} > {grants}",
            cost=cost,
            breakers=["+".join(sorted(bundle)) for bundle in breakers],
            conditions=[lasting("who", who)] if who else [],
            technique=technique,
        ),
        st.sets(names, min_size=1, max_size=2),
        names,
        st.integers(1, 4),
        st.lists(
            st.sets(st.sampled_from(["p=1", "q=2", "r=3", "s=1", "t=2"]), min_size=1, max_size=2),
            max_size=2,
        ),
        st.sampled_from(["", "", "", "ann", "bob"]),
        st.sampled_from(["fly", "swim"]),
    ),
    max_size=14,
)


def after(estate: list[Step], done: frozenset[Remedy]) -> list[Step]:
    return [held for held in estate if not any(done.issuperset(b.remedies) for b in held.breakers)]


def cheapest_paths(estate: list[Step]) -> dict[str, int]:
    proved, _ = analyse(estate, ENTRIES, JEWELS, alternatives=0)
    costs: dict[str, int] = {}
    for path in proved:
        costs[path.jewel.name] = min(path.cost, costs.get(path.jewel.name, path.cost))
    return costs


@settings(deadline=None)
@given(steps_of_an_estate)
def test_the_cut_really_cuts_and_is_minimal(estate: list[Step]) -> None:
    found = cut(estate, ENTRIES, JEWELS)

    # What stays open with every remedy done is all that may stay open, at no lower cost.
    least = cheapest_paths(after(estate, frozenset(REMEDIES)))
    closing = [
        sum(held.cost for held in done)
        for count in range(len(REMEDIES) + 1)
        for done in map(frozenset, itertools.combinations(REMEDIES, count))
        if cheapest_paths(after(estate, done)) == least
    ]
    chosen = frozenset(one.remedy for one in found.remedies)
    assert cheapest_paths(after(estate, chosen)) == least
    assert found.cost == sum(held.cost for held in chosen) == min(closing)
    assert found.optimal


@settings(deadline=None)
@given(steps_of_an_estate)
def test_every_printed_path_is_a_proof(estate: list[Step]) -> None:
    proved, _ = analyse(estate, ENTRIES, JEWELS)

    for path in proved:
        have = {held.foothold for held in path.entries}
        for held in path.steps:
            assert have.issuperset(held.needs)
            have.add(held.grants)
        assert path.jewel.foothold in have
        who = [held.values for held in path.conditions]
        assert len(set(who)) <= 1


@given(steps_of_an_estate)
def test_a_step_can_be_taken_where_the_definition_reaches_all_that_it_needs(
    estate: list[Step],
) -> None:
    rows = [([int(n.entity) for n in s.needs], int(s.grants.entity), s.cost) for s in estate]
    best = cheapest(rows, [0, 1])

    assert live(estate, [held.foothold for held in ENTRIES]) == [
        one for one, (needs, _, _) in zip(estate, rows, strict=True) if best.keys() >= set(needs)
    ]


@settings(deadline=None)
@given(steps_of_an_estate, steps_of_an_estate)
def test_what_nobody_can_do_changes_no_path(estate: list[Step], more: list[Step]) -> None:
    nowhere = step("0 > 9").grants
    never = [replace(one, needs=(*one.needs, nowhere)) for one in more]

    assert analyse([*never, *estate], ENTRIES, JEWELS) == analyse(estate, ENTRIES, JEWELS)


@settings(deadline=None)
@given(steps_of_an_estate, st.randoms(use_true_random=False))
def test_the_order_of_steps_shows_neither_in_paths_nor_in_the_cut(
    estate: list[Step], chance: random.Random
) -> None:
    shuffled = estate.copy()
    chance.shuffle(shuffled)

    assert analyse(shuffled, ENTRIES, JEWELS) == analyse(estate, ENTRIES, JEWELS)
    assert cut(shuffled, ENTRIES, JEWELS) == cut(estate, ENTRIES, JEWELS)


def proofs_without_repeats(estate: list[Step], goal: str) -> int | None:
    """Return the least cost of a proof that does not contradict itself, by looking at them all."""
    best: int | None = None
    for who in ("ann", "bob"):
        agreeing = [held for held in estate if all(c.values == (who,) for c in held.conditions)]
        footholds = sorted({f for held in agreeing for f in (*held.needs, held.grants)})
        number = {f: n for n, f in enumerate(footholds)}
        costs = cheapest(
            [
                (sorted(number[need] for need in held.needs), number[held.grants], held.cost)
                for held in agreeing
            ],
            [number[held.foothold] for held in ENTRIES if held.foothold in number],
        )
        found = costs.get(number.get(jewel(goal).foothold, -1))
        best = found if best is None or (found is not None and found < best) else best
    return best


@settings(deadline=None)
@given(steps_of_an_estate)
def test_a_path_is_found_exactly_where_one_agrees_with_itself(estate: list[Step]) -> None:
    costs = cheapest_paths(estate)

    assert costs.get("6") == proofs_without_repeats(estate, "6")
    assert costs.get("7") == proofs_without_repeats(estate, "7")
