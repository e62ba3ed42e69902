# SPDX-License-Identifier: Apache-2.0
"""What a role was seen to use, as values and as the files in which AWS writes it."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from bartizan.model.usage import Advice, Call, Logs, ServiceUse, Use

HOME = "111111111111"
ROLE = f"arn:aws:iam::{HOME}:role/app/web"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/web/i-1"
START = date(2026, 1, 1)


def day(number: int) -> str:
    """Return a day; the first is 0."""
    return (START + timedelta(days=number)).isoformat()


def call(name: str, *, source: str = "s3", resources: Iterable[str] = (), by: str = ROLE) -> Call:
    """Return a kind of call that was made once, on the fifth day."""
    return Call(
        principal=by,
        source=f"{source}.amazonaws.com",
        name=name,
        count=1,
        first=day(4),
        last=day(4),
        resources=tuple(resources),
    )


def use(*calls: Call, days: int = 100, advice: Iterable[Advice] = ()) -> Use:
    """Return what logs of that many days and reports tell."""
    logs = Logs(
        calls=calls,
        days={HOME: frozenset(day(number) for number in range(days))},
        regions=frozenset({"eu-west-1"}),
        events=days,
    )
    return Use(logs=logs, advice=tuple(advice))


def advice(*services: ServiceUse) -> Advice:
    """Return a report of what the role last accessed."""
    return Advice(until=day(100), services=services)


def service(name: str, *, last: str = "", by: str = ROLE, **actions: str) -> ServiceUse:
    """Return a service in a report, with the tracked actions and their last days."""
    return ServiceUse(service=name, last=last, entities=(by,) if last else (), actions=actions)


def event(name: str, *, source: str = "s3", number: int = 4, **more: object) -> dict[str, Any]:
    """Return a record of a log as CloudTrail writes it."""
    return {
        "eventVersion": "1.11",
        "eventTime": f"{day(number)}T10:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "recipientAccountId": HOME,
        "eventType": "AwsApiCall",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": SESSION,
            "accountId": HOME,
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE}},
        },
        **more,
    }


def log(*events: Mapping[str, Any]) -> str:
    """Return a log file."""
    return json.dumps({"Records": list(events)})


def report(*services: Mapping[str, Any], **more: object) -> str:
    """Return the answer of `aws iam get-service-last-accessed-details`."""
    return json.dumps(
        {
            "JobStatus": "COMPLETED",
            "JobType": "ACTION_LEVEL",
            "JobCompletionDate": f"{day(100)}T00:00:00+00:00",
            "ServicesLastAccessed": list(services),
            "IsTruncated": False,
            **more,
        }
    )
