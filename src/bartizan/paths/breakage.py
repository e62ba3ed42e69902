# SPDX-License-Identifier: Apache-2.0
"""Which remedies break which steps, in numbers."""

from collections.abc import Collection, Iterable
from typing import TypeAlias

from msgspec import Struct

from bartizan.model.remedy import Change, Remedy
from bartizan.model.step import Breaker, Step

Demand: TypeAlias = frozenset[int]
"""Bundles, at least one of which must be done in full to break a path."""


class Prices(Struct, frozen=True):
    """What can be done, and at what cost."""

    remedies: tuple[int, ...]
    """Cost of each remedy, at least 1."""
    bundles: tuple[frozenset[int], ...]
    """Remedies that break a step when all of them are done; none is empty."""

    def cost(self, chosen: Collection[int]) -> int:
        """Add up."""
        return sum(self.remedies[remedy] for remedy in chosen)

    def done(self, chosen: Collection[int]) -> set[int]:
        """Return the bundles that `chosen` does in full."""
        return {place for place, bundle in enumerate(self.bundles) if bundle.issubset(chosen)}


class Breakage(Struct, frozen=True, eq=False):
    """The remedies of an estate, the bundles of them that break steps, and the steps."""

    remedies: tuple[Remedy, ...]
    """Each change once, at the highest price that any step puts on it, sorted by id."""
    number: dict[Change, int]
    prices: Prices
    of_step: tuple[Demand, ...]
    """Step to the bundles that break it."""
    broken_by: tuple[tuple[int, ...], ...]
    """Bundle to the steps that it breaks, ascending."""

    @classmethod
    def of(cls, steps: Collection[Step]) -> "Breakage":
        """Number the remedies and bundles of `steps`.

        A breaker without remedies breaks nothing: whoever wrote it knows no remedy.
        """
        remedies = _remedies(steps)
        number = {remedy.change: place for place, remedy in enumerate(remedies)}
        held = [
            {
                frozenset(number[remedy.change] for remedy in breaker.remedies)
                for breaker in _meant(step)
            }
            for step in steps
        ]
        bundles = tuple(sorted(frozenset().union(*held), key=sorted))
        place = {bundle: position for position, bundle in enumerate(bundles)}
        of_step = tuple(frozenset(place[bundle] for bundle in own) for own in held)
        broken_by: list[list[int]] = [[] for _ in bundles]
        for step, own in enumerate(of_step):
            for bundle_place in own:
                broken_by[bundle_place].append(step)
        return cls(
            remedies=remedies,
            number=number,
            prices=Prices(tuple(max(1, remedy.cost) for remedy in remedies), bundles),
            of_step=of_step,
            broken_by=tuple(map(tuple, broken_by)),
        )

    def broken(self, chosen: Collection[int]) -> frozenset[int]:
        """Return the steps that are gone once the remedies in `chosen` are done."""
        return frozenset(
            step for bundle in self.prices.done(chosen) for step in self.broken_by[bundle]
        )

    def taking_part(self, chosen: Collection[int], steps: Iterable[Step]) -> frozenset[int]:
        """Return those of `chosen` that help to break any of `steps`."""
        return frozenset().union(
            *(
                bundle
                for step in steps
                for breaker in _meant(step)
                if all(remedy.change in self.number for remedy in breaker.remedies)
                and (bundle := frozenset(self.number[r.change] for r in breaker.remedies))
                and bundle.issubset(chosen)
            )
        )


def _meant(step: Step) -> Iterable[Breaker]:
    return (breaker for breaker in step.breakers if breaker.remedies)


def _remedies(steps: Iterable[Step]) -> tuple[Remedy, ...]:
    """Return each change once; of its remedies the dearest, then the first by title."""
    kept: dict[Change, Remedy] = {}
    for step in steps:
        for breaker in step.breakers:
            for remedy in breaker.remedies:
                other = kept.get(remedy.change, remedy)
                kept[remedy.change] = min(remedy, other, key=lambda held: (-held.cost, held.title))
    return tuple(sorted(kept.values(), key=lambda remedy: remedy.id))
