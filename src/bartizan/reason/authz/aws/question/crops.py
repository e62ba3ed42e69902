# SPDX-License-Identifier: Apache-2.0
"""Things that are alike to one caller, so that one of them is asked about for all.

The kernel says what is alike: things are told apart by what is written about them, and by which of
the caller's own statements speak of them.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.requests import Heard, Reach
from bartizan.reason.authz.aws.masks import Mask, Meets

Pairs = list[tuple[str, Mask]]
"""Things, each with the actions that are asked about it."""


@dataclass(slots=True)
class Bunch:
    """Things of one service, by the word in their ARNs, so that many are passed over at once."""

    service: str
    things: Pairs
    actions: Mask
    """Those that are asked about some of them."""


@dataclass(slots=True)
class Crop:
    """Things that are alike, each with the actions that are asked about it."""

    estate: Estate
    """One that tells about them."""
    stable: bool
    """They stay alike whatever is stated of requests."""
    trust: bool
    """They are asked about by actions that ask a role's trust."""
    bunches: list[Bunch] = field(default_factory=list)
    actions: Mask = 0
    """The actions that are asked about some of them."""

    @property
    def first(self) -> str:
        """One of the things."""
        return self.bunches[0].things[0][0]

    def held(self, actions: Mask, meets: Meets) -> Iterator[Iterable[tuple[str, Mask]]]:
        """Yield the things that some actions are asked about, each with those, in parts."""
        for bunch in self.bunches:
            common = bunch.actions & actions
            if common == bunch.actions:
                yield bunch.things
            elif common:
                yield meets.pairs(actions, bunch.things)

    def asked(self, action: Mask) -> Iterator[str]:
        """Yield the things that one action is asked about."""
        for bunch in self.bunches:
            if bunch.actions & action:
                yield from (thing for thing, asked in bunch.things if asked & action)

    def one(self, actions: Mask) -> tuple[str, Mask]:
        """Return the first of the things that some actions are asked about, with those."""
        for bunch in self.bunches:
            if bunch.actions & actions:
                for thing, asked in bunch.things:
                    if held := asked & actions:
                        return thing, held
        raise LookupError(masks.first(actions))

    def judge(self, reach: Reach, actions: Mask) -> Iterator[Heard]:
        """Decide some actions for all of them."""
        yield from reach.judge(self.estate, self.first, actions, self.one)

    def apart(self, reach: Reach, before: Reach) -> "Iterable[Crop]":
        """Return its parts that are alike for other requests of the caller."""
        if len(self.bunches) == 1 == len(self.bunches[0].things):
            return (self,)
        changed = reach.patterns.since(before.patterns)
        if self.stable and not changed:
            return (self,)
        parts = Crops(reach)
        for bunch in self.bunches:
            if self.stable and "" not in changed and bunch.service not in changed:
                parts.add_all(bunch, self.estate, trust=self.trust, key=())
                continue
            for thing, actions in bunch.things:
                key: Hashable = None
                if self.stable and "" not in changed:
                    key = reach.patterns.covering(thing)
                parts.add(thing, actions, self.estate, trust=self.trust, key=key)
        return parts


class Crops:
    """Gathers things into crops."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._crops: dict[Hashable, Crop] = {}

    def __iter__(self) -> Iterator[Crop]:
        """Yield the crops in the order of their first things."""
        yield from self._crops.values()

    def add(
        self,
        thing: str,
        actions: Mask,
        estate: Estate,
        *,
        trust: bool = False,
        key: Hashable | None = None,
    ) -> None:
        """Put a thing to those that it is like, or to those under a `key` that stands for it."""
        stable, place = True, (trust, key)
        if key is None:
            likeness = self._reach.likeness(estate, thing, trust=trust)
            stable, place = likeness.stable, (trust, ("", likeness.key))
        crop = self._crop(place, estate, stable=stable, trust=trust)
        crop.actions |= actions
        service = thing.split(":", 3)[2] if ":" in thing else ""
        last = crop.bunches[-1] if crop.bunches else None
        if last is None or last.service != service:
            crop.bunches.append(Bunch(service, [(thing, actions)], actions))
        else:
            last.things.append((thing, actions))
            last.actions |= actions

    def add_all(self, bunch: Bunch, estate: Estate, *, trust: bool = False, key: Hashable) -> None:
        """Put things of one service to those under a `key`."""
        crop = self._crop((trust, key), estate, stable=True, trust=trust)
        crop.actions |= bunch.actions
        # A copy, as things may be put to it here.
        crop.bunches.append(Bunch(bunch.service, list(bunch.things), bunch.actions))

    def _crop(self, place: Hashable, estate: Estate, *, stable: bool, trust: bool) -> Crop:
        known = self._crops.get(place)
        if known is None:
            known = self._crops[place] = Crop(estate, stable, trust)
        return known
