# SPDX-License-Identifier: Apache-2.0
"""Things of other accounts that are open to many, as one caller is asked about them.

The same thousand things are there for callers of all accounts, most of them written about alike.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.requests import Reach
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.question.lots import Lot


class Part(NamedTuple):
    """Some of the actions that are asked about a lot."""

    trust: bool
    """They ask a role's trust."""
    actions: Mask
    key: Hashable | None
    """What stands for the things that are like those of the lot; None where nothing does."""


class Abroad(NamedTuple):
    """Things that are written about alike."""

    place: int
    """Of the first, or of what it is in, among all that is open to many."""
    lot: Lot
    parts: tuple[Part, ...]
    """The actions that are not denied for want of an allow."""


class _Asked(NamedTuple):
    """What is asked about a thing, by what acts on it and what is opened of it."""

    acting: Mask
    opened: Mask
    """Kept, so that no other sets of actions are where these two are."""
    asked: Mask
    possible: tuple[tuple[bool, Mask], ...]


class _Alike(Struct):
    place: int
    asked: Mask
    parts: tuple[Part, ...]
    things: list[str] = field(default_factory=list)


class Foreign:
    """Puts such things to those that one caller cannot tell from them."""

    def __init__(
        self,
        kernel: Kernel,
        reach: Reach,
        opened: Mapping[int, Mask],
        *,
        wanted: Mask,
        granted: Mask,
    ) -> None:
        """Take what is `opened` to the caller by place, which actions are asked for, and which of
        these its own policies could allow.
        """
        self._kernel, self._patterns = kernel, reach.patterns
        self._opened, self._wanted, self._granted = opened, wanted, granted
        self._closely = reach.patterns.asks_for_owner or "" in reach.patterns.services
        self._unowned = kernel.elsewhere.unowned
        self._known: dict[tuple[int, int, bool], _Asked] = {}

    def lots(self, things: Iterable[tuple[int, str]]) -> Iterator[Abroad]:
        """Yield things, given with their places, in lots, in the order of their first ones."""
        found: dict[Hashable, _Alike] = {}
        opened, known, kin = self._opened, self._known, self._kernel.kin
        for place, thing in things:
            acting, could = masks.acting_on(thing), opened.get(place, 0)
            bare = bool(self._unowned) and not self._unowned.isdisjoint(carriers(thing))
            asked = known.get((id(acting), id(could), bare)) or self._asked(acting, could, bare)
            kins = [kin(place, thing, trust) for trust, _ in asked.possible]
            closely = self._closely or thing.split(":", 3)[2] in self._patterns.services
            marks = self._marks(thing) if closely and kins else ()
            like = thing if marks is None or None in kins else (id(asked), marks, *kins)
            alike = found.get(like)
            if alike is None:
                alike = found[like] = _Alike(place, asked.asked, _parts(asked, kins, marks))
            alike.things.append(thing)
        for one in found.values():
            yield Abroad(one.place, Lot.of_alike(one.things, one.asked), one.parts)

    def _asked(self, acting: Mask, opened: Mask, bare: bool) -> _Asked:  # noqa: FBT001 - as it is kept
        """State what is asked; of what may be the caller's own, either side may allow it."""
        asked = acting & self._wanted
        could = opened | self._granted if bare else opened & self._granted
        possible = tuple(by_trust(asked & could))
        known = self._known[id(acting), id(opened), bare] = _Asked(acting, opened, asked, possible)
        return known

    def _marks(self, thing: str) -> Hashable | None:
        """Return what tells a thing from others to this caller; None where a request does."""
        patterns = self._patterns
        covering = patterns.covering(thing)
        if not patterns.asks_for_owner or covering is None:
            return covering
        return covering, account_of(thing)


def _parts(
    asked: _Asked, kins: Sequence[Hashable | None], marks: Hashable | None
) -> tuple[Part, ...]:
    keys = (None if None in {kin, marks} else ("kin", kin, marks) for kin in kins)
    return tuple(Part(*one, key) for one, key in zip(asked.possible, keys, strict=True))


def by_trust(actions: Mask) -> Iterator[tuple[bool, Mask]]:
    """Yield the actions of STS, of which some ask a role's trust, and the others."""
    sts = masks.matching("sts:*")
    for trust, part in ((True, actions & sts), (False, actions & ~sts)):
        if part:
            yield trust, part
