# SPDX-License-Identifier: Apache-2.0
"""Whole organisations as facts, of a stated size and kind, from a seed."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

import pyarrow as pa

from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.organization import Account
from bartizan.model.table import Row, to_arrow
from bench import guardrail, hostile, realistic
from bench.member import ORGANIZATION, Member, account_id

Kind = Literal["realistic", "hostile"]

KINDS: Mapping[Kind, Callable[[Member, int], Iterator[Row]]] = {
    "realistic": realistic.account,
    "hostile": hostile.account,
}
_AT_ONCE = 200
"""Accounts whose rows are objects at the same time; what is done is columns."""


def organization(
    accounts: int, principals_per_account: int = 20, *, seed: int, kind: Kind
) -> Facts:
    """Draw an organisation; the first account is the management account.

    `realistic`: roles stamped by stack sets and by Identity Center, policies shared and repeated.
    `hostile`: every statement of every policy names its own account, so that nothing is shared.
    """
    chunks: dict[str, list[pa.Table]] = {}
    whole = [*guardrail.tree(account_id(0), accounts), *realistic.of_vendor(kind == "realistic")]
    _keep(whole, chunks)
    for begin in range(0, accounts, _AT_ONCE):
        drawn: list[Row] = []
        for number in range(begin, min(begin + _AT_ONCE, accounts)):
            member = _member(number, accounts, seed)
            drawn.append(_account(member))
            drawn.extend(guardrail.over(member, own=kind == "hostile"))
            drawn.extend(KINDS[kind](member, principals_per_account))
            drawn.extend(_unread(member))
        _keep(drawn, chunks)
    return Facts.of_tables({name: pa.concat_tables(parts) for name, parts in chunks.items()})


def _keep(drawn: Iterable[Row], chunks: dict[str, list[pa.Table]]) -> None:
    by_table: dict[str, list[Any]] = {}
    for row in drawn:
        by_table.setdefault(row.table, []).append(row)
    for table in TABLES:
        if table.table in by_table:
            chunks.setdefault(table.table, []).append(to_arrow(table, by_table[table.table]))


def _member(number: int, accounts: int, seed: int) -> Member:
    return Member(
        number=number,
        id=account_id(number),
        units=guardrail.units_of(number, accounts),
        management=account_id(0),
        security=account_id(min(1, accounts - 1)),
        pipeline=account_id(min(2, accounts - 1)),
        neighbour=account_id((number * 7 + 3) % accounts),
        chance=random.Random(seed * 1_000_003 + number),  # noqa: S311 - an estate, no secret
    )


def _account(member: Member) -> Account:
    return Account(
        id=member.id,
        provider="aws",
        partition="aws",
        name=f"account-{member.number}",
        organization=ORGANIZATION,
        organization_path=member.path,
        parent=member.units[-1],
        management=member.number == 0,
        status="ACTIVE",
        regions=("eu-central-1", "eu-west-1", "us-east-1"),
        scp=True,
        rcp=True,
        collected=True,
    )


def _unread(member: Member) -> Iterator[Row]:
    """Yield what could not be read in one account of three hundred."""
    if member.number % 300 == 299:  # noqa: PLR2004 - one in so many
        yield Unread(
            provider="aws",
            account=member.id,
            region="",
            service="s3",
            operation="GetBucketPolicy",
            action="s3:GetBucketPolicy",
            kind="AWS::S3::Bucket",
            resource=f"arn:aws:s3:::logs-{member.id}",
            code="denied",
            reason="access denied",
        )
