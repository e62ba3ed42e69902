# SPDX-License-Identifier: Apache-2.0
"""Theorems of search and cut, on small estates of every shape."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bartizan.paths.definition import Clause, cheapest
from bartizan.paths.graph import Graph
from bartizan.paths.search import MOST, UNREACHED, search

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
