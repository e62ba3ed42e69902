# SPDX-License-Identifier: Apache-2.0
"""The part of an estate's facts that decides requests among a few of its accounts.

To decide a request takes no more than what is written in the caller's account and in the
resource's, and above them. In an organisation of many thousands that part is found by columns, in
a fraction of the time in which the whole could be read as rows.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Collection, Iterable
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.identity import Membership, Principal
from bartizan.model.facts.organization import Account, Unit
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.estate.sessions import FILE_USER

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

THINGS: tuple[type[Row], ...] = (Store, Key, Workload, Principal)
"""Tables of what has an ARN and an account of its own."""

_ACCOUNT = "^arn:[^:]*:[^:]*:[^:]*:(?P<account>[^:]*):"
"""The account in an ARN, as `account_of` finds it."""


def part(facts: Facts, names: Iterable[str], *, accounts: Collection[str] = ()) -> Facts:
    """Return facts by which requests of `names` and of `accounts` are decided as by all `facts`.

    `names` are callers and resources as requests name them; with each comes its whole account.
    Accounts, units, identity providers, what was not read, and tables that decide nothing stay as
    they are.
    """
    tables = {table: facts.table(table) for table in TABLES}
    circle = _Circle.around(tables, named(names), accounts)
    for table in THINGS:
        # Of two rows about one thing the estate heeds one: they stay together, or go.
        tables[table] = _filtered(tables[table], _among(tables[table], "arn", circle.things))
    for table, column in ((Membership, "user"), (KeyGrant, "key"), (PublicAccessBlock, "target")):
        tables[table] = _filtered(tables[table], circle.holds(tables[table], column))
    held = tables[Attachment]
    # Groups and what starts sessions may stand in another account than who has their rights.
    elsewhere = _among(held, "target", _column(tables[Membership], "group"))
    elsewhere |= _among(held, "use", {"session"})
    tables[Attachment] = _filtered(held, circle.holds(held, "target") | elsewhere)
    attached = set(_column(tables[Attachment], "policy"))
    tables[Policy] = _filtered(tables[Policy], _among(tables[Policy], "id", attached))
    return Facts.of_tables({table.table: kept for table, kept in tables.items()})


class _Circle(Struct, frozen=True):
    """What belongs to the accounts that are asked about, and what surely does not."""

    accounts: frozenset[str]
    things: frozenset[str]
    """ARNs."""
    strangers: frozenset[str]
    """Other accounts, and other things whose ARN does not say whose they are."""

    @classmethod
    def around(
        cls, tables: dict[type[Row], pa.Table], named: frozenset[str], accounts: Iterable[str]
    ) -> "_Circle":
        """Find it; a thing whose owner could not be read may be anybody's and is inside."""
        ours = {*accounts, *map(account_of, named)}
        for table in THINGS:
            ours.update(_column(tables[table], "account", _among(tables[table], "arn", named)))
        ours.discard("")
        things, strangers = set(named), set(_column(tables[Account], "id")) - ours
        for table in THINGS:
            things.update(_column(tables[table], "arn", _own(tables[table], ours)))
            strangers.update(_column(tables[table], "arn", _in(tables[table], "arn", {""})))
        strangers -= things.union(_column(tables[Unit], "id"))
        return cls(frozenset(ours), frozenset(things), frozenset(strangers))

    def holds(self, table: pa.Table, column: str) -> Mask:
        """Say of each row whether `column` could name a thing or an account inside, or above."""
        elsewhere = ~_in(table, column, self.accounts | {"", None})
        elsewhere |= _among(table, column, self.strangers)
        return ~elsewhere | _among(table, column, self.things)


def named(names: Iterable[str]) -> frozenset[str]:
    """Return what each name speaks of: a principal and what starts its session, or a thing and
    what could carry its policy.
    """
    found = set[str]()
    for text in names:
        found.update(carriers(text))
        if text.startswith("arn:"):
            who = caller.parse(text)
            found |= {who.arn, who.started_by}
    return frozenset(found - {""})


def _own(things: pa.Table, accounts: Collection[str]) -> Mask:
    """Say of each thing whether one of `accounts`, or somebody not known, owns it."""
    mine = _among(things, "account", {*accounts, ""}) | _in(things, "arn", accounts)
    if "kind" in things.column_names:
        # What stands in the record of a file server's user fills in the policies of its sessions.
        mine |= _among(things, "kind", {FILE_USER})
    return mine


def _in(table: pa.Table, column: str, accounts: Collection[str | None]) -> Mask:
    """Say of each row whether the ARN in `column` is of one of `accounts`; the account of what is
    no ARN is None.
    """
    return _mask(accounts_in(table[column]), accounts)


def accounts_in(arns: Any) -> Any:  # noqa: ANN401 - an array or several in a row, as Arrow has it
    """Return the account in each ARN, perhaps empty; null for what is no ARN."""
    return pc.struct_field(pc.extract_regex(arns, _ACCOUNT), "account")


def _among(table: pa.Table, column: str, wanted: Collection[str]) -> Mask:
    return _mask(table[column], wanted)


def _mask(values: "pa.ChunkedArray[Any]", wanted: Collection[str | None]) -> Mask:
    found: Mask = pc.is_in(values, value_set=pa.array(wanted, pa.string())).to_numpy()
    return found


def _filtered(table: pa.Table, mask: Mask) -> pa.Table:
    return table.filter(pa.array(mask))


def _column(table: pa.Table, name: str, mask: Mask | None = None) -> list[str]:
    kept = table if mask is None else _filtered(table, mask)
    return cast("list[str]", kept[name].to_pylist())
