# SPDX-License-Identifier: Apache-2.0
"""Where an expression stands, and what it may ask."""

from typing import Protocol

from msgspec import Struct
from tree_sitter import Node

from bartizan.sources.chef.ruby.syntax import Code
from bartizan.sources.chef.ruby.value import Absent, Unknown, Value

UNTOLD = Unknown("not told")
"""What a world answers about what it does not know."""


class World(Protocol):
    """What expressions may ask of a node."""

    def attribute(self, path: tuple[str, ...]) -> Value | Absent:
        """Return the attribute at `path`."""
        ...

    def about(self, name: str) -> Value:
        """Return what `node.NAME` is; unknown for all that is not told."""
        ...


class Scope(Struct, frozen=True):
    """Where an expression stands."""

    code: Code
    world: World
    variables: dict[str, Value]
    depth: int = 0

    def unknown(self, node: Node, why: str) -> Unknown:
        """Return an unknown value with its place."""
        return Unknown(f"{why} at {self.code.place(node)}")

    def deeper(self) -> "Scope":
        """Return the scope of a part of an expression."""
        return Scope(self.code, self.world, self.variables, self.depth + 1)
