# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.reason.authz.aws.rewrite.cover import covers
from tests.fakes.policy_text import parsed
from tests.fakes.statements import allow

OBJECTS = "arn:aws:s3:::b/*"
TLS = {"Bool": {"aws:SecureTransport": "true"}}


def _but(element: str, value: str) -> dict[str, Any]:
    found = {**allow("s3:*"), f"Not{element}": value}
    del found[element]
    return found


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (allow("s3:*"), allow(["s3:GetObject", "S3:put*"])),
        (allow("*"), allow("s3:*", OBJECTS, Condition=TLS)),
        (allow("*"), _but("Action", "iam:*")),
        (_but("Action", "iam:PassRole"), _but("Action", "iam:*")),
        (allow("s3:*", OBJECTS), allow("s3:*", "arn:aws:s3:::b/x/*")),
        (_but("Resource", OBJECTS), _but("Resource", "arn:aws:s3:::b*")),
        (allow("s3:*", Principal="*"), allow("s3:*", Principal={"AWS": "*"})),
        (
            allow("s3:*", Principal={"AWS": ["111111111111", "222222222222"]}),
            allow("s3:*", Principal={"AWS": "111111111111"}),
        ),
    ],
)
def test_a_statement_covers_what_its_patterns_hold(
    outer: dict[str, Any], inner: dict[str, Any]
) -> None:
    one, other = parsed(outer, inner).statements

    assert covers(one, other)
    assert one == other or not covers(other, one) or outer.get("Principal") == "*"


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (allow("s3:*", Condition=TLS), allow("s3:*")),
        (_but("Action", "iam:*"), allow("s3:*")),
        (allow("s3:*"), _but("Action", "iam:*")),
        (allow("s3:*", OBJECTS), allow("s3:*", "arn:aws:s3:::${aws:username}")),
        (allow("s3:*", Principal="*"), allow("s3:*", Principal={"AWS": "111111111111"})),
        (allow("s3:*", NotPrincipal="*"), allow("s3:*", Principal="*")),
    ],
)
def test_what_cannot_be_told_by_the_words_is_not_covered(
    outer: dict[str, Any], inner: dict[str, Any]
) -> None:
    one, other = parsed(outer, inner).statements

    assert not covers(one, other)


def test_statements_of_a_trust_policy_speak_of_their_own_role() -> None:
    trust = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    one, other = parsed(trust, trust).statements

    assert covers(one, other)
