# SPDX-License-Identifier: Apache-2.0
"""Many values of one class at once, field by field: several times as fast as one by one."""

import dataclasses
from collections import deque
from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import repeat
from typing import Any, TypeVar

T = TypeVar("T")


def many(kind: type[T], columns: Mapping[str, Collection[Any]], *, size: int) -> list[T]:
    """Return `size` values of a named tuple, or of a dataclass of slots without its constructor,
    which has nothing more to do; `columns` has each field.

    Raises:
        ValueError: the columns are not those fields, or not of that size.
    """
    names = fields_of(kind)
    if columns.keys() != set(names) or any(len(held) != size for held in columns.values()):
        message = f"no {size} values of {kind.__name__}"
        raise ValueError(message)
    if issubclass(kind, tuple):
        rows = zip(*map(columns.__getitem__, names), strict=True)
        return list(map(partial(tuple.__new__, kind), rows))
    slots = _slots(kind)
    made = list(map(object.__new__, repeat(kind, size)))
    for name, put in slots.items():
        # What setting returns is taken from the iterator and let go.
        deque(map(put, made, columns[name]), maxlen=0)
    return made


def fields_of(kind: type[Any]) -> tuple[str, ...]:
    """Name the fields of a named tuple or dataclass, in their order."""
    if issubclass(kind, tuple):
        return tuple(kind.__annotations__)
    return tuple(field.name for field in dataclasses.fields(kind))


def _slots(kind: type[Any]) -> Mapping[str, Callable[[Any, Any], None]]:
    """Return what sets each field of a class.

    Raises:
        TypeError: it is no dataclass of slots whose constructor only sets them.
    """
    names = fields_of(kind)
    if hasattr(kind, "__post_init__") or not set(names) <= set(getattr(kind, "__slots__", ())):
        message = f"{kind.__name__} is no dataclass of slots alone"
        raise TypeError(message)
    return {name: vars(kind)[name].__set__ for name in names}
