# SPDX-License-Identifier: Apache-2.0
"""Rules of security groups as numbers, and what sets of groups make of them.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

import numpy as np
from msgspec import Struct

from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Lists, Longs, Words
from bartizan.reason.network.aws.kernel.reading import GroupRules


class Rules(Struct, frozen=True):
    """Rules of one direction: each a group, a number of a spec, and a peer."""

    group: Ints
    spec: Ints
    first: Ints
    """First stretch of its peer; -1 for a peer that is a group, -2 for one that is not known."""
    end: Ints
    peer: Ints
    """The group that is its peer; -1 for none."""

    def without(self, groups: Ints, moved: Ints) -> "Rules":
        """Return those of all groups but some, on a line whose cuts have `moved`."""
        rows = ~np.isin(self.group, groups)
        first, end = self.first[rows], self.end[rows]
        known = first >= 0
        return Rules(
            self.group[rows], self.spec[rows], np.where(known, moved[first], first),
            np.where(known, moved[end], end), self.peer[rows],
        )  # fmt: skip

    def and_(self, other: "Rules") -> "Rules":
        """Return them and others."""
        pairs = [(getattr(self, name), getattr(other, name)) for name in _RULE]
        return Rules(*(np.concatenate(pair) for pair in pairs))


_RULE = ("group", "spec", "first", "end", "peer")


class Recipe(Struct, frozen=True):
    """What one set of groups lets pass, to be painted over classes of peers."""

    first: Ints
    end: Ints
    masks: Words
    """Of each range, a column."""
    peers: Ints
    peer_masks: Words
    doubt: Words
    """What possibly passes whoever the peer is."""
    anything: Words
    """What passes from or to some peer, or possibly does."""


class Pairing:
    """Which groups sets have, to be looked up for many at once."""

    def __init__(self, sets: Lists, *, groups: int) -> None:
        self._width = groups + 1
        owners = np.repeat(np.arange(len(sets.starts) - 1), np.diff(sets.starts))
        self._keys = np.unique(owners * self._width + sets.values)

    def held(self, sets: Ints, groups: Ints) -> Flags:
        """Tell whether each set has a group."""
        keys = sets.astype(np.int64) * self._width + groups
        place = np.searchsorted(self._keys, keys)
        return np.asarray(np.append(self._keys, -1)[place] == keys)


class Between(Struct, frozen=True):
    """What sets of groups let pass, each to or from one peer."""

    yes: Words
    """By the peer's address, surely."""
    maybe: Words
    named: Words
    """Where rules may name groups, by those that the peer has."""


class Reach(Struct, frozen=True):
    """Rules of sets of groups that are for ranges."""

    owner: Longs
    """Of each rule, which of the sets has it."""
    first: Ints
    end: Ints
    masks: Words
    """Of each rule, a column."""


def parted(rules: GroupRules, line: Line) -> tuple[Rules, Rules]:
    """Return rules in and rules out, their peers as stretches of a line."""
    known = rules.span.known
    first = np.where(known, line.stretch(rules.span.low), np.where(rules.peer >= 0, -1, -2))
    end = np.where(known, line.ends(rules.span.end), -1)
    into, out = (
        Rules(
            rules.group[rows], rules.spec[rows], first[rows].astype(np.int32),
            end[rows].astype(np.int32), rules.peer[rows],
        )
        for rows in (~rules.out, rules.out)
    )  # fmt: skip
    return into, out
