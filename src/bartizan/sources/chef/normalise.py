# SPDX-License-Identifier: Apache-2.0
"""All records of Chef to facts about hosts and their server, as one pure function."""

import itertools
from collections.abc import Iterator

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import HostUser
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.chef.facts import file, ohai, people, server, system
from bartizan.sources.chef.facts.said import Said
from bartizan.sources.chef.kinds import NODE, RESOURCE, RUN

VERSION = "chef-1"
"""Raised with every change after which the same records give other facts."""

_EACH = (people.rows, file.rows, system.rows)


class ChefNormaliser(Struct, frozen=True):
    """Derives facts from nodes, what their recipes say, and what the server keeps."""

    version: str = VERSION

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:
        """Derive the tables of hosts and of their control."""
        del before
        return Facts.of(self._rows(records))

    def _rows(self, records: Records) -> Iterator[Row]:
        homes: dict[str, dict[str, str]] = {}
        for record in records.of(NODE):
            told = list(ohai.rows(record))
            users = [row for row in told if isinstance(row, HostUser)]
            homes[record.id] = {row.home.rstrip("/"): row.name for row in users if row.home}
            yield from told
        for host, held in itertools.groupby(records.of(RESOURCE), key=lambda one: one.account):
            yield from _of_host([*held], homes.get(host, {}))
        for record in records.of(RUN):
            if record.body.get("status") in ("failure", "failed"):
                yield _failed(record)
        yield from server.rows(records)


def _of_host(records: list[Record], homes: dict[str, str]) -> Iterator[Row]:
    resources = [said for one in records if (said := Said.of_record(one)) is not None]
    for said in resources:
        for rows in _EACH:
            yield from rows(said)
    yield from file.written(resources, {**homes, **people.homes(resources)})


def _failed(record: Record) -> Unread:
    """Return the row that says that a host may not be as its code says."""
    return Unread(
        provider="chef",
        account=record.account,
        region="",
        service="chef",
        operation=record.source,
        action="",
        kind=RUN,
        resource=record.id,
        code="failed",
        reason="the last run failed, so not all that is told may be so",
    )
