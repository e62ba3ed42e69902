# SPDX-License-Identifier: Apache-2.0
"""From steps to the paths that are worth telling: proved ones, and possible ones apart."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.path import Entry, Jewel, Path
from bartizan.model.step import Ability, Foothold, Step
from bartizan.paths.alternatives import Alternatives, Effort
from bartizan.paths.closure import led_to, live, users_of
from bartizan.paths.ends import ANY_ACCOUNT, INTERNET
from bartizan.paths.folding import Twins, folded, interchangeable
from bartizan.paths.graph import Estate, check
from bartizan.paths.proof import Proof, Prover, path, unbreakable, without_lesser
from bartizan.paths.search import Reached


def analyse(
    steps: Iterable[Step],
    entries: Sequence[Entry],
    jewels: Sequence[Jewel],
    *,
    alternatives: int = 3,
    among: Collection[Foothold] | None = None,
    dead: int = 0,
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the proved paths and the possible ones, each sorted by rank, cost, id.

    For each jewel that is reached there is its cheapest path, up to `alternatives` more that
    differ in their remedies, and the cheapest one that no remedy closes, where there is one; of
    cheapest ones that cost the same one from the Internet, else from any account of AWS. A jewel
    whose cheapest path goes through power over the account or organisation that it belongs to is
    named on that path instead. A path is possible where one of its steps is; proved paths are
    found without such steps. A jewel that is an entry is held already and has no path. Jewels that
    are not `among` some have no more than their cheapest paths. What alternatives may take is told
    by how many steps the estate has; `dead` ones that nobody can take need not be given.

    Raises:
        InputError: a step needs nothing or too much, or its cost is out of range.
    """
    every = tuple(steps)
    check(every)
    starts = {entry.foothold for entry in entries}
    able = live(every, starts)
    doubtful = {step.grants for step in able if not step.proved}
    sure = live([step for step in able if step.proved], starts) if doubtful else able
    count, size = alternatives, dead + len(every)
    survey = _Survey.of(sure, entries, jewels, size=size)
    found = list(survey.paths(count, told=lambda _: True, implied=lambda _: True, among=among))
    if doubtful:
        full = _Survey.of(able, entries, jewels, size=size)
        known = frozenset(survey.cheapest)
        # Of all else the same was found by the sure steps.
        unsure = led_to(users_of(able), doubtful)
        found += full.paths(
            count,
            told=full.unsure,
            implied=lambda lost: lost not in known,
            among=unsure if among is None else unsure.intersection(among),
        )
    proved, possible = _once(found, proved=True), _once(found, proved=False)
    return (
        _in_order(proved.values()),
        _in_order(held for held in possible.values() if held.id not in proved),
    )


def _once(paths: Iterable[Path], *, proved: bool) -> dict[str, Path]:
    """Index those that are `proved`, or those that are not, by id; the first of equals stays."""
    kept: dict[str, Path] = {}
    for held in paths:
        if held.proved == proved:
            kept.setdefault(held.id, held)
    return kept


def _in_order(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(paths, key=lambda held: (-held.jewel.rank, held.cost, held.id)))


