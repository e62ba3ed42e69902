# SPDX-License-Identifier: Apache-2.0
"""An object of a change together with the text that writes it, and all that share this text."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct, structs

from bartizan.sources.terraform.address import Address
from bartizan.sources.terraform.plan import Action, Change, Plan
from bartizan.sources.terraform.source.define import CannotFixError, Value, defined, uses
from bartizan.sources.terraform.source.edit import Edit, without_block
from bartizan.sources.terraform.source.find import block_of
from bartizan.sources.terraform.source.module import Code
from bartizan.sources.terraform.source.syntax import Argument, Block
from bartizan.sources.terraform.value import Value as Planned

Values: TypeAlias = Mapping[str, Planned]
_THERE = frozenset({Action.CREATE, Action.UPDATE, Action.REPLACE, Action.NO_OP})


class Site(Struct, frozen=True):
    """An object and its block."""

    change: Change
    code: Code
    block: Block

    @property
    def values(self) -> Values:
        """What it would be."""
        return self.change.after if isinstance(self.change.after, dict) else {}

    @property
    def calls(self) -> tuple[str, ...]:
        """Names of the calls that lead to its module."""
        return tuple(one.name for one in Address.parse(self.change.address).modules)

    def value(self, argument: Argument) -> Value:
        """Return where the value of an argument is defined.

        Raises:
            CannotFixError: it has no definition of its own.
        """
        return defined(self.code, Value(argument.file, argument.value, self.calls))

    def alike(self, other: "Site") -> bool:
        """Tell whether another object has the same block."""
        return (
            self.block.file.path == other.block.file.path
            and self.block.node.start_byte == other.block.node.start_byte
        )


class Fix(Struct, frozen=True):
    """An edit, and how each object that it concerns is afterwards."""

    edit: Edit
    revised: Mapping[str, Values | None]
    """Address to its values; None for an object that is there no longer."""


def site(change: Change, code: Code) -> Site | None:
    """Return the site of an object; None where its block is not on disk, or is in two pieces."""
    blocks = block_of(code, change.address)
    return Site(change, code, blocks[0]) if len(blocks) == 1 else None


def sites(plans: Iterable[Plan], code: Code, addresses: Iterable[str]) -> Iterator[Site]:
    """Yield the sites of objects that are there after a change."""
    wanted = frozenset(addresses)
    for plan in plans:
        for change in plan.changes:
            if change.address in wanted and change.managed and change.action in _THERE:
                found = site(change, code)
                if found is not None:
                    yield found


def sharing(plans: Iterable[Plan], one: Site) -> list[Site]:
    """Return all objects that have the block of one."""
    held = Address.parse(one.change.address)
    addresses = (
        change.address
        for plan in plans
        for change in plan.changes
        if change.type == one.change.type
        and Address.parse(change.address).name.name == held.name.name
    )
    return [other for other in sites(plans, one.code, addresses) if one.alike(other)]


def gone(plans: Sequence[Plan], one: Site) -> Fix:
    """Return the fix that takes a whole object out of the code.

    Raises:
        CannotFixError: others share its block, or something refers to it.
    """
    arguments = one.block.arguments()
    others = sharing(plans, one)
    if len(others) > 1 or "for_each" in arguments or "count" in arguments:
        raise CannotFixError("its block makes several objects", one.block.place)
    module = one.code.module(one.calls)
    names = one.block.labels
    if module is not None and any(uses(module, names)):
        raise CannotFixError(f"`{'.'.join(names)}` is referred to", one.block.place)
    return Fix(without_block(one.block), {one.change.address: None})


def revised(plan: Plan, values: Mapping[str, Values | None]) -> Plan:
    """Return a plan in which some objects are otherwise, or are no longer there."""
    return structs.replace(plan, changes=tuple(_changes(plan, values)))


def _changes(plan: Plan, values: Mapping[str, Values | None]) -> Iterator[Change]:
    for change in plan.changes:
        if change.address not in values:
            yield change
            continue
        after = values[change.address]
        if after is not None:
            action = Action.UPDATE if change.action is Action.NO_OP else change.action
            yield structs.replace(change, after=dict(after), action=action)
        elif change.before is not None:
            yield structs.replace(change, after=None, action=Action.DELETE)


Reviser: TypeAlias = Callable[[Site], Values]


def everywhere(
    plans: Sequence[Plan], one: Site, edit: Edit, *, where: Callable[[Site], Value], how: Reviser
) -> Fix:
    """Return the fix of a value: of all objects that take it from the same place.

    `where` finds that place for an object, and `how` says what the object is afterwards.
    """
    place = where(one)
    changed: dict[str, Values | None] = {}
    for other in sharing(plans, one):
        try:
            found = where(other)
        except CannotFixError:
            continue
        if (found.file.path, found.node.start_byte) == (place.file.path, place.node.start_byte):
            changed[other.change.address] = how(other)
    return Fix(edit, changed)
