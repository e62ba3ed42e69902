# SPDX-License-Identifier: Apache-2.0
"""What a run list comes to: recipes in order, and the attributes of its roles.

Source: https://docs.chef.io/run_lists/ and https://docs.chef.io/roles/ (`Run Lists`,
`env_run_lists`): a role is read once, its own run list before its attributes, and of two roles the
later wins.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field

from bartizan.sources.chef.definition import Definition
from bartizan.sources.chef.ruby.value import Absent, Tree, Unknown, Value, merged

ITEMS = 10_000
"""Items that a run list may come to."""

_ITEM = re.compile(r"(?:(recipe|role)\[([^\[\]]{1,255})\]|([A-Za-z0-9_.:-]{1,255}))")
_VERSION = re.compile(r"(.+)@(\d+(?:\.\d+){1,2})")


class Expansion(Struct):
    """What a run list comes to."""

    recipes: list[str] = field(default_factory=list)
    """`cookbook::recipe`, each once, in order."""
    versions: dict[str, str] = field(default_factory=dict)
    """Cookbook to the version that an item asks for."""
    roles: list[str] = field(default_factory=list)
    default: Tree = field(default_factory=Tree)
    override: Tree = field(default_factory=Tree)
    gaps: list[tuple[str, str]] = field(default_factory=list)
    """Place and reason of what could not be read."""


Entry: TypeAlias = Definition | tuple[Value, str]
"""A role whose items were taken, or an item and the file that it stands in."""


def full_name(recipe: str) -> str:
    """Return a recipe as `cookbook::recipe`."""
    name, _, inside = recipe.partition("::")
    return f"{name}::{inside or 'default'}"


def expand(
    items: Value, roles: Mapping[str, Definition], *, environment: str, file: str
) -> Expansion:
    """Return what `items` come to in one environment; `file` is where they stand."""
    found = Expansion()
    stack: list[Entry] = []
    _push(stack, items, file, found)
    taken = 0
    # A stack in the place of recursion: roles may lie in one another as deep as one likes.
    while stack:
        top = stack.pop()
        taken += 1
        if taken > ITEMS:
            found.gaps.append((file, "the run list is too long"))
            return found
        if isinstance(top, Definition):
            found.default = _joined(found.default, top.default)
            found.override = _joined(found.override, top.override)
        else:
            _take(*top, roles, found, environment=environment, stack=stack)
    return found


def _push(stack: list[Entry], items: Value, place: str, found: Expansion) -> None:
    if isinstance(items, tuple):
        stack.extend((item, place) for item in reversed(items))
    else:
        why = items.why if isinstance(items, Unknown) else "it is no list"
        found.gaps.append((place, f"the run list is not known: {why}"))


def _take(
    value: Value,
    place: str,
    roles: Mapping[str, Definition],
    found: Expansion,
    *,
    environment: str,
    stack: list[Entry],
) -> None:
    match = _ITEM.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        found.gaps.append((place, "an item of the run list is not known"))
        return
    name = match[2] or match[3]
    if match[1] != "role":
        _recipe(name, found)
        return
    if name in found.roles:
        return
    found.roles.append(name)
    role = roles.get(name)
    if role is None:
        lost = Unknown(f"role `{name}` is not in the folder")
        found.gaps.append((place, lost.why))
        found.default = Tree(dict.fromkeys(found.default.members, lost), lost)
        found.override = Tree(dict.fromkeys(found.override.members, lost), lost)
        return
    found.gaps.extend(role.gaps)
    stack.append(role)
    _push(stack, _for(role, environment), role.file, found)


def _recipe(name: str, found: Expansion) -> None:
    versioned = _VERSION.fullmatch(name)
    if versioned:
        name = versioned[1]
        found.versions.setdefault(name.partition("::")[0], versioned[2])
    recipe = full_name(name)
    if recipe not in found.recipes:
        found.recipes.append(recipe)


def _for(role: Definition, environment: str) -> Value:
    """Return a role's run list in one environment: its own where there is one."""
    if isinstance(role.run_lists, Unknown):
        return role.run_lists
    if isinstance(role.run_lists, Tree):
        own = role.run_lists.get(environment)
        if not isinstance(own, Absent):
            return own
        if not role.run_list:
            usual = role.run_lists.get("_default")
            if not isinstance(usual, Absent):
                return usual
    return role.run_list


def _joined(low: Tree, high: Tree) -> Tree:
    found = merged(low, high, union=True)
    return found if isinstance(found, Tree) else low
