# SPDX-License-Identifier: Apache-2.0
"""YAML as Terraform reads it: the plain part that configurations are written in.

What is not surely read as Terraform reads it (anchors, tags, several documents, folded texts,
dates, numbers of other bases) is not read at all.

Source: https://developer.hashicorp.com/terraform/language/functions/yamldecode
"""

import re

from msgspec import Struct

from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    mapping,
    null,
    number,
    sequence,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.held import string_of
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, STRING
from bartizan.sources.terraform.evaluator.letters import MOST, written
from bartizan.sources.terraform.evaluator.number import NoNumberError, number_from

_MOST_DEPTH = 40
_TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
_FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_OTHER_BASE = re.compile(r"[-+]?0[xob]|\d{4}-|[-+]?\.(?:inf|nan|Inf|NaN|INF|NAN)")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\[nt"\\])*)"')
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
_PLAIN = re.compile(
    r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=[^\s,\[\]{}]))(?:[^:#]|:(?=\S)|(?<=\S)#)*"
)
_PLAIN_IN_FLOW = re.compile(
    r"~|[A-Za-z0-9_./+](?:[A-Za-z0-9_./+@ -]|(?<=\S):(?=[A-Za-z0-9_./*:])|(?<=[A-Za-z0-9:/-])\*)*"
)
_KEY = re.compile(r"(\"[^\"\\]*\"|'[^']*'|[A-Za-z0-9_./@$+][^:#\"'{}\[\],&*!|>%]*?)\s*:(?: +|$)")
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}
_COMMENT = re.compile(r"(?: +#.*| *)")


class _UnsureError(Exception):
    """It is not surely read as Terraform reads it."""


def from_yaml(datum: Datum) -> Datum:
    """Return what a text of YAML says, unknown where that is not sure."""
    content = string_of(datum)
    odd = any(mark in content for mark in "\t\r\ufeff\x85\u2028\u2029\x00")
    if odd or len(content) > MOST // 4:
        return unknown(DYNAMIC, "yamldecode()")
    try:
        reader = _Reader(content.split("\n"))
        found = reader.document()
    except _UnsureError:
        return unknown(DYNAMIC, "yamldecode()")
    return found


class _Reader(Struct):
    lines: list[str]
    at: int = 0
    depth: int = 0
    begun: int | None = None
    """Where in the line what comes next begins, if it is not its first character."""

    def document(self) -> Datum:
        """Read all of the lines."""
        if self._indent() is not None and self.lines[self.at].rstrip() == "---":
            self.at += 1
        if self._indent() is None:
            raise _UnsureError
        found = self.node(0, nested=True)
        if self._indent() is not None:
            raise _UnsureError
        return found

    def _indent(self) -> int | None:
        """Go to the next line that says something; return where it begins."""
        if self.begun is not None:
            return self.begun
        while self.at < len(self.lines):
            line = self.lines[self.at]
            bare = line.lstrip(" ")
            if bare and bare[0] != "#":
                if line.startswith(("...", "%")) or (line.startswith("---") and self.depth):
                    raise _UnsureError
                return len(line) - len(bare)
            self.at += 1
        return None

    def _rest(self, begin: int) -> str:
        return self.lines[self.at][begin:]

    def _next_line(self) -> None:
        self.at, self.begun = self.at + 1, None

    def node(self, least: int, *, nested: bool) -> Datum:
        """Read a list or an object that begins at `least` or behind it."""
        begin = self._indent()
        if begin is None or begin < least or self.depth > _MOST_DEPTH:
            raise _UnsureError
        self.depth += 1
        if self._item(begin):
            found = self._sequence(begin)
        elif _KEY.match(self._rest(begin)):
            found = self._mapping(begin)
        elif nested:
            raise _UnsureError
        else:
            found = self._inline(begin, begin)
        self.depth -= 1
        return found

    def _sequence(self, begin: int) -> Datum:
        found = self._items(begin)
        self._no_deeper(begin)
        return found

    def _item(self, begin: int) -> bool:
        content = self._rest(begin) if self._indent() == begin else ""
        return content == "-" or content.startswith("- ")

    def _items(self, begin: int) -> Datum:
        parts = []
        while self._item(begin):
            content = self._rest(begin)
            self.begun = None
            if _COMMENT.fullmatch(content, 1):
                self._next_line()
                parts.append(self._below(begin))
            else:
                self.begun = begin + len(content) - len(content[1:].lstrip(" "))
                parts.append(self.node(self.begun, nested=False))
        return sequence(parts)

    def _mapping(self, begin: int) -> Datum:
        held: dict[str, Datum] = {}
        while self._indent() == begin:
            found = _KEY.match(self._rest(begin))
            if found is None:
                break
            name = _key(found[1])
            if name in held:
                raise _UnsureError
            self.begun = None
            held[name] = self._value(begin, begin + found.end())
        self._no_deeper(begin)
        return mapping(held)

    def _no_deeper(self, begin: int) -> None:
        after = self._indent()
        if after is not None and after >= begin:
            raise _UnsureError

    def _value(self, begin: int, after: int) -> Datum:
        rest = self._rest(after)
        if _COMMENT.fullmatch(rest) or rest.startswith("#"):
            self._next_line()
            # A list may stand as deep as its name.
            return self._items(begin) if self._item(begin) else self._below(begin)
        if rest.rstrip() in {"|", "|-"}:
            return self._literal(begin, keep=rest.rstrip() == "|")
        return self._inline(begin, after)

    def _below(self, begin: int) -> Datum:
        after = self._indent()
        if after is None or after <= begin:
            return null()
        return self.node(begin + 1, nested=True)

    def _literal(self, begin: int, *, keep: bool) -> Datum:
        self._next_line()
        first = self.lines[self.at] if self.at < len(self.lines) else ""
        deep = len(first) - len(first.lstrip(" "))
        if not first.strip() or deep <= begin:
            raise _UnsureError
        kept = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and not line.startswith(" " * deep):
                break
            if not line.strip() and len(line) > deep:
                raise _UnsureError
            kept.append(line[deep:])
            self.at += 1
        if self.at < len(self.lines) and self.lines[self.at].lstrip(" ").startswith("#"):
            raise _UnsureError
        ended = self.at < len(self.lines) or not kept[-1]
        return _text("\n".join(kept).rstrip("\n") + ("\n" if keep and ended else ""))

    def _inline(self, begin: int, after: int) -> Datum:
        """Read a value that ends with its line."""
        rest = self._rest(after)
        found, end = _flow(rest, 0, 0) if rest[:1] in "[{" else _scalar(rest)
        if not _COMMENT.fullmatch(rest[end:]):
            raise _UnsureError
        self._next_line()
        deeper = self._indent()
        if deeper is not None and deeper > begin:
            raise _UnsureError
        return found


