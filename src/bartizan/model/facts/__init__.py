# SPDX-License-Identifier: Apache-2.0
"""The fact tables: what is known of an estate, in columns that no vendor shapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import pyarrow as pa

from bartizan.model.facts.estate import (
    ClusterAccess,
    Detector,
    InstanceProfile,
    Key,
    PodIdentity,
    Share,
    Store,
    Trigger,
    Workload,
)
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import (
    AccessKey,
    Credential,
    IdentityProvider,
    Membership,
    Principal,
)
from bartizan.model.facts.organization import Account, Assignment, Delegation, Unit
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row, from_arrow, to_arrow

__all__ = ["TABLES", "Facts"]

TABLES: tuple[type[Row], ...] = (
    Unit,
    Account,
    Delegation,
    Assignment,
    Principal,
    Membership,
    IdentityProvider,
    AccessKey,
    Credential,
    Policy,
    Attachment,
    KeyGrant,
    PublicAccessBlock,
    Workload,
    InstanceProfile,
    Trigger,
    Store,
    Key,
    Share,
    ClusterAccess,
    PodIdentity,
    Detector,
    Unread,
)
"""Every fact table, in the order of the reference page; a new one is a class and a line here."""

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Facts:
    """All fact tables of one snapshot."""

    tables: Mapping[str, pa.Table]
    """Name of the table to its rows; a table that is not here is empty."""
    _rows: dict[str, tuple[Any, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Facts":
        """Sort loose rows into their tables."""
        sorted_rows: dict[type[Row], list[Row]] = {}
        for row in rows:
            sorted_rows.setdefault(type(row), []).append(row)
        return cls({kind.table: to_arrow(kind, kept) for kind, kept in sorted_rows.items()})

    def rows(self, kind: type[R]) -> tuple[R, ...]:
        """Return the rows of one table as objects."""
        if kind.table not in self._rows:
            held = self.tables.get(kind.table)
            self._rows[kind.table] = () if held is None else from_arrow(kind, held)
        return cast("tuple[R, ...]", self._rows[kind.table])
