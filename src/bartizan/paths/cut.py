# SPDX-License-Identifier: Apache-2.0
"""The cheapest set of remedies after which no path is left, and the proof that it is the cheapest.

Paths are too many to list, so they are found when they are violated: the solver proposes remedies
for the paths known so far, search looks for one that they leave whole, and so on until there is
none (the implicit hitting set method, E. Moreno-Centeno and R. M. Karp, "The implicit hitting set
approach to solve combinatorial optimization problems", Operations Research 61 (2013)).
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from bartizan.model.path import Cut, CutRemedy, Entry, Jewel, Path
from bartizan.model.step import Step
from bartizan.paths.breakage import Breakage, Demand
from bartizan.paths.graph import Estate
from bartizan.paths.proof import Prover, path_id, unbreakable, without_lesser
from bartizan.paths.search import UNREACHED

LIMIT = 30.0
"""The solver's share of one cut, in its own deterministic unit: about as many seconds."""


def cut(
    steps: Iterable[Step],
    entries: Sequence[Entry],
    jewels: Sequence[Jewel],
    *,
    paths: Iterable[Path] = (),
    extra: Iterable[Step] = (),
    possible: bool = False,
    budget: int | None = None,
    limit: float = LIMIT,
) -> Cut:
    """Choose the cheapest remedies that close every path from `entries` to `jewels`.

    A jewel with a path that no remedy closes keeps that path (its id is in `uncut`); what is
    cheaper for an attacker is still closed. `paths` are those that are printed, so that each
    remedy says which of them it closes. With `possible` the paths that rest on something unread
    are closed as well.

    `extra` are steps that came to light when the estate was computed again with the remedies of
    an earlier cut: they are broken as well, but the lower bound is that of `steps` alone, since
    other remedies might not have brought them about.

    With a `budget` that does not pay for all, the remedies are those within it that close the
    jewels of most weight, each rank weighing ten times the one below; `optimal` is then false,
    and `lower_bound` still says what closing everything costs at least.

    `paths_left` counts the jewels that are still reached by these steps; whoever can compute the
    estate again with the remedies applied puts the true number there.

    Raises:
        InputError: a step needs nothing or too much, or its cost is out of range.
    """
    known = tuple(step for step in steps if possible or step.proved)
    added = tuple(step for step in extra if possible or step.proved)
    task = _Task.of(known, entries, jewels)
    answer = task.close(limit=limit)
    lower = answer.lower
    if added:
        task = _Task.of((*known, *added), entries, jewels)
        answer = task.close(limit=limit)
    chosen = answer.chosen
    if budget is not None and task.breakage.prices.cost(chosen) > budget:
        chosen = task.within(budget, limit=limit)
    return task.report(chosen, lower=lower, printed=tuple(paths))


class _Answer(Struct):
    """The cheapest remedies so far that close everything, and what closing costs at least."""

    chosen: frozenset[int]
    lower: int


