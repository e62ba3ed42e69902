# SPDX-License-Identifier: Apache-2.0
"""Steps to attack paths, to the cut, to comparison."""

from bartizan.paths.analysis import analyse
from bartizan.paths.closure import able, gained, users_of
from bartizan.paths.comparison import compare, opened
from bartizan.paths.conditions import asked
from bartizan.paths.cut import cut
from bartizan.paths.differing import beside, differing
from bartizan.paths.ends import (
    default_entries,
    default_jewels,
    entry_name,
    hidden_jewels,
    host_ends,
)
from bartizan.paths.known import Known, concerning
from bartizan.paths.selection import Ends, select

__all__ = [
    "Ends",
    "Known",
    "able",
    "analyse",
    "asked",
    "beside",
    "compare",
    "concerning",
    "cut",
    "default_entries",
    "default_jewels",
    "differing",
    "entry_name",
    "gained",
    "hidden_jewels",
    "host_ends",
    "opened",
    "select",
    "users_of",
]
