# SPDX-License-Identifier: Apache-2.0
"""What is gained in other ways in one estate than in another: all else has the same proofs."""

from collections.abc import Iterable, Sequence

from bartizan.model.step import Foothold, Step
from bartizan.paths.closure import led_to, users_of


def differing(
    before: Sequence[Step], after: Sequence[Step], starts: Iterable[Foothold]
) -> frozenset[Foothold]:
    """Return what some proof leads to that takes a step of which only one of two estates has it,
    or one of the `starts`, which are entries of one estate alone.

    A foothold that is not among these is granted by the same steps in both, whose needs are not
    among these either.
    """
    gone, come = set(beside(before, after)), set(beside(after, before))
    found = {*starts, *(step.grants for step in gone ^ come)}
    if not found:
        return frozenset()
    return frozenset(led_to(users_of((*after, *(gone - come))), found))


def beside(steps: Iterable[Step], others: Iterable[Step]) -> list[Step]:
    """Return the objects in `steps` that are none of `others`, in their order: an estate that
    changed has most steps of the one before, and these need not be compared.
    """
    known = set(map(id, others))
    return [step for step in steps if id(step) not in known]
