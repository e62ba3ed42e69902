# SPDX-License-Identifier: Apache-2.0
"""Many callers who reach the same many things: said of each caller and each thing once.

A bucket that is open to a whole organisation is read by each of its administrators. Where there
are many of both, a foothold of its own stands between them, the *circle*: each caller is one of
it, and it reaches each thing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, structs

from bartizan.model.evidence import Evidence
from bartizan.model.step import ONE_OF_MANY, Ability, Breaker, Condition, Foothold, Step
from bartizan.reason.authz.aws.steps.alike.likeness import Likeness
from bartizan.reason.authz.aws.steps.alike.mould import Mould, UnclearError

FEW = 16
"""As many callers or things at most, and each pair is told; more, and a circle is made."""
_MANY_TIMES = 6_000
"""So many times the few, and a circle is made of any pairs."""

_BLANK = re.compile(r"(CALLER|OWNER)(\d+)BLANK", re.IGNORECASE)

T = TypeVar("T", bound=Hashable)

Pair = tuple[Likeness, Likeness]
"""A caller's account and an owner's."""
Thing = tuple[int, Foothold]
"""The shape of the owner, and what is gained of it, with blanks for names."""
Gain = tuple[Foothold, Foothold]
"""What is held, and what is gained by it."""


class Known(Struct, frozen=True):
    """What is certain between two accounts that are not just any two of their shapes."""

    pair: Pair
    gains: Mapping[Gain, Sequence[Step]]
    accounts: Sequence[str]
    """Accounts of all callers of whom the same is certain."""

    @classmethod
    def of(cls, pair: Pair, steps: Iterable[Step], accounts: Sequence[str]) -> "Known":
        """Sort `steps` between the two accounts by what they need and grant."""
        gains: dict[Gain, list[Step]] = defaultdict(list)
        for step in steps:
            if len(step.needs) == 1:
                gains[step.needs[0], step.grants].append(step)
        return cls(pair, gains, accounts)


class _Entry(Struct, frozen=True):
    """A caller, with blanks for names, and what it takes them to be let in."""

    shape: int
    foothold: Foothold
    technique: str
    cost: int
    conditions: tuple[Condition, ...]
    proved: bool


class _Sample(Struct, frozen=True):
    """A step with blanks for names, and the accounts that it was found between."""

    step: Step
    pair: Pair


class Circles:
    """Gathers steps between any two accounts of two shapes, and tells them by circles."""

    def __init__(self, ending: Callable[[str], str], *, few: int) -> None:
        self._ending = ending
        self._few = few
        self._known: dict[tuple[int, int], list[Known]] = defaultdict(list)
        self._entries: dict[_Entry, dict[Thing, _Sample]] = defaultdict(dict)

    def know(self, known: Known) -> None:
        """Note what is certain between two accounts; circles must not say more."""
        caller, owner = known.pair
        self._known[caller.shape, owner.shape].append(known)

    def take(self, pair: Pair, steps: Sequence[Step]) -> list[Step]:
        """Take `steps` that hold between any two accounts; return those that no circle can say."""
        caller, owner = pair
        try:
            mould = Mould(steps, (*caller.names, *owner.names))
        except UnclearError:
            return list(steps)
        left: list[Step] = []
        for step, blank in zip(steps, mould.cast(_blanks(caller, owner)), strict=True):
            if len(step.needs) != 1 or _shows(blank.conditions, "OWNER"):
                left.append(step)
                continue
            entry = _Entry(
                shape=caller.shape,
                foothold=blank.needs[0],
                technique=blank.technique,
                cost=blank.cost,
                conditions=blank.conditions,
                proved=blank.proved,
            )
            self._entries[entry][owner.shape, blank.grants] = _Sample(blank, pair)
        return left

    def steps(
        self,
        callers: Iterable[Sequence[Likeness]],
        owners: Iterable[Sequence[Likeness]],
        apart: Callable[[Likeness, Likeness], bool],
    ) -> Iterator[Step]:
        """Yield the steps of all circles; an account of which something else is certain than its
        circle would say stays out, and its steps are told one by one.
        """
        by_caller = {rows[0].shape: rows for rows in callers}
        by_owner = {rows[0].shape: rows for rows in owners}
        groups: dict[object, list[_Entry]] = defaultdict(list)
        for entry, samples in self._entries.items():
            groups[entry.technique, entry.proved, frozenset(samples)].append(entry)
        for number, entries in enumerate(groups.values()):
            members = {}
            small = self._small(entries, by_caller, by_owner)
            for entry in entries:
                rows = by_caller[entry.shape]
                out = {row.account for row in rows} if small else self._out(entry)
                members[entry] = [row for row in rows if row.account not in out]
                for row in rows:
                    if row.account in out:
                        yield from self._one_by_one(entry, row, by_owner, apart)
            yield from self._circle(number, members, by_owner)

    def _small(
        self,
        entries: Sequence[_Entry],
        callers: Mapping[int, Sequence[Likeness]],
        owners: Mapping[int, Sequence[Likeness]],
    ) -> bool:
        """Say whether pairs are so few that each can be told."""
        held = sum(len(callers[entry.shape]) for entry in entries)
        things = sum(len(owners[shape]) for shape, _ in self._entries[entries[0]])
        return min(held, things) <= self._few and held * things <= self._few * _MANY_TIMES

    def _out(self, entry: _Entry) -> set[str]:
        """Return the accounts that `entry` cannot be said of."""
        out: set[str] = set()
        for shape, gained in self._entries[entry]:
            for known in self._known[entry.shape, shape]:
                if not _certain(entry, gained, known):
                    out.update(known.accounts)
        return out

    def _circle(
        self,
        number: int,
        members: Mapping[_Entry, Sequence[Likeness]],
        owners: Mapping[int, Sequence[Likeness]],
    ) -> Iterator[Step]:
        members = {entry: rows for entry, rows in members.items() if rows}
        if not members:
            return
        first = next(iter(members))
        things = sorted(self._entries[first], key=repr)
        name = _circle(
            first.technique,
            number + 1,
            callers=sum(map(len, members.values())),
            things=sum(len(owners[shape]) for shape, _ in things),
        )
        for entry, rows in members.items():
            yield from self._joined(entry, rows, name)
        for thing in things:
            yield from self._opened(members, thing, name, owners[thing[0]])

    def _joined(self, entry: _Entry, rows: Sequence[Likeness], name: Foothold) -> Iterator[Step]:
        """Yield the steps from callers to their circle: what all their steps have in common."""
        samples = self._entries[entry]
        sample = next(iter(samples.values()))
        breakers = _common([_without(s.step.breakers, "OWNER") for s in samples.values()])
        step = structs.replace(
            sample.step,
            technique=ONE_OF_MANY,
            grants=name,
            evidence=_without(sample.step.evidence, "OWNER"),
            breakers=breakers,
            missing=_without(sample.step.missing, "OWNER"),
        )
        caller, owner = sample.pair
        mould = Mould([step], _blanks(caller, owner), endings=(self._ending(caller.account),))
        for row in rows:
            yield from mould.cast((*row.names, *owner.names, self._ending(row.account)))

    def _opened(
        self,
        members: Mapping[_Entry, Sequence[Likeness]],
        thing: Thing,
        name: Foothold,
        rows: Sequence[Likeness],
    ) -> Iterator[Step]:
        """Yield the steps from a circle to its things: what breaks one must break it for all."""
        samples = [self._entries[entry][thing].step for entry in members]
        first, (speaker, *_) = samples[0], next(iter(members.values()))
        missing = {m for s in samples for m in s.missing if not _shows(m, "CALLER")}
        fact = Evidence(subject=name.entity, why="may each do the same here")
        step = structs.replace(
            first,
            needs=(name,),
            cost=1,
            conditions=(),
            evidence=(fact, *_without(first.evidence, "CALLER")),
            breakers=_common([_without(s.breakers, "CALLER") for s in samples]),
            missing=tuple(sorted(missing)),
        )
        _, owner = self._entries[next(iter(members))][thing].pair
        mould = Mould([step], _blanks(speaker, owner))
        for row in rows:
            yield from mould.cast((*speaker.names, *row.names))

    def _one_by_one(
        self,
        entry: _Entry,
        row: Likeness,
        owners: Mapping[int, Sequence[Likeness]],
        apart: Callable[[Likeness, Likeness], bool],
    ) -> Iterator[Step]:
        for (shape, _), sample in self._entries[entry].items():
            caller, owner = sample.pair
            mould = Mould(
                [sample.step], _blanks(caller, owner), endings=(self._ending(caller.account),)
            )
            for other in owners[shape]:
                if apart(row, other):
                    yield from mould.cast((*row.names, *other.names, self._ending(row.account)))


def _certain(entry: _Entry, gained: Foothold, known: Known) -> bool:
    """What the circle would say of these two accounts is known to hold there."""
    held = _fill(entry.foothold, known.pair), _fill(gained, known.pair)
    wanted = {(c.key, _filled(repr(c.values), known.pair)) for c in entry.conditions}
    return any(
        step.cost <= entry.cost
        and step.proved >= entry.proved
        and {(c.key, repr(c.values)) for c in step.conditions} <= wanted
        for step in known.gains.get(held, ())
    )


def _circle(technique: str, number: int, *, callers: int, things: int) -> Foothold:
    name = f"any of {callers} callers with {technique} on {things} things (circle {number})"
    return Foothold(Ability.ACT_AS.value, name)


def _blanks(caller: Likeness, owner: Likeness) -> tuple[str, ...]:
    return (
        *(f"CALLER{place}BLANK" for place in range(len(caller.names))),
        *(f"OWNER{place}BLANK" for place in range(len(owner.names))),
    )


def _filled(text: str, pair: Pair) -> str:
    caller, owner = pair

    def name(found: re.Match[str]) -> str:
        held = caller.names if found[1].upper() == "CALLER" else owner.names
        text = held[int(found[2])]
        return text.lower() if found[1].islower() else text

    return _BLANK.sub(name, text)


def _fill(foothold: Foothold, pair: Pair) -> Foothold:
    return Foothold(foothold.ability, _filled(foothold.entity, pair))


def _common(groups: Sequence[tuple[Breaker, ...]]) -> tuple[Breaker, ...]:
    rest = [set(group) for group in groups[1:]]
    return tuple(item for item in groups[0] if all(item in group for group in rest))


def _without(items: tuple[T, ...], side: str) -> tuple[T, ...]:
    return tuple(item for item in items if not _shows(item, side))


def _shows(thing: object, side: str) -> bool:
    """`thing` has a blank for a name of one side."""
    return any(found[1].upper() == side for found in _BLANK.finditer(repr(thing)))
