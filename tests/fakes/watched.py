# SPDX-License-Identifier: Apache-2.0
"""Facts that note which of their tables are asked for."""

from collections.abc import Callable
from typing import TypeVar

import pyarrow as pa

from bartizan.model.facts import Facts
from bartizan.model.table import Row

R = TypeVar("R", bound=Row)
T = TypeVar("T")


class Watched(Facts):
    """The same facts."""

    __slots__ = ("seen",)
    seen: set[type[Row]]

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts._tables, facts._rows, facts._made)  # noqa: SLF001 - the same facts
        object.__setattr__(self, "seen", set())

    def rows(self, kind: type[R]) -> tuple[R, ...]:
        self.seen.add(kind)
        return super().rows(kind)

    def made(self, kind: type[R], make: Callable[[tuple[R, ...]], T]) -> T:
        self.seen.add(kind)
        return super().made(kind, make)

    def table(self, kind: type[R]) -> pa.Table:
        self.seen.add(kind)
        return super().table(kind)
