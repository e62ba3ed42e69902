# SPDX-License-Identifier: Apache-2.0

from msgspec import structs

from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND
from bartizan.model.unread import unread_record


def test_a_gap_is_a_record_that_tells_all_of_its_row() -> None:
    row = Unread(
        provider="p", account="a", region="r", service="s", operation="o", action="c",
        kind="K", resource="x", code="denied", reason="why",
    )  # fmt: skip

    record = unread_record(row, name="n", at="2026-01-02T00:00:00Z", source="file")

    assert (record.kind, record.id, record.source) == (UNREAD_KIND, "n", "file")
    assert (record.provider, record.account, record.region, record.service) == ("p", "a", "r", "s")
    assert record.collected_at == "2026-01-02T00:00:00Z"
    assert record.body == structs.asdict(row)
