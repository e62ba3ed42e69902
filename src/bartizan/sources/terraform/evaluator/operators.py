# SPDX-License-Identifier: Apache-2.0
"""Operators: arithmetic, comparison and logic.

Source: https://developer.hashicorp.com/terraform/language/expressions/operators
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    Held,
    RefusedError,
    number,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import equal
from bartizan.sources.terraform.evaluator.kind import BOOL, NUMBER, Kind
from bartizan.sources.terraform.evaluator.number import firm


class _UntoldError(Exception):
    """The result is one that Terraform's numbers may hold otherwise."""


def _divided(left: Fraction, right: Fraction) -> Fraction:
    if not right:
        raise _UntoldError
    return left / right


def _rest(left: Fraction, right: Fraction) -> Fraction:
    """Return what division leaves, with the sign of the dividend."""
    quotient = _divided(left, right)
    whole = abs(quotient) // 1
    return left - right * (whole if quotient >= 0 else -whole)


_NUMERIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "%": _rest,
}
_ORDER: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}
_LOGIC: Mapping[str, Callable[[bool, bool], bool]] = {
    "&&": lambda left, right: left and right,
    "||": lambda left, right: left or right,
}


def kind_of(operator: str) -> Kind:
    """Return the type of an operator's results; `-` and `!` of one operand have that of two."""
    return NUMBER if operator in _NUMERIC else BOOL


def binary(operator: str, left: Datum, right: Datum) -> Datum:
    """Return the result of an operator.

    Raises:
        RefusedError: an operand is null, or of a type that it does not take.
    """
    if operator in ("==", "!="):
        found = equal(left, right)
        held = found.value
        return (
            truth(not held).marked(found) if isinstance(held, bool) and operator == "!=" else found
        )
    taken = BOOL if operator in _LOGIC else NUMBER
    one, other = _operand(left, taken), _operand(right, taken)
    return _result(operator, one.value, other.value, one.why or other.why).marked(one, other)


def _result(operator: str, one: Held, other: Held, why: str) -> Datum:
    if isinstance(one, bool) and isinstance(other, bool):
        return truth(_LOGIC[operator](one, other))
    if not isinstance(one, Fraction) or not isinstance(other, Fraction):
        # NOTE: since 1.12 one side may settle `&&` and `||`; before, both had to be known.
        return unknown(kind_of(operator), why)
    if operator in _ORDER:
        return truth(_ORDER[operator](one, other))
    return _counted(operator, one, other)


def _counted(operator: str, one: Fraction, other: Fraction) -> Datum:
    """Return a number; unknown where Terraform's own may be rounded."""
    try:
        found = _NUMERIC[operator](one, other)
    except _UntoldError:
        return unknown(NUMBER, "a division by zero")
    if not found and operator in "*/%" and (one < 0 or other < 0):
        return unknown(NUMBER, "minus zero")
    # What goes into it counts too: it was rounded when it was read.
    if firm(one) and firm(other) and firm(found):
        return number(found)
    return unknown(NUMBER, "a number of many digits")


def unary(operator: str, operand: Datum) -> Datum:
    """Return the result of an operator of one operand.

    Raises:
        RefusedError: the operand is null, or of a type that it does not take.
    """
    held = _operand(operand, BOOL if operator == "!" else NUMBER)
    if isinstance(held.value, bool):
        return truth(not held.value).marked(held)
    if isinstance(held.value, Fraction) and held.value:
        return number(-held.value).marked(held)
    if isinstance(held.value, Fraction):
        return unknown(NUMBER, "minus zero").marked(held)
    return held


def _operand(given: Datum, kind: Kind) -> Datum:
    found = converted(given, kind)
    if found.null:
        raise RefusedError("an operand that is null")
    return found
