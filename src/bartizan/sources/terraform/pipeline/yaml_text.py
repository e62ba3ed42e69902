# SPDX-License-Identifier: Apache-2.0
"""YAML as a tree of texts with their lines. Nothing in it is taken for a number or a truth value.

YAML 1.1 reads the key `on` of a workflow as `true`; here it stays what is written. Aliases are the
very node that they name, so that a tree which names itself many times takes no more room.

Source: https://yaml.org/spec/1.2.2/
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import yaml
from msgspec import Struct, field

LARGEST = 300_000
"""Bytes of one file."""
_DEEPEST = 40
_MOST = 50_000
"""Events of one file."""


class Node(Struct, frozen=True):
    """One value."""

    line: int
    """From 1 on."""
    held: "str | tuple[Node, ...] | Mapping[str, Node]"

    @property
    def text(self) -> str:
        """The text; empty for a list or a mapping."""
        return self.held if isinstance(self.held, str) else ""

    @property
    def items(self) -> "tuple[Node, ...]":
        """The elements of a list; a text that is not empty is a list of one."""
        if isinstance(self.held, str):
            return (self,) if self.held else ()
        return self.held if isinstance(self.held, tuple) else ()

    @property
    def members(self) -> "Mapping[str, Node]":
        """The members of a mapping; none for anything else."""
        return self.held if isinstance(self.held, Mapping) else {}

    def get(self, *path: str) -> "Node":
        """Return what some keys lead to; an empty text where nothing is there."""
        found = self
        for name in path:
            found = found.members.get(name, Node(self.line, ""))
        return found

    def texts(self) -> Iterator[str]:
        """Yield all texts in it, each node once."""
        stack, seen = [self], {id(self)}
        while stack:
            node = stack.pop()
            if isinstance(node.held, str):
                yield node.held
                continue
            inner = node.held.values() if isinstance(node.held, Mapping) else node.held
            for one in inner:
                if id(one) not in seen:
                    seen.add(id(one))
                    stack.append(one)


class CannotReadError(Exception):
    """A text is no YAML, or more than is read."""


class _Open(Struct):
    """A list or mapping that is not closed yet."""

    line: int
    anchor: str | None
    mapping: bool
    nodes: list[Node] = field(default_factory=list)


_Parts: TypeAlias = list[_Open]


def read(content: bytes) -> Node:
    """Read the first document of a text; an empty one is an empty text.

    Raises:
        CannotReadError: it is no YAML, too large or too deep, or uses merge keys.
    """
    if len(content) > LARGEST:
        raise CannotReadError("it is too large")
    try:
        return _composed(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" from line {mark.line + 1} on" if mark is not None else ""
        raise CannotReadError(f"it is no YAML{where}") from error
    except (ValueError, IndexError) as error:
        raise CannotReadError("it is no YAML") from error


def _composed(content: bytes) -> Node:
    stack: _Parts = []
    named: dict[str, Node] = {}
    for count, event in enumerate(yaml.parse(content, Loader=yaml.SafeLoader)):
        if count > _MOST or len(stack) > _DEEPEST:
            raise CannotReadError("it is too large or too deep")
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        match event:
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                mapping = isinstance(event, yaml.MappingStartEvent)
                stack.append(_Open(line, event.anchor, mapping))
                continue
            case yaml.ScalarEvent():
                made, anchor = Node(line, event.value), event.anchor
            case yaml.AliasEvent():
                if event.anchor not in named:
                    raise CannotReadError(f"line {line} names nothing")
                made, anchor = named[event.anchor], None
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                closed = stack.pop()
                made, anchor = _closed(closed), closed.anchor
            case _:
                continue
        if anchor:
            named[anchor] = made
        if not stack:
            return made
        stack[-1].nodes.append(made)
    return Node(1, "")


def _closed(part: _Open) -> Node:
    if not part.mapping:
        return Node(part.line, tuple(part.nodes))
    found: dict[str, Node] = {}
    for key, value in zip(part.nodes[::2], part.nodes[1::2], strict=True):
        if not isinstance(key.held, str) or key.held == "<<":
            raise CannotReadError(f"the key in line {key.line} is no text")
        if key.held in found:
            raise CannotReadError(f"the key in line {key.line} stands twice")
        found[key.held] = value
    return Node(part.line, found)
