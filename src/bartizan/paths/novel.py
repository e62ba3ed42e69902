# SPDX-License-Identifier: Apache-2.0
"""Paths that a change opens: proofs that take a step which was not possible before.

A jewel that could be lost already has cheaper paths perhaps than the one that is opened, so each
foothold is told apart by whether its proof took such a step, and jewels are asked for by those
alone. A path whose way there already held something from which its jewel was lost is no news.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from bartizan.model.path import Entry, Jewel, Path
from bartizan.model.step import Ability, Foothold, Step
from bartizan.paths.analysis import analyse
from bartizan.paths.known import Known
from bartizan.paths.proof import path_id

_MARK = "\x00new"
"""Ends the name of what is held by a step that was not possible before."""
_ROUNDS = 6
"""How often a jewel's path may turn out to be no news before it is told all the same."""
_MOST_OWNERS = 16
"""Owners that were lost and are asked for one by one."""
_MOST_NEEDS = 4
"""Needs of a step of which all combinations are tried."""


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
    old = [step for step in before if step.proved]
    known = Known.of(old)
    sure = [step for step in after if step.proved]
    news = [not known.holds(step) for step in sure]
    if not any(news):
        return ()
    starts = {entry.foothold for entry in entries}
    lost = _closure(old, starts)
    touched = _closure(_marked(sure, news, ()), starts)
    wanted = [jewel for jewel in jewels if _mark(jewel.foothold) in touched]
    waiting = _waiting(wanted, lost)
    found: dict[str, Path] = {}
    users = _users(old)
    for number in range(_ROUNDS):
        again: dict[frozenset[Foothold], list[Jewel]] = {}
        for shut, asked in waiting.items():
            held = _paths(_marked(sure, news, shut), entries, asked)
            for jewel in asked:
                mine = held.get(jewel.foothold, [])
                stale = [_stale(path, jewel, starts, users) for path in mine]
                fresh = [path for path, by in zip(mine, stale, strict=True) if not by]
                if number + 1 == _ROUNDS:
                    fresh = mine
                found |= {path.id: path for path in map(_plain, fresh)}
                if mine and not fresh:
                    again.setdefault(shut.union(*stale), []).append(jewel)
        waiting = again
    return tuple(sorted(found.values(), key=lambda path: (-path.jewel.rank, path.cost, path.id)))


def _waiting(
    jewels: Iterable[Jewel], lost: Collection[Foothold]
) -> dict[frozenset[Foothold], list[Jewel]]:
    """Return jewels by what they were lost with already: power over their owners.

    Where that are many, they are asked for together, and a way from one owner that was lost to the
    things of another one that was lost is then no news.
    """
    found: dict[frozenset[Foothold], list[Jewel]] = {}
    for jewel in jewels:
        power = Foothold(Ability.ADMINISTER.value, jewel.owner)
        shut = frozenset({power}) if power in lost else frozenset()
        found.setdefault(shut, []).append(jewel)
    if len(found) <= _MOST_OWNERS:
        return found
    every = frozenset().union(*found)
    free = found.pop(frozenset(), [])
    return {frozenset(): free, every: [jewel for held in found.values() for jewel in held]}


def _marked(
    steps: Sequence[Step], news: Sequence[bool], shut: Collection[Foothold]
) -> Iterator[Step]:
    """Yield each step once for every way in which its needs may be held: without or with a new
    step in their proofs. What is `shut` may not be held without one.
    """
    for step, new in zip(steps, news, strict=True):
        plain = not any(need in shut for need in step.needs)
        if plain and not new:
            yield step
        for needs in _combined(step.needs):
            fits = all(need not in shut for need in needs)
            if fits and (new or any(need not in step.needs for need in needs)):
                yield replace(step, needs=tuple(sorted(needs)), grants=_mark(step.grants))


def _combined(needs: tuple[Foothold, ...]) -> Iterator[tuple[Foothold, ...]]:
    if len(needs) <= _MOST_NEEDS:
        yield from product(*((need, _mark(need)) for need in needs))
        return
    yield needs
    for place, need in enumerate(needs):
        yield (*needs[:place], _mark(need), *needs[place + 1 :])


def _mark(foothold: Foothold) -> Foothold:
    return Foothold(foothold.ability, foothold.entity + _MARK)


def _paths(
    steps: Iterable[Step], entries: Sequence[Entry], jewels: Sequence[Jewel]
) -> dict[Foothold, list[Path]]:
    """Return the paths to each jewel by what it is; a lesser one is on the path of a greater."""
    marked = [
        replace(jewel, foothold=_mark(jewel.foothold), owner=jewel.owner + _MARK)
        for jewel in jewels
    ]
    proved, _ = analyse(steps, entries, marked, alternatives=1)
    found: dict[Foothold, list[Path]] = {}
    for path in proved:
        for jewel in (path.jewel, *path.implies):
            found.setdefault(_strip(jewel.foothold), []).append(path)
    return found


def _stale(
    path: Path,
    jewel: Jewel,
    starts: Collection[Foothold],
    users: Mapping[Foothold, Sequence[Step]],
) -> frozenset[Foothold]:
    """Return what a path gains before any new step and from which its jewel was lost already."""
    gained = {step.grants for step in path.steps if not step.grants.entity.endswith(_MARK)}
    return frozenset(
        held for held in gained - set(starts) if jewel.foothold in _reached(users, {held})
    )


def _users(steps: Iterable[Step]) -> dict[Foothold, list[Step]]:
    found: dict[Foothold, list[Step]] = {}
    for step in steps:
        for need in step.needs:
            found.setdefault(need, []).append(step)
    return found


def _closure(steps: Iterable[Step], starts: Iterable[Foothold]) -> set[Foothold]:
    return _reached(_users(steps), set(starts))


def _reached(users: Mapping[Foothold, Sequence[Step]], held: set[Foothold]) -> set[Foothold]:
    """Return all that can be gained from what is held."""
    found, stack = set(held), list(held)
    while stack:
        for step in users.get(stack.pop(), ()):
            if step.grants not in found and all(need in found for need in step.needs):
                found.add(step.grants)
                stack.append(step.grants)
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
