# SPDX-License-Identifier: Apache-2.0
"""Where an object of the code, or one of its attributes, is written."""

from msgspec import Struct
from tree_sitter import Node

from bartizan.model.code_place import CodePlace
from bartizan.sources.terraform.address import Address, Part, parts
from bartizan.sources.terraform.source.module import Code
from bartizan.sources.terraform.source.syntax import (
    Argument,
    Block,
    File,
    elements,
    literal,
    members,
)


class Found(Struct, frozen=True):
    """A piece of source text."""

    file: File
    node: Node

    @property
    def place(self) -> CodePlace:
        """Where it stands."""
        return self.file.place(self.node)


def block_of(code: Code, address: str) -> tuple[Block, ...]:
    """Return the blocks that write an object, one that overrides others last; empty where its
    module is not on disk. All objects of a `count` or `for_each` have the same one.
    """
    found = Address.parse(address)
    module = code.module([one.name for one in found.modules])
    kind = "data" if any(one == Part("data") for one in parts(address)[:-1]) else "resource"
    return tuple(module.blocks(kind, found.type, found.name.name)) if module else ()


def find(code: Code, address: str, attribute: str = "") -> Found | None:
    """Return the text of an object, or of an attribute (`ingress[0].cidr_blocks[1]`) as near as it
    is written out; None where its module is not on disk.
    """
    held = block_of(code, address)
    if not held:
        return None
    whole = Found(held[-1].file, held[-1].node)
    if not attribute:
        return whole
    path = parts(attribute)
    for block in reversed(held):
        if (inner := _inside(block, path)) is not None:
            return inner
    return whole


def _inside(block: Block, path: tuple[Part, ...]) -> Found | None:
    """Return what a path leads to in a block, as far as it is written out."""
    first, rest = path[0], path[1:]
    argument = block.arguments().get(first.name)
    if argument is not None:
        return _within(argument, first, rest)
    nested = nested_blocks(block, first.name)
    if not nested:
        return None
    chosen = _chosen(nested, rest)
    if chosen is None:
        return Found(block.file, block.node)
    if not rest:
        return Found(chosen.file, chosen.node)
    return _inside(chosen, rest) or Found(chosen.file, chosen.node)


def nested_blocks(block: Block, name: str) -> list[Block]:
    """Return the blocks of a name in a block, those that `dynamic` makes included."""
    found = []
    for one in block.blocks():
        if one.type == name:
            found.append(one)
        elif one.type == "dynamic" and one.labels == (name,):
            found += [inner for inner in one.blocks() if inner.type == "content"]
    return found


def _chosen(nested: list[Block], rest: tuple[Part, ...]) -> Block | None:
    """Return the one of several blocks that is meant. A plan may list them in another order than
    the code, so a place in the list counts for nothing where several could be meant: then the one
    whose attribute is not written out.
    """
    if len(nested) == 1:
        return nested[0]
    if not rest:
        return None
    open_ones = []
    for one in nested:
        argument = one.arguments().get(rest[0].name)
        if argument is not None and not _written(argument):
            open_ones.append(one)
    return open_ones[0] if len(open_ones) == 1 else None


def _written(argument: Argument) -> bool:
    """Tell whether a value is written out, all of it."""
    held = elements(argument.value)
    nodes = [argument.value] if held is None else held
    return all(literal(argument.file, one) is not None for one in nodes)


def _within(argument: Argument, first: Part, rest: tuple[Part, ...]) -> Found:
    """Return the part of an argument's value that a path leads to."""
    node = argument.value
    index = first.index
    for part in (*rest, Part("")):
        if index:
            held, place = elements(node), index.strip("[]")
            if held is None or not place.isdecimal() or int(place) >= len(held):
                break
            node = held[int(place)]
        if not part.name:
            break
        inner = members(argument.file, node)
        if inner is None or part.name not in inner:
            break
        node, index = inner[part.name], part.index
    if node is argument.value:
        return Found(argument.file, argument.node)
    return Found(argument.file, node)
