# SPDX-License-Identifier: Apache-2.0
"""Things that are alike to one caller, so that one of them is asked about for all.

The kernel says what is alike: things are told apart by what is written about them, and by which of
the caller's own statements speak of them.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.requests import Heard, Reach
from bartizan.reason.authz.aws.masks import Mask


@dataclass(slots=True)
class Crop:
    """Things that are alike, each with the actions that are asked about it."""

    estate: Estate
    """One that tells about them."""
    stable: bool
    """They stay alike whatever is stated of requests."""
    trust: bool
    """They are asked about by actions that ask a role's trust."""
    things: list[tuple[str, Mask]] = field(default_factory=list)

    @property
    def actions(self) -> Mask:
        """The actions that are asked about some of them."""
        return reduce(or_, (actions for _, actions in self.things), 0)

    def judge(self, reach: Reach, actions: Mask) -> Iterator[Heard]:
        """Decide some actions for all of them."""
        yield from reach.judge(self.estate, self.things, actions)

    def apart(self, reach: Reach, before: Reach) -> "Iterable[Crop]":
        """Return its parts that are alike for other requests of the caller."""
        if len(self.things) == 1:
            return (self,)
        changed = reach.patterns.since(before.patterns)
        if self.stable and not changed:
            return (self,)
        parts = Crops(reach)
        for thing, actions in self.things:
            key: Hashable = None
            if self.stable and "" not in changed:
                service = thing.split(":", 3)[2] if ":" in thing else ""
                key = reach.patterns.covering(thing) if service in changed else ()
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
        known = self._crops.get(place)
        if known is None:
            known = self._crops[place] = Crop(estate, stable, trust)
        known.things.append((thing, actions))
