# SPDX-License-Identifier: Apache-2.0
"""What an expression is evaluated in: what names stand for, and how much may be done."""

import time
from collections.abc import Callable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from bartizan.errors import SourceError
from bartizan.sources.terraform.evaluator.datum import Datum
from bartizan.sources.terraform.evaluator.expression import Reference
from bartizan.sources.terraform.evaluator.functions.place import Place
from bartizan.sources.terraform.evaluator.large import (
    ALL,
    HEAVIEST,
    HINT,
    TooLargeError,
    too_large_value,
)

_OFTEN = 4_096
"""Steps between two looks at the clock."""


class Budget(Struct):
    """How much may still be done."""

    seconds: float
    """Until when, by the clock that never goes back."""
    steps: int = 0
    kept: int = 0
    """Parts of all values that are kept."""
    doubts: int = 0
    """How often Terraform may have refused what was left unknown here."""

    @classmethod
    def of(cls, seconds: float) -> "Budget":
        """Return one that ends after some seconds."""
        return cls(time.monotonic() + seconds)

    def step(self) -> None:
        """Take note of one step.

        Raises:
            SourceError: the time is over.
        """
        self.steps += 1
        if not self.steps % _OFTEN and time.monotonic() > self.seconds:
            raise SourceError(
                "evaluating the code takes too long", hint="`--timeout SECONDS` gives it more"
            )

    def hold(self, found: Datum) -> Datum:
        """Return a value that is not too large.

        Raises:
            TooLargeError: it is.
        """
        if found.weight > HEAVIEST:
            raise too_large_value()
        return found

    def keep(self, found: Datum) -> Datum:
        """Return a value that is kept from now on.

        Raises:
            TooLargeError: all that are kept are too many.
        """
        self.kept += found.weight
        if self.kept > ALL:
            raise TooLargeError(f"values of more than {ALL:,} parts", hint=HINT)
        return found


class Scope(Struct, frozen=True):
    """What names stand for at one place of the code."""

    resolve: Callable[[Reference], Datum]
    """Returns what the module gives a value; raises InputError for what it does not have."""
    place: Place
    budget: Budget
    own: Mapping[str, Datum] = field(default_factory=dict)
    """Values of the names that the expression itself gives."""
    templated: bool = False
    """It is in a template from a file."""

    def sure(self, found: Datum, *rests: Datum) -> Datum:
        """Return a value, and take note of a doubt where it is unknown though all that it rests
        on is known: Terraform may refuse it.
        """
        self.budget.doubts += not found.wholly_known and all(one.wholly_known for one in rests)
        return found

    def given(self, **own: Datum) -> "Scope":
        """Return one in which some more names are given."""
        return replace(self, own={**self.own, **own})
