# SPDX-License-Identifier: Apache-2.0
"""Values that code may have, three-valued: what could not be worked out says why.

Hashes are trees of which some members may be unknown: attributes of a node are merged from many
places, and one that cannot be read hides only what it could have changed.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct, field

from bartizan.model.record import Json

PARTS = 10_000
"""Parts that one value of code may have; one with more is unknown."""
LONG = 1_000_000
"""Characters of a text that code puts together; a longer one is unknown."""
DEPTH = 60
"""How deep values may lie inside one another; what is deeper is unknown."""


class Unknown(Struct, frozen=True):
    """What could not be worked out."""

    why: str


class Symbol(str):
    """A symbol of Ruby, which equals no string there."""

    __slots__ = ()


class Tree(Struct, frozen=True):
    """A hash."""

    members: "Mapping[str, Value]" = field(default_factory=dict)
    rest: Unknown | None = None
    """Set where other members may be there."""

    def get(self, name: str) -> "Value | Absent":
        """Return one member."""
        if name in self.members:
            return self.members[name]
        return ABSENT if self.rest is None else self.rest


class Absent:
    """The type of `ABSENT`."""

    __slots__ = ()


ABSENT = Absent()
"""What a member is that is not there."""

Value: TypeAlias = bool | int | float | str | tuple["Value", ...] | Tree | Unknown | None


def of_json(value: Json, depth: int = 0) -> Value:
    """Return a value that JSON states."""
    if depth > DEPTH:
        return Unknown("it lies too deep")
    if isinstance(value, list):
        return tuple(of_json(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return Tree({name: of_json(item, depth + 1) for name, item in value.items()})
    return value


def placed(tree: Tree, path: tuple[str, ...], value: Value) -> Tree:
    """Return `tree` with a value at `path`, where hashes are made as they are needed."""
    name, rest = path[0], path[1:]
    if rest:
        held = tree.get(name)
        if isinstance(held, Unknown):
            held = Tree(rest=held)
        value = placed(held if isinstance(held, Tree) else Tree(), rest, value)
    return Tree({**tree.members, name: value}, tree.rest)


def merged(low: Value | Absent, high: Value | Absent, *, union: bool) -> Value | Absent:
    """Return what `high` makes of `low`: hashes are merged, a nil changes nothing, and all else
    takes the place of what was there; lists are joined where `union` says so.
    """
    if isinstance(high, Absent) or high is None:
        return low
    if isinstance(high, Tree):
        return _merged_tree(low, high, union=union)
    if union and isinstance(high, tuple):
        if isinstance(low, Unknown):
            return low
        if isinstance(low, tuple):
            return (*low, *(item for item in high if item not in low))
    return high


def _merged_tree(low: Value | Absent, high: Tree, *, union: bool) -> Value:
    if isinstance(low, Unknown):
        low = Tree(rest=low)
    if not isinstance(low, Tree):
        return high
    found: dict[str, Value] = {}
    for name in (*low.members, *(name for name in high.members if name not in low.members)):
        value = merged(low.get(name), high.get(name), union=union)
        if not isinstance(value, Absent):
            found[name] = value
    return Tree(found, high.rest or low.rest)


def unknowns(value: Value | Absent) -> Iterator[Unknown]:
    """Yield all that is unknown in a value."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from unknowns(item)
    elif isinstance(value, Tree):
        for item in value.members.values():
            yield from unknowns(item)
        if value.rest is not None:
            yield value.rest


def heavy(value: Value) -> bool:
    """Tell whether a value has more parts than is read: code may double one again and again."""
    parts = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        parts += 1
        if parts > PARTS:
            return True
        if isinstance(one, tuple):
            waiting.extend(one)
        elif isinstance(one, Tree):
            waiting.extend(one.members.values())
        elif isinstance(one, str):
            parts += len(one) * PARTS // LONG
    return False


def text(value: Value) -> str | Unknown:
    """Return what `to_s` makes of a value."""
    if isinstance(value, Unknown):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return Unknown("it is no text")
