# SPDX-License-Identifier: Apache-2.0
"""Functions that search texts: `regex`, `regexall` and `replace`.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    list_datum,
    mapping,
    null,
    sequence,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import string_of
from bartizan.sources.terraform.evaluator.functions.machine import Match, all_matches, search
from bartizan.sources.terraform.evaluator.functions.pattern import (
    Program,
    UnsureError,
    read_pattern,
)
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, STRING, Kind, Object, Tuple, list_of
from bartizan.sources.terraform.evaluator.letters import MOST, written

_TEXT = Parameter(STRING)
_UNSURE = "a pattern that is not read"
_MOST_MATCHES = 20_000
_REFERENCE = re.compile(r"\$(?:\$|([0-9A-Za-z_]+)|\{([0-9A-Za-z_]+)\})")
_MOST_WORK = 2_000_000

_read = lru_cache(maxsize=256)(read_pattern)


def _kind(program: Program) -> Kind:
    """Return the type of what a match captures."""
    if not program.groups:
        return STRING
    if not any(program.groups):
        return Tuple((STRING,) * len(program.groups))
    if not all(program.groups):
        raise RefusedError("groups must be named all or not at all")
    return Object.of(dict.fromkeys(program.groups, STRING))


def _captured(program: Program, value: str, match: Match) -> Datum:
    parts = [_part(value, match, group) for group in range(len(program.groups) + 1)]
    if not program.groups:
        return parts[0]
    if not any(program.groups):
        return sequence(parts[1:])
    return mapping(dict(zip(program.groups, parts[1:], strict=True)))


def _part(value: str, match: Match, group: int) -> Datum:
    start, end = match[2 * group], match[2 * group + 1]
    return null(STRING) if start is None or end is None else written(value[start:end])


def _regex(pattern: Datum, value: Datum) -> Datum:
    try:
        program = _read(string_of(pattern))
        _kind(program)
        for match in all_matches(program, string_of(value), most=1):
            return _captured(program, string_of(value), match)
    except UnsureError:
        return unknown(DYNAMIC, _UNSURE)
    raise RefusedError("the pattern matches nothing")


def _regexall(pattern: Datum, value: Datum) -> Datum:
    try:
        program = _read(string_of(pattern))
        kind = _kind(program)
        matches = [*all_matches(program, string_of(value), most=_MOST_MATCHES)]
    except UnsureError:
        return unknown(list_of(DYNAMIC), _UNSURE)
    if len(matches) == _MOST_MATCHES:
        return unknown(list_of(kind), "too many matches")
    return list_datum(kind, [_captured(program, string_of(value), one) for one in matches])


def _replace(value: Datum, wanted: Datum, other: Datum) -> Datum:
    whole, part, new = string_of(value), string_of(wanted), string_of(other)
    if len(part) > 1 and part[0] == part[-1] == "/":
        try:
            return _substituted(whole, _read(part[1:-1]), new)
        except UnsureError:
            return unknown(STRING, _UNSURE)
    count = whole.count(part) if part else len(whole) + 1
    if count * len(new) > MOST:
        return unknown(STRING, "a text that is too long")
    return written(whole.replace(part, new))


def _substituted(value: str, program: Program, new: str) -> Datum:
    """Replace each match as https://pkg.go.dev/regexp#Regexp.ReplaceAllString does."""
    parts: list[str] = []
    last, place, length, budget = 0, 0, 0, [_MOST_WORK]
    while place <= len(value):
        match = search(program, value, place, budget)
        if match is None or match[0] is None or match[1] is None:
            break
        start, end = match[0], match[1]
        parts.append(value[last:start])
        if end > last or start == 0:
            parts.append(_expanded(value, program, match, new))
        length += len(parts[-1])
        if length > MOST:
            return unknown(STRING, "a text that is too long")
        last = end
        place = max(place + 1, end)
    return written("".join([*parts, value[last:]]))


def _expanded(value: str, program: Program, match: Match, new: str) -> str:
    def one(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if not name:
            return "$"
        group = -1
        if name.isdigit():
            if name != str(int(name)):
                raise UnsureError("a number of a group that begins with zero")
            group = int(name)
        elif name in program.groups:
            group = program.groups.index(name) + 1
        if not 0 <= group <= len(program.groups):
            return ""
        start, end = match[2 * group], match[2 * group + 1]
        return "" if start is None or end is None else value[start:end]

    return _REFERENCE.sub(one, new)


FUNCTIONS: Mapping[str, Function] = {
    "regex": function(_TEXT, _TEXT, result=DYNAMIC)(_regex),
    "regexall": function(_TEXT, _TEXT, result=list_of(DYNAMIC))(_regexall),
    "replace": function(_TEXT, _TEXT, _TEXT, result=STRING)(_replace),
}
