# SPDX-License-Identifier: Apache-2.0
"""Bounds the work of a comparison, so that no pair of policies can take for ever."""


class ExhaustedError(Exception):
    """A comparison took more work than it may: the answer is unknown."""


class Effort:
    """Counts work down."""

    __slots__ = ("_left",)

    def __init__(self, amount: int) -> None:
        self._left = amount

    def spend(self, amount: int) -> None:
        """Take `amount` of what is left.

        Raises:
            ExhaustedError: nothing is left.
        """
        self._left -= amount
        if self._left < 0:
            raise ExhaustedError
