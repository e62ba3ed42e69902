# SPDX-License-Identifier: Apache-2.0
"""How much of one thing is worked on, and the error of more."""

from bartizan.errors import InputError

HEAVIEST = 1_000_000
"""Parts of one value."""
HINT = "Terraform itself may take it: give the plan, `terraform show -json PLAN`"

ALL = 5_000_000
"""Parts of all values that are kept."""


class TooLargeError(InputError):
    """Code that asks for more than is worked on, though it may be right."""


def too_large_value() -> TooLargeError:
    """Return the error of a value of more parts than are worked on."""
    return TooLargeError(f"a value of more than {HEAVIEST:,} parts", hint=HINT)
