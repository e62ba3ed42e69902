# SPDX-License-Identifier: Apache-2.0
"""Rows that went into a table come out of it as they were, whatever may be null in them."""

import types
from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bartizan.model.facts import TABLES
from bartizan.model.facts.network import PrefixList
from bartizan.model.table import Row, from_arrow, one_of, schema, to_arrow

_VALUES: dict[object, SearchStrategy[Any]] = {
    str: st.text(max_size=3),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
}


def _drawn(hint: object) -> SearchStrategy[Any]:
    """Draw a value that a field may have."""
    if hint in _VALUES:
        return _VALUES[hint]
    arguments = get_args(hint)
    if get_origin(hint) is types.UnionType:
        (inner,) = (each for each in arguments if each is not type(None))
        return st.none() | _drawn(inner)
    if get_origin(hint) is Mapping:
        return st.dictionaries(_VALUES[str], _drawn(arguments[1]), max_size=2)
    return st.lists(_drawn(arguments[0]), max_size=2).map(tuple)


def _rows(kind: type[Row]) -> SearchStrategy[list[Row]]:
    hints = get_type_hints(kind)
    fields = {column.name: _drawn(hints[column.name]) for column in schema(kind)}
    return st.lists(st.builds(kind, **fields), max_size=3)


@pytest.mark.parametrize("kind", TABLES, ids=[kind.table for kind in TABLES])
@settings(max_examples=8, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(st.data())
def test_rows_come_out_of_a_table_as_they_went_in(kind: type[Row], data: st.DataObject) -> None:
    rows = data.draw(_rows(kind))

    table = to_arrow(kind, rows)
    assert list(from_arrow(kind, table)) == rows
    assert [one_of(kind, table, number) for number in range(len(rows))] == rows


def test_a_list_that_was_not_read_is_no_empty_one() -> None:
    rows = [
        PrefixList(id="pl-1", account="1", region="r", name="", version=1, ranges=ranges)
        for ranges in (None, (), ("10.0.0.0/8",))
    ]

    assert list(from_arrow(PrefixList, to_arrow(PrefixList, rows))) == rows
