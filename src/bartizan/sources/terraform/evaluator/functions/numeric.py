# SPDX-License-Identifier: Apache-2.0
"""Functions of numbers. A result is told only where any precision gives the same.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

import math
import string
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    list_datum,
    number,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import (
    elements_of,
    fraction_of,
    string_of,
    whole_of,
)
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, NUMBER, STRING, list_of
from bartizan.sources.terraform.evaluator.number import firm, number_text

_NUMBER = Parameter(NUMBER)
_MOST_OF_RANGE = 1024  # Terraform refuses more
_MOST_POWER = 1100
_NEAR = 1e-9  # processors round so differently that a whole number may be missed
_INEXACT = "a number that is counted with a precision"
_DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
_BASES = range(2, len(_DIGITS) + 1)
_ONE_CASE = 36  # up to this base letters of both cases are the same digits


def told(value: Fraction, made_from: Iterable[Fraction]) -> Datum:
    """Return the result of counting, unknown where Terraform's may differ."""
    if firm(value) and all(map(firm, made_from)):
        return number(value)
    return unknown(NUMBER, _INEXACT)


def _sum(numbers: Datum) -> Datum:
    if not (numbers.known and elements_of(numbers)):
        raise RefusedError("there is nothing to sum")
    parts = []
    for one in elements_of(numbers):
        if one.null:
            raise RefusedError("a number is required")
        parts.append(converted(one, NUMBER))
    for one in parts:
        if not one.known:
            return one
    values = [fraction_of(one) for one in parts]
    return number(values[0]) if len(values) == 1 else told(sum(values, Fraction(0)), values)


def _extreme(chosen: Callable[[list[Fraction]], Fraction]) -> Function:
    def body(*numbers: Datum) -> Datum:
        if not numbers:
            raise RefusedError("at least one number is expected")
        return number(chosen([fraction_of(one) for one in numbers]))

    return function(rest=_NUMBER, result=NUMBER)(body)


def _pow(base: Datum, power: Datum) -> Datum:
    value, times = fraction_of(base), fraction_of(power)
    if times.denominator != 1 or abs(times) > _MOST_POWER or (not value and times < 0):
        return unknown(NUMBER, _INEXACT)
    if not firm(value) or value.numerator.bit_length() * abs(times) > _MOST_POWER:
        return unknown(NUMBER, _INEXACT)
    return told(value ** int(times), [value, times])


def _log(value: Datum, base: Datum) -> Datum:
    one, other = fraction_of(value), fraction_of(base)
    if one <= 0 or other <= 0 or other == 1 or not (firm(one) and firm(other)):
        return unknown(NUMBER, _INEXACT)
    ratio = _natural(float(one)) / _natural(float(other))
    if not ratio and other < 1:
        return unknown(NUMBER, _INEXACT)  # it is minus zero
    near = abs(ratio - round(ratio)) < _NEAR
    if near and not (ratio.is_integer() and ratio == math.log(one) / math.log(other)):
        return unknown(NUMBER, _INEXACT)
    # A text of it is unknown, and what is counted with it, though not what it is rounded to.
    return number(Fraction(ratio))


def _natural(value: float) -> float:
    """Return the logarithm as the approximation that is most used gives it.

    Source: https://www.netlib.org/fdlibm/e_log.c
    """
    part, power = math.frexp(value)
    if part < math.sqrt(2) / 2:
        part, power = part * 2, power - 1
    rest = part - 1
    share = rest / (2 + rest)
    square = share * share
    fourth = square * square
    odd = square * (
        6.666666666666735130e-01
        + fourth
        * (
            2.857142874366239149e-01
            + fourth * (1.818357216161805012e-01 + fourth * 1.479819860511658591e-01)
        )
    )
    even = fourth * (
        3.999999999940941908e-01
        + fourth * (2.222219843214978396e-01 + fourth * 1.531383769920937332e-01)
    )
    half = 0.5 * rest * rest
    low = power * 1.90821492927058770002e-10
    return power * 6.93147180369123816490e-01 - (
        (half - (share * (half + odd + even) + low)) - rest
    )


def _signum(value: Datum) -> Datum:
    whole = whole_of(value)
    return number((whole > 0) - (whole < 0))


def _parseint(text: Datum, base: Datum) -> Datum:
    radix = whole_of(base)
    if text.kind != STRING:
        raise RefusedError("a string is required")
    if radix not in _BASES:
        raise RefusedError("the base must be from 2 to 62")
    digits = string_of(text)
    minus, digits = digits[:1] == "-", digits.removeprefix("-" if digits[:1] == "-" else "+")
    digits = digits.lower() if radix <= _ONE_CASE else digits
    if not digits or any(one not in _DIGITS[:radix] for one in digits):
        raise RefusedError(f"it is no whole number of base {radix}")
    value = 0
    for one in digits[:_MOST_POWER]:
        value = value * radix + _DIGITS.index(one)
    if len(digits) > _MOST_POWER or number_text(Fraction(value)) is None:
        return unknown(NUMBER, "a number of many digits")
    return number(-value if minus else value)


def _range(*numbers: Datum) -> Datum:
    values = [fraction_of(one) for one in numbers]
    match values:
        case [limit]:
            start, step = Fraction(0), Fraction(-1 if limit < 0 else 1)
        case [start, limit]:
            step = Fraction(-1 if limit < start else 1)
        case [start, limit, step]:
            pass
        case _:
            raise RefusedError("one to three numbers are expected")
    if start == limit:
        return list_datum(NUMBER, [])
    if not step:
        raise RefusedError("the step must not be zero")
    if (limit - start) * step < 0:
        raise RefusedError("the step leads away from the limit")
    if not all(map(firm, (start, limit, step))):
        return unknown(list_of(NUMBER), _INEXACT)
    count = math.ceil((limit - start) / step)
    if count > _MOST_OF_RANGE:
        raise RefusedError(f"more than {_MOST_OF_RANGE} numbers")
    return list_datum(NUMBER, [told(start + place * step, [step]) for place in range(count)])


_OF_ONE: Mapping[str, Callable[[Datum], Datum]] = {
    "abs": lambda value: number(abs(fraction_of(value))),
    "ceil": lambda value: number(math.ceil(fraction_of(value))),
    "floor": lambda value: number(math.floor(fraction_of(value))),
    "signum": _signum,
}

FUNCTIONS: Mapping[str, Function] = {
    "log": function(_NUMBER, _NUMBER, result=NUMBER)(_log),
    "max": _extreme(max),
    "min": _extreme(min),
    "parseint": function(Parameter(DYNAMIC), _NUMBER, result=NUMBER)(_parseint),
    "pow": function(_NUMBER, _NUMBER, result=NUMBER)(_pow),
    "range": function(rest=_NUMBER, result=list_of(NUMBER))(_range),
    "sum": function(Parameter(DYNAMIC, parts=True), result=NUMBER)(_sum),
    **{name: function(_NUMBER, result=NUMBER)(body) for name, body in _OF_ONE.items()},
}
