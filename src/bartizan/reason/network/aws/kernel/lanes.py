# SPDX-License-Identifier: Apache-2.0
"""Packets under way, many at once: a lane is one packet, or all packets that go the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Words, combined
from bartizan.reason.network.aws.kernel.intervals import Some


class Scope(IntEnum):
    """How far references to groups reach."""

    NETWORK = 0
    PEERING = 1
    TRANSIT = 2
    LOST = 3


class Entered(IntEnum):
    """How a packet last came into a network."""

    NOT = 0
    PEERING = 1
    SITE = 2
    TRANSIT = 3
    INTERNET = 4


class State(IntEnum):
    """Where packets are between two steps, or how they ended."""

    LEAVING = 0
    """In front of the route table of a subnet."""
    LOCAL = 1
    """Inside a network, to be delivered."""
    RELAYED = 2
    """At an interface that a route leads to."""
    ON_INTERNET = 3
    TRANSIT = 4
    """In front of the table of a transit gateway."""
    ARRIVED = 5
    """At the interface that they are for."""
    ABROAD = 6
    """On the Internet, for somebody there."""
    AT_SITE = 7
    AT_EDGE = 8
    """In front of the route table of a gateway."""
    LOST = 9
    """Nobody knows where they would go from here."""


@dataclass(eq=False, kw_only=True)
class Lanes:
    """Packets that are somewhere; what is one number holds for all of them.

    Nothing is changed in its place: `but` and the others make new ones. A column that no step has
    changed stays with those that began, and is looked up there by `row`, so that it need not be
    copied with each step.

    NOTE: only what begins as one number for all may have a default: it would hide the column of
    those that began.
    """

    origin: Ints
    """Which question each belongs to."""
    network: Some
    """Where it is."""
    subnet: Some
    """The subnet that it comes from; -1 where it enters the network."""
    source: Some
    """Stretch of the address that it comes from."""
    sender: Some
    """Subnet of the interface whose address that is; -1 where it is none's."""
    shown: Some
    """Stretch of the public address that stands for it; -1 for none."""
    target: Some
    """Stretch of the address that it is sent to."""
    goal: Some
    """Subnet of the interface that it is for; -1 where that is not one."""
    inside: Some
    """1 where the address is one of that interface in its network, else 0."""
    behind: Some
    """Stretch of the private address of that interface, where it is sent to a public one."""
    denies: Some
    """1 where that interface takes nothing from the Internet."""
    memory: Some
    """In an answer: the lane of the packet that it answers; else -1."""
    scope: Some = int(Scope.NETWORK)
    entered: Some = int(Entered.NOT)
    nat: Some = -1
    """The NAT gateway that sends it in its own name."""
    at: Some = -1
    """What it is at: an interface of a route, an attachment, a site."""
    zone: Some = -1
    relay: Some = -1
    """The interface that forwarded it last, and the one by which that sent it on."""
    relay_out: Some = -1
    endpoint: Some = -1
    """The endpoint that inspected it last."""
    passes: Some = 0
    """How often it was forwarded or inspected."""
    kept: Some = -1
    """The attachment in appliance mode that it went by last, and the subnet there."""
    kept_subnet: Some = -1
    left_only: Some = -1
    """The network that it left through an egress-only gateway."""
    row: Ints
    """Which of those that began each is."""
    base: "Lanes | None" = None
    """Those that began."""
    yes: Words
    maybe: Words

    def __len__(self) -> int:
        return len(self.row)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a column
        """Look up a column that no step has changed."""
        if name not in _COLUMNS or self.base is None:
            raise AttributeError(name)
        column = getattr(self.base, name)
        return column if type(column) is int else column[self.row]

    def begun(self) -> "Lanes":
        """Return them as those that begin."""
        made = object.__new__(Lanes)
        made.__dict__ = {"base": self, "row": self.row, "yes": self.yes, "maybe": self.maybe}
        return made

    def but(self, **changes: object) -> "Lanes":
        """Return them with some columns changed."""
        made = object.__new__(Lanes)
        made.__dict__ = {**self.__dict__, **changes}
        return made

    def at_rows(self, rows: Flags | NDArray[np.integer[Any]]) -> "Lanes":
        """Return some of them."""
        chosen = np.flatnonzero(rows) if rows.dtype == bool else rows
        if rows.dtype == bool and len(chosen) == len(self):
            return self
        made = object.__new__(Lanes)
        made.__dict__ = {
            name: column if type(column) is int or name == "base" else column[..., chosen]
            for name, column in self.__dict__.items()
        }
        if self.yes is self.maybe:
            made.maybe = made.yes
        return made

    def of(self, name: str) -> Ints:
        """Return a column with a number for each."""
        column: Some = getattr(self, name)
        return np.full(len(self), column, dtype=np.int32) if isinstance(column, int) else column

    def passing(self, masks: Masks) -> "Lanes":
        """Return them after a filter."""
        yes = self.yes & masks.yes
        same = self.yes is self.maybe and masks.yes is masks.maybe
        return self.but(yes=yes, maybe=yes if same else self.maybe & masks.maybe)

    def doubted(self, rows: Flags | bool = True) -> "Lanes":  # noqa: FBT001, FBT002 - all or some
        """Return them with nothing sure any more, all or some."""
        if isinstance(rows, bool):
            return self.but(yes=np.zeros_like(self.yes)) if rows else self
        return self.but(yes=np.where(rows, np.uint64(0), self.yes)) if rows.any() else self

    def alive(self) -> "Lanes":
        """Return those that something may still pass in."""
        rows = (self.maybe != 0).any(axis=0)
        return self if rows.all() else self.at_rows(rows)


