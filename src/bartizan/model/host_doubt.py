# SPDX-License-Identifier: Apache-2.0
"""Which values of hosts that their code does not tell may make somebody root."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import structs

from bartizan.model.facts import TABLES, Facts
from bartizan.model.record import Record

_NO_MATTER = frozenset(
    {("host_file", "content"), ("host_file", "origin"), ("host_user", "password")}
)
"""Columns whose values make nobody root."""
_TABLES = tuple(
    table
    for table in TABLES
    if table.table in {
        "authorized_key", "host_file", "host_group", "host_job", "host_member", "host_mount",
        "host_rule", "host_user", "sudo_default", "sudo_rule",
    }
)  # fmt: skip
"""Tables whose rows may make somebody root."""


def doubts(facts: Facts, places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield once each column that is not known and may make somebody root, with the address of
    what says it; `places` maps hosts and lines, as `line_of` writes them, to addresses.
    """
    told: set[tuple[str, str]] = set()
    for table in _TABLES:
        for held in (structs.asdict(row) for row in facts.rows(table)):
            address = places.get(f"{held['host']} {held['file']}:{held['line']}", "")
            for column in held["unknown"] if address else ():
                if (address, column) not in told and not _no_matter(table.table, column, held):
                    told.add((address, column))
                    yield address, column


def line_of(record: Record) -> str:
    """Return a host and a line, as evidence names them."""
    return f"{record.account} {record.body.get('file')}:{record.body.get('line')}"


def _no_matter(table: str, column: str, row: Mapping[str, Any]) -> bool:
    """Tell whether a column makes nobody root; of a command its programs and paths are told."""
    if (table, column) == ("host_job", "command"):
        return bool(row["command"])
    return (table, column) in _NO_MATTER
