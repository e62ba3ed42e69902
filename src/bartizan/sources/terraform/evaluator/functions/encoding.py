# SPDX-License-Identifier: Apache-2.0
"""Functions that encode and decode.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

import base64
import re
from collections.abc import Mapping
from urllib.parse import quote_plus

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    list_datum,
    mapping,
    text,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import string_of
from bartizan.sources.terraform.evaluator.functions.json_text import from_json, json_of
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.functions.yaml_text import from_yaml
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, STRING, Object
from bartizan.sources.terraform.evaluator.letters import MOST, written

_TEXT = Parameter(STRING)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_ENCODINGS = {"UTF-8": "utf-8", "UTF-16LE": "utf-16-le", "UTF-16BE": "utf-16-be"}
_FIELD = re.compile(r'"((?:[^"]|"")*)"(?=,|\n|\Z)|([^",\n]*)(?=,|\n|\Z)')


def _base64_of(content: bytes) -> Datum:
    return text(base64.b64encode(content).decode())


def _bytes_from(encoded: str) -> bytes:
    encoded = encoded.replace("\r", "").replace("\n", "")
    if not _BASE64.fullmatch(encoded):
        raise RefusedError("it is no base64")
    return base64.b64decode(encoded)


def _base64decode(encoded: Datum) -> Datum:
    try:
        return written(_bytes_from(string_of(encoded)).decode())
    except UnicodeDecodeError:
        raise RefusedError("what is decoded is no text") from None


def _textencodebase64(value: Datum, encoding: Datum) -> Datum:
    name = _ENCODINGS.get(string_of(encoding).upper())
    if name is None:
        return unknown(STRING, "an encoding of texts")
    return _base64_of(string_of(value).encode(name))


def _textdecodebase64(value: Datum, encoding: Datum) -> Datum:
    name = _ENCODINGS.get(string_of(encoding).upper())
    if name is None:
        return unknown(STRING, "an encoding of texts")
    try:
        return written(_bytes_from(string_of(value)).decode(name))
    except UnicodeDecodeError:
        return unknown(STRING, "a text that is not wholly one")


def _jsonencode(value: Datum) -> Datum:
    encoded = json_of(value)
    return unknown(STRING, "a number of many digits") if encoded is None else written(encoded)


def _csvdecode(content: Datum) -> Datum:
    value = string_of(content).replace("\r\n", "\n")
    if "\r" in value or len(value) > MOST:
        return unknown(DYNAMIC, "lines that may be parted otherwise")
    names, *rows = _rows(value)
    if len({*names}) != len(names):
        raise RefusedError("each column must have a name of its own")
    kind = Object.of(dict.fromkeys(names, STRING))
    held = []
    for row in rows:
        if len(row) != len(names):
            raise RefusedError("a row has more or fewer fields than there are columns")
        held.append(mapping(dict(zip(names, map(written, row), strict=True))))
    return list_datum(kind, held)


def _rows(value: str) -> list[list[str]]:
    """Part a text into fields as https://pkg.go.dev/encoding/csv does."""
    rows, row, place = [], list[str](), 0
    while place < len(value):
        if not row and value[place] == "\n":
            place += 1
            continue
        found = _FIELD.match(value, place)
        if found is None:
            raise RefusedError("a quote is out of its place")
        row.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        place = found.end()
        if value[place : place + 1] == ",":
            place += 1
            if place < len(value):
                continue
            row.append("")
        rows.append(row)
        row, place = [], place + 1
    if not rows:
        raise RefusedError("there is no line of names")
    return rows


FUNCTIONS: Mapping[str, Function] = {
    "base64decode": function(_TEXT, result=STRING)(_base64decode),
    "base64encode": function(_TEXT, result=STRING)(
        lambda value: _base64_of(string_of(value).encode())
    ),
    "csvdecode": function(_TEXT, result=DYNAMIC)(_csvdecode),
    "jsondecode": function(_TEXT, result=DYNAMIC)(from_json),
    "jsonencode": function(Parameter(DYNAMIC, null=True), result=STRING)(_jsonencode),
    "textdecodebase64": function(_TEXT, _TEXT, result=STRING)(_textdecodebase64),
    "textencodebase64": function(_TEXT, _TEXT, result=STRING)(_textencodebase64),
    "yamldecode": function(_TEXT, result=DYNAMIC)(from_yaml),
    "urlencode": function(_TEXT, result=STRING)(lambda value: text(quote_plus(string_of(value)))),
}
