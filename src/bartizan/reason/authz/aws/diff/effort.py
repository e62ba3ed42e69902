# SPDX-License-Identifier: Apache-2.0
"""Bounds the work of a comparison, so that no pair of policies can take for ever."""


class ExhaustedError(Exception):
    """A comparison took more work than it may: the answer is unknown."""


class Effort:
    """Counts work down, as a whole and for the part that is at hand."""

    __slots__ = ("_floor", "_left")

    def __init__(self, amount: int) -> None:
        self._left, self._floor = amount, 0

    def start(self, amount: int) -> None:
        """Begin a part that may take no more than `amount`."""
        self._floor = max(0, self._left - amount)

    def spend(self, amount: int) -> None:
        """Take `amount` of what is left.

        Raises:
            ExhaustedError: nothing is left for the part at hand.
        """
        self._left -= amount
        if self._left < self._floor:
            raise ExhaustedError

    @property
    def ended(self) -> bool:
        """Nothing is left at all."""
        return self._left <= 0
