# SPDX-License-Identifier: Apache-2.0
"""Reads IAM's credential report, the one place that tells when passwords were last used.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

import base64
import binascii
import csv
import io
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.record import Record, Records
from bartizan.sources.aws.facts.body import MalformedBodyError, text

_USES = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
_LIMIT = 64_000_000
"""Characters of a report; IAM's quota of 5,000 users an account stays far below."""


class Reported(Struct, frozen=True):
    """One line of a report."""

    password: bool = False
    """A console password is set."""
    mfa: bool = False
    """A second factor is registered."""
    last_used: str = ""
    """ISO 8601; the latest of all its credentials; empty for never."""


def reports(records: Records) -> Mapping[str, Reported]:
    """Return the lines of all reports that can be read, by ARN of the user or root user."""
    found: dict[str, Reported] = {}
    for record in records.of("AWS::IAM::CredentialReport"):
        try:
            found.update(_lines(record))
        except (MalformedBodyError, binascii.Error, UnicodeDecodeError, csv.Error):
            # What signs users in is asked for one by one too; `sign_in` says what is malformed.
            continue
    return found


def check(record: Record) -> None:
    """Read a report for nothing but its errors.

    Raises:
        MalformedBodyError: it is no base64 of a CSV text.
    """
    try:
        dict(_lines(record))
    except (binascii.Error, UnicodeDecodeError, csv.Error) as error:
        raise MalformedBodyError(f"`Content` is no report: {error}") from error


def _lines(record: Record) -> Iterator[tuple[str, Reported]]:
    content = text(record.body, "Content")
    if len(content) > _LIMIT:
        raise MalformedBodyError("`Content` is too long for a report")
    decoded = base64.b64decode(content, validate=True).decode()
    for line in csv.DictReader(io.StringIO(decoded)):
        dates = [value for name in _USES if (value := line.get(name) or "")[:1].isdigit()]
        yield (
            line.get("arn") or "",
            Reported(
                password=line.get("password_enabled") == "true",
                mfa=line.get("mfa_active") == "true",
                last_used=max(dates, default=""),
            ),
        )
