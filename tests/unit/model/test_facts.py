# SPDX-License-Identifier: Apache-2.0
"""Facts are counted as they are held, as rows or as columns."""

import pyarrow as pa

from bartizan.model.facts import Facts
from bartizan.model.facts.organization import Account, Unit
from bartizan.model.table import to_arrow
from tests.fakes.rows import row

ROWS = (row(Account, id="1"), row(Account, id="2"))


def test_rows_columns_and_nothing_are_counted() -> None:
    assert Facts.of(ROWS).count(Account) == 2
    assert Facts.of_tables({Account.table: to_arrow(Account, ROWS)}).count(Account) == 2
    assert Facts.of(ROWS).count(Unit) == 0


def test_counting_makes_no_rows() -> None:
    wrong = pa.table({"id": [1, 2, 3]})

    assert Facts.of_tables({Account.table: wrong}).count(Account) == 3
