# SPDX-License-Identifier: Apache-2.0
"""What nobody asked AWS of accounts of which something else tells only a part."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from bartizan.model.record import Record
from bartizan.sources.aws.asked import asked_records
from bartizan.sources.aws.call import Scope
from bartizan.sources.aws.services import SERVICES
from bartizan.sources.aws.services.account import CALLER
from bartizan.sources.aws.unread import unasked_row, unread_record

_REASON = "nobody asked: the code that tells of the account may not be all of it"


class Looked(Struct, frozen=True, kw_only=True):
    """An account that something told of."""

    partition: str
    regions: frozenset[str]
    """Where it told of it."""


def looked(records: Iterable[Record]) -> Mapping[str, Looked]:
    """Return the accounts that records tell of."""
    partitions: dict[str, str] = {}
    regions: dict[str, set[str]] = {}
    for record in records:
        if record.account:
            named = record.id.split(":", 2)
            held = partitions.get(record.account, "aws")
            partitions[record.account] = named[1] if named[0] == "arn" else held
            regions.setdefault(record.account, set()).update({record.region} - {""})
    return {
        account: Looked(partition=partition, regions=frozenset(regions[account]))
        for account, partition in partitions.items()
    }


def unasked(
    accounts: Mapping[str, Looked], *, at: str, services: Collection[str] | None = None
) -> Iterator[Record]:
    """Yield a row for each call that a scan would have made: of some services, of all where one of
    these is not known, or of all of them; and that nothing but these calls is in question.
    """
    calls = [call for service in SERVICES for call in service.calls if call.kind != CALLER]
    known = {call.service for call in calls}
    yield from asked_records(("", *sorted(accounts)), calls, at=at)
    every = services is None or not known.issuperset(services)
    for call in calls:
        if every or (services is not None and call.service in services):
            for account, region in _spots(accounts, call.scope):
                row = unasked_row(call, account, region, reason=_REASON)
                yield unread_record(row, at=at)


def _spots(accounts: Mapping[str, Looked], scope: Scope) -> Iterator[tuple[str, str]]:
    if scope is Scope.ORGANIZATION:
        yield "", ""
        return
    for account, looked in sorted(accounts.items()):
        if scope is Scope.ACCOUNT or not looked.regions:
            yield account, ""
        else:
            yield from ((account, region) for region in sorted(looked.regions))
