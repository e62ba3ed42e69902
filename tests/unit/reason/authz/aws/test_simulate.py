# SPDX-License-Identifier: Apache-2.0
"""A line is answered in the public format, also one that cannot be read."""

from typing import Any

import jsonschema
import pytest

from bartizan.reason.authz.aws.simulate import answer, schema

ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}
LINE: dict[str, Any] = {
    "id": "case-1",
    "principal": {
        "arn": "arn:aws:iam::111111111111:role/r",
        "session": "arn:aws:sts::111111111111:assumed-role/r/s",
        "type": "role",
        "account": "111111111111",
        "organization": {"id": "o-1", "path": "o-1/r-1/ou-1/", "management_account": False},
        "service_linked": False,
    },
    "action": "s3:GetObject",
    "resource": {
        "arn": "arn:aws:s3:::b/k",
        "account": "111111111111",
        "management_account": False,
    },
    "context": {"aws:SourceIp": "198.51.100.7", "aws:TagKeys": ["a", "b"]},
    "context_complete": True,
    "policies": {"identity": [{"name": "p", "document": ALLOW}]},
}


def with_policies(**policies: object) -> dict[str, Any]:
    return {**LINE, "policies": policies}


def test_an_answer_has_every_field_of_the_format() -> None:
    found = answer(LINE)

    assert found["id"] == "case-1"
    assert (found["verdict"], found["explicit"], found["by"]) == ("allowed", False, "identity")
    assert found["because"] == [
        {"policy": "p", "statement": "A", "why": "identity policy allows `s3:*` on `*`"}
    ]
    assert found["missing"] == []
    assert "https://docs.aws.amazon.com/" in found["rule"]


def test_a_document_may_stand_bare_or_as_text() -> None:
    bare = answer(with_policies(identity=[ALLOW]))
    text = answer(
        with_policies(
            identity=[
                {
                    "name": "t",
                    "document": '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
                }
            ]
        )
    )

    assert bare["because"][0]["policy"] == "identity[0]"
    assert text["because"][0]["policy"] == "t"


def test_an_empty_resource_policy_is_none() -> None:
    assert answer(with_policies(identity=[ALLOW], resource={}))["verdict"] == "allowed"


def test_a_boundary_without_documents_allows_nothing() -> None:
    found = answer(with_policies(identity=[ALLOW], boundary=[]))

    assert (found["verdict"], found["by"]) == ("denied", "boundary")


def test_the_account_follows_from_an_arn_that_says_it() -> None:
    line = {
        **with_policies(identity=[ALLOW]),
        "action": "s3:PutAccessPointPolicy",
        "resource": {"arn": "arn:aws:s3:us-east-1:222222222222:accesspoint/a"},
    }

    assert answer(line)["by"] == "resource"


def test_an_owner_that_is_not_known_is_missing() -> None:
    line = {**LINE, "resource": {"arn": "arn:aws:s3:::b/k"}}

    assert answer(line)["missing"] == ["account of arn:aws:s3:::b/k"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({}, "missing required field"),
        ({**LINE, "id": 7}, "expected `string`, got `number`"),
        ({**LINE, "action": "s3:*"}, "matching regex"),
        ({**LINE, "boundry": []}, "unknown field"),
        ({**LINE, "principal": {"type": "wizard"}}, "wizard"),
        (with_policies(identity=[{"name": "p"}]), "unknown element `name`"),
        (with_policies(identity=[{"document": 7}]), "expected"),
        (with_policies(identity=["x"]), "expected"),
        (with_policies(identity=[{**ALLOW, "Version": "1"}]), "unknown version `1`"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line: dict[str, Any], message: str) -> None:
    found = answer(line)

    assert message in found["error"]["message"]
    assert found["error"]["hint"]
    assert "verdict" not in found


def test_a_document_nested_without_end_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}

    assert "nested deeper" in answer(with_policies(identity=[deep]))["error"]["message"]


def test_the_schema_takes_what_is_answered() -> None:
    jsonschema.validate(LINE, dict(schema()))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**LINE, "boundry": []}, dict(schema()))
