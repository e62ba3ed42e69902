# SPDX-License-Identifier: Apache-2.0
"""Prefix lists and what is in them.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.network import PrefixList
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import number, text
from bartizan.sources.aws.facts.network.gap import Gaps
from bartizan.sources.aws.facts.network.view import block, made, needed, owner_of

PREFIX_LIST = "AWS::EC2::PrefixList"
PREFIX_LIST_ENTRY = "AWS::EC2::PrefixListEntry"


def prefix_lists(records: Records) -> Iterator[Row]:
    """Yield each list once, with its ranges where any account could read them all."""
    gaps = Gaps.of(records)
    entries: dict[str, list[Record]] = {}
    for record in records.of(PREFIX_LIST_ENTRY):
        entries.setdefault(record.id.rpartition("#")[0], []).append(record)
    best: dict[str, Record] = {}
    for record in records.of(PREFIX_LIST):
        name = str(record.body.get("PrefixListId") or f"?{record.id}")
        held = best.get(name)
        if held is None or _rank(record, gaps) > _rank(held, gaps):
            best[name] = record
    yield from made(best.values(), lambda row: _list(row, entries, gaps))


def _rank(record: Record, gaps: Gaps) -> tuple[bool, bool]:
    return gaps.known(PREFIX_LIST_ENTRY, record), record.account == record.body.get("OwnerId")


def _list(record: Record, entries: Mapping[str, list[Record]], gaps: Gaps) -> Iterator[Row]:
    body = record.body
    ranges = None
    if gaps.known(PREFIX_LIST_ENTRY, record):
        held = {block(needed(one.body, "Cidr")) for one in entries.get(record.id, ())}
        ranges = tuple(sorted(held))
    yield PrefixList(
        id=needed(body, "PrefixListId"),
        account=owner_of(record),
        region=record.region,
        name=text(body, "PrefixListName"),
        version=number(body, "Version"),
        ranges=ranges,
    )
