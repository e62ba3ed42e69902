# SPDX-License-Identifier: Apache-2.0
"""Edits of source text: one range of bytes for another, and no byte besides.

What is edited must be HCL before and after.
"""

from msgspec import Struct
from tree_sitter import Node

from bartizan.sources.terraform.source.define import CannotFixError
from bartizan.sources.terraform.source.syntax import Block, File, elements, unwrapped


class Edit(Struct, frozen=True):
    """A range of bytes of one file, and what takes its place."""

    file: File
    start: int
    end: int
    new: bytes = b""

    def applied(self) -> bytes:
        """Return the content of the file afterwards.

        Raises:
            CannotFixError: the file is no HCL before or after.
        """
        held = self.file.content
        content = held[: self.start] + self.new + held[self.end :]
        after = File.parse(self.file.name, content)
        if self.file.broken is not None or after.broken is not None:
            raise CannotFixError("the file would be no HCL", self.file.span(self.start, self.end))
        return content


def replaced(file: File, node: Node, text: str) -> Edit:
    """Return the edit that writes something else in the place of a node."""
    return Edit(file, node.start_byte, node.end_byte, text.encode())


def without_element(file: File, whole: Node, place: int) -> Edit:
    """Return the edit that takes one element out of a list, with its comma; of the only one, with
    the space around it, unless something else stands there.
    """
    held = elements(whole) or []
    if place + 1 < len(held):
        return Edit(file, held[place].start_byte, held[place + 1].start_byte)
    if place:
        return Edit(file, held[place - 1].end_byte, held[place].end_byte)
    inside, one = unwrapped(whole), held[0]
    start, end = inside.start_byte + 1, inside.end_byte - 1
    before, after = file.content[start : one.start_byte], file.content[one.end_byte : end]
    comma = len(after) - len(after.lstrip().removeprefix(b","))
    if before.strip() or after[comma:].strip():
        return Edit(file, one.start_byte, one.end_byte + (comma if b"," in after[:comma] else 0))
    return Edit(file, start, end)


def without_block(block: Block) -> Edit:
    """Return the edit that takes a block out, with its lines, and with one of two empty lines that
    would then stand together.
    """
    content, node = block.file.content, block.node
    start = content.rfind(b"\n", 0, node.start_byte) + 1
    end = content.find(b"\n", node.end_byte) + 1 or len(content)
    if content[start : node.start_byte].strip() or content[node.end_byte : end].strip():
        return Edit(block.file, node.start_byte, node.end_byte)
    above = content.rfind(b"\n", 0, max(start - 1, 0)) + 1
    empty_above = start > 0 and not content[above:start].strip()
    below = content[end : content.find(b"\n", end) + 1 or len(content)].strip()
    if empty_above and below in (b"", b"}"):
        start = above
    return Edit(block.file, start, end)
