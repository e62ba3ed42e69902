# SPDX-License-Identifier: Apache-2.0
"""Times at which a request could be made, so that conditions on the time come out either way.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
(date condition operators)
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

from bartizan.reason.authz.aws.policy.comparison import moment

_MOST = 8
"""Times that are tried of one key; conditions on it name hardly more than two."""


def beside(values: Iterable[str], *, since: str) -> Iterator[str]:
    """Yield each time that is named and the seconds beside it, none before `since`, earliest
    first; a text that is no time names none.
    """
    earliest = moment(since) if since else None
    seconds = {
        second
        for value in values
        if (named := moment(value)) is not None
        for second in (named - 1, named, named + 1)
        if earliest is None or second >= earliest
    }
    for second in sorted(seconds)[:_MOST]:
        yield _text(second)


def spelled(value: str, key: str) -> str:
    """Write a time as `key` has it: `aws:EpochTime` counts seconds."""
    second = moment(value)
    return str(int(second)) if key == "aws:epochtime" and second is not None else value


def _text(second: Decimal) -> str:
    try:
        return datetime.fromtimestamp(int(second), UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return str(int(second))
