# SPDX-License-Identifier: Apache-2.0
"""The cheapest remedies that meet every demand known so far: a minimum-weight hitting set.

Solved by CP-SAT, https://developers.google.com/optimization/cp/cp_solver, whose bound on the
objective proves that nothing cheaper meets the demands. One worker, a fixed seed and a limit
counted in the solver's own deterministic unit make the answer the same from run to run.
"""

import math
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from ortools.sat.python import cp_model

from bartizan.paths.breakage import Demand, Prices


class Choice(Struct, frozen=True, kw_only=True):
    """An answer of the solver."""

    remedies: frozenset[int]
    bound: int
    """Nothing cheaper meets all demands (`hit`)."""
    effort: float
    """What it took, in the solver's deterministic unit."""


def hit(
    prices: Prices, demands: Sequence[Demand], *, hint: Collection[int], limit: float
) -> Choice | None:
    """Choose the cheapest remedies that meet all `demands`; none where `limit` is too small."""
    model = cp_model.CpModel()
    done = _bundles(model, prices, frozenset().union(*demands))
    for demand in demands:
        model.add_at_least_one(done.bundle[place] for place in sorted(demand))
    for remedy, variable in done.remedy.items():
        model.add_hint(variable, remedy in hint)
    model.minimize(
        sum(prices.remedies[remedy] * variable for remedy, variable in done.remedy.items())
    )
    return _solve(model, done, limit=limit)


def afford(
    prices: Prices,
    demands: Mapping[Demand, Collection[int]],
    *,
    worth: Mapping[int, int],
    budget: int,
    limit: float,
) -> Choice | None:
    """Choose remedies within `budget` that close the goals that are worth most.

    A goal is closed where all the demands that name it are met. Of choices that close as much
    the cheapest is taken.
    """
    model = cp_model.CpModel()
    done = _bundles(model, prices, frozenset().union(*demands))
    closed = {goal: model.new_bool_var(f"goal {goal}") for goal in sorted(worth)}
    for demand, goals in demands.items():
        bundles = [done.bundle[place] for place in sorted(demand)]
        for goal in sorted(goals):
            model.add_bool_or([*bundles, closed[goal].negated()])
    cost = sum(prices.remedies[remedy] * variable for remedy, variable in done.remedy.items())
    model.add(cost <= budget)
    gain = sum(worth[goal] * variable for goal, variable in closed.items())
    model.maximize((budget + 1) * gain - cost)
    return _solve(model, done, limit=limit)


class _Variables(Struct, frozen=True):
    remedy: Mapping[int, cp_model.IntVar]
    bundle: Mapping[int, cp_model.IntVar]


def _bundles(model: cp_model.CpModel, prices: Prices, wanted: Collection[int]) -> _Variables:
    """Add a variable for each remedy and each bundle that any demand mentions."""
    used = sorted({remedy for place in wanted for remedy in prices.bundles[place]})
    remedies = {remedy: model.new_bool_var(f"remedy {remedy}") for remedy in used}
    bundles = {}
    for place in sorted(wanted):
        members = sorted(prices.bundles[place])
        if len(members) == 1:
            bundles[place] = remedies[members[0]]
            continue
        bundles[place] = model.new_bool_var(f"bundle {place}")
        for remedy in members:
            model.add_implication(bundles[place], remedies[remedy])
    return _Variables(remedies, bundles)


def _solve(model: cp_model.CpModel, done: _Variables, *, limit: float) -> Choice | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = limit
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = frozenset(remedy for remedy, held in done.remedy.items() if solver.value(held))
    return Choice(
        remedies=chosen,
        bound=math.ceil(solver.best_objective_bound - _ROUNDING),
        effort=solver.response_proto.deterministic_time,
    )


_ROUNDING = 1e-6
"""The solver gives whole bounds as floating-point numbers."""
