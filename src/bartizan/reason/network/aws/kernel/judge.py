# SPDX-License-Identifier: Apache-2.0
"""Who of all interfaces reaches one of them: the ways of their places, and the groups of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Lists, Longs, Words
from bartizan.reason.network.aws.kernel.group_rules import Recipe
from bartizan.reason.network.aws.kernel.groups import Groups
from bartizan.reason.network.aws.kernel.listens import Listens
from bartizan.reason.network.aws.kernel.paths import End, Ways
from bartizan.reason.network.aws.kernel.plain import Plain, ends
from bartizan.reason.network.aws.kernel.seats import Seats
from bartizan.reason.network.aws.kernel.world import World

_REMEMBERED = 8
"""Places whose ways are remembered."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Classes of senders whose packets come in one manner."""

    classes: Ints
    """In the order of the stretches that they are seen at."""
    seen: Ints
    """The fine stretch that each is seen at."""
    way: Ints
    """Of each, its way."""
    once: bool
    """No class is in it twice."""


@dataclass(frozen=True, slots=True)
class Senders:
    """Classes that send, in the order of the stretches that they are seen at."""

    classes: Ints
    place: Ints
    seen: Ints


@dataclass(frozen=True, slots=True)
class Family:
    """Places of one family of addresses."""

    places: Ints
    plain: Plain
    """The ways between them."""
    own: Senders
    """The classes in them that send, by their own addresses."""
    public: Senders
    """Those that have a public address, by these."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """All ways to one place, with the classes that may go them."""

    ways: Ways
    exact: bool
    """Nothing about them is unknown."""
    plain: Batch
    """Seen by their own address."""
    shown: Batch
    """Seen by their public address."""
    hidden: Batch
    """Seen as a NAT gateway."""
    lost: Ints
    """Classes whose packets get lost, and `lost_way` the ways of those."""
    lost_way: Ints


class Judge:
    """Decides for all classes of interfaces at once."""

    def __init__(
        self,
        world: World,
        seats: Seats,
        groups: Groups,
        listens: Listens,
        *,
        fine: Line,
        nat_seen: tuple[Ints, Ints],
        plain: tuple[Plain, Plain],
    ) -> None:
        self._plain = plain
        self.world, self.seats, self.groups, self.listens = world, seats, groups, listens
        self.fine, self.nat_seen = fine, nat_seen
        self.arrivals = lru_cache(_REMEMBERED)(self._find_arrivals)

    @cached_property
    def members(self) -> Lists:
        """Of each group, the classes that have it, in their order."""
        owners, groups = self.groups.sets.joined(self.seats.groups)
        return Lists.grouped(groups, owners.astype(np.int32), self.groups.count)

    @cached_property
    def _families(self) -> tuple["Family", "Family"]:
        """The places of IPv4 and of IPv6."""
        four, other = map(self._family, self._plain)
        return four, other

    def _family(self, plain: Plain) -> "Family":
        seats = self.seats
        own = np.zeros(seats.places, dtype=bool)
        own[plain.places] = True
        classes = np.flatnonzero(seats.sends & own[seats.place]).astype(np.int32)
        public = classes[seats.public[classes] >= 0]
        public = public[np.argsort(seats.public[public], kind="stable")]
        return Family(
            plain.places,
            plain,
            Senders(classes, seats.place[classes], seats.fine[classes]),
            Senders(public, seats.place[public], seats.public[public]),
        )

    def family(self, place: int) -> "Family":
        """Return the family that a place is of."""
        return self._families[int(self.seats.place_stretch[place]) >= self.world.line_six]

    def holders(self, stretch: int) -> tuple[int, ...]:
        """Return the groups of all interfaces that may have an address."""
        fine = self.seats.fine
        first, last = np.searchsorted(fine, [stretch, stretch + 1]).tolist()
        sets = np.unique(self.seats.groups[first:last]).astype(np.int32)
        return tuple(np.unique(self.groups.sets.joined(sets)[1]).tolist())

    def end(self, places: Ints) -> End:
        """Return places as ends of flows."""
        return ends(self.seats, places)

    def goal(self, place: int) -> End:
        """Return one place as an end of flows."""
        seats = self.seats
        return End(
            subnet=int(seats.place_subnet[place]),
            stretch=int(seats.place_stretch[place]),
            shown=int(seats.place_public[place]),
            denies=int(seats.place_denies[place]),
            contested=int(seats.place_contested[place]),
        )

    def _find_arrivals(self, place: int, *, public: bool) -> Arrivals:
        """Return all ways to the private addresses of a place, or to its public ones."""
        family = self.family(place)
        found = family.plain.ways(place, public=public)
        shown, hidden = found.shown, found.nat >= 0
        seats = self.seats
        origin = family.places[found.origin]
        owners, lost = seats.of_place.joined(family.places[found.lost])
        sending = seats.sends[lost]
        return Arrivals(
            found,
            not len(found.lost) and _alike(found.masks),
            self._batch(origin, ~shown & ~hidden, family.own),
            self._batch(origin, shown & ~hidden, family.public),
            self._batch(origin, hidden, family.own),
            lost[sending],
            owners[sending].astype(np.int32),
        )

    def _batch(self, origin: Ints, rows: Flags, senders: Senders) -> Batch:
        """Return who of some senders goes some of the ways, each of which is from one place."""
        numbers = np.flatnonzero(rows).astype(np.int32)
        found: list[tuple[Longs, Ints]] = []
        while len(numbers):
            way = np.full(self.seats.places, -1, dtype=np.int32)
            way[origin[numbers]] = numbers
            held = way[senders.place]
            chosen = np.flatnonzero(held >= 0)
            found.append((chosen, held[chosen]))
            numbers = numbers[way[origin[numbers]] != numbers]
        if not found:
            none = senders.classes[:0]
            return Batch(none, none, none, once=True)
        if len(found) == 1:
            rows_, ways_ = found[0]
            return Batch(senders.classes[rows_], senders.seen[rows_], ways_, once=True)
        rows_, ways_ = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(rows_, kind="stable")
        rows_ = rows_[order]
        return Batch(senders.classes[rows_], senders.seen[rows_], ways_[order], once=False)

    def to(self, number: int, *, public: bool, words: Sequence[int], asked: Words) -> Masks:
        """Return what every class may send to one class, by its private or public addresses.

        Only those of the `words` are told, and only where any of what is `asked` may pass.
        """
        seats = self.seats
        recipe = self.groups.into.recipe(int(seats.groups[number]))
        if not (recipe.anything & asked).any():
            none = np.zeros((len(words), len(seats)), dtype=np.uint64)
            return Masks(none, none)
        found = self.arrivals(int(seats.place[number]), public=public)
        sent_to = int(seats.public[number] if public else seats.fine[number])
        return _Asked(self, found, number, sent_to=sent_to, words=words).answer()


class _Asked:
    """One class that is sent to, by one of its addresses."""

    def __init__(
        self, judge: Judge, found: Arrivals, number: int, *, sent_to: int, words: Sequence[int]
    ) -> None:
        self._judge, self._found, self._words = judge, found, words
        seats = judge.seats
        self._set = int(seats.groups[number])
        self._takes = bool(seats.takes[number])
        self._recipe = judge.groups.into.recipe(self._set)
        self._out = judge.groups.out.at(sent_to)
        self._sent_to = sent_to
        self._listens = judge.listens.masks(int(seats.listens[number]))
        self._exact = found.exact and judge.groups.exact and judge.listens.exact
        size = (len(words), len(seats))
        self._yes = np.zeros(size, dtype=np.uint64)
        self._maybe = self._yes if self._exact else np.zeros(size, dtype=np.uint64)

    def answer(self) -> Masks:
        """Return what arrives, for the words that were asked."""
        found = self._found
        if self._takes:
            for batch in (found.plain, found.shown, found.hidden):
                if len(batch.classes):
                    self._batch(batch, plain=batch is found.plain)
        if len(found.lost):
            self._lose()
        return Masks(self._yes, self._maybe)

    def _batch(self, batch: Batch, *, plain: bool) -> None:
        into = self._into(batch, plain=plain)
        for at, word in enumerate(self._words):
            self._mark(self._yes[at], batch, into.yes[at] & self._sent(batch, word, sure=True))
            if not self._exact:
                maybe = into.maybe[at] & self._sent(batch, word, sure=False)
                self._mark(self._maybe[at], batch, maybe)

    def _mark(self, found: Words, batch: Batch, passed: Words) -> None:
        if batch.once:
            found[batch.classes] |= passed
        else:
            np.bitwise_or.at(found, batch.classes, passed)

    def _sent(self, batch: Batch, word: int, *, sure: bool) -> Words:
        """Return what leaves the senders and passes all on the way, in one word."""
        held = self._found.ways
        masks = (held.masks.yes if sure else held.masks.maybe)[word][batch.way]
        sets = self._judge.seats.groups[batch.classes]
        out = (self._out.yes if sure else self._out.maybe)[word][sets]
        named = self._named
        if named is not None:
            out = out | np.where(held.outward[batch.way], named[word][sets], np.uint64(0))
        listens = (self._listens.yes if sure else self._listens.maybe)[word]
        return np.asarray(masks & out & listens)

    @cached_property
    def _named(self) -> Words | None:
        """What senders may send to the groups of the receiver."""
        groups = self._judge.groups.sets.of(self._set)
        return self._judge.groups.out.naming(tuple(groups.tolist()))

    def _into(self, batch: Batch, *, plain: bool) -> Masks:
        """Return what the receiver's groups let in from each sender."""
        recipe = self._recipe
        seen = batch.seen
        if batch is self._found.hidden:
            ways_, nats = self._found.ways, self._judge.nat_seen
            nat = ways_.nat[batch.way]
            seen = np.where(ways_.shown[batch.way], nats[1][nat], nats[0][nat])
            order = np.argsort(seen, kind="stable")
            sorted_ = paint(recipe, seen[order], self._words)
            yes = np.empty_like(sorted_)
            yes[:, order] = sorted_
        else:
            yes = paint(recipe, seen, self._words)
        if plain:
            self._refer(yes, batch)
        if self._exact:
            return Masks(yes, yes)
        return Masks(yes, yes | recipe.doubt[list(self._words), None])

    def _refer(self, yes: Words, batch: Batch) -> None:
        """Let in members of the groups that the receiver's rules name."""
        recipe, members = self._recipe, self._judge.members
        inward = self._found.ways.inward
        for at, peer in enumerate(recipe.peers.tolist()):
            rows = batch_rows(batch, members.of(peer))
            rows = rows[inward[batch.way[rows]]]
            for place, word in enumerate(self._words):
                yes[place, rows] |= recipe.peer_masks[word, at]

    def _lose(self) -> None:
        """Doubt what gets lost: it may arrive, unless no rule of either side is for it."""
        judge, found = self._judge, self._found
        sets = judge.seats.groups[found.lost]
        named = judge.groups.out.naming(judge.holders(self._sent_to))
        for at, word in enumerate(self._words):
            open_ = self._recipe.anything[word]
            out = self._out.maybe[word][sets]
            if named is not None:
                out = out | named[word][sets]
            passed = found.ways.lost_masks[word][found.lost_way] & out & open_
            np.bitwise_or.at(self._maybe[at], found.lost, passed)


def _alike(masks: Masks) -> bool:
    """Tell that whatever possibly passes surely does."""
    return masks.yes is masks.maybe or bool((masks.yes == masks.maybe).all())


def batch_rows(batch: Batch, members: Ints) -> Ints:
    """Return where members of a group are in a batch of classes in their order."""
    if not batch.once:
        return np.flatnonzero(np.isin(batch.classes, members)).astype(np.int32)
    place = np.searchsorted(batch.classes, members)
    inside = place < len(batch.classes)
    place, members = place[inside], members[inside]
    return np.asarray(place[batch.classes[place] == members], dtype=np.int32)


def paint(recipe: Recipe, seen: Ints, words: Sequence[int]) -> Words:
    """Return what a set of groups lets pass from or to each of some stretches in order."""
    found = np.zeros((len(words), len(seen)), dtype=np.uint64)
    first = np.searchsorted(seen, recipe.first).tolist()
    end = np.searchsorted(seen, recipe.end).tolist()
    for at, word in enumerate(words):
        row = found[at]
        for low, high, mask in zip(first, end, recipe.masks[word].tolist(), strict=True):
            if mask and low < high:
                row[low:high] |= np.uint64(mask)
    return found
