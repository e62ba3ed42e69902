# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from bartizan.errors import InputError
from bartizan.paths.definition import Clause, cheapest
from bartizan.paths.graph import MOST_COST, MOST_NEEDS, Graph
from bartizan.paths.search import MOST, UNREACHED, search


def graph_of(rows: list[Clause], *, footholds: int) -> Graph:
    return Graph.of_arrays(
        footholds=footholds,
        starts=np.cumsum([0, *(len(needs) for needs, _, _ in rows)]),
        needs=np.array([need for needs, _, _ in rows for need in needs], np.int32),
        grants=np.array([grants for _, grants, _ in rows], np.int32),
        cost=np.array([cost for _, _, cost in rows], np.int64),
    )


def test_a_step_with_two_needs_waits_for_both() -> None:
    graph = graph_of([((0,), 1, 2), ((0, 1), 2, 3), ((0, 3), 4, 1)], footholds=5)

    reached = search(graph, [0])

    assert reached.cost.tolist() == [0, 2, 5, UNREACHED, UNREACHED]
    assert reached.by.tolist() == [-1, 0, 1, -1, -1]
    assert not reached.holds(4)


def test_what_is_used_twice_counts_twice() -> None:
    graph = graph_of([((0,), 1, 5), ((1,), 2, 1), ((1,), 3, 1), ((2, 3), 4, 1)], footholds=5)

    assert search(graph, [0]).cost[4] == 13


def test_of_equally_cheap_steps_the_first_is_chosen() -> None:
    graph = graph_of([((1,), 2, 2), ((0,), 2, 2), ((0,), 1, 1)], footholds=3)

    assert search(graph, [0, 1]).by[2] == 0


def test_closed_steps_are_not_used_even_when_closed_twice() -> None:
    graph = graph_of([((0,), 1, 1), ((0,), 1, 7)], footholds=2)

    assert search(graph, [0], closed=np.array([0, 0])).cost[1] == 7
    assert search(graph, [0], closed=np.array([0, 1])).by[1] == -1


def test_nothing_is_reached_from_nowhere() -> None:
    graph = graph_of([((0,), 1, 1)], footholds=2)

    assert not any(search(graph, []).holds(foothold) for foothold in range(2))


def test_an_estate_without_steps_has_its_entries_only() -> None:
    reached = search(graph_of([], footholds=2), [1])

    assert reached.cost.tolist() == [UNREACHED, 0]


def test_costs_that_double_at_every_step_saturate_and_still_have_proofs() -> None:
    # Ways back come first, so that a careless choice of saturated proofs goes in a circle.
    rows: list[Clause] = [((300,), 297, 1), ((300, 299), 240, 1)]
    for level in range(100):
        base = 3 * level
        rows += [((base,), base + 1, 1), ((base,), base + 2, 1)]
        rows.append(((base + 1, base + 2), base + 3, 1))

    reached = search(graph_of(rows, footholds=301), [0])

    best = cheapest(rows, [0])
    assert reached.cost.tolist() == [min(best[f], MOST) for f in range(301)]
    foothold = 300
    for _ in range(301):
        step = int(reached.by[foothold])
        foothold = max(rows[step][0]) if step >= 0 else 0
    assert foothold == 0


def test_many_open_footholds_are_taken_in_cost_order_and_lowered_later() -> None:
    generator = np.random.default_rng(7)
    many = 4_000
    rows: list[Clause] = [
        (
            sorted(set(generator.integers(0, many, int(generator.integers(1, 3))).tolist())),
            int(generator.integers(0, many)),
            int(generator.integers(1, 1_000) ** 2),
        )
        for _ in range(5 * many)
    ]
    start = list(range(1_500))

    reached = search(graph_of(rows, footholds=many), start)

    best = cheapest(rows, start)
    assert reached.cost.tolist() == [best.get(f, UNREACHED) for f in range(many)]


@pytest.mark.parametrize(
    ("needs", "cost", "message"),
    [
        ((), 1, "needs nothing"),
        (tuple(range(MOST_NEEDS + 1)), 1, "needs more than"),
        ((0,), 0, "cost of a step"),
        ((0,), MOST_COST + 1, "cost of a step"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(
    needs: tuple[int, ...], cost: int, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        graph_of([(needs, 0, cost)], footholds=MOST_NEEDS + 1)
