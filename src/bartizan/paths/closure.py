# SPDX-License-Identifier: Apache-2.0
"""What can be gained at all, before anything has a number or a cost."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from bartizan.model.step import Foothold, Step

Users: TypeAlias = Mapping[Foothold, Sequence[Step]]
"""Foothold to the steps that need it."""


def users_of(steps: Iterable[Step]) -> Users:
    """Return steps by each of their needs."""
    found: dict[Foothold, list[Step]] = defaultdict(list)
    for step in steps:
        for need in step.needs:
            found[need].append(step)
    return found


def gained(
    users: Users, held: Iterable[Foothold], *, never: Collection[Foothold] = frozenset()
) -> set[Foothold]:
    """Return what is held and all that can be gained from it, but for what is `never` held."""
    found = set(held).difference(never)
    stack = list(found)
    while stack:
        for step in users.get(stack.pop(), ()):
            grants = step.grants
            if grants not in found and grants not in never and found.issuperset(step.needs):
                found.add(grants)
                stack.append(grants)
    return found


def live(steps: Collection[Step], held: Iterable[Foothold]) -> list[Step]:
    """Return the steps that can be taken by whoever holds some footholds, in their order."""
    return able(steps, gained(users_of(steps), held))


def able(steps: Iterable[Step], held: set[Foothold]) -> list[Step]:
    """Return the steps all of whose needs are held, in their order."""
    return [step for step in steps if held.issuperset(step.needs)]


def led_to(users: Users, some: Iterable[Foothold]) -> set[Foothold]:
    """Return some footholds and all that any step leads to which needs one of them, whatever else
    it needs: nothing else has a proof with one of them in it.
    """
    found = set(some)
    stack = list(found)
    while stack:
        for step in users.get(stack.pop(), ()):
            if step.grants not in found:
                found.add(step.grants)
                stack.append(step.grants)
    return found
