# SPDX-License-Identifier: Apache-2.0
"""What principals were seen to use, and how far the seeing goes.

Sources:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field


class Call(Struct, frozen=True, kw_only=True):
    """One kind of call by one principal, however often it was made."""

    principal: str
    """ARN of the user, or of the role behind a session; empty where the log does not say."""
    source: str
    """The service that was called, as the log has it: `s3.amazonaws.com`."""
    name: str
    """The operation, as the log has it: `ListBuckets`."""
    count: int
    first: str
    """Day, `2026-01-31`."""
    last: str
    resources: tuple[str, ...] = ()
    """ARNs that the log names, sorted; not all where there are many."""


class Logs(Struct, frozen=True, kw_only=True):
    """What log files hold."""

    calls: tuple[Call, ...] = ()
    """Sorted; of the principals that were asked for."""
    days: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Account to the days on which its log has any event, of whomever."""
    regions: frozenset[str] = frozenset()
    """In which there was any event."""
    events: int = 0


class ServiceUse(Struct, frozen=True, kw_only=True):
    """One service in a report of what was last accessed."""

    service: str
    """Prefix of its actions: `s3`."""
    last: str
    """Day of the last attempt; empty for none in the tracking period."""
    entities: tuple[str, ...] = ()
    """ARNs that the report names as the last to try."""
    actions: Mapping[str, str] = field(default_factory=dict)
    """Name of a tracked action to the day of the last attempt, or to nothing for none."""


class Advice(Struct, frozen=True, kw_only=True):
    """A report of what one principal last accessed."""

    until: str
    """Day on which it was made."""
    services: tuple[ServiceUse, ...]


class Use(Struct, frozen=True, kw_only=True):
    """All that was seen."""

    logs: Logs
    advice: tuple[Advice, ...] = ()


def is_of(principal: str, wanted: Iterable[str]) -> bool:
    """Return whether `principal`, as a log names it, is one of `wanted` or a session of one."""
    return any(one in {principal, _role(principal, one)} for one in wanted)


def _role(session: str, wanted: str) -> str:
    """Return `wanted` where it is the role of a session's ARN, which leaves the path out."""
    parts, role = session.split(":", 5), wanted.split(":", 5)
    if len(parts) < 6 or len(role) < 6 or not parts[5].startswith("assumed-role/"):  # noqa: PLR2004 - the six parts of an ARN
        return ""
    name = parts[5].split("/")[1]
    same = parts[4] == role[4] and role[5].startswith("role/")
    return wanted if same and role[5].rsplit("/", 1)[-1] == name else ""
