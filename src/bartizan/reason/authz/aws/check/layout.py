# SPDX-License-Identifier: Apache-2.0
"""JSON text as a tree in which every part knows where it stands, names that stand twice included.

Source: https://www.rfc-editor.org/rfc/rfc8259
"""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined] # typeshed leaves it out
from typing import NoReturn, TypeAlias

from msgspec import Struct

from bartizan.reason.authz.aws.policy.parse import DEEPEST

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORDS = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"[A-Za-z_$][\w.-]*")

Scalar: TypeAlias = str | bool | None


class Part(Struct, frozen=True):
    """A piece of the text, from `start` to before `end`."""

    start: int
    end: int


class Leaf(Part, frozen=True):
    """A string, number, boolean or null."""

    value: Scalar
    """Of a number its text."""
    quoted: bool
    """It is a string."""


class List(Part, frozen=True):
    """A list."""

    items: tuple["Node", ...]


class Member(Struct, frozen=True):
    """A name of an object with its value."""

    name: str
    key: Part
    """Where the name stands, quotation marks included."""
    value: "Node"


class Object(Part, frozen=True):
    """An object; names that stand twice are all there."""

    members: tuple[Member, ...]

    def get(self, name: str) -> Member | None:
        """Return the last member of that name, as most readers do; None where there is none."""
        return next((m for m in reversed(self.members) if m.name == name), None)


Node: TypeAlias = Leaf | List | Object


class MalformedError(Exception):
    """The text is no JSON, or deeper than any policy is."""

    def __init__(self, message: str, at: int, fix: str) -> None:
        super().__init__(message)
        self.message, self.at, self.fix = message, at, fix


def parse(text: str) -> Node:
    """Take `text` apart.

    Raises:
        MalformedError: it is no JSON, or nested too deep.
    """
    if text.startswith("\ufeff"):
        raise MalformedError("a byte order mark before the document", 0, "save it without one")
    node = _node(text, _skip(text, 0), depth=0)
    end = _skip(text, node.end)
    if end < len(text):
        raise MalformedError("more text after the document", end, "keep one document in a file")
    return node


def _skip(text: str, at: int) -> int:
    hit = _SPACE.match(text, at)
    return hit.end() if hit else at


def _node(text: str, at: int, *, depth: int) -> Node:
    if depth >= DEEPEST and text[at : at + 1] in {"{", "["}:
        message = f"nested deeper than {DEEPEST} levels"
        raise MalformedError(message, at, "a policy needs seven levels")
    opening = text[at : at + 1]
    if opening == "{":
        return _object(text, at, depth=depth)
    if opening == "[":
        return _list(text, at, depth=depth)
    if opening == '"':
        value, end = _string(text, at)
        return Leaf(at, end, value, quoted=True)
    number = _NUMBER.match(text, at)
    if number:
        return Leaf(at, number.end(), number.group(), quoted=False)
    word = _WORD.match(text, at)
    if word and word.group() in _WORDS:
        return Leaf(at, word.end(), _WORDS[word.group()], quoted=False)
    return _expected(text, at, "a value")


def _object(text: str, at: int, *, depth: int) -> Object:
    members: list[Member] = []
    end = _skip(text, at + 1)
    while text[end : end + 1] != "}":
        if members:
            end = _comma(text, end, "}")
        if text[end : end + 1] != '"':
            _expected(text, end, "a name in quotation marks")
        name, after = _string(text, end)
        key = Part(end, after)
        end = _skip(text, after)
        if text[end : end + 1] != ":":
            _expected(text, end, "`:`")
        value = _node(text, _skip(text, end + 1), depth=depth + 1)
        members.append(Member(name, key, value))
        end = _skip(text, value.end)
    return Object(at, end + 1, tuple(members))


def _list(text: str, at: int, *, depth: int) -> List:
    items: list[Node] = []
    end = _skip(text, at + 1)
    while text[end : end + 1] != "]":
        if items:
            end = _comma(text, end, "]")
        items.append(_node(text, end, depth=depth + 1))
        end = _skip(text, items[-1].end)
    return List(at, end + 1, tuple(items))


def _comma(text: str, at: int, closing: str) -> int:
    if text[at : at + 1] != ",":
        _expected(text, at, f"`,` or `{closing}`")
    after = _skip(text, at + 1)
    if text[after : after + 1] == closing:
        message = f"a comma before `{closing}`"
        raise MalformedError(message, at, "take the comma away; nothing follows it")
    return after


def _string(text: str, at: int) -> tuple[str, int]:
    try:
        value, end = scanstring(text, at + 1)
    except json.JSONDecodeError as error:
        message = error.msg.lower().removesuffix(" at")
        raise MalformedError(message, error.pos, "write it as JSON") from error
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        message = "half of a surrogate pair in a string"
        raise MalformedError(message, at, "write the whole character")
    return value, end


def _expected(text: str, at: int, what: str) -> NoReturn:
    """Say what should stand at `at`; for a slip that is often made, also what to do."""
    found = text[at : at + 1]
    fixes = {
        "": "the document ends too early; close what is open",
        "'": "use double quotation marks",
        "/": "JSON has no comments; take it away",
        "#": "JSON has no comments; take it away",
    }
    fix = fixes.get(found, "write it as JSON")
    raise MalformedError(f"expected {what}{f', not `{found}`' if found else ''}", at, fix)
