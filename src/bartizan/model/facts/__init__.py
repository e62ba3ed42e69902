# SPDX-License-Identifier: Apache-2.0
"""The fact tables: what is known of an estate, in columns that no vendor shapes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

import pyarrow as pa
from msgspec import Struct, field

from bartizan.model.facts.control import (
    ControlActor,
    ControlKey,
    ControlMember,
    ControlObject,
    ControlRight,
    ControlSecret,
)
from bartizan.model.facts.estate import (
    Association,
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
from bartizan.model.facts.host import (
    AuthorizedKey,
    Host,
    HostGroup,
    HostMember,
    HostUser,
    SudoDefault,
    SudoRule,
)
from bartizan.model.facts.host_control import HostControl
from bartizan.model.facts.host_part import (
    HostFile,
    HostJob,
    HostMount,
    HostPackage,
    HostRule,
    HostService,
    HostSysctl,
)
from bartizan.model.facts.identity import (
    AccessKey,
    Credential,
    IdentityProvider,
    Membership,
    Principal,
)
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    InternetBlockExclusion,
    Network,
    PrefixList,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.organization import Account, Assignment, Delegation, Unit
from bartizan.model.facts.pipeline import (
    CodeInput,
    CodeRoot,
    CodeSecret,
    PipelineJob,
    PipelineWriter,
)
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    RemoteSite,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.model.facts.service import (
    Balancer,
    Endpoint,
    EndpointService,
    Front,
    Listener,
    ServicePort,
    Target,
    TargetGroup,
)
from bartizan.model.table import Row, from_arrow, to_arrow

__all__ = ["NETWORKS", "TABLES", "Facts"]

NETWORKS: tuple[type[Row], ...] = (
    Network,
    Subnet,
    Interface,
    SecurityGroup,
    AccessList,
    Rule,
    PrefixList,
    InternetBlock,
    InternetBlockExclusion,
    RouteTable,
    Route,
    Gateway,
    Peering,
    TransitGateway,
    TransitAttachment,
    TransitRoute,
    RemoteSite,
    Endpoint,
    EndpointService,
    Balancer,
    Listener,
    TargetGroup,
    Target,
    ServicePort,
    Front,
)
"""Tables of networks, and of what packets come to."""

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
    Association,
    Store,
    Key,
    Share,
    ClusterAccess,
    PodIdentity,
    Detector,
    *NETWORKS,
    Host,
    HostUser,
    HostGroup,
    HostMember,
    AuthorizedKey,
    SudoRule,
    SudoDefault,
    HostFile,
    HostJob,
    HostService,
    HostPackage,
    HostMount,
    HostSysctl,
    HostRule,
    HostControl,
    ControlActor,
    ControlMember,
    ControlRight,
    ControlObject,
    ControlSecret,
    ControlKey,
    CodeRoot,
    CodeInput,
    CodeSecret,
    PipelineJob,
    PipelineWriter,
    Unread,
)
"""Every fact table, in the order of the reference page; a new one is a class and a line here."""

R = TypeVar("R", bound=Row)
T = TypeVar("T")


class Facts(Struct, frozen=True, eq=False):
    """All fact tables of one snapshot, as columns and as rows; either is made when it is asked."""

    _tables: dict[str, pa.Table] = field(default_factory=dict)
    _rows: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _made: dict[str, dict[Any, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Facts":
        """Sort loose rows into their tables."""
        sorted_rows: dict[str, list[Row]] = {}
        for row in rows:
            sorted_rows.setdefault(row.table, []).append(row)
        return cls(_rows={name: tuple(kept) for name, kept in sorted_rows.items()})

    @classmethod
    def of_tables(cls, tables: Mapping[str, pa.Table]) -> "Facts":
        """Take tables by their names; one that is not there is empty."""
        return cls(_tables=dict(tables))

    def replaced(self, tables: Mapping[str, pa.Table]) -> "Facts":
        """Return these facts with other tables in the place of some; what was made of the rest
        until now is shared.
        """
        held = {name: table for name, table in self._tables.items() if name not in tables}
        rows = {name: kept for name, kept in self._rows.items() if name not in tables}
        rest = (table.table for table in TABLES if table.table not in tables)
        made = {name: self._made.setdefault(name, {}) for name in rest}
        return Facts({**held, **tables}, rows, made)

    def joined(self, other: "Facts") -> "Facts":
        """Return these facts with those of `other` behind them, table by table."""
        rows = {}
        for kind in TABLES:
            if added := other.rows(kind):
                rows[kind.table] = (*self.rows(kind), *added)
        tables = {name: table for name, table in self._tables.items() if name not in rows}
        return Facts(tables, {**self._rows, **rows})

    def rows(self, kind: type[R]) -> tuple[R, ...]:
        """Return the rows of one table as objects."""
        if kind.table not in self._rows:
            held = self._tables.get(kind.table)
            self._rows[kind.table] = () if held is None else from_arrow(kind, held)
        return cast("tuple[R, ...]", self._rows[kind.table])

    def count(self, kind: type[R]) -> int:
        """Return how many rows one table has, of which none is made for it."""
        held = self._rows.get(kind.table)
        return self.table(kind).num_rows if held is None else len(held)

    def made(self, kind: type[R], make: Callable[[tuple[R, ...]], T]) -> T:
        """Return what `make` makes of the rows of one table, made once for each such function."""
        held = self._made.setdefault(kind.table, {})
        if make not in held:
            held[make] = make(self.rows(kind))
        return cast("T", held[make])

    def table(self, kind: type[R]) -> pa.Table:
        """Return one table as columns."""
        if kind.table not in self._tables:
            self._tables[kind.table] = to_arrow(kind, self.rows(kind))
        return self._tables[kind.table]
