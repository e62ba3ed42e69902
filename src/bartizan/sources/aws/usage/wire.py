# SPDX-License-Identifier: Apache-2.0
"""The shapes of the files, as far as they are read; what else is in them is skipped.

Sources:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
"""

from msgspec import Raw, Struct, field


class Issuer(Struct, frozen=True):
    """Element `sessionIssuer`: whose session it is."""

    arn: str = ""


class Session(Struct, frozen=True, rename="camel"):
    """Element `sessionContext`."""

    session_issuer: Issuer | None = None


class Identity(Struct, frozen=True, rename="camel"):
    """Element `userIdentity`."""

    type: str = ""
    arn: str | None = None
    account_id: str | None = None
    session_context: Session | None = None


class EventResource(Struct, frozen=True):
    """An entry of `resources`; some services write the name in another case."""

    upper: str | None = field(name="ARN", default=None)
    lower: str | None = field(name="arn", default=None)


class Event(Struct, frozen=True, rename="camel"):
    """One record of a log."""

    event_time: str
    event_source: str
    event_name: str
    aws_region: str = ""
    user_identity: Identity = Identity()
    resources: list[EventResource] | None = None
    event_type: str = "AwsApiCall"
    recipient_account_id: str | None = None


class Found(Struct, frozen=True):
    """One entry of the answer of `LookupEvents`; the record lies in it as text."""

    record: str = field(name="CloudTrailEvent")


class TrackedAction(Struct, frozen=True):
    """An entry of `TrackedActionsLastAccessed`."""

    name: str = field(name="ActionName")
    time: str | None = field(name="LastAccessedTime", default=None)
    entity: str | None = field(name="LastAccessedEntity", default=None)


class LastAccessed(Struct, frozen=True):
    """An entry of `ServicesLastAccessed`."""

    namespace: str = field(name="ServiceNamespace")
    time: str | None = field(name="LastAuthenticated", default=None)
    entity: str | None = field(name="LastAuthenticatedEntity", default=None)
    actions: list[TrackedAction] | None = field(name="TrackedActionsLastAccessed", default=None)


class File(Struct, frozen=True):
    """Any of the files that are understood; which, its members tell."""

    records: list[Raw] | None = field(name="Records", default=None)
    events: list[Found] | None = field(name="Events", default=None)
    services: list[LastAccessed] | None = field(name="ServicesLastAccessed", default=None)
    status: str = field(name="JobStatus", default="")
    made: str = field(name="JobCompletionDate", default="")
    truncated: bool = field(name="IsTruncated", default=False)
