# SPDX-License-Identifier: Apache-2.0
"""Records of AWS for tests of what facts are derived from them."""

from collections.abc import Callable, Iterable

from bartizan.model.record import Json, Record, RecordList, Records
from bartizan.model.table import R, Row

ACCOUNT = "111111111111"
REGION = "eu-west-1"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def record(kind: str, name: str, /, **body: Json) -> Record:
    return Record(
        provider="aws",
        account=ACCOUNT,
        region=REGION,
        service=kind.split("::")[1].lower(),
        kind=kind,
        id=name,
        body=body,
    )


def facts(
    normalise: Callable[[Records], Iterable[Row]], kind: type[R], *records: Record
) -> list[R]:
    """Return the rows of one table that `normalise` derives."""
    return [row for row in normalise(RecordList(records)) if isinstance(row, kind)]
