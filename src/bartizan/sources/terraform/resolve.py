# SPDX-License-Identifier: Apache-2.0
"""Fills in what a plan hides with what Terraform makes of the code that was planned.

The code is evaluated once more, with the values of the plan's variables and of the data that it
has read, and with nothing predicted: what is known then follows from the code by rules alone.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from bartizan.sources.terraform.plan import Change, Plan
from bartizan.sources.terraform.value import Hidden, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A plan with what was filled in."""

    plan: Plan
    other: tuple[str, ...]
    """Addresses of objects of which the code says otherwise than the plan; they stay as they
    were."""


def fill(plan: Plan, evaluated: Plan) -> Resolved:
    """Fill in values that are unknown in `plan` and known in `evaluated`, object by object.

    Where both know a value of a new object and do not agree, the code is not what was planned, or
    the provider knows more than the code says: nothing of that object is taken.
    """
    ours = {one.address: one for one in evaluated.changes if one.managed and not one.deposed}
    other: list[str] = []
    changes = []
    for change in plan.changes:
        known = ours.get(change.address)
        if known is None or known.type != change.type or change.deposed:
            changes.append(change)
        elif change.before is None and not _agree(change, known):
            other.append(change.address)
            changes.append(change)
        else:
            changes.append(dataclasses.replace(change, after=_filled(change.after, known.after)))
    return Resolved(plan=dataclasses.replace(plan, changes=tuple(changes)), other=tuple(other))


def _filled(value: Value, known: Value) -> Value:
    """Return a value with its unknown parts from another; what is secret stays hidden."""
    if value is Hidden.UNKNOWN:
        return value if known is None or isinstance(known, Hidden) else known
    if isinstance(value, dict) and isinstance(known, dict):
        return {name: _filled(one, known.get(name)) for name, one in value.items()}
    if isinstance(value, list) and isinstance(known, list) and len(value) == len(known):
        return [_filled(one, other) for one, other in zip(value, known, strict=True)]
    return value


def _agree(change: Change, known: Change) -> bool:
    """Tell whether a plan and the code say the same of what the code writes and both know."""
    theirs, ours = _object(change.after), _object(known.after)
    names = known.written if known.written is not None else ours.keys()
    return all(_same(theirs.get(name), ours.get(name)) for name in names if name in theirs)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Hidden) or isinstance(other, Hidden):
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_same(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        # What is a set has an order of its own where parts of it are unknown.
        return len(one) == len(other)
    return one == other or other is None


def _object(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}
