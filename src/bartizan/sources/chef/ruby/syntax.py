# SPDX-License-Identifier: Apache-2.0
"""The syntax tree of a file of Ruby."""

import time
from functools import cache

from msgspec import Struct
from tree_sitter import Language, Node, Parser

from bartizan.errors import MissingExtraError

SIZE = 1_000_000
"""Bytes of a file of code; a longer one is not read."""
_PIECE = 4096
"""Bytes that the parser is given at once."""
_READINGS, _SPARE = 8, 64
"""How often it may ask for each of them, and how often more."""
_SECONDS, _SECONDS_MORE = 2e-6, 2.0
"""Time of the processor that it may take for each byte, and as much more."""


class Code(Struct, frozen=True):
    """One file of code."""

    name: str
    """Its path in the folder."""
    root: Node
    heredocs: dict[int, Node]
    """Where a here-document is named (a byte) to its text, which stands further down."""

    def place(self, node: Node) -> str:
        """Return `file:line` of a node."""
        return f"{self.name}:{line(node)}"


def parsed(content: bytes, name: str) -> Code | None:
    """Return the tree of a file; None where parsing it would take too long.

    Raises:
        MissingExtraError: the grammar of Ruby is not installed.
    """
    if not _soon(content):
        return None
    # Texts of nodes are faster to have from bytes than from what gives them in pieces.
    root = _parser().parse(content).root_node
    begins: list[Node] = []
    bodies: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "heredoc_beginning":
            begins.append(node)
        elif node.type == "heredoc_body":
            bodies.append(node)
        waiting.extend(node.children)
    begins.sort(key=lambda node: node.start_byte)
    bodies.sort(key=lambda node: node.start_byte)
    found = {begin.start_byte: body for begin, body in zip(begins, bodies, strict=False)}
    return Code(name, root, found)


def _soon(content: bytes) -> bool:
    """Tell whether a file is parsed without being read again and again.

    A literal that does not end, as `%w(`, is looked for to the end of the file from each place
    where one may begin, so readings are counted; what is no code may also be understood in ever
    more ways. Code that people write takes less than two readings of each piece, and a fifth of a
    second for a million bytes.
    """
    left = _SPARE + _READINGS * (len(content) // _PIECE)
    end = time.process_time() + _SECONDS_MORE + _SECONDS * len(content)

    def read(start: int, _point: object) -> bytes:
        nonlocal left
        left = left - 1 if time.process_time() < end else -1
        return content[start : start + _PIECE] if left >= 0 else b""

    _parser().parse(read)
    return left >= 0


def text(node: Node) -> str:
    """Return the text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def line(node: Node) -> int:
    """Return the line that a node starts on, from 1."""
    return node.start_point[0] + 1


def named(node: Node | None) -> list[Node]:
    """Return the parts of a node that are no punctuation and no comments."""
    if node is None:
        return []
    return [
        child for child in node.named_children if child.type not in ("comment", "heredoc_body")
    ]


def part(node: Node, name: str) -> Node | None:
    """Return the part of a node that the grammar calls `name`."""
    return node.child_by_field_name(name)


@cache
def _parser() -> Parser:
    try:
        import tree_sitter_ruby  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "reading recipes needs the grammar of Ruby", hint="pip install 'bartizan[chef]'"
        ) from error
    return Parser(Language(tree_sitter_ruby.language()))