Moved: TypeAlias = tuple[State, Lanes]
"""Packets after a step."""

_KEPT = {"yes", "maybe", "row", "base"}
_COLUMNS = tuple(name for name in Lanes.__dataclass_fields__ if name not in _KEPT)


def joined(parts: Sequence[Lanes]) -> Lanes:
    """Put several together, at least one."""
    if len(parts) == 1:
        return parts[0]
    columns: dict[str, object] = {}
    for name in {name for part in parts for name in part.__dict__} - {"base", "yes", "maybe"}:
        held = [getattr(part, name) for part in parts]
        if type(held[0]) is int and all(type(e) is int and e == held[0] for e in held):
            columns[name] = held[0]
        else:
            columns[name] = np.concatenate([part.of(name) for part in parts])
    yes = np.concatenate([part.yes for part in parts], axis=1)
    exact = all(part.yes is part.maybe for part in parts)
    maybe = yes if exact else np.concatenate([part.maybe for part in parts], axis=1)
    return parts[0].but(**columns, yes=yes, maybe=maybe)


def merged(lanes: Lanes) -> Lanes:
    """Put together those that are at one place in one state, so that ways which part and meet
    again do not become ever more.
    """
    columns = [
        column
        for name, column in lanes.__dict__.items()
        if name not in {"base", "yes", "maybe"} and type(column) is not int
    ]
    numbers, first = combined(columns)
    if len(first) == len(lanes):
        return lanes
    masks = gathered(numbers.astype(np.int32), Masks(lanes.yes, lanes.maybe), len(first))
    return lanes.at_rows(first).but(yes=masks.yes, maybe=masks.maybe)


def gathered(origin: Ints, masks: Masks, size: int) -> Masks:
    """Return for each question what arrives by any lane."""
    yes = _collected(origin, masks.yes, size)
    return Masks(yes, yes if masks.yes is masks.maybe else _collected(origin, masks.maybe, size))


def _collected(origin: Ints, words: Words, size: int) -> Words:
    found = np.zeros((len(words), size), dtype=np.uint64)
    if len(origin) < 2 or (np.diff(origin) > 0).all():  # noqa: PLR2004 - each once
        found[:, origin] = words
        return found
    for word, held in enumerate(words):
        np.bitwise_or.at(found[word], origin, held)
    return found
