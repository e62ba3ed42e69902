# SPDX-License-Identifier: Apache-2.0
"""Packets under way, many at once: a lane is one packet, or all packets that go the same way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Words
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """Packets that are somewhere; what is one number holds for all of them."""

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
    denies: Some = 0
    """1 where that interface takes nothing from the Internet."""
    scope: Some = Scope.NETWORK
    entered: Some = Entered.NOT
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
    memory: Some = -1
    """In an answer: the lane of the packet that it answers."""
    yes: Words
    maybe: Words

    def __len__(self) -> int:
        return len(self.origin)

    def at_rows(self, rows: Flags | NDArray[np.int64]) -> "Lanes":
        """Return some of them."""
        parts: dict[str, Any] = {"yes": self.yes[:, rows], "maybe": self.maybe[:, rows]}
        for name in _COLUMNS:
            column = getattr(self, name)
            if not isinstance(column, int):
                parts[name] = column[rows]
        return replace(self, **parts)

    def of(self, name: str) -> Ints:
        """Return a column with a number for each."""
        column: Some = getattr(self, name)
        return np.full(len(self), column, dtype=np.int32) if isinstance(column, int) else column

    def passing(self, masks: Masks) -> "Lanes":
        """Return them after a filter."""
        return replace(self, yes=self.yes & masks.yes, maybe=self.maybe & masks.maybe)

    def doubted(self, rows: Flags | bool = True) -> "Lanes":  # noqa: FBT001, FBT002 - all or some
        """Return them with nothing sure any more, all or some."""
        if isinstance(rows, bool):
            return replace(self, yes=np.zeros_like(self.yes)) if rows else self
        return replace(self, yes=np.where(rows, np.uint64(0), self.yes)) if rows.any() else self

    def alive(self) -> "Lanes":
        """Return those that something may still pass in."""
        rows = (self.maybe != 0).any(axis=0)
        return self if rows.all() else self.at_rows(rows)


Moved: TypeAlias = tuple[State, Lanes]
"""Packets after a step."""

_COLUMNS = tuple(name for name in Lanes.__dataclass_fields__ if name not in {"yes", "maybe"})


def joined(parts: Sequence[Lanes]) -> Lanes:
    """Put several together, at least one."""
    if len(parts) == 1:
        return parts[0]
    columns: dict[str, Any] = {}
    for name in _COLUMNS:
        held = [getattr(part, name) for part in parts]
        if all(isinstance(each, int) and each == held[0] for each in held):
            columns[name] = held[0]
        else:
            columns[name] = np.concatenate([part.of(name) for part in parts])
    yes = np.concatenate([part.yes for part in parts], axis=1)
    maybe = np.concatenate([part.maybe for part in parts], axis=1)
    return replace(parts[0], **columns, yes=yes, maybe=maybe)


def gathered(origin: Ints, masks: Masks, size: int) -> Masks:
    """Return for each question what arrives by any lane."""
    shape = (len(masks.yes), size)
    yes, maybe = np.zeros(shape, dtype=np.uint64), np.zeros(shape, dtype=np.uint64)
    for word in range(shape[0]):
        np.bitwise_or.at(yes[word], origin, masks.yes[word])
        np.bitwise_or.at(maybe[word], origin, masks.maybe[word])
    return Masks(yes, maybe)
