# SPDX-License-Identifier: Apache-2.0
"""Steps as one table of values, each of which is written down once however often it is used."""

import dataclasses
import typing
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from bartizan.model import remedy
from bartizan.model.evidence import Evidence
from bartizan.model.step import Ask, Breaker, Condition, Flow, Foothold, Step

_SCHEMA = pa.schema(
    [("kind", pa.string()), ("text", pa.string()), ("parts", pa.list_(pa.int32()))]
)
_STEPS = "steps"
"""Kind of the last row: its parts are the steps."""
_CLASSES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(Step, Foothold, Condition, Evidence, Ask, Flow, Breaker, remedy.Remedy),
        *typing.get_args(remedy.Change),
    )
}
_FIELDS = {
    name: tuple(field.name for field in dataclasses.fields(kind))
    for name, kind in _CLASSES.items()
}
_SLOTS = {
    name: tuple(vars(kind)[field].__set__ for field in _FIELDS[name])
    for name, kind in _CLASSES.items()
}
"""What sets the fields of a new value: less than half of what its constructor takes, which has
nothing more to do."""
_PLAIN: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "bool": "True".__eq__,
    "NoneType": lambda _: None,
}


def packed(steps: Iterable[Step]) -> pa.Table:
    """Return steps as a table: a row for each value in them, what it consists of before it."""
    found = _Packer()
    found.add(_STEPS, parts=[found.place(step) for step in steps])
    columns = {"kind": found.kinds, "text": found.texts, "parts": found.parts}
    return pa.table(columns, schema=_SCHEMA)


class _Packer:
    """The rows that were made until now."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.parts: list[Sequence[int]] = []
        self._known: dict[tuple[type, Any], int] = {}

    def place(self, value: Any) -> int:  # noqa: ANN401 - parts of a step are of many types
        """Return the row of a value."""
        key = (type(value), value)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._new(value)
        return found

    def add(self, kind: str, text: str = "", parts: Sequence[int] = ()) -> int:
        """Add a row and return its number."""
        self.kinds.append(kind)
        self.texts.append(text)
        self.parts.append(parts)
        return len(self.kinds) - 1

    def _new(self, value: Any) -> int:  # noqa: ANN401 - as above
        kind = type(value).__name__
        if isinstance(value, tuple):
            return self.add("tuple", parts=[self.place(part) for part in value])
        if kind in _CLASSES:
            parts = [self.place(getattr(value, name)) for name in _FIELDS[kind]]
            return self.add(kind, parts=parts)
        if kind not in _PLAIN:
            message = f"a step holds a value of type {kind}"
            raise TypeError(message)
        return self.add(kind, str(value))


def unpacked(table: pa.Table) -> tuple[Step, ...]:
    """Return the steps that `packed` put into a table.

    Raises:
        ValueError: it is no such table.
    """
    if table.schema != _SCHEMA or not table.num_rows:
        message = "no table of steps"
        raise ValueError(message)
    kinds = typing.cast("list[str]", table["kind"].to_pylist())
    texts = typing.cast("list[str]", table["text"].to_pylist())
    lists = typing.cast("pa.ListArray[Any]", table["parts"].combine_chunks())
    bounds = typing.cast("list[int]", lists.offsets.to_pylist())
    places = typing.cast("list[int]", lists.values.to_pylist())
    _refuse_disorder(lists)
    values: list[Any] = []
    for kind, text, (begin, end) in zip(kinds, texts, pairwise(bounds), strict=True):
        if kind in _CLASSES:
            if end - begin != len(_FIELDS[kind]):
                message = f"a {kind} of {end - begin} parts"
                raise ValueError(message)
            made = object.__new__(_CLASSES[kind])
            for put, place in zip(_SLOTS[kind], places[begin:end], strict=True):
                put(made, values[place])
            values.append(made)
        elif kind in {"tuple", _STEPS}:
            values.append(tuple([values[place] for place in places[begin:end]]))
        elif kind in _PLAIN:
            values.append(_PLAIN[kind](text))
        else:
            message = f"a value of unknown kind `{kind}`"
            raise ValueError(message)
    if kinds[-1] != _STEPS or not all(type(step) is Step for step in values[-1]):
        message = "the last row is not that of the steps"
        raise ValueError(message)
    return tuple(values[-1])


def _refuse_disorder(parts: "pa.ListArray[Any]") -> None:
    """Refuse a part that does not come before what consists of it.

    Raises:
        ValueError: there is one.
    """
    owners = np.repeat(np.arange(len(parts)), np.diff(parts.offsets.to_numpy()))
    places = parts.values.to_numpy()
    if not np.all((places >= 0) & (places < owners)):
        message = "a value comes before what it consists of"
        raise ValueError(message)
