# SPDX-License-Identifier: Apache-2.0
"""Addresses of objects in the code, taken apart: modules, type, name, and the index of each.

Source: https://developer.hashicorp.com/terraform/cli/state/resource-addressing
"""

from typing import Self

from msgspec import Struct


class Part(Struct, frozen=True):
    """A name in an address, and the index behind it."""

    name: str
    index: str = ""
    """As it is written, with its brackets: `[0]`, `["a"]`; empty for none."""

    def __str__(self) -> str:
        return self.name + self.index


class Address(Struct, frozen=True):
    """The address of one object."""

    modules: tuple[Part, ...]
    """Calls that lead to its module, outermost first; without the word `module`."""
    type: str
    name: Part

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take an address apart; what it lacks is empty."""
        found = parts(text)
        modules: list[Part] = []
        while len(found) > 1 and found[0] == Part("module"):
            modules.append(found[1])
            found = found[2:]
        if found and found[0] == Part("data"):
            found = found[1:]
        kind = found[0].name if found else ""
        return cls(tuple(modules), kind, found[1] if len(found) > 1 else Part(""))

    @property
    def block(self) -> str:
        """How its block is called in its module."""
        return f"{self.type}.{self.name.name}"


def within(modules: tuple[Part, ...]) -> str:
    """Return how addresses in a module begin."""
    return "".join(f"module.{one}." for one in modules)


def parts(text: str) -> tuple[Part, ...]:
    """Return the names in an address or reference, each with the index behind it. An index may
    hold anything, brackets and dots too, between its quotes.
    """
    found: list[Part] = []
    name, index = "", ""
    depth = 0
    quoted = escaped = False
    for letter in text:
        if depth:
            index += letter
            if escaped:
                escaped = False
            elif quoted and letter == "\\":
                escaped = True
            elif letter == '"':
                quoted = not quoted
            elif not quoted and letter in "[]":
                depth += 1 if letter == "[" else -1
        elif letter == "[":
            depth, index = 1, index + letter
        elif letter == ".":
            found.append(Part(name, index))
            name = index = ""
        else:
            name += letter
    return (*found, Part(name, index))
