# SPDX-License-Identifier: Apache-2.0
"""Security groups: what each set of them lets in and out, for every peer and port.

Rules only allow, and those of all groups of an interface are taken together.
Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from msgspec import Struct

from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.columns import (
    MAYBE,
    NO,
    YES,
    Bits,
    Flags,
    Ints,
    Lists,
    Longs,
    Rows,
    Words,
    alike_parts,
    combined,
)
from bartizan.reason.network.aws.kernel.group_rules import Between, Pairing, Reach, Recipe, Rules
from bartizan.reason.network.aws.kernel.ports import Bit, Ports, Spec

_REMEMBERED = 16


class Sent(Struct, frozen=True, eq=False):
    """What sets of groups let pass, surely, to or from one stretch."""

    yes: Words
    shape: Ints
    """Of each set, a number that only those have as well which let the same pass."""


class Direction:
    """The rules of one direction of all groups."""

    def __init__(
        self,
        rules: Rules,
        *,
        masks: Words,
        sets: Lists,
        holders: Lists,
        members: "Pairing",
        six: int,
        size: int,
        unknown: Flags,
        every: Words,
    ) -> None:
        order = np.argsort(rules.group, kind="stable")
        self.rules = Rules(
            rules.group[order], rules.spec[order], rules.first[order], rules.end[order],
            rules.peer[order],
        )  # fmt: skip
        self._masks, self._sets, self._holders = masks, sets, holders
        self._six, self._size, self._every = six, size, every
        self._unknown = unknown
        self._starts = np.searchsorted(self.rules.group, np.arange(len(unknown) + 1))
        self._of_group = Lists(self._starts, np.arange(len(order), dtype=np.int32))
        self._members = members
        self._split()
        self._whole = lru_cache(_REMEMBERED)(self._find_whole)
        self.sent = lru_cache(_REMEMBERED)(self._find_sent)
        self.naming = lru_cache(_REMEMBERED)(self._find_naming)
        self.recipe = lru_cache(1 << 14)(self._find_recipe)

    def _split(self) -> None:
        """Part rules that hold for a whole family from the others, which are looked through."""
        rules = self.rules
        ranges = rules.first >= 0
        whole4 = ranges & (rules.first == 0) & (rules.end == self._six)
        whole6 = ranges & (rules.first == self._six) & (rules.end == self._size)
        doubt = np.flatnonzero(rules.first == -2)  # noqa: PLR2004 - as the field says
        self._base = [self._spread(np.flatnonzero(rows)) for rows in (whole4, whole6)]
        self._doubt = self._spread(doubt)
        free = np.flatnonzero((self._sets.starts[1:] - self._sets.starts[:-1]) == 0)
        dark = self._holders.joined(np.flatnonzero(self._unknown).astype(np.int32))[1]
        self._doubt[:, dark] = self._every[:, None]
        for held in self._base:
            held[:, free] = self._every[:, None]
        self._narrow = np.flatnonzero(ranges & ~whole4 & ~whole6)
        self._narrow_first = rules.first[self._narrow]
        self._narrow_end = rules.end[self._narrow]
        named = np.flatnonzero(rules.peer >= 0)
        self._naming = Lists.grouped(rules.peer[named], named.astype(np.int32), len(self._unknown))

    def _spread(self, rows: Rows) -> Words:
        """Give what some rules allow to all sets that have their groups."""
        found = np.zeros((len(self._every), len(self._sets.starts) - 1), dtype=np.uint64)
        self._mark(found, rows)
        return found

    def _mark(self, found: Words, rows: Rows) -> None:
        owners, sets = self._holders.joined(self.rules.group[rows])
        specs = self.rules.spec[rows][owners]
        for word in range(len(found)):
            np.bitwise_or.at(found[word], sets, self._masks[word][specs])

    def told(self, stretch: int) -> tuple[bool, bytes]:
        """Return what tells apart for any set what it lets pass to or from a stretch."""
        hits = np.flatnonzero((self._narrow_first <= stretch) & (stretch < self._narrow_end))
        return stretch >= self._six, hits.tobytes()

    def _find_sent(self, told: tuple[bool, bytes]) -> "Sent":
        """Return what each set lets pass, surely, to or from a stretch of which was `told`."""
        six, hits = told
        yes, shape = self._base[six].copy(), self._shapes[six]
        rows = self._narrow[np.frombuffer(hits, dtype=np.int64)]
        if len(rows):
            self._mark(yes, rows)
            sets = np.unique(self._holders.joined(np.unique(self.rules.group[rows]))[1])
            some = [np.unique(word[sets], return_inverse=True)[1] for word in yes]
            shape = shape.copy()
            shape[sets] = shape.max(initial=0) + 1 + combined(some)[0]
        return Sent(yes, shape)

    @cached_property
    def _shapes(self) -> tuple[Ints, Ints]:
        """Of each set, for either family, a number that those have as well which let the same
        pass as far as whole families go.
        """
        columns = [
            [np.unique(word, return_inverse=True)[1] for word in held] for held in self._base
        ]
        four, six = (combined(each)[0].astype(np.int32) for each in columns)
        return four, six

    def naming_groups(self, groups: Ints) -> Ints:
        """Return the groups of which a rule names any of some groups."""
        rows = self._naming.joined(groups)[1]
        return np.unique(self.rules.group[rows]) if len(rows) else groups[:0]

    def bits(self, told: tuple[bool, bytes], bit: Bit) -> Bits:
        """Return for each set whether it lets a class of ports pass to or from a stretch of which
        was `told`.
        """
        six, hits = told
        found = self._whole(six, bit).copy()
        rows = self._narrow[np.frombuffer(hits, dtype=np.int64)]
        self._let(found, rows, bit)
        return found

    def _find_whole(self, six: bool, bit: Bit) -> Bits:  # noqa: FBT001 - a key
        sure, possible = bit.of(self._base[six]), bit.of(self._doubt)
        return np.where(sure, YES, np.where(possible, MAYBE, NO)).astype(np.uint8)

    def _let(self, found: Bits, rows: Rows, bit: Bit) -> None:
        """Mark the sets which have the groups of some rules that are for a class of ports."""
        held = rows[bit.of(self._masks)[self.rules.spec[rows]]]
        found[self._holders.joined(self.rules.group[held])[1]] = YES

    def naming_bits(self, groups: Ints, bit: Bit) -> Bits | None:
        """Return for each set whether it lets a class of ports pass to or from members of groups;
        None where no rule names any.
        """
        rows = self._naming.joined(groups)[1]
        if not len(rows):
            return None
        found = np.zeros(len(self._sets.starts) - 1, dtype=np.uint8)
        self._let(found, rows, bit)
        return found

    def contents(self, before: Longs) -> tuple[Longs, Flags]:
        """Return of each group a number that those have as well whose rules for some peers are
        the same, and of each set whether any of its rules is for one; `before` counts these peers
        up to each stretch.
        """
        rules = self.rules
        some = rules.first >= 0
        some[some] = before[rules.end[some]] > before[rules.first[some]]
        rows = np.flatnonzero(some)
        columns = np.stack([rules.first[rows], rules.end[rows], rules.spec[rows]], axis=1)
        cuts = np.searchsorted(rules.group[rows], np.arange(len(self._unknown) + 1))
        found, groups = alike_parts(columns, cuts.tolist()), np.unique(rules.group[rows])
        touched = np.zeros(len(self._sets.starts) - 1, dtype=bool)
        touched[self._holders.joined(groups)[1]] = True
        touched[np.diff(self._sets.starts) == 0] = True
        return found, touched | self._doubt.any(axis=0)

    def between(self, sets: Ints, stretches: Ints, others: Ints) -> Between:
        """Return for each of some sets what it lets pass to or from a stretch, and to or from
        those who have the groups of another set.
        """
        rules, size = self.rules, len(sets)
        owners, groups = self._sets.joined(sets)
        pair, rows = self._of_group.joined(groups)
        pair = owners[pair]
        ranged, named = rules.first[rows] >= 0, rules.peer[rows] >= 0
        at = stretches[pair]
        fits = ranged & (rules.first[rows] <= at) & (at < rules.end[rows])
        held = named & self._members.held(others[pair], rules.peer[rows])
        found = []
        for chosen in (fits, held):
            masks = np.zeros((len(self._every), size), dtype=np.uint64)
            specs = rules.spec[rows[chosen]]
            for word, row in enumerate(masks):
                np.bitwise_or.at(row, pair[chosen], self._masks[word][specs])
            found.append(masks)
        free = self._sets.starts[sets + 1] == self._sets.starts[sets]
        found[0][:, free] = self._every[:, None]
        return Between(found[0], found[0] | self._doubt[:, sets], found[1])

    def ranges(self, sets: Ints) -> "Reach":
        """Return the rules of some sets that are for ranges."""
        rules = self.rules
        owners, groups = self._sets.joined(sets)
        which, rows = self._of_group.joined(groups)
        held = rules.first[rows] >= 0
        owners, rows = owners[which[held]], rows[held]
        free = np.flatnonzero(self._sets.starts[sets + 1] == self._sets.starts[sets])
        every = np.repeat(self._every[:, None], len(free), axis=1)
        return Reach(
            np.concatenate([owners, free]),
            np.concatenate([rules.first[rows], np.zeros(len(free), dtype=np.int32)]),
            np.concatenate([rules.end[rows], np.full(len(free), self._size, dtype=np.int32)]),
            np.concatenate([self._masks[:, rules.spec[rows]], every], axis=1),
        )

    def doubts(self, sets: Ints) -> Words:
        """Return what some sets possibly let pass."""
        return self._doubt[:, sets]

    def _find_naming(self, groups: tuple[int, ...]) -> Words | None:
        """Return for each set what it lets pass to or from members of groups; None for nothing."""
        rows = [self._naming.of(group) for group in groups]
        held = np.concatenate([np.zeros(0, dtype=np.int32), *rows])
        return self._spread(held) if len(held) else None

    def _find_recipe(self, number: int) -> Recipe:
        """Return what one set lets pass, for all peers."""
        rules = self.rules
        rows = [
            np.arange(self._starts[group], self._starts[group + 1])
            for group in self._sets.of(number).tolist()
        ]
        held = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
        ranges, named = held[rules.first[held] >= 0], held[rules.peer[held] >= 0]
        doubt = self._doubt[:, number]
        masks, named_masks = self._masks[:, rules.spec[ranges]], self._masks[:, rules.spec[named]]
        first, end = rules.first[ranges], rules.end[ranges]
        if not len(self._sets.of(number)):
            first, end = np.array([[0], [self._size]], dtype=np.int32)
            masks = self._every[:, None]
        some = [np.bitwise_or.reduce(each, axis=1) for each in (masks, named_masks)]
        return Recipe(
            first, end, masks, rules.peer[named], named_masks, doubt, some[0] | some[1] | doubt
        )


class Holders(Struct, frozen=True):
    """Sets of groups, and what is known of groups."""

    sets: Lists
    """Of each set, its groups."""
    holders: Lists
    """Of each group, the sets that have it."""
    unknown: Flags
    """Of each group, whether rules of it may not have been read."""
    members: Pairing

    @classmethod
    def compile(cls, sets: Sequence[Sequence[int]], unknown: Flags) -> "Holders":
        """Compile sets of groups."""
        owners = _ints([number for number, held in enumerate(sets) for _ in held])
        members = _ints([group for held in sets for group in held])
        lists = Lists.grouped(owners, members, len(sets))
        holders = Lists.grouped(members, owners, len(unknown))
        return cls(lists, holders, unknown, Pairing(lists, groups=len(unknown)))


class Groups(Struct, frozen=True):
    """All groups of an estate, in both directions."""

    into: Direction
    out: Direction
    held: Holders

    @property
    def sets(self) -> Lists:
        """Of each set, its groups."""
        return self.held.sets

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.held.unknown)

    @classmethod
    def compile(
        cls, rules: tuple[Rules, Rules], held: Holders, *, specs: Sequence[Spec], ports: Ports,
        line: Line,
    ) -> "Groups":  # fmt: skip
        """Compile rules of groups, those in and those out, for sets of them."""
        masks = np.stack([*(ports.split(spec) for spec in specs), ports.every], axis=1)
        into, out = (
            Direction(
                each, masks=masks, sets=held.sets, holders=held.holders, members=held.members,
                six=line.six, size=len(line), unknown=held.unknown, every=ports.every,
            )
            for each in rules
        )  # fmt: skip
        return cls(into, out, held)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int32)
