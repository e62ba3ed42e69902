# SPDX-License-Identifier: Apache-2.0
"""JSON as Terraform writes and reads it.

Sources: https://developer.hashicorp.com/terraform/language/functions/jsonencode,
https://developer.hashicorp.com/terraform/language/functions/jsondecode and
https://pkg.go.dev/encoding/json#Marshal (`<`, `>` and `&` are escaped)
"""

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NoReturn

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    mapping,
    null,
    number,
    sequence,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.held import string_of
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, NUMBER
from bartizan.sources.terraform.evaluator.letters import MOST, written
from bartizan.sources.terraform.evaluator.number import number_from, number_text

_MOST_DEPTH = 100
_ESCAPED = re.compile('["\\\\\x00-\x1f<>&\u2028\u2029]')
_SHORT = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


class _DeepError(Exception):
    """Values are nested more deeply than we follow."""


class _DoubleError(Exception):
    """An object has a name twice."""


def quoted(value: str) -> str:
    """Return a text in quotes."""
    return f'"{_ESCAPED.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


def json_of(datum: Datum) -> str | None:  # noqa: PLR0911 - one for each form of value
    """Return a wholly known value as JSON, without spaces; None where a number in it is not
    surely printed as we would.
    """
    match datum.value:
        case None:
            return "null"
        case bool(value):
            return "true" if value else "false"
        case Fraction() as value:
            return number_text(value)
        case str(value):
            return quoted(value)
        case tuple(held):
            parts = [json_of(one) for one in held]
            return None if None in parts else f"[{','.join(map(str, parts))}]"
        case Mapping() as held:
            texts = {name: json_of(one) for name, one in held.items()}
            if None in texts.values():
                return None
            ordered = sorted(texts.items())
            return "{" + ",".join(f"{quoted(name)}:{one}" for name, one in ordered) + "}"
        case _:
            return None


def from_json(datum: Datum) -> Datum:
    """Return what a text of JSON says; objects and lists become objects and tuples."""
    content = string_of(datum)
    if len(content) > MOST // 4:
        return unknown(DYNAMIC, "a text that is too long")
    try:
        return _datum(
            json.loads(
                content,
                object_pairs_hook=_pairs,
                parse_constant=_refused,
                parse_int=_number,
                parse_float=_number,
            )
        )
    except _DoubleError:
        return unknown(DYNAMIC, "an object that has a name twice")
    except (RecursionError, _DeepError):
        return unknown(DYNAMIC, "a text that is nested too deeply")
    except ValueError as error:
        raise RefusedError(f"it is no JSON: {error}") from None


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"`{constant}` is no value")


def _number(digits: str) -> Datum:
    value = number_from(digits)
    return unknown(NUMBER, "a number of many digits") if value is None else number(value)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    held = {}
    for name, value in pairs:
        key = written(name).value
        if not isinstance(key, str) or key in held:
            raise _DoubleError
        held[key] = value
    return held


def _datum(value: object, depth: int = 0) -> Datum:
    if depth > _MOST_DEPTH:
        raise _DeepError
    match value:
        case Datum():
            return value
        case bool():
            return truth(value)
        case str():
            # Half of a pair of surrogates is replaced when Go reads it.
            return written(re.sub("[\ud800-\udfff]", "\ufffd", value))
        case list():
            return sequence([_datum(one, depth + 1) for one in value])
        case dict():
            return mapping({name: _datum(one, depth + 1) for name, one in value.items()})
        case _:
            return null()
