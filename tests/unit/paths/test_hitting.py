# SPDX-License-Identifier: Apache-2.0
from bartizan.paths.breakage import Prices
from bartizan.paths.hitting import afford, hit

PRICES = Prices((1, 2, 3), (frozenset({0}), frozenset({1, 2}), frozenset({2})))


def test_one_remedy_that_serves_two_bundles_is_paid_once() -> None:
    found = hit(PRICES, [frozenset({1}), frozenset({1, 2})], hint=(), limit=10)

    assert found is not None
    assert (found.remedies, found.bound) == (frozenset({1, 2}), 5)


def test_the_bound_is_the_cost_once_it_is_proved() -> None:
    found = hit(PRICES, [frozenset({0, 1}), frozenset({1, 2})], hint={2}, limit=10)

    assert found is not None
    assert PRICES.cost(found.remedies) == found.bound == 4


def test_a_solver_without_time_says_nothing() -> None:
    many = Prices(tuple(range(1, 61)), tuple(frozenset({n}) for n in range(60)))
    demands = [frozenset({n, (7 * n + 3) % 60, (11 * n + 5) % 60}) for n in range(60)]

    assert hit(many, demands, hint=(), limit=0) is None


def test_a_budget_never_pays_for_half_a_bundle() -> None:
    demands = {frozenset({1}): [0], frozenset({0}): [1]}

    found = afford(PRICES, demands, worth={0: 100, 1: 1}, budget=4, limit=10)

    assert found is not None
    assert found.remedies == {0}
