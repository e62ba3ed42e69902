# SPDX-License-Identifier: Apache-2.0
"""`format` and `formatlist`.

Sources: https://developer.hashicorp.com/terraform/language/functions/format,
https://pkg.go.dev/math/big#Int.Format and https://pkg.go.dev/math/big#Float.Format
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    list_datum,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import fraction_of, string_of
from bartizan.sources.terraform.evaluator.functions.json_text import json_of, quoted
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    Tuple,
    list_of,
)
from bartizan.sources.terraform.evaluator.letters import MOST, plain, written
from bartizan.sources.terraform.evaluator.number import digits_of, number_text, rounded

_VERB = re.compile(
    r"%(?P<flags>[-0#+ ]*)(?P<width>[1-9][0-9]*)?(?P<precision>\.[0-9]*)?"
    r"(?:\[(?P<index>[1-9][0-9]*)\])?(?P<mode>[A-Za-z])"
)
_BASES = {"b": 2, "o": 8, "d": 10, "x": 16, "X": 16}
_PREFIXES = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}
_MOST_WIDTH = 10_000
_MOST_LINES = 20_000
_PLACES = 6  # the precision that is taken where none is written
_LEAST_EXPONENT = -4
_ANY = Parameter(DYNAMIC, null=True, unknown=True)


class _UnsureError(Exception):
    """It is not told what is written."""


class _Verb(Struct, frozen=True):
    flags: str
    width: int
    precision: int | None
    mode: str

    def padded(self, value: str) -> str:
        """Return a text as wide as is asked for, in characters as people see them."""
        if not self.width:
            return value
        if not plain(value) or ("-" in self.flags and "0" in self.flags):
            raise _UnsureError
        pad = "0" if "0" in self.flags else " "
        return value.ljust(self.width, pad) if "-" in self.flags else value.rjust(self.width, pad)


def formatted(pattern: str, values: Sequence[Datum]) -> Datum:
    """Return what a pattern makes of wholly known values.

    Raises:
        RefusedError: Terraform refuses the pattern or a value.
    """
    try:
        return written(_formatted(pattern, values))
    except _UnsureError:
        return unknown(STRING, "a value that may be written otherwise")


def _formatted(pattern: str, values: Sequence[Datum]) -> str:
    parts, place, following, most, length = list[str](), 0, 0, 0, 0
    while (start := pattern.find("%", place)) >= 0:
        parts.append(pattern[place:start])
        if pattern.startswith("%%", start):
            parts.append("%")
            place = start + 2
            continue
        found = _VERB.match(pattern, start)
        if found is None:
            raise RefusedError("the format has a `%` that begins nothing")
        index = int(found["index"]) - 1 if found["index"] else following
        if index >= len(values):
            raise RefusedError("the format asks for more values than there are")
        parts.append(_written(_verb(found), values[index]))
        length += len(parts[-1])
        if length > MOST:
            raise _UnsureError
        following, most, place = index + 1, max(most, index + 1), found.end()
    if most < len(values):
        raise RefusedError("there are more values than the format asks for")
    return "".join([*parts, pattern[place:]])


def _verb(found: re.Match[str]) -> _Verb:
    width, precision = int(found["width"] or 0), found["precision"]
    if precision == "." or (found["index"] and (width or precision or found["flags"])):
        raise _UnsureError
    places = int(precision[1:]) if precision else None
    if max(width, places or 0) > _MOST_WIDTH:
        raise _UnsureError
    return _Verb(found["flags"], width, places, found["mode"])


def _written(verb: _Verb, value: Datum) -> str:
    if verb.mode == "v":
        return verb.padded(_default(verb, value))
    if value.null:
        raise RefusedError("null has no format")
    if verb.mode == "t":
        return "true" if converted(value, BOOL).value else "false"
    if verb.mode in "sq":
        return verb.padded(_string(verb, value))
    if verb.mode in "bdoxXeEfgG":
        given = converted(value, NUMBER)
        if not given.known:
            raise _UnsureError
        number = fraction_of(given)
        return _whole(verb, number) if verb.mode in _BASES else _float(verb, number)
    raise RefusedError(f"there is no verb `%{verb.mode}`")


def _default(verb: _Verb, value: Datum) -> str:
    if "#" not in verb.flags and not value.null:
        if isinstance(value.value, str):
            return value.value
        if isinstance(value.value, Fraction):
            return _shortest(value.value, "e")
    encoded = json_of(value)
    if encoded is None:
        raise _UnsureError
    return encoded


def _string(verb: _Verb, value: Datum) -> str:
    given = converted(value, STRING)
    if not given.known:
        raise _UnsureError
    text = string_of(given)
    if verb.precision:
        if not plain(text):
            raise _UnsureError
        text = text[: verb.precision]
    return quoted(text) if verb.mode == "q" else text


def _sign(verb: _Verb, value: Fraction) -> str:
    if value < 0:
        return "-"
    return "+" if "+" in verb.flags else " " if " " in verb.flags else ""


def _whole(verb: _Verb, value: Fraction) -> str:
    if value.denominator != 1:
        raise RefusedError("a whole number is required")
    if "-" in verb.flags and "0" in verb.flags:
        raise _UnsureError
    if number_text(value) is None:
        raise _UnsureError
    digits = format(abs(int(value)), {2: "b", 8: "o", 10: "d", 16: "x"}[_BASES[verb.mode]])
    digits = digits.upper() if verb.mode == "X" else digits
    sign = _sign(verb, value) + (_PREFIXES.get(verb.mode, "") if "#" in verb.flags else "")
    if verb.precision is not None:
        if not value and not verb.precision:
            return ""
        digits = digits.rjust(verb.precision, "0")
    elif "0" in verb.flags:
        digits = digits.rjust(verb.width - len(sign), "0")
    text = sign + digits
    return text.ljust(verb.width) if "-" in verb.flags else text.rjust(verb.width)


def _float(verb: _Verb, value: Fraction) -> str:
    if "#" in verb.flags or ("-" in verb.flags and "0" in verb.flags):
        raise _UnsureError
    if verb.mode in "gG":
        if verb.precision is not None:
            raise _UnsureError
        text = _shortest(abs(value), "e" if verb.mode == "g" else "E")
    else:
        places = _PLACES if verb.precision is None else verb.precision
        text = (
            _places(value, places) if verb.mode == "f" else _scientific(value, places, verb.mode)
        )
    sign = _sign(verb, value)
    if "0" in verb.flags:
        return sign + text.rjust(verb.width - len(sign), "0")
    text = sign + text
    return text.ljust(verb.width) if "-" in verb.flags else text.rjust(verb.width)


def _places(value: Fraction, places: int) -> str:
    """Return the digits of a number, without sign, rounded to places after the point."""
    whole = str(round(abs(rounded(value)) * 10**places)).rjust(places + 1, "0")
    return f"{whole[:-places]}.{whole[-places:]}" if places else whole


def _scientific(value: Fraction, places: int, mode: str) -> str:
    held = abs(rounded(value))
    if not held:
        return f"{'0.' + '0' * places if places else '0'}{mode}+00"
    exponent = len(str(int(held))) - 1 if held >= 1 else -len(str(int(1 / held)))
    if held < Fraction(10) ** exponent:
        exponent -= 1
    elif held >= Fraction(10) ** (exponent + 1):
        exponent += 1
    digits = str(round(held * Fraction(10) ** (places - exponent)))
    if len(digits) > places + 1:
        digits, exponent = digits[:-1], exponent + 1
    return _with_exponent(digits, exponent, mode)


def _with_exponent(digits: str, exponent: int, mode: str) -> str:
    point = "." if len(digits) > 1 else ""
    sign = "-" if exponent < 0 else "+"
    return f"{digits[0]}{point}{digits[1:]}{mode}{sign}{abs(exponent):02}"


def _shortest(value: Fraction, mode: str) -> str:
    """Return the fewest digits that tell a number, with an exponent where it is large or small."""
    found = digits_of(value)
    if found is None:
        raise _UnsureError
    digits, exponent = found
    if _LEAST_EXPONENT <= exponent < _PLACES:
        text = number_text(value)
        if text is None:
            raise _UnsureError
        return text
    return ("-" if value < 0 else "") + _with_exponent(digits, exponent, mode)


def _format(pattern: Datum, *values: Datum) -> Datum:
    for one in values:
        if one.null and one.kind == DYNAMIC:
            return unknown(DYNAMIC, "a null without a type")
        for part in one.unknowns():
            return unknown(STRING, part.why)
    return formatted(string_of(pattern), values)


def _formatlist(pattern: Datum, *values: Datum) -> Datum:
    lengths = set()
    for one in values:
        if (one.null or not one.known) and one.kind == DYNAMIC:
            return unknown(DYNAMIC, one.why or "a null without a type")
        if _is_row(one):
            if not isinstance(one.value, tuple):
                return unknown(list_of(STRING), one.why)
            lengths.add(len(one.value))
    if len(lengths) > 1:
        raise RefusedError("the lists must be equally long")
    count = lengths.pop() if lengths else 1
    if count > _MOST_LINES:
        return unknown(list_of(STRING), "lists that are too long")
    lines, length = list[Datum](), 0
    for place in range(count):
        row = [
            one.value[place] if _is_row(one) and isinstance(one.value, tuple) else one
            for one in values
        ]
        missing = next((part for one in row for part in one.unknowns()), None)
        line = unknown(STRING, missing.why) if missing else formatted(string_of(pattern), row)
        length += len(line.value) if isinstance(line.value, str) else 0
        if length > MOST:
            return unknown(list_of(STRING), "lists that are too long")
        lines.append(line)
    return list_datum(STRING, lines)


def _is_row(one: Datum) -> bool:
    """Whether it is gone through, one value for each line."""
    return not one.null and (
        isinstance(one.kind, Tuple)
        or (isinstance(one.kind, Collection) and one.kind.name != "map")
    )


FUNCTIONS: Mapping[str, Function] = {
    "format": function(Parameter(STRING), rest=_ANY, result=STRING)(_format),
    "formatlist": function(Parameter(STRING), rest=_ANY, result=list_of(STRING))(_formatlist),
}
