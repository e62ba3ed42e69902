# SPDX-License-Identifier: Apache-2.0
"""Paths that a change opens: proofs that take a step which was not possible before.

A jewel that could be lost already has cheaper paths perhaps than the one that is opened, so each
foothold is told apart by whether its proof took such a step, and jewels are asked for by those
alone. A path whose way there already held something from which its jewel was lost is no news.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.path import Entry, Jewel, Path
from bartizan.model.step import ONE_OF_MANY, Ability, Foothold, Step
from bartizan.paths.analysis import analyse
from bartizan.paths.closure import Users, gained, live, users_of
from bartizan.paths.known import Known
from bartizan.paths.proof import path_id

_MARK = "\x00new"
"""Ends the name of what is held by a step that was not possible before."""
_MOST_OWNERS = 16
"""Owners that were lost and are asked for one by one."""
_MOST_SHUT = 64
"""Sets of what is no news that paths are looked for one by one."""
_MOST_NEEDS = 4
"""Needs of a step of which all combinations are tried."""

_Asked: TypeAlias = tuple[Jewel, frozenset[Foothold]]
"""A jewel, and the things from which it was lost before any new step."""


def novel(
    before: Sequence[Step],
    after: Sequence[Step],
    entries: Sequence[Entry],
    jewels: Sequence[Jewel],
) -> tuple[Path, ...]:
    """Return the proved paths of `after` that take a step which `before` did not have, for each
    jewel the cheapest and one that differs in its remedies, sorted by rank, cost, id.

    Raises:
        InputError: a step needs nothing or too much, or its cost is out of range.
    """
    starts = {entry.foothold for entry in entries}
    old = [step for step in before if step.proved]
    # What cannot be taken at all is on no path, and that is most of a large estate.
    sure = live([step for step in after if step.proved], starts)
    techniques = {ONE_OF_MANY, *(step.technique for step in sure)}
    known = Known.of(step for step in old if step.technique in techniques)
    plain, news = known.parted(sure)
    if not news:
        return ()
    lost = _granting(old)
    found: dict[str, Path] = {}
    for shut, wanted in _by_owner(jewels, gained(users_of(old), starts)).items():
        part = _Part.of(plain, news, starts=starts, shut=shut, jewels=wanted)
        for path in part.paths(entries, lost):
            found.setdefault(path.id, path)
    return tuple(sorted(found.values(), key=lambda path: (-path.jewel.rank, path.cost, path.id)))


def _by_owner(
    jewels: Iterable[Jewel], lost: Collection[Foothold]
) -> dict[frozenset[Foothold], list[Jewel]]:
    """Return jewels by what they were lost with already: power over their owners.

    Where that are many, they are asked for together, and a way from one owner that was lost to the
    things of another one that was lost is then no news.
    """
    found: dict[frozenset[Foothold], list[Jewel]] = {}
    for jewel in jewels:
        power = Foothold(Ability.ADMINISTER.value, jewel.owner)
        shut: frozenset[Foothold] = frozenset({power}) if power in lost else frozenset()
        found.setdefault(shut, []).append(jewel)
    if len(found) <= _MOST_OWNERS:
        return found
    every: frozenset[Foothold] = frozenset().union(*found)
    free = found.pop(frozenset(), [])
    return {frozenset(): free, every: [jewel for held in found.values() for jewel in held]}


class _Part(Struct, frozen=True):
    """The steps by which some jewels may be lost with a new step."""

    plain: Sequence[Step]
    """Those before any new one."""
    marked: Sequence[Step]
    """New ones, and those after them; what they grant is marked."""
    ground: frozenset[Foothold]
    """What is held without any new step."""
    starts: frozenset[Foothold]
    jewels: Sequence[Jewel]

    @classmethod
    def of(
        cls,
        plain: Sequence[Step],
        news: Sequence[Step],
        *,
        starts: Collection[Foothold],
        shut: Collection[Foothold],
        jewels: Sequence[Jewel],
    ) -> "_Part":
        """Take the steps that lead from entries to jewels; none of them needs what is `shut`,
        unless that is held by a new step.
        """
        free = [step for step in plain if not any(need in shut for need in step.needs)]
        ground = gained(users_of(free), set(starts)) - set(shut)
        steps = [*_marked(news, ground, new=True), *_marked(plain, ground, new=False)]
        reached = gained(users_of(steps), ground)
        wanted = [jewel for jewel in jewels if _mark(jewel.foothold) in reached]
        able = [step for step in steps if all(need in reached for need in step.needs)]
        marked = _leading(able, {_mark(jewel.foothold) for jewel in wanted})
        held = {need for step in marked for need in step.needs}
        first = [step for step in free if all(need in ground for need in step.needs)]
        return cls(_leading(first, held), marked, frozenset(ground), frozenset(starts), wanted)

    def paths(self, entries: Sequence[Entry], lost: Users) -> Iterator[Path]:
        """Yield the paths, without those that pass by what their jewel was lost with before they
        take a new step; `lost` are the old steps by what they grant.
        """
        told: dict[frozenset[Foothold], list[Jewel]] = {}
        shut = [_led(lost, jewel.foothold, self.starts) & self.ground for jewel in self.jewels]
        for jewel, held in self._open(zip(self.jewels, map(frozenset, shut), strict=True)):
            # Where there are many such sets, a path is told that may pass by one of them.
            key = held if len(told) < _MOST_SHUT or held in told else frozenset()
            told.setdefault(key, []).append(jewel)
        for key, jewels in told.items():
            yield from _paths(self._without(key), entries, jewels)

    def _open(self, asked: Iterable[_Asked]) -> Iterator[_Asked]:
        """Yield those jewels that are reached without what is shut for them."""
        users = users_of((*self.plain, *self.marked))
        reached: dict[frozenset[Foothold], Collection[Foothold]] = {}
        marks = {_mark(jewel.foothold) for jewel in self.jewels}
        for jewel, shut in asked:
            # Most jewels differ only in what no step needs.
            needed = shut.intersection(users)
            if needed not in reached:
                if len(reached) == _MOST_SHUT:
                    reached.clear()
                reached[needed] = marks & gained(users, self.starts, never=needed)
            if _mark(jewel.foothold) in reached[needed]:
                yield jewel, shut

    def _without(self, shut: Collection[Foothold]) -> list[Step]:
        steps = (*self.plain, *self.marked)
        return [step for step in steps if not any(need in shut for need in step.needs)]


def _led(granting: Users, goal: Foothold, starts: Collection[Foothold]) -> set[Foothold]:
    """Return each thing that was enough, beside what one starts with, to lose a goal."""
    seen, stack = {goal}, [goal]
    while stack:
        for step in granting.get(stack.pop(), ()):
            rest = [need for need in step.needs if need not in starts]
            if len(rest) == 1 and rest[0] not in seen:
                seen.add(rest[0])
                stack.append(rest[0])
    return seen


def _leading(steps: Sequence[Step], goals: Collection[Foothold]) -> list[Step]:
    """Return the steps that some proof of a goal may take."""
    granting = _granting(steps)
    seen, stack = set(goals), list(goals)
    found: list[Step] = []
    while stack:
        for step in granting.get(stack.pop(), ()):
            found.append(step)
            for need in step.needs:
                if need not in seen:
                    seen.add(need)
                    stack.append(need)
    return found


def _marked(steps: Iterable[Step], ground: Collection[Foothold], *, new: bool) -> Iterator[Step]:
    """Yield each step once for every way in which its needs may be held, without or with a new
    step in their proofs; one that is not new itself needs one of them at least.
    """
    for step in steps:
        for needs in _combined(step.needs, ground):
            plain = [need for need in needs if need in step.needs]
            if (new or len(plain) < len(needs)) and all(need in ground for need in plain):
                yield replace(step, needs=tuple(sorted(needs)), grants=_mark(step.grants))


def _combined(
    needs: tuple[Foothold, ...], ground: Collection[Foothold]
) -> Iterator[tuple[Foothold, ...]]:
    """Yield ways in which needs may be held: of many, each that is held with a new step alone is
    held so, and one of the others at most.
    """
    if len(needs) <= _MOST_NEEDS:
        yield from product(*((need, _mark(need)) for need in needs))
        return
    least = tuple(need if need in ground else _mark(need) for need in needs)
    yield least
    for place, need in enumerate(needs):
        if need in ground:
            yield (*least[:place], _mark(need), *least[place + 1 :])


def _mark(foothold: Foothold) -> Foothold:
    return Foothold(foothold.ability, foothold.entity + _MARK)


def _paths(
    steps: Sequence[Step], entries: Sequence[Entry], jewels: Sequence[Jewel]
) -> Iterator[Path]:
    marked = [
        replace(jewel, foothold=_mark(jewel.foothold), owner=jewel.owner + _MARK)
        for jewel in jewels
    ]
    proved, _ = analyse(steps, entries, marked, alternatives=1)
    yield from map(_plain, proved)


def _granting(steps: Iterable[Step]) -> dict[Foothold, list[Step]]:
    found: dict[Foothold, list[Step]] = {}
    for step in steps:
        found.setdefault(step.grants, []).append(step)
    return found


def _plain(path: Path) -> Path:
    """Return a path without marks, and without a step that it took both with and without."""
    steps = tuple(
        dict.fromkeys(
            replace(step, needs=tuple(map(_strip, step.needs)), grants=_strip(step.grants))
            for step in path.steps
        )
    )
    return replace(
        path,
        id=path_id(steps),
        steps=steps,
        jewel=_own(path.jewel),
        implies=tuple(map(_own, path.implies)),
        folded={
            _name(entity): tuple(sorted({_name(other) for other in others}))
            for entity, others in path.folded.items()
        },
    )


def _own(jewel: Jewel) -> Jewel:
    return replace(jewel, foothold=_strip(jewel.foothold), owner=_name(jewel.owner))


def _strip(foothold: Foothold) -> Foothold:
    return Foothold(foothold.ability, _name(foothold.entity))


def _name(entity: str) -> str:
    return entity.removesuffix(_MARK)
