# SPDX-License-Identifier: Apache-2.0
"""Functions of strings.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

from collections.abc import Callable, Mapping

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    list_datum,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import (
    elements_of,
    string_of,
    whole_of,
)
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import BOOL, NUMBER, STRING, list_of
from bartizan.sources.terraform.evaluator.letters import MOST, MOST_PARTS, plain, written

_TEXT, _NUMBER, _TEXTS = Parameter(STRING), Parameter(NUMBER), Parameter(list_of(STRING))
_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_LAST_CASED = 0x530
_DOTTED = "\u0130\u0131"  # their other case depends on the language
_CHARACTERS = "characters that may be counted otherwise"


def _joined(separator: Datum, *lists: Datum) -> Datum:
    if not lists:
        raise RefusedError("at least one list is expected")
    parts = [one for each in lists for one in elements_of(each)]
    mark, texts = string_of(separator), [*map(string_of, parts)]
    if sum(map(len, texts)) + len(mark) * len(texts) > MOST:
        return unknown(STRING, "a text that is too long")
    return written(mark.join(texts))


def _split(separator: Datum, text: Datum) -> Datum:
    mark, whole = string_of(separator), string_of(text)
    parts = whole.split(mark, MOST_PARTS) if mark else list(whole[: MOST_PARTS + 1])
    if len(parts) > MOST_PARTS:
        return unknown(list_of(STRING), "a list that is too long")
    return list_datum(STRING, [written(one) for one in parts])


def _cased(change: Callable[[str], str]) -> Callable[[Datum], Datum]:
    def body(text: Datum) -> Datum:
        value = string_of(text)
        changed = [change(one) for one in value]
        if any(len(one) != 1 for one in changed) or not all(
            ord(one) < _LAST_CASED and one not in _DOTTED for one in value
        ):
            return unknown(STRING, "letters whose case may be told otherwise")
        return written("".join(changed))

    return body


def _title(text: Datum) -> Datum:
    value = string_of(text)
    if not value.isascii():
        return unknown(STRING, "letters whose case may be told otherwise")
    before = [" ", *value[:-1]]
    return written(
        "".join(
            one if last.isalnum() or last == "_" else one.upper()
            for last, one in zip(before, value, strict=False)
        )
    )


def _substr(text: Datum, offset: Datum, length: Datum) -> Datum:
    value, start, count = string_of(text), whole_of(offset), whole_of(length)
    if not plain(value):
        return unknown(STRING, _CHARACTERS)
    if start < 0:
        start = max(start + len(value), 0)
        # NOTE: Counted from the end, a length of nothing is all that is left.
        count = count or -1
    return written(value[start:] if count < 0 else value[start : start + count])


def _strrev(text: Datum) -> Datum:
    value = string_of(text)
    return written(value[::-1]) if plain(value) else unknown(STRING, _CHARACTERS)


def _indent(spaces: Datum, text: Datum) -> Datum:
    count, value = whole_of(spaces), string_of(text)
    if count < 0 or count * value.count("\n") > MOST:
        return unknown(STRING, "an indentation that is too large")
    return written(value.replace("\n", "\n" + " " * count))


_OF_ONE: Mapping[str, Callable[[Datum], Datum]] = {
    "chomp": lambda text: written(string_of(text).rstrip("\r\n")),
    "lower": _cased(str.lower),
    "strrev": _strrev,
    "title": _title,
    "trimspace": lambda text: written(string_of(text).strip(_SPACES)),
    "upper": _cased(str.upper),
}

_OF_TWO: Mapping[str, Callable[[str, str], str]] = {
    "trim": str.strip,
    "trimprefix": str.removeprefix,
    "trimsuffix": str.removesuffix,
}

_ASKED: Mapping[str, Callable[[str, str], bool]] = {
    "endswith": str.endswith,
    "startswith": str.startswith,
    "strcontains": str.__contains__,
}


def _two(change: Callable[[str, str], str]) -> Function:
    return function(_TEXT, _TEXT, result=STRING)(
        lambda text, other: written(change(string_of(text), string_of(other)))
    )


def _asked(question: Callable[[str, str], bool]) -> Function:
    return function(_TEXT, _TEXT, result=BOOL)(
        lambda text, other: truth(question(string_of(text), string_of(other)))
    )


FUNCTIONS: Mapping[str, Function] = {
    "indent": function(_NUMBER, _TEXT, result=STRING)(_indent),
    "join": function(_TEXT, rest=_TEXTS, result=STRING)(_joined),
    "split": function(_TEXT, _TEXT, result=list_of(STRING))(_split),
    "substr": function(_TEXT, _NUMBER, _NUMBER, result=STRING)(_substr),
    **{name: function(_TEXT, result=STRING)(body) for name, body in _OF_ONE.items()},
    **{name: _two(change) for name, change in _OF_TWO.items()},
    **{name: _asked(question) for name, question in _ASKED.items()},
}
