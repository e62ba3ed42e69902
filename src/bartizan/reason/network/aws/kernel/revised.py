# SPDX-License-Identifier: Apache-2.0
"""What a compiled estate becomes when a few rules of security groups change.

The rules of their groups are read anew, and addresses are cut where the new ones cut them; all
else is shared. Where more would have to change, everything is compiled anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Rule
from bartizan.model.packet import ICMP, ICMPV6, TCP, UDP
from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.build import Found
from bartizan.reason.network.aws.kernel.columns import (
    Flags,
    Ints,
    Lists,
    Piece,
    Rows,
    combined,
    equal,
    flags,
    ints,
    taken,
    whole,
)
from bartizan.reason.network.aws.kernel.group_rules import parted
from bartizan.reason.network.aws.kernel.groups import Groups, Holders
from bartizan.reason.network.aws.kernel.ports import Ports, Spec
from bartizan.reason.network.aws.kernel.reading import GroupRules, group_rules, specs_of
from bartizan.reason.network.aws.kernel.seats import Addresses, Seats

MOST = 1_000
"""Changed rows from which on everything is compiled anew."""
_ALWAYS = {-1, TCP, UDP, ICMP, ICMPV6}
"""Protocols whose ports or messages are told apart even if no rule names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What of a compiled estate depends on the rules of its groups, and what that is made of."""

    found: Found
    ports: Ports
    fine: Line
    seats: Seats
    groups: Groups

    @classmethod
    def compile(cls, found: Found, *, ports: Ports, fine: Line, seats: Seats) -> "Rules":
        """Compile the groups."""
        reading = found.reading
        sets = [[reading.groups.get(name) for name in names] for names in seats.sets]
        groups = Groups.compile(
            parted(reading.of_groups, fine), Holders.compile(sets, found.groups_unknown),
            specs=reading.specs, ports=ports, line=fine,
        )  # fmt: skip
        return cls(found=found, ports=ports, fine=fine, seats=seats, groups=groups)

    def revised(self, facts: Facts) -> "Rules | None":
        """Return what they become with the rules of other facts, which are the same otherwise;
        None where more changes than the rules of some groups.
        """
        table = facts.table(Rule)
        owners = _owners(self.found.facts.table(Rule), table)
        reading = self.found.reading
        if owners is None:
            return None
        groups = reading.groups.numbers(owners)
        if (groups < 0).any() or self._leads(groups):
            return None
        fresh = _filtered(table, owners)
        named = taken(fresh["peer"], np.flatnonzero(equal(fresh["peer_kind"], "group")))
        if (reading.groups.numbers(named) < 0).any() or not self._told(table):
            return None
        numbers, added = specs_of(fresh, reading.specs)
        if not all(map(self.ports.tell, added)):
            return None
        rules = group_rules(fresh, reading.groups, numbers, reading.prefixes)
        return self._with(facts, rules, groups, specs=[*reading.specs, *added])

    def _leads(self, groups: Ints) -> bool:
        """Tell whether an interface that forwards has one of some groups."""
        held = {
            self.found.reading.groups.get(n) for r in self.found.forwarders.rows for n in r.groups
        }
        return bool(np.isin(groups, list(held)).any())

    def _told(self, table: pa.Table) -> bool:
        """Tell whether rules still name all protocols that are told apart."""
        named = set(np.unique(ints(table["protocol"])).tolist()) | _ALWAYS
        return {spec.protocol for spec in self.ports.specs} <= named

    def _with(
        self, facts: Facts, rules: GroupRules, groups: Ints, *, specs: Sequence[Spec]
    ) -> "Rules | None":
        span = rules.span.at(rules.span.known)
        fine, moved = self.fine.cut(np.unique(np.concatenate([span.low, span.end])))
        seats = _cut(self.seats, self.found.addresses, fine=fine, moved=moved)
        if seats is None:
            return None
        into, out = parted(rules, fine)
        old = self.groups
        compiled = Groups.compile(
            (
                old.into.rules.without(groups, moved).and_(into),
                old.out.rules.without(groups, moved).and_(out),
            ),
            old.held, specs=specs, ports=self.ports, line=fine,
        )  # fmt: skip
        of_groups = self.found.reading.of_groups.without(groups).and_(rules)
        reading = replace(self.found.reading, specs=specs, of_groups=of_groups)
        found = replace(self.found, facts=facts, reading=reading)
        return replace(self, found=found, fine=fine, seats=seats, groups=compiled)


def _owners(old: pa.Table, new: pa.Table) -> Piece | None:
    """Return the owners of rows that differ, which are not too many."""
    size = min(len(old), len(new))
    ahead = _alike(old, new, size)
    behind = _alike(_tail(old, size), _tail(new, size), size, tail=True)
    behind = min(behind, size - ahead)
    parts = [each.slice(ahead, len(each) - ahead - behind)["owner"] for each in (old, new)]
    if sum(map(len, parts)) > MOST:
        return None
    owners: Piece = pc.unique(pa.concat_arrays([whole(part) for part in parts]))
    return owners


def _tail(table: pa.Table, size: int) -> pa.Table:
    return table.slice(len(table) - size)


def _alike(one: pa.Table, other: pa.Table, size: int, *, tail: bool = False) -> int:
    """Return how many rows are the same from the beginning, or up to the end."""
    low, high = 0, size
    while low < high:
        middle = (low + high + 1) // 2
        at = size - middle if tail else low
        if one.slice(at, middle - low).equals(other.slice(at, middle - low)):
            low = middle
        else:
            high = middle - 1
    return low


def _filtered(table: pa.Table, owners: Piece) -> pa.Table:
    rows = np.flatnonzero(flags(pc.is_in(table["owner"], value_set=owners)))
    return table.take(rows)


def _cut(seats: Seats, addresses: Addresses, *, fine: Line, moved: Ints) -> Seats | None:
    """Cut classes where a line was cut more finely; None where a range of one interface was."""
    split = np.flatnonzero(np.diff(moved) > 1)
    shown = np.where(seats.public >= 0, moved[seats.public], -1).astype(np.int32)
    touched = np.isin(seats.fine, split) | np.isin(seats.public, split)
    if not touched.any():
        return replace(seats, fine=moved[seats.fine], public=shown)
    rows = np.flatnonzero(touched[seats.seat_class])
    own = addresses.own.at(seats.address[rows])
    public = addresses.public[seats.address[rows]]
    # Few cuts are new, so it is enough to ask how many of these lie before an address.
    fresh = np.delete(fine.cuts, moved[:-1])
    before = np.searchsorted(fresh, own.low, "right").astype(np.int32)
    if (before < np.searchsorted(fresh, own.end)).any():
        return None
    old = seats.seat_class[rows]
    ahead = np.searchsorted(fresh, public, "right").astype(np.int32)
    stretches = (
        seats.fine[old] + before,
        np.where(public != b"", seats.public[old] + ahead, -1).astype(np.int32),
    )
    return _renumbered(seats, rows, touched, stretches, kept=(moved[seats.fine], shown))


def _renumbered(
    seats: Seats, rows: Rows, touched: Flags, stretches: tuple[Ints, Ints], *,
    kept: tuple[Ints, Ints],
) -> Seats:  # fmt: skip
    """Number classes anew in the order of their stretches; those that were `touched` are parted
    by the stretches of their seats.
    """
    part, first = combined([seats.seat_class[rows], *stretches])
    whole_ = np.flatnonzero(~touched)
    parents = np.concatenate([whole_, seats.seat_class[rows[first]]])
    fine, public = (
        np.concatenate([old[whole_], new[first]]) for old, new in zip(kept, stretches, strict=True)
    )
    order = np.argsort(fine, kind="stable")
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    number = np.zeros(len(touched), dtype=np.int32)
    number[whole_] = rank[: len(whole_)]
    seat_class = number[seats.seat_class]
    seat_class[rows] = rank[len(whole_) + part]
    parents = parents[order]
    place = seats.place[parents]
    return replace(
        seats, seat_class=seat_class, place=place, fine=fine[order], public=public[order],
        groups=seats.groups[parents], sends=seats.sends[parents], takes=seats.takes[parents],
        listens=seats.listens[parents],
        of_place=Lists.grouped(place, np.arange(len(place), dtype=np.int32), seats.places),
    )  # fmt: skip
