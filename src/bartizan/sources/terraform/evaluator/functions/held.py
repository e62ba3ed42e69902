# SPDX-License-Identifier: Apache-2.0
"""What an argument holds, as Python has it."""

from collections.abc import Mapping
from fractions import Fraction

from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError
from bartizan.sources.terraform.evaluator.kind import Collection, Kind

_MOST = 2**63


def string_of(datum: Datum) -> str:
    """Return the text of a known string.

    Raises:
        RefusedError: It is none.
    """
    if not isinstance(datum.value, str):
        raise RefusedError("a string is required")
    return datum.value


def fraction_of(datum: Datum) -> Fraction:
    """Return the value of a known number.

    Raises:
        RefusedError: It is none.
    """
    if not isinstance(datum.value, Fraction):
        raise RefusedError("a number is required")
    return datum.value


def whole_of(datum: Datum) -> int:
    """Return the value of a known whole number of 64 bits.

    Raises:
        RefusedError: It is none.
    """
    value = fraction_of(datum)
    if value.denominator != 1 or not -_MOST <= value < _MOST:
        raise RefusedError("a whole number is required")
    return int(value)


def elements_of(datum: Datum) -> tuple[Datum, ...]:
    """Return the elements of a known list, set or tuple.

    Raises:
        RefusedError: It is none.
    """
    if not isinstance(datum.value, tuple):
        raise RefusedError("a list, set or tuple is required")
    return datum.value


def members_of(datum: Datum) -> Mapping[str, Datum]:
    """Return the members of a known map or object.

    Raises:
        RefusedError: It is none.
    """
    if not isinstance(datum.value, dict):
        raise RefusedError("a map or object is required")
    return datum.value


def listed(kind: Kind) -> bool:
    """Whether a type is that of lists."""
    return isinstance(kind, Collection) and kind.name == "list"
