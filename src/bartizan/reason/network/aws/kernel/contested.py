# SPDX-License-Identifier: Apache-2.0
"""Addresses that several interfaces have in what was read, since they moved while it was read.

An address is one interface's at a time, so what goes to or from such a one is not known.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
"""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from bartizan.reason.network.aws.kernel.addresses import Keys, Spans, key
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, combined

Disputed: TypeAlias = Mapping[tuple[int, bytes], int]
"""Of interfaces and keys of their addresses, which of the bits hold; few, and most often none."""

OWN, SHOWN = 1, 2
"""Bits: another has the private address, or the one of IPv6; another has the public one."""


def contested(interface: Ints, own: Spans, public: Keys, *, network: Ints) -> Ints:
    """Return of each address of interfaces which of the bits above hold.

    Private addresses mean something in their network alone, public ones everywhere.
    """
    six = own.low >= key(6, 0)
    everywhere = np.where(six & (public != b""), -1, network)
    found = _shared(interface, own, network) | _shared(interface, own, everywhere)
    bits = np.where(found, OWN, 0).astype(np.int32)
    shown = np.flatnonzero((public != b"") & ~six)
    _, numbers, counts = np.unique(public[shown], return_inverse=True, return_counts=True)
    bits[shown[counts[numbers] > 1]] |= SHOWN
    return bits


def _shared(interface: Ints, own: Spans, space: Ints) -> Flags:
    """Tell which ranges touch, over others or not, one of another interface in their space."""
    _, place = np.unique(np.concatenate([own.low, own.end]), return_inverse=True)
    low, end = place[: len(space)], place[len(space) :]
    order = np.lexsort((low, space))
    base = (space[order].astype(np.int64) + 1) * (len(place) + 1)
    reach = np.maximum.accumulate(base + end[order])
    apart = np.ones(len(order), dtype=bool)
    apart[1:] = base[1:] + low[order][1:] >= reach[:-1]
    bunch = np.cumsum(apart) - 1
    _, first = combined([bunch, interface[order]])
    several = np.bincount(bunch[first], minlength=len(order)) > 1
    found = np.zeros(len(order), dtype=bool)
    found[order] = several[bunch]
    return found
