# SPDX-License-Identifier: Apache-2.0
from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from bartizan.model.remedy import DropRoute, Remedy
from bartizan.reason.network.aws.question import hitting
from bartizan.reason.network.aws.question.hitting import cheapest


def _one(name: str, cost: int) -> Remedy:
    change = DropRoute(owner=name, destination="0.0.0.0/0", target="igw-1")
    return Remedy(change=change, title=name, cost=cost)


REMEDIES = [_one(name, cost) for name, cost in zip("abcdef", (1, 1, 2, 2, 4, 4), strict=True)]
SETS = st.lists(st.frozensets(st.sampled_from(REMEDIES), min_size=1, max_size=3), max_size=6)


@given(SETS)
def test_no_set_that_hits_everything_costs_less(sets: list[frozenset[Remedy]]) -> None:
    found = cheapest(sets)
    every = chain.from_iterable(combinations(REMEDIES, n) for n in range(len(REMEDIES) + 1))
    least = min(sum(r.cost for r in one) for one in every if all(s & set(one) for s in sets))

    assert found is not None
    assert all(one & set(found) for one in sets)
    assert sum(one.cost for one in found) == least


@given(SETS)
def test_the_order_of_ways_does_not_show(sets: list[frozenset[Remedy]]) -> None:
    assert cheapest(sets) == cheapest(list(reversed(sets)))


def test_of_sets_that_cost_as_little_the_smallest_is_taken() -> None:
    a, b, c = _one("a", 1), _one("b", 1), _one("c", 2)

    assert cheapest([frozenset({a, c}), frozenset({b, c})]) == (c,)


def test_too_many_ways_are_told_apart_from_none() -> None:
    many = [frozenset(_one(f"{n}-{m}", 1) for m in range(4)) for n in range(12)]

    assert hitting.MOST_STEPS < 4**12
    assert cheapest(many) is None
    assert cheapest([]) == ()
