# SPDX-License-Identifier: Apache-2.0
"""Steps as one table of values, each of which is written down once however often it is used.

A row holds many values of one kind that consist of values of the rows before it, so that it is
read field by field, for all of them at once.
"""

import dataclasses
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import Any

import pyarrow as pa

from bartizan.model import remedy
from bartizan.model.evidence import Evidence
from bartizan.model.many import many
from bartizan.model.step import Ask, Breaker, Condition, Flow, Foothold, Step

_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("texts", pa.list_(pa.string())),
        ("sizes", pa.list_(pa.int32())),
        ("parts", pa.list_(pa.int32())),
    ]
)
"""The values of a row: what plain ones are written as, or how many parts each tuple has, and the
numbers of all parts, tuple after tuple; of a class all first fields come first, then all second
ones."""
_STEPS = "steps"
"""Kind of the last row: its parts are the steps."""
_TUPLE = "tuple"
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
_PLAIN: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "bool": "True".__eq__,
    "NoneType": lambda _: None,
}


def packed(steps: Iterable[Step]) -> pa.Table:
    """Return steps as a table: a row for all values of one kind and depth, and one for them."""
    found = _Packer()
    places = [found.place(step) for step in steps]
    held = [found.rows[key] for key in sorted(found.rows)]
    numbers = [0] * len(found)
    for number, place in enumerate(chain.from_iterable(row.places for row in held)):
        numbers[place] = number
    rows = [row.told(numbers) for row in held]
    rows.append(_told(_STEPS, parts=[numbers[place] for place in places]))
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _told(
    kind: str,
    *,
    texts: Sequence[str] = (),
    sizes: Sequence[int] = (),
    parts: Sequence[int] = (),
) -> Mapping[str, Any]:
    return {"kind": kind, "texts": texts, "sizes": sizes, "parts": parts}


@dataclass(frozen=True, slots=True)
class _Row:
    """Values of one kind, with the places at which they were met."""

    kind: str
    places: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    parts: list[Sequence[int]] = field(default_factory=list)

    def told(self, numbers: Sequence[int]) -> Mapping[str, Any]:
        """Return the row of the table; `numbers` are those of the values, by place."""
        if self.kind in _PLAIN:
            return _told(self.kind, texts=self.texts)
        sizes = [len(held) for held in self.parts] if self.kind == _TUPLE else []
        ordered = self.parts if self.kind == _TUPLE else zip(*self.parts, strict=True)
        parts = list(map(numbers.__getitem__, chain.from_iterable(ordered)))
        return _told(self.kind, sizes=sizes, parts=parts)


class _Packer:
    """The values that were met until now."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, str], _Row] = {}
        """By how deep a value is, which is deeper than all that it consists of, and kind."""
        self._known: dict[tuple[type, Any], int] = {}
        self._depths: list[int] = []

    def __len__(self) -> int:
        return len(self._depths)

    def place(self, value: Any) -> int:  # noqa: ANN401 - parts of a step are of many types
        """Return the place of a value."""
        key = (type(value), value)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._new(value)
        return found

    def _new(self, value: Any) -> int:  # noqa: ANN401 - as above
        kind = type(value).__name__
        if isinstance(value, tuple):
            return self._add(kind, parts=[self.place(part) for part in value])
        if kind in _CLASSES:
            return self._add(
                kind, parts=[self.place(getattr(value, name)) for name in _FIELDS[kind]]
            )
        if kind not in _PLAIN:
            message = f"a step holds a value of type {kind}"
            raise TypeError(message)
        return self._add(kind, text=str(value))

    def _add(self, kind: str, *, text: str = "", parts: Sequence[int] = ()) -> int:
        depth = 1 + max(map(self._depths.__getitem__, parts), default=0)
        row = self.rows.get((depth, kind))
        if row is None:
            row = self.rows[depth, kind] = _Row(kind)
        row.places.append(len(self._depths))
        row.texts.append(text)
        row.parts.append(parts)
        self._depths.append(depth)
        return row.places[-1]


def unpacked(table: pa.Table) -> tuple[Step, ...]:
    """Return the steps that `packed` put into a table.

    Raises:
        ValueError: it is no such table.
    """
    if table.schema != _SCHEMA or not table.num_rows:
        message = "no table of steps"
        raise ValueError(message)
    values: list[Any] = []
    *rows, last = table.to_pylist()
    for row in rows:
        values.extend(_values(row, values))
    steps = _parts(last, values)
    if last["kind"] != _STEPS or not all(type(step) is Step for step in steps):
        message = "the last row is not that of the steps"
        raise ValueError(message)
    return tuple(steps)


def _values(row: Mapping[str, Any], values: Sequence[Any]) -> Iterable[Any]:
    """Return the values of a row, of which `values` are those before it.

    Raises:
        ValueError: it is no row that `packed` wrote.
    """
    kind: str = row["kind"]
    if kind in _PLAIN:
        return map(_PLAIN[kind], row["texts"])
    parts = _parts(row, values)
    if kind == _TUPLE:
        return _tuples(parts, row["sizes"])
    if kind in _CLASSES:
        return _objects(kind, parts)
    message = f"a value of unknown kind `{kind}`"
    raise ValueError(message)


def _parts(row: Mapping[str, Any], values: Sequence[Any]) -> list[Any]:
    numbers: list[int] = row["parts"]
    if numbers and not 0 <= min(numbers) <= max(numbers) < len(values):
        message = "a value comes before what it consists of"
        raise ValueError(message)
    return [values[number] for number in numbers]


def _tuples(parts: Sequence[Any], sizes: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    bounds = [0, *accumulate(sizes)]
    if bounds[-1] != len(parts) or min(sizes) < 0:
        message = f"tuples of {len(parts)} parts"
        raise ValueError(message)
    return (tuple(parts[begin:end]) for begin, end in pairwise(bounds))


def _objects(kind: str, parts: Sequence[Any]) -> Sequence[Any]:
    names = _FIELDS[kind]
    size, rest = divmod(len(parts), len(names))
    if rest:
        message = f"values of kind {kind} of {len(parts)} parts"
        raise ValueError(message)
    starts = range(0, len(parts), size)
    columns = {name: parts[at : at + size] for name, at in zip(names, starts, strict=True)}
    return many(_CLASSES[kind], columns, size=size)