def _text(value: str) -> Datum:
    found = written(value)
    if not found.known:
        raise _UnsureError
    return found


def _key(content: str) -> str:
    found, end = _scalar(content)
    name = converted(found, STRING)
    if end != len(content) or not isinstance(name.value, str) or name.value in {"<<", "="}:
        raise _UnsureError
    return name.value


def _quoted(content: str, place: int) -> tuple[Datum, int] | None:
    if content.startswith('"', place):
        found = _DOUBLE.match(content, place)
        if found is None:
            raise _UnsureError
        return _text(re.sub(r"\\.", lambda one: _ESCAPES[one[0]], found[1])), found.end()
    if content.startswith("'", place):
        found = _SINGLE.match(content, place)
        if found is None:
            raise _UnsureError
        return _text(found[1].replace("''", "'")), found.end()
    return None


def _scalar(content: str) -> tuple[Datum, int]:
    """Read a text or plain value at the beginning; return it and where it ends."""
    found = _quoted(content, 0)
    if found is not None:
        return found
    match = _PLAIN.match(content)
    if match is None:
        raise _UnsureError
    plain = match[0].rstrip(" ")
    return _resolved(plain), len(plain)


def _resolved(plain: str) -> Datum:
    """Return what a value without quotes is."""
    if plain in _TRUE or plain in _FALSE:
        return truth(plain in _TRUE)
    if plain in _NULL:
        return null()
    if plain[0] in "0123456789+-.":
        if _OTHER_BASE.match(plain) or "_" in plain:
            raise _UnsureError
        try:
            value = number_from(plain)
        except NoNumberError:
            return _text(plain)
        if value is None:
            raise _UnsureError
        return number(value)
    return _text(plain)


def _flow(content: str, place: int, depth: int) -> tuple[Datum, int]:
    """Read what stands between brackets or braces; return it and where it ends."""
    if depth > _MOST_DEPTH:
        raise _UnsureError
    opened, closed = content[place], "]" if content[place] == "[" else "}"
    parts: list[Datum] = []
    held: dict[str, Datum] = {}
    place = _skip(content, place + 1)
    while content[place : place + 1] != closed:
        found, place = _flow_part(content, place, depth)
        place = _skip(content, place)
        if opened == "{":
            name = converted(found, STRING).value
            if content[place : place + 2] != ": " or not isinstance(name, str) or name in held:
                raise _UnsureError
            found, place = _flow_part(content, _skip(content, place + 1), depth)
            held[name] = found
            place = _skip(content, place)
        parts.append(found)
        if content[place : place + 1] == ",":
            place = _skip(content, place + 1)
        elif content[place : place + 1] != closed:
            raise _UnsureError
    return (sequence(parts) if opened == "[" else mapping(held)), place + 1


def _flow_part(content: str, place: int, depth: int) -> tuple[Datum, int]:
    if content[place : place + 1] in {"[", "{"}:
        return _flow(content, place, depth + 1)
    found = _quoted(content, place)
    if found is not None:
        return found
    match = _PLAIN_IN_FLOW.match(content, place)
    if match is None:
        raise _UnsureError
    plain = match[0].rstrip(" ")
    return _resolved(plain), place + len(plain)


def _skip(content: str, place: int) -> int:
    while content[place : place + 1] == " ":
        place += 1
    return place
