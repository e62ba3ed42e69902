# SPDX-License-Identifier: Apache-2.0
"""Rules and prefix lists as columns of numbers, their peers still as addresses."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface, PrefixList, Rule, SecurityGroup
from bartizan.reason.network.aws.kernel.addresses import Spans, joined, spans
from bartizan.reason.network.aws.kernel.columns import (
    Flags,
    Index,
    Ints,
    Lists,
    Longs,
    Piece,
    combined,
    encoded,
    equal,
    flags,
    ints,
    taken,
    unfolded,
    whole,
)
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.ports import Spec


class Prefixes(Struct, frozen=True):
    """Prefix lists and their ranges."""

    ids: Index
    entries: Lists
    """Of each list, which of `ranges` it has."""
    ranges: Spans
    readable: Flags
    """Of each list, whether all of its ranges could be read; False for number -1."""

    @classmethod
    def read(cls, facts: Facts) -> "Prefixes":
        """Read the lists."""
        table = facts.table(PrefixList)
        rows, texts = unfolded(table["ranges"])
        held = spans(texts)
        readable = np.append(~flags(pc.is_null(table["ranges"])), False)
        np.logical_and.at(readable, rows, held.known)
        entries = np.flatnonzero(held.known).astype(np.int32)
        return cls(
            Index(table["id"]), Lists.grouped(rows[entries], entries, len(table)), held, readable
        )


class GroupRules(Struct, frozen=True):
    """Rules of security groups, a row for each range of a peer."""

    group: Ints
    out: Flags
    spec: Ints
    span: Spans
    """Its peer, where that is a range; else it is not known."""
    peer: Ints
    """Its peer, where that is a group; else -1."""

    def at(self, rows: Flags) -> "GroupRules":
        """Return some of them."""
        return GroupRules(
            self.group[rows], self.out[rows], self.spec[rows], self.span.at(rows), self.peer[rows]
        )

    def without(self, groups: Ints) -> "GroupRules":
        """Return those of all groups but some."""
        return self.at(~np.isin(self.group, groups))

    def and_(self, other: "GroupRules") -> "GroupRules":
        """Return them and others."""
        return GroupRules(
            np.concatenate([self.group, other.group]),
            np.concatenate([self.out, other.out]),
            np.concatenate([self.spec, other.spec]),
            joined(self.span, other.span),
            np.concatenate([self.peer, other.peer]),
        )


class ListRules(Struct, frozen=True):
    """Rules of access lists, in their order."""

    acl: Ints
    out: Flags
    allow: Flags
    spec: Ints
    span: Spans

    def without(self, acls: Ints) -> "ListRules":
        """Return those of all lists but some."""
        rows = ~np.isin(self.acl, acls)
        return ListRules(
            self.acl[rows], self.out[rows], self.allow[rows], self.spec[rows], self.span.at(rows)
        )

    def and_(self, other: "ListRules") -> "ListRules":
        """Return them and those of other lists."""
        return ListRules(
            np.concatenate([self.acl, other.acl]),
            np.concatenate([self.out, other.out]),
            np.concatenate([self.allow, other.allow]),
            np.concatenate([self.spec, other.spec]),
            joined(self.span, other.span),
        )


class Reading(Struct, frozen=True):
    """What rules say."""

    groups: Index
    specs: Sequence[Spec]
    prefixes: Prefixes
    of_groups: GroupRules
    of_lists: ListRules

    @classmethod
    def read(cls, facts: Facts, ground: Ground) -> "Reading":
        """Read all rules."""
        table = facts.table(Rule)
        groups = Index(_group_ids(facts, table))
        numbers, specs = specs_of(table, ())
        prefixes = Prefixes.read(facts)
        return cls(
            groups,
            specs,
            prefixes,
            group_rules(table, groups, numbers, prefixes),
            list_rules(table, ground, numbers),
        )


def _group_ids(facts: Facts, table: pa.Table) -> Piece:
    named = taken(table["peer"], np.flatnonzero(equal(table["peer_kind"], "group")))
    held = whole(facts.table(Interface)["groups"]).flatten()
    return pa.concat_arrays([whole(facts.table(SecurityGroup)["id"]), whole(held), whole(named)])


def _directions(table: pa.Table) -> Flags:
    return equal(table["direction"], "out")


def _kinds(table: pa.Table) -> tuple[Flags, Flags, Flags]:
    kinds, names = encoded(table["peer_kind"])
    wanted = ("range", "group", "prefix-list")
    found = [np.array([name == kind for name in names], dtype=bool)[kinds] for kind in wanted]
    return found[0], found[1], found[2]


def specs_of(table: pa.Table, known: Sequence[Spec]) -> tuple[Ints, Sequence[Spec]]:
    """Return for each rule the number of what it says of protocol and port, and of these what is
    not `known`, whose numbers go on from there.
    """
    columns = [ints(table[name]) for name in ("protocol", "first", "last")]
    spec, first = combined(columns)
    numbers = {held: number for number, held in enumerate(known)}
    named = [Spec(*(int(column[row]) for column in columns)) for row in first.tolist()]
    place = [numbers.setdefault(each, len(numbers)) for each in named]
    return np.array(place, dtype=np.int32)[spec], list(numbers)[len(known) :]


def group_rules(table: pa.Table, groups: Index, spec: Ints, prefixes: Prefixes) -> GroupRules:
    """Read the rules of groups in a table, `spec` the number of what each says of ports."""
    owner = groups.numbers(table["owner"])
    ranged, named, listed = _kinds(table)
    own = owner >= 0
    once = own & ~listed
    rows = np.flatnonzero(once)
    peers = np.where(named, groups.numbers(table["peer"]), -1)
    span = _spans(table, rows, ranged)
    lists = np.flatnonzero(own & listed)
    number = prefixes.ids.numbers(taken(table["peer"], lists))
    known, dark = number >= 0, ~prefixes.readable[number]
    owners, entries = prefixes.entries.joined(number[known])
    rows_listed = lists[known][owners]
    whole_rows: Longs = np.concatenate([rows, rows_listed, lists[dark]])
    doubt = prefixes.ranges.at(entries)
    nothing = _nothing(int(dark.sum()))
    return GroupRules(
        group=owner[whole_rows],
        out=_directions(table)[whole_rows],
        spec=spec[whole_rows],
        span=joined(span, doubt, nothing),
        peer=np.concatenate([peers[rows], np.full(len(entries) + len(nothing.length), -1)]).astype(
            np.int32
        ),
    )


def list_rules(table: pa.Table, ground: Ground, spec: Ints) -> ListRules:
    """Read the rules of access lists in a table, as `group_rules` does."""
    acl = ground.acls.numbers(table["owner"])
    rows = np.flatnonzero(acl >= 0)
    number = ints(table["number"])[rows]
    rows = rows[np.lexsort((number, acl[rows]))]
    return ListRules(
        acl=acl[rows],
        out=_directions(table)[rows],
        allow=flags(table["allow"])[rows],
        spec=spec[rows],
        span=_spans(table, rows, _kinds(table)[0]),
    )


def _spans(table: pa.Table, rows: Longs, ranged: Flags) -> Spans:
    """Read the peers of some rules; those that are no range are not known."""
    held = spans(taken(table["peer"], rows))
    return Spans(held.low, held.end, np.where(ranged[rows], held.length, -1).astype(np.int32))


def _nothing(size: int) -> Spans:
    keys = np.zeros(size, dtype="S17")
    return Spans(keys, keys, np.full(size, -1, dtype=np.int32))
