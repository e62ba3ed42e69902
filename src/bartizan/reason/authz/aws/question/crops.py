# SPDX-License-Identifier: Apache-2.0
"""Things that are alike to one caller, so that one of them is asked about for all.

The kernel says what is alike: things are told apart by what is written about them, and by which of
the caller's own statements speak of them.
"""

from collections.abc import Hashable, Iterable, Iterator

from msgspec import Struct, field

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.requests import Heard, Reach
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.question.lots import Lot, parted


class Crop(Struct, eq=False):
    """Things that are alike."""

    estate: Estate
    """One that tells about them."""
    stable: bool
    """They stay alike whatever is stated of requests."""
    trust: bool
    """They are asked about by actions that ask a role's trust."""
    lots: list[tuple[Lot, Mask]] = field(default_factory=list)
    """The things, with those of the actions that are asked about them that are looked at here."""
    actions: Mask = 0
    """All these actions."""

    @property
    def first(self) -> str:
        """One of the things."""
        return self.one(self.actions)[0]

    def held(self, actions: Mask) -> Iterator[tuple[Lot, Mask]]:
        """Yield the lots that some actions are asked about, each with those."""
        for lot, mask in self.lots:
            if common := mask & actions:
                yield lot, common

    def asked(self, action: Mask) -> Iterator[str]:
        """Yield the things that one action is asked about."""
        for lot, _ in self.held(action):
            yield from (thing for thing, _ in lot.among(action))

    def one(self, actions: Mask) -> tuple[str, Mask]:
        """Return the first of the things that some actions are asked about, with those."""
        for lot, common in self.held(actions):
            return next(lot.among(common))
        raise LookupError(masks.first(actions))

    def judge(self, reach: Reach, actions: Mask) -> Iterator[Heard]:
        """Decide some actions for all of them."""
        yield from reach.judge(self.estate, self.first, actions, self.one)

    def apart(self, reach: Reach, before: Reach) -> "Iterable[Crop]":
        """Return its parts that are alike for other requests of the caller."""
        if len(self.lots) == 1 == len(self.lots[0][0].things):
            return (self,)
        changed = reach.patterns.since(before.patterns)
        if self.stable and not changed:
            return (self,)
        parts = Crops(reach)
        same = self.stable and "" not in changed
        for lot, actions, whole in parted(
            self.lots, lambda lot, _: same and not lot.is_of(changed)
        ):
            key: Hashable | None = ()
            if not whole:
                key = reach.patterns.covering(lot.things[0]) if same else None
            parts.add(lot, actions, self.estate, trust=self.trust, key=key)
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
        lot: Lot,
        actions: Mask,
        estate: Estate,
        *,
        trust: bool = False,
        key: Hashable | None = None,
    ) -> None:
        """Put a thing, by some of the actions that are asked about it, to those that it is like;
        or things to those under a `key` that stands for them.
        """
        stable, place = True, (trust, key)
        if key is None:
            (thing,) = lot.things
            likeness = self._reach.likeness(estate, thing, trust=trust)
            stable, place = likeness.stable, (trust, ("", likeness.key))
        crop = self._crops.get(place)
        if crop is None:
            crop = self._crops[place] = Crop(estate, stable, trust)
        crop.lots.append((lot, actions))
        crop.actions |= actions
