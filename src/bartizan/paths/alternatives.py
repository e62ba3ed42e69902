# SPDX-License-Identifier: Apache-2.0
"""More proofs of the same thing that another remedy would be needed for."""

import heapq
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field

from bartizan.model.step import Step
from bartizan.paths.detour import Detours
from bartizan.paths.folding import Twins, kind_of
from bartizan.paths.proof import Proof, Prover, path_id
from bartizan.paths.search import Reached

_SEARCH = 2_000
"""Cost of one search beside the steps that it looks at, in steps."""


class Effort(Struct):
    """What may still be spent on alternatives, counted in steps so that it repeats exactly."""

    steps: int
    """How many steps there are, whether they can be taken or not."""
    left: int = 40_000_000

    def spend(self) -> bool:
        """Take one search off; false where that much is not left."""
        price = self.steps + _SEARCH
        if price > self.left:
            return False
        self.left -= price
        return True


class Alternatives(Struct, frozen=True, eq=False):
    """Looks for proofs of one goal beside the cheapest."""

    prover: Prover
    detours: Detours
    effort: Effort
    kinds: tuple[int, ...]
    """Number of the kind of each step: steps of twins are of one kind."""
    members: Mapping[int, frozenset[int]]
    """Kind to its steps."""
    remedied: Mapping[int, frozenset[object]]
    """Kind to the breakers of any of its steps."""
    by_breaker: Mapping[object, frozenset[int]] = field(default_factory=dict)
    """Breaker to the kinds that it breaks a step of."""

    @classmethod
    def of(
        cls, prover: Prover, reached: Reached, *, twins: Twins, effort: Effort
    ) -> "Alternatives":
        """Sort the steps of an estate, all of which are `reached`, by kind and breaker."""
        numbers: dict[object, int] = {}
        kinds: list[int] = []
        members: dict[int, set[int]] = {}
        remedied: dict[int, set[object]] = {}
        by_breaker: dict[object, set[int]] = {}
        for place, step in enumerate(prover.estate.steps):
            kind = numbers.setdefault(kind_of(step, twins), len(numbers))
            kinds.append(kind)
            members.setdefault(kind, set()).add(place)
            for breaker in _breakers(step):
                remedied.setdefault(kind, set()).add(breaker)
                by_breaker.setdefault(breaker, set()).add(kind)
        return cls(
            prover=prover,
            detours=Detours.of(prover.estate.graph, reached),
            effort=effort,
            kinds=tuple(kinds),
            members={kind: frozenset(steps) for kind, steps in members.items()},
            remedied={kind: frozenset(remedied.get(kind, ())) for kind in members},
            by_breaker={breaker: frozenset(held) for breaker, held in by_breaker.items()},
        )

    def beside(self, first: Proof, *, count: int, wanted: Callable[[Proof], bool]) -> list[Proof]:
        """Return up to `count` proofs beside `first` that are `wanted`, cheapest first.

        Each differs from all before it in its remedies: some way to break an earlier one leaves
        it whole. Those that are not `wanted` are deviated from all the same.
        """
        met = [self._breaking(first)]
        seen = {self._id(first)}
        found: list[Proof] = []
        tries: list[tuple[int, str, Proof, frozenset[int]]] = []
        closed: set[frozenset[int]] = set()
        self._deviate(first, frozenset(), closed=closed, tries=tries)
        expansions = 2 * count
        while tries and len(found) < count and expansions:
            _, name, other, shut = heapq.heappop(tries)
            if name in seen:
                continue
            seen.add(name)
            breaking = self._breaking(other)
            if all(not earlier or earlier - breaking for earlier in met):
                met.append(breaking)
                if wanted(other):
                    found.append(other)
            expansions -= 1
            if len(found) < count:
                self._deviate(other, shut, closed=closed, tries=tries)
        return found

    def _deviate(
        self,
        found: Proof,
        shut: frozenset[int],
        *,
        closed: set[frozenset[int]],
        tries: list[tuple[int, str, Proof, frozenset[int]]],
    ) -> None:
        """Try to do without each kind of step in `found`, one at a time."""
        for kind in dict.fromkeys(self.kinds[step] for step in found.steps):
            fewer = shut | self._with(kind)
            if fewer in closed or not self.effort.spend():
                continue
            closed.add(fewer)
            if other := self.prover.prove(found.goal, closed=fewer, detours=self.detours):
                heapq.heappush(tries, (other.cost, self._id(other), other, fewer))

    def _with(self, kind: int) -> frozenset[int]:
        """Return the steps of `kind` and of all kinds that go whenever it is broken."""
        breakers = self.remedied[kind]
        same = {kind}
        if breakers:
            same |= frozenset.intersection(*(self.by_breaker[breaker] for breaker in breakers))
        return frozenset().union(*(self.members[held] for held in same))

    def _breaking(self, found: Proof) -> frozenset[object]:
        return frozenset().union(*(self.remedied[self.kinds[step]] for step in found.steps))

    def _id(self, found: Proof) -> str:
        return path_id(self.prover.estate.steps[step] for step in found.steps)


def _breakers(step: Step) -> Iterator[object]:
    for breaker in step.breakers:
        yield frozenset(remedy.change for remedy in breaker.remedies)
