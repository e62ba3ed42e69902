# SPDX-License-Identifier: Apache-2.0
"""Facts taken apart into loose rows, so that a test can change some and leave the others."""

from collections.abc import Iterator

from bartizan.model.facts import TABLES, Facts
from bartizan.model.table import Row


def rows(facts: Facts) -> Iterator[Row]:
    """Yield every row of every table."""
    for kind in TABLES:
        yield from facts.rows(kind)
