# SPDX-License-Identifier: Apache-2.0
"""The syntax tree of one file: blocks, arguments, and values as far as they are written out.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

import functools
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import tree_sitter_hcl
from msgspec import Struct
from tree_sitter import Language, Node, Parser

from bartizan.model.code_place import CodePlace

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r'\\([nrt"\\])|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|([$%])\4\{')
_SIGNS = re.compile(rb"([$%])\1+\{")
"""Two signs or more before a brace, which open nothing; to the parser some of them do."""
_EXPONENT = re.compile(rb"(?<![\w.\x80-\xff])(?<![\w\x80-\xff]-)\d+[eE][+-]?\d+(?!\w)")
"""Numbers with an exponent and no fraction, which the parser does not know."""
_PIECE = 4096
"""Bytes that the parser is given at once."""
_READINGS, _SPARE = 8, 64
"""How often it may ask for each of them, and how often more."""
_SECONDS, _SECONDS_MORE = 2e-6, 2.0
"""Time of the processor that it may take for each byte, and as much more."""
_DEEPEST = 200
"""Nesting beyond which nothing is looked for."""


@functools.cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


class File(Struct, frozen=True):
    """One file, parsed."""

    name: str
    """What people call it."""
    content: bytes
    root: Node
    path: Path
    """Where it lies."""
    whole: bool = True
    """All of it was parsed; false where that would take too long, as what is no HCL may."""

    @classmethod
    def parse(cls, name: str, content: bytes, path: Path | None = None) -> "File":
        """Parse a file; what is no HCL in it is an error in the tree and is passed over.

        After an error the parser may read all that follows once for each byte, so what it reads is
        counted. What is nested without end takes ever longer for each byte. Code that people write
        takes less than two readings of each piece, and a fifth of a second for a million bytes.
        """
        left = _SPARE + _READINGS * (len(content) // _PIECE)
        end = time.process_time() + _SECONDS_MORE + _SECONDS * len(content)
        given = _SIGNS.sub(lambda found: b"-" * len(found[0]), content)
        given = _EXPONENT.sub(lambda found: b"1" * len(found[0]), given)

        def read(start: int, _point: object) -> bytes:
            nonlocal left
            left = left - 1 if time.process_time() < end else -1
            return given[start : start + _PIECE] if left >= 0 else b""

        root = _parser().parse(read).root_node
        return cls(name, content, root, path or Path(name), whole=left >= 0)

    @property
    def broken(self) -> CodePlace | None:
        """Where it stops being HCL; None where all of it is."""
        broken = self.root.has_error or not self.whole
        return self.place(_first_error(self.root)) if broken else None

    def text(self, node: Node) -> str:
        """Return what a node covers."""
        return self.content[node.start_byte : node.end_byte].decode(errors="replace")

    def place(self, node: Node) -> CodePlace:
        """Return where a node stands."""
        return self.span(node.start_byte, node.end_byte)

    def span(self, start: int, end: int) -> CodePlace:
        """Return where a range of bytes stands."""
        line, column = self._at(start)
        end_line, end_column = self._at(end)
        return CodePlace(
            file=self.name, line=line, column=column, end_line=end_line, end_column=end_column
        )

    def _at(self, place: int) -> tuple[int, int]:
        before = self.content[:place]
        start = before.rfind(b"\n") + 1
        column = len(before[start:].decode(errors="replace")) + 1
        return before.count(b"\n") + 1, column


def _first_error(root: Node) -> Node:
    """Return the first node that is an error, or that the parser had to make up."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            return node
        stack += reversed([child for child in node.children if child.has_error])
    return root


class Argument(Struct, frozen=True):
    """An argument of a block."""

    file: File
    name: str
    node: Node
    value: Node
    """Its expression."""

    @property
    def place(self) -> CodePlace:
        """Where it stands."""
        return self.file.place(self.node)


class Block(Struct, frozen=True):
    """A block and what is in it."""

    file: File
    type: str
    labels: tuple[str, ...]
    node: Node

    @property
    def place(self) -> CodePlace:
        """Where it stands."""
        return self.file.place(self.node)

    @property
    def _body(self) -> Node | None:
        return next((one for one in self.node.named_children if one.type == "body"), None)

    def arguments(self) -> Mapping[str, Argument]:
        """Return its arguments by name."""
        body = self._body
        return {} if body is None else arguments(self.file, body)

    def blocks(self) -> Iterator["Block"]:
        """Yield the blocks in it."""
        body = self._body
        if body is not None:
            yield from blocks(self.file, body)


def blocks(file: File, body: Node | None = None) -> Iterator[Block]:
    """Yield the blocks in a body; without one those of the file."""
    for node in _content(file, body):
        if node.type != "block":
            continue
        words = [file.text(one).strip('"') for one in node.named_children if _word(one)]
        if words:
            yield Block(file, words[0], tuple(words[1:]), node)


def arguments(file: File, body: Node | None = None) -> Mapping[str, Argument]:
    """Return the arguments in a body by name; without one those of the file."""
    found = {}
    for node in _content(file, body):
        parts = node.named_children
        if node.type == "attribute" and len(parts) > 1:
            name = file.text(parts[0])
            found[name] = Argument(file, name, node, parts[1])
    return found


def _content(file: File, body: Node | None) -> list[Node]:
    if body is None:
        held = [one for one in file.root.named_children if one.type == "body"]
        return [node for one in held for node in one.named_children]
    return body.named_children


def _word(node: Node) -> bool:
    return node.type in ("identifier", "string_lit")


def unwrapped(node: Node) -> Node:
    """Return the node inside expressions that hold nothing else, parentheses included."""
    for _ in range(_DEEPEST):
        named = [one for one in node.named_children if one.type != "comment"]
        if node.type not in ("expression", "collection_value", "literal_value") or len(named) != 1:
            return node
        node = named[0]
    return node


def elements(node: Node) -> list[Node] | None:
    """Return the elements of a list that is written out; None for anything else."""
    inner = unwrapped(node)
    if inner.type != "tuple":
        return None
    return [one for one in inner.named_children if one.type == "expression"]


def members(file: File, node: Node) -> Mapping[str, Node] | None:
    """Return the members of an object that is written out, by key; None for anything else."""
    inner = unwrapped(node)
    if inner.type != "object":
        return None
    found = {}
    for one in inner.named_children:
        parts = one.named_children
        if one.type == "object_elem" and len(parts) > 1:
            found[file.text(parts[0]).strip('"')] = parts[1]
    return found


def literal(file: File, node: Node) -> str | int | float | bool | None:
    """Return a string, number or truth value that is written out; None for anything else."""
    inner = unwrapped(node)
    text = file.text(inner)
    if inner.type == "string_lit":
        return _ESCAPE.sub(_unescaped, text[1:-1])
    if inner.type == "bool_lit":
        return text == "true"
    if inner.type == "numeric_lit":
        try:
            return int(text)
        except ValueError:
            return float(text)
    return None


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return _ESCAPES[match[1]]
    if match[4]:
        return f"{match[4]}{{"
    return chr(int(match[2] or match[3], 16))


def reference(file: File, node: Node) -> tuple[str, ...]:
    """Return the names of a plain reference, `("var", "ranges")`; empty for anything else."""
    inner = unwrapped(node)
    named = inner.named_children
    if inner.type != "expression" or not named or named[0].type != "variable_expr":
        return (file.text(inner),) if inner.type == "variable_expr" else ()
    if any(one.type != "get_attr" for one in named[1:]):
        return ()
    return (file.text(named[0]), *(file.text(one).lstrip(".") for one in named[1:]))
