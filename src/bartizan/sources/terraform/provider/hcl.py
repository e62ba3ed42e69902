# SPDX-License-Identifier: Apache-2.0
"""Which blocks and arguments a file of Terraform code holds, and where; evaluates nothing.

What is found here only names things to people and says what to serve. Nothing runs that this look
might miss: see `workspace`.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from msgspec import Struct, field

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.source import syntax
from bartizan.sources.terraform.source.named import Reference, references
from bartizan.sources.terraform.source.syntax import literal, members


class Argument(Protocol):
    """An argument of a block."""

    @property
    def text(self) -> str:
        """Its expression, as it stands there."""

    @property
    def literal(self) -> str | None:
        """Its value where it is a plain string; None otherwise."""

    @property
    def members(self) -> Mapping[str, str]:
        """The plain strings in it where it is an object that is written out, by their names."""

    @property
    def start(self) -> int:
        """Where it begins in the bytes of the file, its name included."""

    @property
    def end(self) -> int:
        """Behind its expression."""


class _Written(Struct, frozen=True):
    """An argument in a file. Few are looked into, so each is when it is."""

    argument: syntax.Argument

    @property
    def text(self) -> str:
        return self.argument.file.text(self.argument.value)

    @property
    def literal(self) -> str | None:
        told = literal(self.argument.file, self.argument.value)
        return told if isinstance(told, str) else None

    @property
    def members(self) -> Mapping[str, str]:
        file = self.argument.file
        found = members(file, self.argument.value) or {}
        held = {name: literal(file, one) for name, one in found.items()}
        return {name: one for name, one in held.items() if isinstance(one, str)}

    @property
    def start(self) -> int:
        return self.argument.node.start_byte

    @property
    def end(self) -> int:
        return self.argument.node.end_byte


class Block(Struct, frozen=True, kw_only=True):
    """A block."""

    kind: str
    """`resource`."""
    labels: tuple[str, ...]
    line: int
    """Where it begins, the first line being 1; 0 where it has no lines."""
    start: int = 0
    """Where it begins in the bytes of the file."""
    end: int = 0
    """Behind its closing brace."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    blocks: "tuple[Block, ...]" = ()
    """The blocks in it; what is in those again is not kept."""
    references: tuple[Reference, ...] = ()
    """What the expressions of data name, from first to last."""

    def named(self, kind: str) -> "Iterator[Block]":
        """Yield the blocks of one kind that stand directly in this one."""
        return (one for one in self.blocks if one.kind == kind)


def parse(content: bytes, name: str) -> tuple[Block, ...]:
    """Return the blocks of a file; `name` is what errors call it.

    Raises:
        InputError: it is no code of Terraform.
    """
    file = syntax.File.parse(name, content)
    if (place := file.broken) is not None:
        raise InputError(
            "no code of Terraform from here on",
            at=Location(name, place.line, place.column),
            hint="`terraform fmt -check` says more",
        )
    return tuple(_block(one, outermost=True) for one in syntax.blocks(file))


def _block(block: syntax.Block, *, outermost: bool) -> Block:
    node = block.node
    return Block(
        kind=block.type,
        labels=block.labels,
        line=node.start_point.row + 1,
        start=node.start_byte,
        end=node.end_byte,
        arguments={name: _Written(one) for name, one in block.arguments().items()},
        blocks=tuple(_block(one, outermost=False) for one in block.blocks()) if outermost else (),
        references=tuple(references(block.file, node)) if block.type == "data" else (),
    )
