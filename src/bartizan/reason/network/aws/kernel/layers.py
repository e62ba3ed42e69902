# SPDX-License-Identifier: Apache-2.0
"""The ways to one place, which all of its classes share, as columns for each place of a sender."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Longs, Words, combined
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.paths import Ways


class Layer(Struct, frozen=True):
    """Ways to one place, at most one from each place; the last way is none."""

    way: Ints
    """Of each place its way, and after them none."""
    masks: Words
    shown: Flags
    """The sender is seen by its public address."""
    gate: Ints
    """The fine stretch that a sender behind a NAT gateway is seen at; -1 for others."""
    inward: Flags
    """The receiver's rules may name groups of the sender."""
    outward: Flags
    """The sender's rules may name groups of the receiver."""


def layers(judge: Judge, place: int, *, public: bool) -> list[Layer]:
    """Return the ways to the private addresses of a place, or to its public ones."""
    ways = judge.ways(place, public=public)
    family, found = judge.family(place), []
    which = np.flatnonzero(ways.which >= 0)
    if len(which):
        one, nat = ways.which[which], ways.nat[which]
        if (nat < 0).all():
            # Nobody is seen as a gateway, so that ways are told apart by themselves.
            pairs, one = one.astype(np.int64), np.arange(len(ways.shown), dtype=np.int32)
            nat = np.full_like(one, -1)
        else:
            pairs, first = combined([one, nat])
            one, nat = one[first], nat[first]
        plain = Ways(
            pairs.astype(np.int32), ways.masks.at(one), ways.inward[one], ways.outward[one],
            ways.shown[one], nat, ways.walked.lost[:0], ways.walked.lost_masks[:, :0],
        )  # fmt: skip
        found.append(_layer(judge, family.places[which], pairs, plain))
    for rows in _apart(ways.walked.origin):
        origin = family.places[ways.walked.origin[rows]]
        found.append(_layer(judge, origin, rows, ways.walked))
    return found


def _apart(origin: Ints) -> Iterator[Longs]:
    """Part ways into those of which none has the origin of another."""
    left = np.arange(len(origin), dtype=np.int64)
    while len(left):
        _, first = np.unique(origin[left], return_index=True)
        yield left[first]
        left = np.delete(left, first)


def _layer(judge: Judge, origin: Ints, rows: Longs, ways: Ways) -> Layer:
    """Lay ways of different places, and take those as one that do the same."""
    gate = np.where(ways.shown, judge.nat_seen[1][ways.nat], judge.nat_seen[0][ways.nat])
    gate = np.where(ways.nat >= 0, gate, -1)
    inward = ways.inward & ~ways.shown & (ways.nat < 0)
    words = [np.unique(word, return_inverse=True)[1] for word in ways.masks.yes]
    numbers, first = combined([*words, ways.shown, gate, inward, ways.outward])
    way = np.full(judge.seats.places + 1, len(first), dtype=np.int32)
    way[origin] = numbers[rows]
    columns = (np.append(each[first], [0]) for each in (ways.shown, gate, inward, ways.outward))
    shown, gate, inward, outward = columns
    none = np.zeros((len(words), 1), dtype=np.uint64)
    return Layer(
        way, np.concatenate([ways.masks.yes[:, first], none], axis=1), shown.astype(bool),
        gate.astype(np.int32), inward.astype(bool), outward.astype(bool),
    )  # fmt: skip
