# SPDX-License-Identifier: Apache-2.0
"""Facts that note which of their tables are asked for."""

from collections.abc import Callable
from typing import TypeVar

import pyarrow as pa
from msgspec import field, structs

from bartizan.model.facts import Facts
from bartizan.model.table import Row

R = TypeVar("R", bound=Row)
T = TypeVar("T")


class Watched(Facts, frozen=True):
    """The same facts."""

    seen: set[type[Row]] = field(default_factory=set)

    @classmethod
    def over(cls, facts: Facts) -> "Watched":
        """Watch some facts."""
        return cls(**structs.asdict(facts))

    def rows(self, kind: type[R]) -> tuple[R, ...]:
        self.seen.add(kind)
        return super().rows(kind)

    def made(self, kind: type[R], make: Callable[[tuple[R, ...]], T]) -> T:
        self.seen.add(kind)
        return super().made(kind, make)

    def table(self, kind: type[R]) -> pa.Table:
        self.seen.add(kind)
        return super().table(kind)
