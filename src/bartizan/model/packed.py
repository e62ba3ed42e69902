# SPDX-License-Identifier: Apache-2.0
"""Steps as one table of values, each of which is written down once however often it is used.

A row holds many values of one kind that consist of values of the rows before it, so that it is
read field by field, for all of them at once.
"""

import typing
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, count, islice, pairwise
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.model import remedy
from bartizan.model.evidence import Evidence
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
_FIELDS: dict[str, tuple[str, ...]] = {
    name: getattr(kind, "__struct_fields__", None) or kind._fields
    for name, kind in _CLASSES.items()
}
_PLAIN: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "bool": "True".__eq__,
    "NoneType": lambda _: None,
}


def packed(steps: Iterable[Step]) -> pa.Table:
    """Return steps as a table: rows for all their values, and the last one for themselves."""
    found = _Packer()
    places = found.places(steps)
    return pa.Table.from_pylist([*found.rows, _told(_STEPS, parts=places)], schema=_SCHEMA)


def _told(
    kind: str,
    *,
    texts: Sequence[str] = (),
    sizes: Sequence[int] = (),
    parts: Sequence[int] = (),
) -> Mapping[str, Any]:
    return {"kind": kind, "texts": texts, "sizes": sizes, "parts": parts}


class _Packer:
    """The values that were met until now, which are all parts of what is being packed."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self._seen: dict[int, int] = {}
        """Object to the number of its value: equal ones have one."""
        self._known: dict[type, dict[Any, int]] = {}
        """Kind to values, plain or by the numbers of their parts, to numbers."""
        self._next = count().__next__

    def places(self, values: Iterable[Any]) -> list[int]:
        """Return the numbers of values, those that are new by kind, and field by field."""
        held = list(values)
        kinds = set(map(type, held))
        if len(kinds) == 1 and (kind := kinds.pop()).__name__ in _PLAIN:
            return self._of_kind(kind, held)
        ids = list(map(id, held))
        fresh: dict[tuple[type, int], dict[int, Any]] = {}
        for name, value in dict(zip(ids, held, strict=True)).items():
            if name not in self._seen:
                # Tuples of one length are read as fast as anything.
                length = len(value) if type(value) is tuple else 0
                fresh.setdefault((type(value), length), {})[name] = value
        for (kind, _), named in fresh.items():
            self._seen.update(zip(named, self._of_kind(kind, list(named.values())), strict=True))
        return list(map(self._seen.__getitem__, ids))

    def _of_kind(self, kind: type, values: Sequence[Any]) -> list[int]:
        """Return the numbers of values of one kind; those that are new are a row, behind the rows
        of all that they consist of.
        """
        keys = list(self._keys(kind, values))
        known = self._known.setdefault(kind, defaultdict(self._next))
        before = len(known)
        found = list(map(known.__getitem__, keys))
        if len(known) > before:
            self.rows.append(_row(kind.__name__, list(islice(known, before, None))))
        return found

    def _keys(self, kind: type, values: Sequence[Any]) -> Iterable[Any]:
        """Return what tells values of one kind apart: themselves, or numbers of their parts."""
        name = kind.__name__
        if name in _PLAIN:
            return values
        if kind is tuple:
            parts = self.places(chain.from_iterable(values))
            bounds = accumulate(map(len, values), initial=0)
            return (tuple(parts[begin:end]) for begin, end in pairwise(bounds))
        if name not in _CLASSES:
            message = f"a step holds a value of type {name}"
            raise TypeError(message)
        fields = map(attrgetter, _FIELDS[name])
        return zip(*(self.places(map(held, values)) for held in fields), strict=True)


def _row(kind: str, keys: Sequence[Any]) -> Mapping[str, Any]:
    """Return the row of values of one kind, which are plain or numbers of parts."""
    if kind in _PLAIN:
        return _told(kind, texts=list(map(str, keys)))
    if kind == _TUPLE:
        return _told(kind, sizes=list(map(len, keys)), parts=list(chain.from_iterable(keys)))
    return _told(kind, parts=list(chain.from_iterable(zip(*keys, strict=True))))


def unpacked(table: pa.Table) -> tuple[Step, ...]:
    """Return the steps that `packed` put into a table.

    Raises:
        ValueError: it is no such table.
    """
    if table.schema != _SCHEMA or not table.num_rows:
        message = "no table of steps"
        raise ValueError(message)
    values = _Values()
    *rows, last = table.select(["kind", "texts", "sizes"]).to_pylist()
    *parts, numbers = (held.values.to_numpy() for held in table["parts"])
    for row, own in zip(rows, parts, strict=True):
        values.add(_values(row, values.at(own)))
    steps = values.at(numbers)
    if last["kind"] != _STEPS or not all(type(step) is Step for step in steps):
        message = "the last row is not that of the steps"
        raise ValueError(message)
    return tuple(steps)


class _Values:
    """The values of the rows that were read until now, by their numbers."""

    def __init__(self) -> None:
        self._held: NDArray[np.object_] = np.empty(0, object)
        self._size = 0

    def add(self, values: Sequence[Any]) -> None:
        """Take the values of the next row."""
        size = self._size + len(values)
        if size > len(self._held):
            room = np.empty(max(size, 2 * len(self._held)), object)
            room[: self._size] = self._held[: self._size]
            self._held = room
        # A list of tuples is a table to numpy, unless it is told that it has values.
        self._held[self._size : size] = np.fromiter(values, object, len(values))
        self._size = size

    def at(self, numbers: NDArray[np.int32]) -> list[Any]:
        """Return the values of some numbers.

        Raises:
            ValueError: there are no such numbers yet.
        """
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < self._size:
            message = "a value comes before what it consists of"
            raise ValueError(message)
        found: list[Any] = self._held[numbers].tolist()
        return found


def _values(row: Mapping[str, Any], parts: Sequence[Any]) -> Sequence[Any]:
    """Return the values of a row, which consist of some `parts`.

    Raises:
        ValueError: it is no row that `packed` wrote.
    """
    kind: str = row["kind"]
    if kind in _PLAIN:
        return list(map(_PLAIN[kind], row["texts"]))
    if kind == _TUPLE:
        return list(_tuples(parts, row["sizes"]))
    if kind in _CLASSES:
        return _objects(kind, parts)
    message = f"a value of unknown kind `{kind}`"
    raise ValueError(message)


def _tuples(parts: Sequence[Any], sizes: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    bounds = [0, *accumulate(sizes)]
    least, most = min(sizes), max(sizes)
    if bounds[-1] != len(parts) or least < 0:
        message = f"tuples of {len(parts)} parts"
        raise ValueError(message)
    if 0 < least == most:
        return zip(*[iter(parts)] * most, strict=True)
    return (tuple(parts[begin:end]) for begin, end in pairwise(bounds))


def _objects(kind: str, parts: Sequence[Any]) -> Sequence[Any]:
    size, rest = divmod(len(parts), len(_FIELDS[kind]))
    if rest:
        message = f"values of kind {kind} of {len(parts)} parts"
        raise ValueError(message)
    starts = range(0, len(parts), size)
    return list(map(_CLASSES[kind], *(parts[at : at + size] for at in starts)))