class _Survey(Struct, frozen=True, eq=False):
    """What is reached in one estate, and through what."""

    size: int
    """Steps, whether they can be taken or not."""
    prover: Prover
    """Of those that can be taken."""
    wider: Sequence[Prover]
    """From where most people stand alone, the widest first."""
    reached: Reached
    entries: Mapping[Foothold, Entry]
    jewels: Mapping[int, Jewel]
    cheapest: Mapping[Foothold, Proof]
    """Jewel that is reached to its cheapest proof."""
    falls_with: Mapping[Foothold, Foothold]
    """Jewel to the greater jewel that its cheapest proof goes through."""
    twins: Twins

    @classmethod
    def of(
        cls,
        steps: Collection[Step],
        entries: Sequence[Entry],
        jewels: Sequence[Jewel],
        *,
        size: int,
    ) -> "_Survey":
        """Take the steps that can be taken, of so many."""
        held = {entry.foothold: entry for entry in entries}
        wanted = {
            jewel.foothold: jewel
            for jewel in sorted(jewels, key=lambda jewel: (jewel.rank, jewel.name))
            if jewel.foothold not in held
        }
        estate = Estate.of(steps, also=(*held, *wanted))
        prover = Prover.of(estate, held)
        numbered = {estate.number[foothold]: jewel for foothold, jewel in wanted.items()}
        reached = prover.reach()
        wider = [(one, one.reach()) for one in _wider(prover, held)]
        cheapest = {
            numbered[goal].foothold: _widest(
                found,
                (
                    one.prove(goal, reached=held_by)
                    for one, held_by in wider
                    if held_by.cost[goal] <= found.cost
                ),
            )
            for goal in sorted(numbered)
            if reached.holds(goal) and (found := prover.prove(goal, reached=reached))
        }
        apart = {foothold.entity for foothold in (*held, *wanted)}
        return cls(
            size=size,
            prover=prover,
            wider=tuple(one for one, _ in wider),
            reached=reached,
            entries=held,
            jewels=numbered,
            cheapest=cheapest,
            falls_with=_falls_with(estate, cheapest, jewels=wanted),
            twins=interchangeable(estate.steps, apart=apart),
        )

    def paths(
        self,
        alternatives: int,
        *,
        told: Callable[[Proof], bool],
        implied: Callable[[Foothold], bool],
        among: Collection[Foothold] | None = None,
    ) -> Iterator[Path]:
        """Yield the paths whose proofs are to be `told`, with the lesser jewels to name on them.

        A jewel is named on the path of a greater one only where that path is told.
        """
        others = Alternatives.of(
            self.prover, self.reached, twins=self.twins, effort=Effort(steps=self.size)
        )
        heads = {
            foothold
            for foothold, first in self.cheapest.items()
            if self._head(foothold) == foothold
            or (told(first) and not told(self.cheapest[self._head(foothold)]))
        }
        lesser: dict[Foothold, list[Jewel]] = {}
        for foothold in sorted(set(self.cheapest) - heads):
            if implied(foothold):
                lesser.setdefault(self._head(foothold), []).append(self._jewel(foothold))
        for foothold in sorted(heads, key=lambda held: (-self._jewel(held).rank, held)):
            first = self.cheapest[foothold]
            if told(first):
                fallen = sorted(lesser.get(foothold, ()), key=lambda held: (-held.rank, held.name))
                yield replace(self._path(first), implies=tuple(fallen))
            if among is None or foothold in among:
                for other in others.beside(first, count=alternatives, wanted=told):
                    yield self._path(other)
        free = unbreakable(self.prover, self.jewels)
        wide = [unbreakable(one, free) for one in self.wider if free]
        free = {
            goal: _widest(found, (held.get(goal) for held in wide)) for goal, found in free.items()
        }
        for other in without_lesser(self.prover.estate, free).values():
            if told(other):
                yield self._path(other)

    def unsure(self, found: Proof) -> bool:
        """Tell whether a proof rests on something that could not be read."""
        steps = self.prover.estate.steps
        return not found.settled or any(not steps[step].proved for step in found.steps)

    def _head(self, foothold: Foothold) -> Foothold:
        """Follow a jewel to the greatest that it falls with; costs fall, so this ends."""
        while foothold in self.falls_with:
            foothold = self.falls_with[foothold]
        return foothold

    def _jewel(self, foothold: Foothold) -> Jewel:
        return self.jewels[self.prover.estate.number[foothold]]

    def _path(self, found: Proof) -> Path:
        plain = path(
            self.prover.estate, found, entries=self.entries, jewel=self.jewels[found.goal]
        )
        return folded(plain, self.twins)


def _wider(prover: Prover, held: Collection[Foothold]) -> Iterator[Prover]:
    """Yield provers that stand where most people do alone, the widest first."""
    for places in ((INTERNET,), (INTERNET, ANY_ACCOUNT)):
        wide = {one for one in held if one.ability == Ability.START.value and one.entity in places}
        if len(wide) < len(held) and places[-1] in {one.entity for one in wide}:
            yield replace(prover, entries=prover.estate.numbers(wide))


def _widest(found: Proof, others: Iterable[Proof | None]) -> Proof:
    """Return the first of the others that costs as little as the cheapest, else that."""
    right = (one for one in others if one and one.settled and one.cost == found.cost)
    return next(right, found)


def _falls_with(
    estate: Estate, cheapest: Mapping[Foothold, Proof], *, jewels: Mapping[Foothold, Jewel]
) -> dict[Foothold, Foothold]:
    """Map each jewel to the power over its owner that its cheapest proof gains on the way."""
    falls: dict[Foothold, Foothold] = {}
    for foothold, found in cheapest.items():
        power = Foothold(Ability.ADMINISTER.value, jewels[foothold].owner)
        if power in cheapest and power != foothold:
            gained = {estate.footholds[estate.graph.grants[step]] for step in found.steps}
            if power in gained:
                falls[foothold] = power
    return falls
