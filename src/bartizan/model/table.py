# SPDX-License-Identifier: Apache-2.0
"""Fact tables: a row class states the schema, Arrow holds the rows.

A row class is a frozen `Row` with a class variable `table` (its name) and a docstring under every
field; the reference page and the Arrow schema are both made from it.
"""

import functools
import types
from collections.abc import Callable, Iterable, Mapping
from typing import (
    Any,
    ClassVar,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import pyarrow as pa
from msgspec import Struct


class Row(Struct, frozen=True):
    """A row of a fact table."""

    table: ClassVar[str]


R = TypeVar("R", bound=Row)

_SCALARS: dict[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
    float: pa.float64(),
}


def _arrow_type(hint: object) -> tuple[pa.DataType, bool]:
    """Return the Arrow type of a field and whether it may be null."""
    if hint in _SCALARS:
        return _SCALARS[hint], False
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union) and type(None) in arguments:
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return _arrow_type(inner)[0], True
    if origin is tuple:
        return pa.list_(_arrow_type(arguments[0])[0]), False
    if origin is Mapping or origin is dict:
        return pa.map_(pa.string(), _arrow_type(arguments[1])[0]), False
    message = f"no Arrow type for {hint!r}"
    raise TypeError(message)


@functools.cache
def schema(row: type[Row]) -> pa.Schema:
    """Return the Arrow schema that `row` states."""
    hints = get_type_hints(row)
    columns = []
    for name in row.__struct_fields__:
        kind, nullable = _arrow_type(hints[name])
        columns.append(pa.field(name, kind, nullable=nullable))
    return pa.schema(columns)


def to_arrow(row: type[R], rows: Iterable[R]) -> pa.Table:
    """Put rows into a table, column by column."""
    kept = list(rows)
    layout = schema(row)
    arrays = []
    for column in layout:
        values = [getattr(item, column.name) for item in kept]
        if pa.types.is_map(column.type):
            values = [sorted(value.items()) for value in values]
        arrays.append(pa.array(values, type=column.type))
    return pa.Table.from_arrays(arrays, schema=layout)


def from_arrow(row: type[R], table: pa.Table) -> tuple[R, ...]:
    """Take rows out of a table; for the edges and for small tables."""
    columns: list[Iterable[Any]] = []
    for name, made in _made(row).items():
        values: list[Any] = table.column(name).to_pylist()
        columns.append(values if made is None else map(made, values))
    return tuple(map(row, *columns))


def one_of(row: type[R], table: pa.Table, number: int) -> R:
    """Take one row out of a table, of which nothing else is looked at."""
    values: dict[str, Any] = {}
    for name, made in _made(row).items():
        value = table.column(name)[number].as_py()
        values[name] = value if made is None else made(value)
    build = cast("Any", row)
    taken: R = build(**values)
    return taken


@functools.cache
def _made(row: type[Row]) -> Mapping[str, Callable[[Any], object] | None]:
    """Return of each column what its values are made from what Arrow has for them."""
    return {column.name: _maker(column) for column in schema(row)}


def _maker(column: "pa.Field[Any]") -> Callable[[Any], object] | None:
    if pa.types.is_map(column.type):
        return dict
    if not pa.types.is_list(column.type):
        return None
    return _some if column.nullable else tuple


def _some(values: list[Any] | None) -> tuple[Any, ...] | None:
    return None if values is None else tuple(values)
