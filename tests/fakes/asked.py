# SPDX-License-Identifier: Apache-2.0
"""What says that records made by hand are all that there is of some accounts."""

from bartizan.model.record import Record
from bartizan.sources.aws.asked import asked_records
from bartizan.sources.aws.services import SERVICES


def all_asked(*accounts: str) -> tuple[Record, ...]:
    """Return the records of a scan that asked accounts and their organisation everything."""
    calls = (call for service in SERVICES for call in service.calls)
    return tuple(asked_records(("", *accounts), calls, at=""))
