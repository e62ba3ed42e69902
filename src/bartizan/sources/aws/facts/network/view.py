# SPDX-License-Identifier: Apache-2.0
"""Takes a thing that several accounts see as one thing: its owner's view of it counts.

Subnets, and what belongs to their networks, show in the accounts that they are shared with; a
peering or a transit gateway shows on each of its sides.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
"""

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping

from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import MalformedBodyError, malformed, text


def views(records: Records, kind: str, name: str, *, owner: str = "OwnerId") -> Iterator[Record]:
    """Yield one record of each thing of `kind`; `name` and `owner` are the fields that hold its id
    and whose it is. One without an id is yielded too, so that it is told.
    """
    best: dict[str, tuple[bool, Record]] = {}
    for record in records.of(kind):
        thing = record.body.get(name)
        key = thing if isinstance(thing, str) and thing else f"?{record.id}"
        foreign = record.account != record.body.get(owner, record.account)
        held = best.get(key)
        if held is None or (held[0] and not foreign):
            best[key] = foreign, record
    yield from (record for _, record in best.values())


def made(records: Iterable[Record], make: Callable[[Record], Iterable[Row]]) -> Iterator[Row]:
    """Yield what `make` makes of each record, all of it or, where the record is malformed, the row
    that says so.
    """
    for record in records:
        try:
            rows: list[Row] = list(make(record))
        except MalformedBodyError as error:
            rows = [malformed(record, error)]
        yield from rows


def needed(body: Mapping[str, Json], *path: str) -> str:
    """Return the string at `path`, without which nothing can be said.

    Raises:
        MalformedBodyError: there is none.
    """
    value = text(body, *path)
    if not value:
        raise MalformedBodyError(f"`{'.'.join(path)}` is missing")
    return value


def block(value: str) -> str:
    """Return a CIDR block as it is written usually.

    Raises:
        MalformedBodyError: it is none.
    """
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError as error:
        raise MalformedBodyError(f"`{value}` is no range of addresses") from error


def address(value: str) -> str:
    """Return an address as it is written usually.

    Raises:
        MalformedBodyError: it is none.
    """
    try:
        return str(ipaddress.ip_address(value))
    except ValueError as error:
        raise MalformedBodyError(f"`{value}` is no address") from error


def owner_of(record: Record, *path: str) -> str:
    """Return the account that a thing says it is of, else the one that was asked."""
    return text(record.body, *(path or ("OwnerId",))) or record.account


def partition_of(record: Record) -> str:
    """Return the partition in a record's ARN."""
    return record.id.split(":", 2)[1] if record.id.startswith("arn:") else "aws"
