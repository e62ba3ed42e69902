# SPDX-License-Identifier: Apache-2.0
"""Which blocks and arguments a file of Terraform code holds, and where; evaluates nothing.

What is found here only names things to people and says what to serve. Nothing runs that this look
might miss: see `workspace`.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.source import syntax
from bartizan.sources.terraform.source.named import Reference, references
from bartizan.sources.terraform.source.syntax import literal, members


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An argument of a block."""

    text: str
    """Its expression, as it stands there."""
    literal: str | None = None
    """Its value where it is a plain string; None otherwise."""
    members: Mapping[str, str] = field(default_factory=dict)
    """The plain strings in it where it is an object that is written out, by their names."""
    start: int = 0
    """Where it begins in the bytes of the file, its name included."""
    end: int = 0
    """Behind its expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
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
        arguments={name: _argument(one) for name, one in block.arguments().items()},
        blocks=tuple(_block(one, outermost=False) for one in block.blocks()) if outermost else (),
        references=tuple(references(block.file, node)) if block.type == "data" else (),
    )


def _argument(argument: syntax.Argument) -> Argument:
    file, value = argument.file, argument.value
    told = literal(file, value)
    held = {name: literal(file, one) for name, one in (members(file, value) or {}).items()}
    return Argument(
        text=file.text(value),
        literal=told if isinstance(told, str) else None,
        members={name: one for name, one in held.items() if isinstance(one, str)},
        start=argument.node.start_byte,
        end=argument.node.end_byte,
    )
