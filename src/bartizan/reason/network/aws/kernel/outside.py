# SPDX-License-Identifier: Apache-2.0
"""What comes to interfaces from the Internet and from remote sites."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from msgspec.structs import replace

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.addresses import Line, Spans, address_of
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, combined
from bartizan.reason.network.aws.kernel.course import ARRIVES, UNCLEAR
from bartizan.reason.network.aws.kernel.crowd import Coming, Crowd, Exposure
from bartizan.reason.network.aws.kernel.incoming import incoming
from bartizan.reason.network.aws.kernel.judge import Judge, paint
from bartizan.reason.network.aws.kernel.lanes import gathered
from bartizan.reason.network.aws.kernel.paths import End, Sort, Ways, walked
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.topology.addresses import PUBLIC

_LEADING_ON = (Kind.INTERFACE, Kind.INSPECTION, Kind.TRANSIT, Kind.SITE, Kind.UNKNOWN, Kind.UNREAD)
_REMEMBERED = 1 << 10
_WHOLE = 128
"""Length of the prefix of a single IPv6 address."""


class Outside:
    """The Internet and remote sites, as senders."""

    def __init__(
        self, judge: Judge, *, public: Spans, home: Spans, site_spans: Spans, site_owner: Ints
    ) -> None:
        self._judge, self._public, self._home = judge, public, home
        self._site_spans, self._site_owner = site_spans, site_owner
        self._coming = lru_cache(_REMEMBERED)(self._find_coming)
        self._prepared: dict[tuple[int, bool], Coming] = {}
        self._losing: set[tuple[int, bool]] = set()
        self._telling_of: dict[tuple[int, ...], Ints] = {}

    @cached_property
    def _coarse_of(self) -> Ints:
        return self._judge.world.line.stretch(self._judge.fine.cuts)

    @cached_property
    def internet(self) -> Crowd:
        """Every public address that is nobody's in the estate."""
        fine = self._judge.fine
        found = np.zeros(len(fine), dtype=bool)
        found[fine.within(PUBLIC)] = True
        home = fine.stretch(self._home.low), fine.ends(self._home.end)
        for first, last in zip(*home, strict=True):
            found[first:last] = False
        found[self._full()] = False
        return self._crowd(Sort.INTERNET, found)

    def _full(self) -> list[int]:
        """Return the stretches all of whose addresses are the estate's."""
        fine, held = self._judge.fine, self._public
        one = (held.end == b"") | (held.length == _WHOLE)
        size = np.bincount(fine.stretch(held.low[one]), minlength=len(fine)).tolist()
        several = held.at(~one)
        keys = several.low.tolist(), several.end.tolist()
        for stretch, low, end in zip(fine.stretch(several.low).tolist(), *keys, strict=True):
            size[stretch] += address_of(end)[1] - address_of(low)[1]
        return [n for n, count in enumerate(size) if count and count >= _extent(fine, n)]

    def site(self, number: int) -> Crowd:
        """Return what is known to lie at a remote site, or everything where nothing is."""
        sites, fine = self._judge.world.sites, self._judge.fine
        ends = np.flatnonzero(sites.name == number)
        found = np.zeros(len(fine), dtype=bool)
        spans = self._site_spans.at(np.isin(self._site_owner, ends))
        for first, end in zip(fine.stretch(spans.low), fine.ends(spans.end), strict=True):
            found[first:end] = True
        bare = not len(spans.low)
        if bare:
            found[:] = True
        return self._crowd(Sort.SITE, found, ends=tuple(ends.tolist()), bare=bare)

    def _crowd(
        self, sort: Sort, found: Flags, *, ends: tuple[int, ...] = (-1,), bare: bool = False
    ) -> Crowd:
        before = np.concatenate([[0], np.cumsum(found)]).astype(np.int64)
        coarse = np.unique(self._coarse_of[found]).astype(np.int32)
        return Crowd(sort, found, before, coarse, ends, bare)

    def coming(self, place: int, crowd: Crowd, *, public: bool) -> Coming:
        """Return what comes to the private addresses of a place, or to its public ones."""
        if crowd.sort is not Sort.INTERNET:
            return self._coming(place, crowd, public=public)
        one = int(self._judge.like[place]) if public else place
        return self._prepared.get((one, public)) or self._coming(one, crowd, public=public)

    def prepare(self, places: Ints, *, public: bool) -> Flags:
        """Work out what comes to many places from the Internet at once, and tell of each of them
        whether anything gets lost.
        """
        judge, crowd = self._judge, self.internet
        asked = judge.like[places] if public else places
        fresh = [n for n in np.unique(asked).tolist() if (n, public) not in self._prepared]
        if fresh:
            places = np.array(fresh, dtype=np.int32)
            six = judge.seats.place_stretch[places[0]] >= judge.world.line_six
            stretches = crowd.coarse[(crowd.coarse >= judge.world.line_six) == six]
            each = self._each_telling(places, stretches)
            counts = np.array([len(held) for held in each])
            ends, sources = np.cumsum(counts), np.concatenate(each)
            goals = judge.end(np.repeat(places, counts))
            whole = self._from_internet(sources, goals, six=six, public=public)
            for place, low, high in zip(
                fresh, (ends - counts).tolist(), ends.tolist(), strict=True
            ):
                self._prepared[place, public] = whole.part(low, high)
            lost = np.repeat(places, counts)[whole.lost.any(axis=0)]
            self._losing |= {(place, public) for place in np.unique(lost).tolist()}
        losing = [place for place, shown in self._losing if shown == public]
        return np.isin(asked, losing)

    def _each_telling(self, places: Ints, stretches: Ints) -> list[Ints]:
        """Return of each place which stretches have to be asked, found once for those alike."""
        world, subnet = self._judge.world, self._judge.seats.place_subnet[places]
        acl, table = world.ground.acl[subnet], world.ground.table[subnet]
        gate, tables = world.gateways.of_network[world.ground.network[subnet]], world.tables
        whole = tables.unsure[table] | ((gate >= 0) & (world.gateways.edge[gate] >= 0))
        leading = np.isin(tables.kind, _LEADING_ON)
        told = np.where(whole, -1, tables.held.telling(stretches, leading)[table])
        lists = world.lists.into.shape(acl), world.lists.out.shape(acl)
        numbers, first = combined([told, *lists])
        goals = map(self._judge.goal, places[first].tolist())
        held = [self._telling(goal, stretches) for goal in goals]
        return [held[number] for number in numbers.tolist()]

    def _find_coming(self, place: int, crowd: Crowd, *, public: bool) -> Coming:
        """Return what comes to the private addresses of a place, or to its public ones."""
        judge = self._judge
        goal = judge.goal(place)
        six = int(judge.seats.place_stretch[place]) >= judge.world.line_six
        stretches = crowd.coarse[(crowd.coarse >= judge.world.line_six) == six]
        if crowd.sort is Sort.INTERNET:
            stretches = self._telling(goal, stretches)
            goals = judge.end(np.full(len(stretches), place, dtype=np.int32))
            return self._from_internet(stretches, goals, six=six, public=public)
        parts = [
            walked(
                judge.world, len(stretches), End(sort=crowd.sort, stretch=stretches, site=end),
                goal, public=public,
            )
            for end in crowd.ends
        ]  # fmt: skip
        return self._joined(parts, stretches)

    def _from_internet(self, sources: Ints, goals: End, *, six: bool, public: bool) -> Coming:
        """Return what comes from stretches of the Internet, each to a place: what is plain is
        looked up, and the rest walked.
        """
        world, size = self._judge.world, len(sources)
        if six or not public:
            rest, found = np.arange(size, dtype=np.int32), None
        else:
            status, masks = incoming(world, sources, goals)
            rest = np.flatnonzero(status == UNCLEAR).astype(np.int32)
            arrives = np.where(status == ARRIVES, ~np.uint64(0), np.uint64(0))
            found = Masks(masks.yes & arrives, masks.maybe & arrives)
        parts = []
        if len(rest):
            ends = End(sort=Sort.INTERNET, stretch=sources[rest])
            more = walked(world, len(rest), ends, goals.at(rest), public=public)
            parts = [replace(more, origin=rest[more.origin], lost=rest[more.lost])]
        return self._joined(parts, sources, found)

    def _joined(self, parts: list[Ways], stretches: Ints, found: Masks | None = None) -> Coming:
        size, words = len(stretches), self._judge.world.ports.words
        none = np.zeros((words, size), dtype=np.uint64)
        yes, maybe = found or (none, none)
        lost = none
        for part in parts:
            came = gathered(part.origin, part.masks, size)
            yes, maybe = yes | came.yes, maybe | came.maybe
            lost = lost | gathered(part.lost, Masks(part.lost_masks, part.lost_masks), size).maybe
        starts = np.searchsorted(self._coarse_of, stretches).astype(np.int32)
        return Coming(starts, Masks(yes, maybe), lost)

    def _telling(self, goal: End, stretches: Ints) -> Ints:
        """Keep of the Internet's stretches the first of each run that no table on the way tells
        apart; all of a run that is led on to somewhere else.
        """
        world = self._judge.world
        subnet = int(np.asarray(goal.subnet))
        acl, table = int(world.ground.acl[subnet]), int(world.ground.table[subnet])
        network = int(world.ground.network[subnet])
        gate = int(world.gateways.of_network[network])
        if not len(stretches) or (gate >= 0 and world.gateways.edge[gate] >= 0):
            return stretches
        if len(world.tables.doubtful.of(table)):
            return stretches
        lists = world.lists.into.like(acl), world.lists.out.like(acl)
        known = table, *lists, int(stretches[0])
        if known not in self._telling_of:
            self._telling_of[known] = self._runs(acl, table, stretches)
        return self._telling_of[known]

    def _runs(self, acl: int, table: int, stretches: Ints) -> Ints:
        """Keep the first of each run of stretches that a list and a table do not tell apart."""
        world = self._judge.world
        lists = [held.row(acl)[0] for held in (world.lists.into, world.lists.out)]
        starts, entries = world.tables.held.row(table)
        held = entries[np.searchsorted(starts, stretches, "right") - 1]
        run = np.searchsorted(np.unique(np.concatenate(lists)), stretches, "right")
        first = np.ones(len(stretches), dtype=bool)
        first[1:] = (run[1:] != run[:-1]) | (held[1:] != held[:-1])
        return stretches[first | np.isin(world.tables.kind[held], _LEADING_ON)]

    def addresses(self, number: int, crowd: Crowd) -> Sequence[bool]:
        """Tell by which addresses of a class something may come: False for the private ones, True
        for those that stand for them.
        """
        six = int(self._judge.seats.fine[number]) >= self._judge.fine.six
        shown = int(self._judge.seats.public[number]) >= 0
        own = [False] if crowd.sort is not Sort.INTERNET or (six and shown) else []
        return [*own, *([True] if shown and not six else [])]

    def to(self, number: int, crowd: Crowd) -> Sequence[Exposure]:
        """Return what comes from outside to one class, by each of its addresses."""
        place = int(self._judge.seats.place[number])
        return [
            self.exposure(number, self.coming(place, crowd, public=public), crowd)
            for public in self.addresses(number, crowd)
        ]

    def exposure(self, number: int, coming: Coming, crowd: Crowd) -> Exposure:
        """Return what comes to one class of what comes to its place."""
        judge = self._judge
        seats = judge.seats
        recipe = judge.groups.into.recipe(int(seats.groups[number]))
        cuts = np.unique(np.concatenate([coming.starts, recipe.first, recipe.end]))
        if not len(coming.starts):
            return _nothing(judge.world.ports.words)
        last = self._last(int(coming.starts[0]))
        seen = cuts[(cuts >= coming.starts[0]) & (cuts < last)]
        end = np.append(seen[1:], last).astype(np.int32)
        some = crowd.before[end] > crowd.before[seen]
        seen, end = seen[some].astype(np.int32), end[some]
        words = range(judge.world.ports.words)
        way = np.searchsorted(coming.starts, seen, "right") - 1
        listens = judge.listens.masks(int(seats.listens[number]))
        into = paint(recipe, seen, words)
        takes = bool(seats.takes[number]) * ~np.uint64(0)
        yes = into & coming.masks.yes[:, way] & listens.yes[:, None] & takes
        maybe = (into | recipe.doubt[:, None]) & coming.masks.maybe[:, way]
        maybe = maybe & listens.maybe[:, None] & takes
        maybe |= coming.lost[:, way] & recipe.anything[:, None]
        if crowd.bare:
            yes = np.zeros_like(yes)
        return Exposure(seen, end, Masks(yes, maybe))

    def _last(self, stretch: int) -> int:
        fine = self._judge.fine
        return fine.six if stretch < fine.six else len(fine)


def _nothing(words: int) -> Exposure:
    none = np.zeros(0, dtype=np.int32)
    empty = np.zeros((words, 0), dtype=np.uint64)
    return Exposure(none, none, Masks(empty, empty))


def _extent(line: Line, number: int) -> int:
    """Return how many addresses a stretch has."""
    version, low = address_of(bytes(line.cuts[number]))
    bits = 32 if version == 4 else 128  # noqa: PLR2004 - the version
    if number + 1 == len(line) or number + 1 == line.six:
        return (1 << bits) - low
    return address_of(bytes(line.cuts[number + 1]))[1] - low
