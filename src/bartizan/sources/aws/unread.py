# SPDX-License-Identifier: Apache-2.0
"""Says in a record what could not be read, so that silence is never taken for absence."""

from bartizan.model import unread
from bartizan.model.facts.gap import Unread
from bartizan.model.record import Record
from bartizan.sources.aws.call import Call
from bartizan.sources.aws.order import action

PROVIDER = "aws"


def unread_record(row: Unread, *, at: str) -> Record:
    """Return the record of `row`; the same gap has the same id in every scan."""
    place = f"{row.account}/{row.region}/{row.service}:{row.operation}"
    return unread.unread_record(
        row,
        name=f"{place}/{row.kind}/{row.resource}",
        at=at,
        source=f"{row.service}:{row.operation}",
    )


def unasked_row(call: Call, account: str, region: str, *, reason: str) -> Unread:
    """Return the row of a call that nobody made."""
    return Unread(
        provider=PROVIDER,
        account=account,
        region=region,
        service=call.service,
        operation=call.operation,
        action=action(call),
        kind=call.kind,
        resource="",
        code="skipped",
        reason=reason,
    )
