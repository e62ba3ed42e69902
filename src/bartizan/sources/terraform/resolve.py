# SPDX-License-Identifier: Apache-2.0
"""Fills in what a plan hides with what Terraform makes of the code that was planned.

The code is evaluated once more, with the values of the plan's variables and of the data that it
has read, and with nothing predicted: what is known then follows from the code by rules alone.
"""

import hashlib
import json
from collections.abc import Mapping

from msgspec import Struct, structs

from bartizan.sources.terraform.plan import Change, Plan
from bartizan.sources.terraform.value import Hidden, Value


class Resolved(Struct, frozen=True, kw_only=True):
    """A plan with what was filled in."""

    plan: Plan
    other: tuple[str, ...]
    """Addresses of objects of which the code says otherwise than the plan; if there are any, the
    plan is as it was."""


def fill(plan: Plan, evaluated: Plan) -> Resolved:
    """Fill in values that are unknown in `plan` and known in `evaluated`, object by object.

    Where both know a value and do not agree, the code is not what was planned, or the provider
    knows more than the code says. What else follows from that nobody can tell, so that nothing is
    filled in at all.
    """
    ours = {one.address: one for one in evaluated.changes if one.managed and not one.deposed}
    both = {
        change.address: ours[change.address]
        for change in plan.changes
        if change.address in ours and not change.deposed and change.after is not None
    }
    other = tuple(
        change.address
        for change in plan.changes
        if change.address in both and not _agree(change, both[change.address])
    )
    if other:
        return Resolved(plan=plan, other=other)
    changes = tuple(
        _with(change, both[change.address])
        if change.address in both and not change.deposed
        else change
        for change in plan.changes
    )
    return Resolved(plan=structs.replace(plan, changes=changes), other=())


def _with(change: Change, known: Change) -> Change:
    """Return a change with what the code says of it: its values, and what it writes."""
    written = change.written
    if written is not None and known.written is not None:
        written |= known.written
    return structs.replace(change, after=_filled(change.after, known.after), written=written)


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
    """Tell whether a plan and the code say the same of what the code writes and both know. What
    the change leaves as it was may be what the code says is to be ignored.
    """
    before, theirs, ours = _object(change.before), _object(change.after), _object(known.after)
    names = known.written if known.written is not None else ours.keys()
    return change.type == known.type and all(
        _same(theirs[name], ours.get(name)) or (name in before and before[name] == theirs[name])
        for name in names
        if name in theirs
    )


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Hidden) or isinstance(other, Hidden):
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_same(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return _same_elements(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return one == other or _json(one) == _json(other) or one == _digest(other)
    return one == other or other is None


def _same_elements(one: list[Value], other: list[Value]) -> bool:
    """Compare lists of which nobody says whether they are sets, which have an order of their own;
    of blocks only how many there are, as the provider adds to them.
    """
    if len(one) != len(other) or not all(isinstance(value, str) for value in (*one, *other)):
        return len(one) == len(other)
    return sorted(map(str, one)) == sorted(map(str, other))


def _json(text: str) -> object:
    """Return what a text says in JSON, which providers write in a form of their own; the text
    itself where it is none.
    """
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found


def _digest(text: str) -> str:
    """Return how the provider kept user data up to its version 5.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-6-upgrade
    """
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _object(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}
