# SPDX-License-Identifier: Apache-2.0
"""Error codes of AWS, sorted."""

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from bartizan.sources.aws.live.failure import UnreadableAnswerError, classify, failure_of, one_line


@pytest.mark.parametrize(
    ("error", "status", "code", "passing"),
    [
        ("ThrottlingException", 400, "throttled", True),
        ("RequestLimitExceeded", 503, "throttled", True),
        ("Odd", 429, "throttled", True),
        ("AccessDenied", 403, "denied", False),
        ("UnauthorizedOperation", 403, "denied", False),
        ("403", 403, "denied", False),
        ("Odd", 401, "denied", False),
        ("ExpiredTokenException", 400, "expired", False),
        ("OptInRequired", 403, "not-enabled", False),
        ("404", 404, "unsupported", False),
        ("UnknownOperationException", 404, "unsupported", False),
        ("Odd", 501, "unsupported", False),
        ("ResourceNotFoundException", 404, "failed", False),
        ("InternalError", 500, "failed", True),
        ("503", 503, "failed", True),
        ("ValidationError", 400, "failed", False),
        ("ReportInProgress", 404, "failed", True),
        ("Odd", 0, "failed", False),
    ],
)
def test_the_code_decides_and_else_the_status(
    error: str, status: int, code: str, *, passing: bool
) -> None:
    failure = classify(error, status=status, message="why")

    assert (failure.code, failure.passing, failure.error) == (code, passing, error)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EndpointConnectionError(endpoint_url="http://x"), "failed"),
        (ConnectTimeoutError(endpoint_url="http://x"), "failed"),
        (ResponseParserError("cut"), "truncated"),
        (UnreadableAnswerError("cut", status=200), "truncated"),
        (UnreadableAnswerError("Not Found", status=404), "unsupported"),
        (ClientError({"Error": {}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "X"), "denied"),
        (ClientError({}, "X"), "failed"),
    ],
)
def test_what_gave_no_answer_is_sorted_too(error: Exception, code: str) -> None:
    assert failure_of(error).code == code


def test_a_reason_has_nothing_that_differs_from_call_to_call() -> None:
    first = (
        "User: arn:aws:sts::1:assumed-role/r/bartizan is not authorized (Request ID: 8f5e-a1) "
        "at 2026-01-02T03:04:05Z by AKIAIOSFODNN7EXAMPLE. "
        "Encoded authorization failure message: bWVzc2FnZQ"
    )
    second = first.replace("8f5e-a1", "77-b").replace("03:04:05", "13:14:15")
    second = second.replace("IOSFODNN7", "XXXXXXXX7").replace("bWVzc2FnZQ", "b3RoZXI")

    assert one_line(first) == one_line(second)
    assert "AKIA" not in one_line(first)
    assert "assumed-role/r/bartizan is not authorized" in one_line(first)


def test_a_page_made_for_people_is_no_reason() -> None:
    error = {"Code": "404", "Message": "<!doctype html>\n<title>404"}
    failure = failure_of(
        ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": 404}}, "X")
    )

    assert failure.reason == "404"


@given(st.text(max_size=5_000))
def test_a_reason_is_one_short_line_whatever_the_message(message: str) -> None:
    reason = one_line(message)

    assert len(reason) <= 300
    assert reason == " ".join(reason.split())
    assert reason.isprintable()
