# SPDX-License-Identifier: Apache-2.0
"""The reference pages say what the source says."""

import pytest

from bartizan.model.facts import TABLES
from bartizan.model.table import Row
from tests.house import tree
from tools import reference


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.table)
def test_every_column_says_what_it_means(row: type[Row]) -> None:
    documented = reference.field_docs(row)

    assert [name for name in row.__struct_fields__ if not documented.get(name)] == []


@pytest.mark.parametrize("page", [page for page, _ in reference.written()])
def test_a_generated_page_is_what_the_source_gives_now(page: str) -> None:
    now = dict(reference.written())[page]

    assert tree.text(tree.ROOT / page) == now(), "run `make docs`"
