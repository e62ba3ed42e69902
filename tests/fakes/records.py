# SPDX-License-Identifier: Apache-2.0
"""Small records, and a normaliser that turns each into an account."""

from dataclasses import dataclass, field

from bartizan.model.facts import Facts
from bartizan.model.facts.organization import Account
from bartizan.model.record import Json, Record, Records


def record(name: str, *, kind: str = "AWS::Test::Thing", **body: Json) -> Record:
    return Record(
        provider="aws",
        account="111111111111",
        region="eu-west-1",
        service="test",
        kind=kind,
        id=name,
        body=body,
        collected_at="2026-01-01T00:00:00Z",
        source="test:ListThings",
        request_id="r-1",
    )


@dataclass
class AccountPerRecord:
    """Counts how often it is asked, so that a test can see what was kept."""

    version: str = "1"
    calls: list[int] = field(default_factory=list)

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:
        del before
        self.calls.append(1)
        return Facts.of(
            Account(
                id=row.id,
                provider="aws",
                partition="aws",
                name=str(row.body.get("label", "")),
                organization="",
                organization_path="",
                parent="",
                management=False,
                status="ACTIVE",
                regions=(),
                scp=False,
                rcp=False,
                collected=True,
            )
            for kind in records.kinds()
            for row in records.of(kind)
        )