class _Task(Struct, eq=False):
    """One estate to be cut, and the demands that are known of it."""

    prover: Prover
    breakage: Breakage
    goals: Mapping[int, Jewel]
    bar: Mapping[int, int]
    """Goal to the cost of its cheapest path that no remedy closes."""
    uncut: tuple[str, ...]
    demands: dict[Demand, set[int]] = field(default_factory=dict)
    """What must be met, to the goals that it protects."""

    @classmethod
    def of(
        cls, steps: Sequence[Step], entries: Sequence[Entry], jewels: Sequence[Jewel]
    ) -> "_Task":
        start = {entry.foothold for entry in entries}
        wanted = [jewel for jewel in jewels if jewel.foothold not in start]
        estate = Estate.of(steps, also=(*start, *(jewel.foothold for jewel in wanted)))
        goals = {estate.number[jewel.foothold]: jewel for jewel in wanted}
        prover = Prover.of(estate, start)
        free = unbreakable(prover, goals)
        return cls(
            prover=prover,
            breakage=Breakage.of(estate.steps),
            goals=goals,
            bar={goal: found.cost for goal, found in free.items()},
            uncut=tuple(
                sorted(
                    path_id(estate.steps[step] for step in found.steps)
                    for found in without_lesser(estate, free).values()
                )
            ),
        )

    def close(self, *, limit: float) -> _Answer:
        """Find the cheapest remedies that leave no path, as far as `limit` allows."""
        from bartizan.paths.hitting import hit  # noqa: PLC0415 - the solver takes a second to import

        answer = _Answer(chosen=self._complete(frozenset()), lower=0)
        prices = self.breakage.prices
        left = limit
        while answer.lower < prices.cost(answer.chosen):
            choice = hit(prices, tuple(self.demands), hint=answer.chosen, limit=left)
            if choice is None:
                break
            left -= choice.effort
            answer.lower = max(answer.lower, choice.bound)
            whole = self._complete(choice.remedies)
            if prices.cost(whole) < prices.cost(answer.chosen):
                answer.chosen = whole
            if left <= 0:
                break
        return answer

    def within(self, budget: int, *, limit: float) -> frozenset[int]:
        """Choose the remedies within `budget` that close the jewels of most weight."""
        from bartizan.paths.hitting import afford  # noqa: PLC0415 - the solver takes a second to import

        worth = {goal: 10 ** max(0, jewel.rank - 1) for goal, jewel in self.goals.items()}
        chosen: frozenset[int] = frozenset()
        left = limit
        while left > 0:
            choice = afford(
                self.breakage.prices, self.demands, worth=worth, budget=budget, limit=left
            )
            if choice is None:
                break
            left -= choice.effort
            chosen = choice.remedies
            before = self._known()
            self._violate(chosen)
            # Goals that were given up stay violated; the choice stands once that tells no news.
            if self._known() == before:
                break
        return chosen

    def _known(self) -> int:
        return sum(map(len, self.demands.values()))

    def _complete(self, chosen: frozenset[int]) -> frozenset[int]:
        """Add remedies to `chosen`, cheapest first, until no path is left; learn on the way."""
        prices = self.breakage.prices
        while news := self._violate(chosen):
            for demand in news:
                if not any(prices.bundles[place] <= chosen for place in demand):
                    chosen |= min(
                        (prices.bundles[place] for place in demand),
                        key=lambda bundle: (prices.cost(bundle - chosen), sorted(bundle)),
                    )
        return chosen

    def _violate(self, chosen: frozenset[int]) -> list[Demand]:
        """Return the demands of the paths that `chosen` leaves, one for each jewel, and keep
        them.
        """
        closed = self.breakage.broken(chosen)
        reached = self.prover.reach(closed)
        news: dict[Demand, None] = {}
        for goal in self.goals:
            bar = self.bar.get(goal, UNREACHED)
            if reached.cost[goal] >= bar:
                continue
            found = self.prover.prove(goal, closed=closed, reached=reached)
            if found is None or found.cost >= bar:
                continue
            demand: Demand = frozenset().union(
                *(self.breakage.of_step[step] for step in found.steps)
            )
            if demand:
                self.demands.setdefault(demand, set()).add(goal)
                news[demand] = None
        return list(news)

    def report(self, chosen: frozenset[int], *, lower: int, printed: Sequence[Path]) -> Cut:
        """Say what `chosen` does, leaving out what does nothing."""
        cost = self.breakage.prices.cost(chosen)
        closes: dict[int, list[str]] = {remedy: [] for remedy in sorted(chosen)}
        for held in printed:
            for remedy in self.breakage.taking_part(chosen, held.steps):
                closes[remedy].append(held.id)
        reached = self.prover.reach(self.breakage.broken(chosen))
        return Cut(
            remedies=tuple(
                CutRemedy(remedy=self.breakage.remedies[remedy], closes=tuple(sorted(ids)))
                for remedy, ids in closes.items()
            ),
            cost=cost,
            lower_bound=lower,
            optimal=cost == lower,
            paths_left=sum(reached.holds(goal) for goal in self.goals),
            uncut=self.uncut,
        )
