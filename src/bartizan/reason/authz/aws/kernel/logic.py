# SPDX-License-Identifier: Apache-2.0
"""Kleene's logic of three values for many callers at once: two integers with a bit for each."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DENIED, ALLOWED, UNKNOWN = 0, 1, 2
"""Verdicts as numbers, one byte for each caller."""

NO, MAYBE, YES = 0, 1, 2
"""Truths as numbers, in Kleene's order: all of some is their minimum, any of them the maximum."""


class Truth(NamedTuple):
    """For whom something holds; bit n is caller n."""

    sure: int
    """It holds."""
    possible: int
    """It holds or might; `sure` is a part of it."""


NOBODY = Truth(0, 0)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return for whom any holds."""
    sure = possible = 0
    for truth in truths:
        sure |= truth.sure
        possible |= truth.possible
    return Truth(sure, possible)


def all_of(truths: Iterable[Truth], *, full: int) -> Truth:
    """Return for whom all hold, among `full`."""
    sure = possible = full
    for truth in truths:
        sure &= truth.sure
        possible &= truth.possible
    return Truth(sure, possible)


def negation(truth: Truth, *, full: int) -> Truth:
    """Return the opposite; what is not known stays so."""
    return Truth(full & ~truth.possible, full & ~truth.sure)


def within(truth: Truth, mask: int) -> Truth:
    """Return the truth of the callers in `mask` alone; for others it does not hold."""
    return Truth(truth.sure & mask, truth.possible & mask)


def constant(code: int, *, full: int) -> Truth:
    """Return a truth that is the same for everybody: NO, MAYBE or YES."""
    return Truth(full if code == YES else 0, full if code else 0)


def packed(flags: NDArray[np.bool_]) -> int:
    """Return the integer whose bit n is flag n."""
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def unpacked(bits: int, size: int) -> NDArray[np.uint8]:
    """Return bit n as number n of an array of `size`."""
    raw = np.frombuffer(bits.to_bytes((size + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(raw, count=size, bitorder="little")


def of_codes(codes: NDArray[np.uint8]) -> Truth:
    """Return the truth whose code for caller n is number n of `codes`."""
    return Truth(packed(codes == YES), packed(codes != NO))
