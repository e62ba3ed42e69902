# SPDX-License-Identifier: Apache-2.0
"""The cheapest set of changes of which every way loses one: an exact search, for few ways."""

from collections.abc import Sequence

from bartizan.model.remedy import Remedy

MOST_STEPS = 20_000
"""Partial sets that are looked at."""


def cheapest(sets: Sequence[frozenset[Remedy]]) -> tuple[Remedy, ...] | None:
    """Return a set with one of each of `sets`, of which none costs less, and of those that cost
    as little the smallest and first; None where too many partial sets would have to be tried.
    """
    kept = [one for one in set(sets) if not any(other < one for other in sets)]
    search = _Search(sorted(kept, key=lambda one: (len(one), sorted(map(_key, one)))))
    search.go((), 0)
    return None if search.steps > MOST_STEPS else search.best


def _key(remedy: Remedy) -> tuple[int, str]:
    return remedy.cost, remedy.id


class _Search:
    def __init__(self, sets: Sequence[frozenset[Remedy]]) -> None:
        self._sets = sets
        self._least: tuple[int, int, tuple[str, ...]] | None = None
        self.best: tuple[Remedy, ...] = ()
        self.steps = 0

    def go(self, chosen: tuple[Remedy, ...], cost: int) -> None:
        """Try every way to hit the first set that `chosen` does not."""
        self.steps += 1
        if self.steps > MOST_STEPS or (self._least is not None and cost > self._least[0]):
            return
        left = next((one for one in self._sets if not one & set(chosen)), None)
        if left is None:
            ordered = tuple(sorted(chosen, key=_key))
            rank = cost, len(ordered), tuple(one.id for one in ordered)
            if self._least is None or rank < self._least:
                self._least, self.best = rank, ordered
            return
        for one in sorted(left, key=_key):
            self.go((*chosen, one), cost + one.cost)
