# SPDX-License-Identifier: Apache-2.0
"""Functions of times that are told to them; what asks the clock is unknown.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    number,
    text,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import string_of
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import NUMBER, STRING
from bartizan.sources.terraform.evaluator.letters import written

_TEXT = Parameter(STRING)
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_DURATION = re.compile(r"[+-]?(?:0|(?:\d{1,12}(?:\.\d{1,9})?(?:ns|us|µs|ms|s|m|h))+)", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", re.ASCII)
_MICROSECONDS = {
    "ns": Fraction(1, 1000),
    "us": Fraction(1),
    "µs": Fraction(1),
    "ms": Fraction(1000),
    "s": Fraction(10**6),
    "m": Fraction(60 * 10**6),
    "h": Fraction(3600 * 10**6),
}
_LETTERS = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|.", re.DOTALL)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNUSUAL = "a time of an unusual form"


def _time(datum: Datum) -> datetime | None:
    """Return a time of RFC 3339; None where it has another form."""
    found = _TIME.fullmatch(string_of(datum))
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.group(1, 2, 3, 4, 5, 6))
    micros, zone = int((found[7] or "0").ljust(6, "0")), found[8]
    try:
        return datetime(year, month, day, hour, minute, second, micros, _zone(zone))
    except ValueError:
        return None


def _zone(written_as: str) -> timezone:
    if written_as == "Z":
        return UTC
    hours, minutes = int(written_as[1:3]), int(written_as[4:6])
    if minutes > 59:  # noqa: PLR2004 - of an hour
        raise ValueError(written_as)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written_as[0] == "-" else offset)


def _shown_zone(time: datetime, between: str) -> str:
    minutes = int((time.utcoffset() or timedelta()).total_seconds()) // 60
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    return f"{sign}{minutes // 60:02}{between}{minutes % 60:02}"


def _zone_or_z(time: datetime) -> str:
    return _shown_zone(time, ":") if time.utcoffset() else "Z"


def _timeadd(time: Datum, duration: Datum) -> Datum:
    start, length = _time(time), string_of(duration)
    if start is None or not _DURATION.fullmatch(length):
        return unknown(STRING, _UNUSUAL)
    micros = sum(
        (Fraction(count) * _MICROSECONDS[unit] for count, unit in _PART.findall(length)),
        Fraction(),
    )
    if micros.denominator != 1:
        return unknown(STRING, _UNUSUAL)
    try:
        end = start + timedelta(microseconds=int(-micros if length[0] == "-" else micros))
    except OverflowError:
        return unknown(STRING, _UNUSUAL)
    return text(f"{end:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + _zone_or_z(end))


def _timecmp(one: Datum, other: Datum) -> Datum:
    first, second = _time(one), _time(other)
    if first is None or second is None:
        return unknown(NUMBER, _UNUSUAL)
    return number((first > second) - (first < second))


_TOKENS: Mapping[str, Callable[[datetime], str]] = {
    "YYYY": lambda time: f"{time.year:04}",
    "YY": lambda time: f"{time.year % 100:02}",
    "MMMM": lambda time: _MONTHS[time.month - 1],
    "MMM": lambda time: _MONTHS[time.month - 1][:3],
    "MM": lambda time: f"{time.month:02}",
    "M": lambda time: str(time.month),
    "DD": lambda time: f"{time.day:02}",
    "D": lambda time: str(time.day),
    "EEEE": lambda time: _DAYS[time.weekday()],
    "EEE": lambda time: _DAYS[time.weekday()][:3],
    "hh": lambda time: f"{time.hour:02}",
    "h": lambda time: str(time.hour),
    "HH": lambda time: f"{time.hour % 12 or 12:02}",
    "H": lambda time: str(time.hour % 12 or 12),
    "AA": lambda time: "AM" if time.hour < 12 else "PM",  # noqa: PLR2004 - noon
    "aa": lambda time: "am" if time.hour < 12 else "pm",  # noqa: PLR2004 - noon
    "mm": lambda time: f"{time.minute:02}",
    "m": lambda time: str(time.minute),
    "ss": lambda time: f"{time.second:02}",
    "s": lambda time: str(time.second),
    "ZZZZZ": lambda time: _shown_zone(time, ":"),
    "ZZZZ": lambda time: _shown_zone(time, ""),
    "ZZZ": lambda time: _shown_zone(time, "") if time.utcoffset() else "UTC",
    "Z": _zone_or_z,
}


def _formatdate(pattern: Datum, time: Datum) -> Datum:
    moment, parts = _time(time), []
    if moment is None:
        return unknown(STRING, _UNUSUAL)
    for found in _LETTERS.finditer(string_of(pattern)):
        part = found[0]
        if found[1]:
            if part not in _TOKENS:
                raise RefusedError(f"`{part[:20]}` is no part of a time")
            parts.append(_TOKENS[part](moment))
        elif part == "'":
            raise RefusedError("a quote is not closed")
        else:
            parts.append(part[1:-1].replace("''", "'") if part[0] == "'" else part)
    return written("".join(parts))


FUNCTIONS: Mapping[str, Function] = {
    "formatdate": function(_TEXT, _TEXT, result=STRING)(_formatdate),
    "timeadd": function(_TEXT, _TEXT, result=STRING)(_timeadd),
    "timecmp": function(_TEXT, _TEXT, result=NUMBER)(_timecmp),
}
