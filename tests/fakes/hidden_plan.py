# SPDX-License-Identifier: Apache-2.0
"""Plans of objects of which one has another value, or hides it."""

import copy
from collections.abc import Mapping
from typing import Any, TypeAlias

from tests.fakes.terraform_plan import Described, change

Objects: TypeAlias = Mapping[str, Mapping[str, Any]]
Place: TypeAlias = tuple[str | int, ...]


def put(held: Any, place: Place, value: object) -> None:  # noqa: ANN401 - JSON
    for step in place[:-1]:
        if isinstance(held, dict):
            held = held.setdefault(step, {})
        else:
            held += [{}] * (int(step) + 1 - len(held))
            held = held[step]
    held[place[-1]] = value


def hiding(held: Any, place: Place) -> Any:  # noqa: ANN401 - JSON
    """Take the value at a place away, and return what a plan says is not known."""
    for step in place[:-1]:
        held = held[step]
    if isinstance(held, dict):
        held.pop(place[-1], None)
    shape: Any = True
    for step in reversed(place):
        shape = {step: shape} if isinstance(step, str) else [*([False] * step), shape]
    return shape


def planned(objects: Objects, address: str, place: Place, value: object) -> list[Described]:
    """Return the objects with a value at a place of one; it is hidden where it is None."""
    after, unknown = copy.deepcopy(dict(objects)), dict[str, Any]()
    if value is None:
        unknown = hiding(after[address], place)
    else:
        put(after[address], place, value)
    return [
        change(name, after=held, unknown=unknown if name == address else {})
        for name, held in after.items()
    ]
