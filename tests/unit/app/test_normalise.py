# SPDX-License-Identifier: Apache-2.0
"""The facts of an estate that several sources told of."""

from bartizan.app import wiring
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import HostUser
from bartizan.model.facts.identity import Principal
from bartizan.model.record import RecordList
from bartizan.sources.puppet.record import unread
from tests.fakes.aws_records import record
from tests.fakes.puppet import catalog, read, resource

ROLE = record("AWS::IAM::Role", "arn:aws:iam::111111111111:role/r", RoleName="r", Path="/")


def test_facts_of_all_sources_stand_side_by_side() -> None:
    gap = unread(operation="x", code="hidden", reason="y", at="")
    rows = (ROLE, gap, *read(catalog(resource("User", "alice"))))

    facts = wiring.normaliser()(RecordList(rows))

    assert [row.name for row in facts.rows(HostUser)] == ["alice"]
    assert "arn:aws:iam::111111111111:role/r" in {row.arn for row in facts.rows(Principal)}
    assert [row.code for row in facts.rows(Unread) if row.provider == "puppet"] == ["hidden"]
    assert facts.table(Unread).num_rows == len(facts.rows(Unread))
