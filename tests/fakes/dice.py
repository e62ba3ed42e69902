# SPDX-License-Identifier: Apache-2.0
"""Chance, as a generator of estates needs it: drawn by Hypothesis, or from a seed for volume."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Dice:
    """Chooses. The same throws choose the same things, and lower throws simpler ones."""

    def __init__(self, below: Callable[[int], int]) -> None:
        self.below = below
        """Return a number from 0 that is smaller than the one given."""

    def one(self, values: Sequence[T]) -> T:
        return values[self.below(len(values))] if len(values) > 1 else values[0]

    def chance(self, percent: int) -> bool:
        return self.below(100) >= 100 - percent

    def some(self, values: Sequence[T], *, least: int = 0, most: int) -> list[T]:
        """Choose between `least` and `most` values, each once."""
        if not values:
            return []
        count = least + self.below(most - least + 1)
        return list(dict.fromkeys(self.one(values) for _ in range(count)))


def seeded(seed: int) -> Dice:
    return Dice(random.Random(seed).randrange)  # noqa: S311 - a test must repeat itself


_BELOW = {most: st.integers(0, most) for most in range(128)}


@st.composite
def dice(draw: st.DrawFn) -> Dice:
    """Dice that Hypothesis throws, so that it can look for a simpler failure."""
    return Dice(lambda limit: draw(_BELOW[limit - 1]))
