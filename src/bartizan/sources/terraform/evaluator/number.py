# SPDX-License-Identifier: Apache-2.0
"""Numbers as Terraform holds, reads and prints them.

Terraform counts in binary floating point: literals and texts have 512 bits, what functions
return has 64 or 53. A fraction here stands for the decimal number that was written. It is told
where every one of those precisions agrees with it, and nowhere else.

Sources: https://developer.hashicorp.com/terraform/language/expressions/types and
https://pkg.go.dev/math/big#Float.Text
"""

import re
from fractions import Fraction

_DIGITS = 150  # numbers of so many digits are told apart by 512 bits
_SHORT_DIGITS = 15  # and those by 53
_WHOLE = 2**53
_EXPONENT = 400
_BITS = 512

_WRITTEN = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?", re.ASCII)
# NOTE: Go reads `1p3` and `Inf` as numbers too; they are left unknown.
_PERHAPS = re.compile(r"[0-9+.eEpPiInNfFtTyY-]+")


class NoNumberError(ValueError):
    """Terraform surely reads no number in a text."""


def number_from(written: str) -> Fraction | None:
    """Return the number that a text or literal of decimal digits says; None where it has more
    digits, a larger exponent or another form than can be told for sure, and for minus zero,
    which Terraform prints with its sign.

    Raises:
        NoNumberError: It is no number for Terraform.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None or not (found[2] or found[3]):
        if _PERHAPS.fullmatch(written) and any(mark in written for mark in "pPiI"):
            return None
        raise NoNumberError(written[:80])
    sign, whole, part, exponent = found[1], found[2] or "", found[3] or "", int(found[4] or 0)
    digits = (whole + part).lstrip("0")
    if len(whole) + len(part) > _DIGITS or abs(exponent) > _EXPONENT:
        return None
    if not digits:
        return None if sign == "-" else Fraction(0)
    value = Fraction(int(digits)) * Fraction(10) ** (exponent - len(part))
    return -value if sign == "-" else value


def number_text(value: Fraction) -> str | None:
    """Return how Terraform prints a number, without exponent; None where it has no end or more
    digits than are surely printed.
    """
    bottom, twos, fives = value.denominator, 0, 0
    while bottom % 2 == 0:
        bottom, twos = bottom // 2, twos + 1
    while bottom % 5 == 0:
        bottom, fives = bottom // 5, fives + 1
    places = max(twos, fives)
    if bottom != 1 or places > _EXPONENT + _DIGITS or abs(value) > 10**_EXPONENT:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator)
    # What two divides may be the result of a function, and is printed with fewer digits then.
    most = _SHORT_DIGITS if twos and value.denominator == 2**twos else _DIGITS
    if len(digits.strip("0")) > most:
        return None
    sign = "-" if value < 0 else ""
    if not places:
        return sign + digits
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def firm(value: Fraction) -> bool:
    """Whether every precision that Terraform may be counting in holds this number and prints it.

    The result of a sum, product or function is told only if it is firm and what it was made from
    is too. (A product that is zero may have a sign.)
    """
    if abs(value.numerator) > _WHOLE or value.denominator & (value.denominator - 1):
        return False
    return value.denominator == 1 or number_text(value) is not None


def digits_of(value: Fraction) -> tuple[str, int] | None:
    """Return the digits that tell a number, without sign, and the power of ten of the first;
    None where `number_text` has none.
    """
    written = number_text(abs(value))
    if written is None:
        return None
    whole, _, part = written.partition(".")
    digits = (whole + part).lstrip("0")
    if not digits:
        return "0", 0
    exponent = len(whole) - 1 if whole != "0" else len(digits) - len(part) - 1
    return digits.rstrip("0"), exponent


def rounded(value: Fraction) -> Fraction:
    """Return a number as a literal holds it, in 512 bits."""
    if not value:
        return value
    shift = _BITS - (abs(value.numerator).bit_length() - value.denominator.bit_length())
    scaled = value * Fraction(2) ** shift
    while abs(scaled) >= 2**_BITS:
        scaled, shift = scaled / 2, shift - 1
    return Fraction(round(scaled)) / Fraction(2) ** shift
