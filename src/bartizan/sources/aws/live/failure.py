# SPDX-License-Identifier: Apache-2.0
"""Why a call gave no answer: AWS's many error codes sorted into the few that readers act on.

Sources: the common errors of each protocol,
https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, and
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import re
from http import HTTPStatus
from typing import Any

from botocore import exceptions
from botocore.parsers import ResponseParserError
from msgspec import Struct


class Failure(Struct, frozen=True, kw_only=True):
    """One call that failed, in the words of the `unread` table."""

    code: str
    """As `Unread.code`."""
    reason: str
    """One line, the same for the same cause at any time."""
    error: str = ""
    """AWS's own error code; empty where there was no answer."""
    passing: bool = False
    """Asking again later may help."""


class RefusedError(Exception):
    """A call failed for good."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class UnreadableAnswerError(Exception):
    """An answer came that is not what the service's model says."""

    def __init__(self, reason: str, *, status: int) -> None:
        super().__init__(reason)
        self.status = status


_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes that mean "too fast", as https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
lists them, and TooManyRequests of Lambda and its like."""

_NOT_YET = frozenset({"ReportInProgress", "CredentialReportNotReadyException"})
"""The thing asked for is being made."""

_EXPIRED = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
)

_NOT_ENABLED = frozenset(
    {
        "AWSOrganizationsNotInUseException",
        "NotSignedUp",
        "OptInRequired",
        "SubscriptionRequiredException",
    }
)
"""The account does not use the service, so there is nothing to read yet."""

_UNSUPPORTED = frozenset(
    {
        "InvalidAction",
        "MethodNotAllowed",
        "NotImplemented",
        "UnknownOperation",
        "UnsupportedAPIEndpointException",
        "UnknownOperationException",
        "UnsupportedOperation",
        "UnsupportedOperationException",
    }
)

_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "InvalidClientTokenId",
        "NotAuthorized",
        "NotAuthorizedException",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)

_CODES = (
    ("throttled", _THROTTLED),
    ("expired", _EXPIRED),
    ("not-enabled", _NOT_ENABLED),
    ("unsupported", _UNSUPPORTED),
    ("denied", _DENIED),
)

_STATUSES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "denied",
    HTTPStatus.FORBIDDEN: "denied",
    HTTPStatus.METHOD_NOT_ALLOWED: "unsupported",
    HTTPStatus.NOT_IMPLEMENTED: "unsupported",
    HTTPStatus.TOO_MANY_REQUESTS: "throttled",
}
"""What the HTTP status says where the code says nothing."""

_LONGEST_REASON = 300
_LONGEST_MESSAGE = 4_000

_VARYING = re.compile(
    r"""
    (?:request[ -]?id|requestid|host[ -]?id|extended[ ]request[ ]id)\s*[:=]?\s*[^\s,;)]+
    | (?i:encoded\ authorization\ failure\ message:)\s*\S+
    | \b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b
    | \b\d{4}-?\d\d-?\d\dT\d\d:?\d\d:?\d\d(?:\.\d+)?Z?\b
    | \b0x[0-9a-f]{6,}\b
    | \bA(?:KIA|SIA)[A-Z0-9]{12,}\b
    | [A-Za-z0-9+/=_-]{65,}
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What differs between two equal failures, or is nobody's business."""


def one_line(message: str) -> str:
    """Return an error's message on one line, without what differs from call to call."""
    text = _VARYING.sub("...", message[:_LONGEST_MESSAGE])
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 3]}..."


def classify(error: str, *, status: int, message: str) -> Failure:
    """Sort an error answer by its code and, where that says nothing, by its HTTP status."""
    reason = one_line(f"{error}: {message}" if message else error)
    if error in _NOT_YET:
        return Failure(code="failed", reason=reason, error=error, passing=True)
    code = next((code for code, errors in _CODES if error in errors), "")
    if not code:
        code = _by_status(error, status)
    # Servers fail in passing; a clock that is off, or a request that is wrong, stays so.
    passing = code == "throttled" or (
        code == "failed" and status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
    return Failure(code=code, reason=reason, error=error, passing=passing)


def _by_status(error: str, status: int) -> str:
    if status == HTTPStatus.NOT_FOUND:
        # A bare 404 is a path that the endpoint does not know; a named one is a missing thing.
        return "unsupported" if error in {"404", "NotFound", "Not Found", ""} else "failed"
    return _STATUSES.get(status, "failed")


_BROKEN: tuple[tuple[tuple[type[Exception], ...], Failure], ...] = (
    (
        (ResponseParserError,),
        Failure(
            code="truncated",
            reason="the answer cannot be read as what the service's model says",
            passing=True,
        ),
    ),
    (
        (exceptions.EndpointConnectionError, exceptions.ProxyConnectionError),
        Failure(code="failed", reason="no connection to the endpoint", passing=True),
    ),
    (
        (exceptions.ConnectTimeoutError, exceptions.ReadTimeoutError),
        Failure(code="failed", reason="no answer in time", passing=True),
    ),
    (
        (exceptions.HTTPClientError, exceptions.IncompleteReadError),
        Failure(code="failed", reason="the connection broke", passing=True),
    ),
    (
        (exceptions.NoCredentialsError, exceptions.CredentialRetrievalError),
        Failure(code="expired", reason="there are no credentials to sign with"),
    ),
)
"""What a call without an answer means; the first line that fits."""


def failure_of(error: Exception) -> Failure:
    """Say what an exception of botocore, or one of ours from inside it, means."""
    if isinstance(error, UnreadableAnswerError):
        if error.status >= HTTPStatus.MULTIPLE_CHOICES:
            return classify(str(error.status), status=error.status, message=str(error))
        return Failure(code="truncated", reason=str(error), passing=True)
    if isinstance(error, exceptions.ClientError):
        return _of_answer(error.response)
    for kinds, failure in _BROKEN:
        if isinstance(error, kinds):
            return failure
    return Failure(code="failed", reason=one_line(str(error)))


def _of_answer(response: dict[str, Any]) -> Failure:
    held = response.get("Error", {})
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    message = str(held.get("Message", ""))
    # A page made for people says nothing that the status does not.
    shown = "" if message.startswith("<") else message
    return classify(str(held.get("Code", "")) or str(status), status=status, message=shown)
