# SPDX-License-Identifier: Apache-2.0
"""Records as the AWS source writes them, and the facts that one service makes of them."""

from collections.abc import Mapping
from typing import TypeVar

from bartizan.model.facts import Facts
from bartizan.model.record import Json, Record, RecordList
from bartizan.model.table import Row
from bartizan.sources.aws.service import Service

ACCOUNT = "111111111111"
REGION = "eu-west-1"

R = TypeVar("R", bound=Row)


def aws_record(
    kind: str,
    name: str,
    body: Mapping[str, Json] | None = None,
    *,
    account: str = ACCOUNT,
    region: str = REGION,
) -> Record:
    """A record of `kind`; `name` is its id."""
    service = kind.split("::")[1].lower()
    return Record(
        provider="aws",
        account=account,
        region=region,
        service=service,
        kind=kind,
        id=name,
        body=dict(body or {}),
        source=f"{service}:Describe",
    )


def facts_of(service: Service, *records: Record) -> Facts:
    return Facts.of(service.normalise(RecordList(records)))


def rows_of(service: Service, table: type[R], *records: Record) -> tuple[R, ...]:
    return facts_of(service, *records).rows(table)
