# SPDX-License-Identifier: Apache-2.0
"""A line is answered in the public format, also one that cannot be read."""

from typing import Any

import jsonschema
import pytest

from bartizan.errors import Location
from bartizan.reason.authz.aws.simulate import answer, answer_schema, answer_text, schema

ALLOW: dict[str, Any] = {
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


@pytest.mark.parametrize("field", ["arn", "session"])
def test_the_account_of_a_caller_follows_from_its_names(field: str) -> None:
    who = {"type": "role", field: LINE["principal"][field]}

    found = answer({**LINE, "principal": who})

    assert (found["verdict"], found["by"]) == ("allowed", "identity")


def test_a_caller_whose_account_nothing_says_is_refused() -> None:
    found = answer({**LINE, "principal": {"type": "role", "arn": "r"}})

    assert found["error"]["message"] == "nothing says the account of the `role`"
    assert found["error"]["at"].endswith(":1:28")


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


TEXT = (
    b'{"principal": {"type": "user", "arn": "arn:aws:iam::111111111111:user/u", "account": '
    b'"111111111111"}, "action": "s3:GetObject", "resource": {"arn": "arn:aws:s3:::b/k", '
    b'"account": "111111111111"}, "context_complete": true, '
    b'"policies": {"identity": [{"document": %s}]}}'
)
BODY = (
    b'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", '
    b'"Resource": "*"%s}]}'
)
DOCUMENT = BODY % b""


def told(text: bytes, mark: bytes = b"") -> Any:  # noqa: ANN401 - JSON
    """Return the error; its place must be where `mark` stands last."""
    error = answer_text(text, at=Location("requests", 7))["error"]
    if mark:
        assert error["at"] == f"requests:7:{text.rindex(mark) + 1}"
    return error


@pytest.mark.parametrize("key", [b'"Effect"', b'"Eff\\u0065ct"', b'"Effect" '])
def test_a_key_that_stands_twice_in_a_document_is_told_at_its_second_place(key: bytes) -> None:
    text = TEXT % (BODY % (b", " + key + b': "Deny"'))

    assert told(text, key)["message"] == "`Effect` stands twice in one element"


def test_a_repeated_key_cannot_hide_behind_an_escaped_colon() -> None:
    assert "stands twice" in told(TEXT % (BODY % b', "Sid": "a\\u003a", "Sid": "b"'))["message"]


def test_a_field_of_the_line_stands_once_too() -> None:
    assert (
        "stands twice"
        in told((TEXT % DOCUMENT)[:-1] + b', "action": "s3:Put"}', b'"action"')["message"]
    )


def test_numbers_in_conditions_are_taken_as_they_are_written() -> None:
    condition = b', "Condition": {"StringEquals": {"aws:UserAgent": 1.50}}'
    whole = (TEXT % (BODY % condition))[:-1] + b', "context": {"aws:UserAgent": "1.50"}}'

    assert answer_text(whole)["verdict"] == "allowed"


@pytest.mark.parametrize(
    ("text", "mark", "message"),
    [
        (TEXT % (BODY % b', "Sid": 7'), b"7}]}}]}}", "`Sid` is not a string"),
        (TEXT % (BODY % b', "Effekt": "Deny"'), b'"Deny"', "unknown element `Effekt`"),
        (TEXT % b'{"Statement": [], "Version": 2012}', b"2012", "`Version` is not a string"),
        (TEXT % b"7", b"7}]}}", "expected `string | object | null`, got `number`"),
        (
            TEXT.replace(b"true", b'"true"') % DOCUMENT,
            b'"true"',
            "expected `boolean`, got `string`",
        ),
        (TEXT % (b"[" * 10_000 + b"]" * 10_000), b"", "nested deeper than 40 levels"),
        (TEXT % (b"[" * 100 + b"]" * 100), b"", "nested deeper than 40 levels"),
        (TEXT % (BODY % b', "Sid": "\xff"'), b"\xff", "not UTF-8"),
        (TEXT % (BODY % b', "Sid": "\\ud800"'), b"", "not JSON: "),
        (TEXT % (BODY % b', "Sid": NaN'), b"NaN", "not JSON: "),
        (TEXT % b'"{"', b"", "not JSON: "),
        (b"[]", b"[]", "a request is an object"),
        (TEXT.replace(b"b/k", b"b/" + b"k" * 9_000) % DOCUMENT, b'"arn:aws:s3', "length <= 8192"),
        (b'{"' + b"x" * 10_000 + b'": 1}', b"{", "unknown field `xxx"),
    ],
)
def test_what_is_wrong_is_told_at_its_line_and_column(
    text: bytes, mark: bytes, message: str
) -> None:
    error = told(text, mark)

    assert message in error["message"]
    assert len(error["message"]) < 400
    assert error["at"].startswith("requests:7:")


@pytest.mark.parametrize("wild", [b"*", b"*a", b"?*", b"*?a", b"?a", b"*a?b"])
def test_a_megabyte_of_wildcards_is_matched(wild: bytes) -> None:
    pattern = (wild * 1_000_000)[:1_000_000]
    document = DOCUMENT.replace(b'"Resource": "*', b'"Resource": "arn:aws:s3:::b/' + pattern)

    found = answer_text(TEXT % document)

    assert found["verdict"] == ("allowed" if wild == b"*" else "denied")


def test_parts_of_a_pattern_that_nearly_fit_everywhere_are_found_in_bounded_time() -> None:
    patterns = [f"arn:aws:s3:::b/*{'?a' * 3_000}b*"] * 100
    near = {**ALLOW, "Statement": [{**ALLOW["Statement"][0], "Resource": patterns}]}
    line = {**with_policies(identity=[near])}
    line["resource"] = {"arn": f"arn:aws:s3:::b/{'a' * 8_000}", "account": "111111111111"}

    assert answer(line)["verdict"] == "denied"


def test_hundreds_of_keys_in_one_condition_are_read() -> None:
    tests = {f"aws:RequestTag/{number}": "x" for number in range(900)}
    many = {"Statement": [{**ALLOW["Statement"][0], "Condition": {"StringNotEquals": tests}}]}

    assert answer(with_policies(identity=[many]))["verdict"] == "allowed"


def test_documents_alike_are_read_once_and_those_of_another_kind_anew() -> None:
    named = {"Statement": [{**ALLOW["Statement"][0], "Principal": "*"}]}

    assert answer(with_policies(resource=named))["verdict"] == "allowed"
    assert "Principal" in answer(with_policies(identity=[named]))["error"]["message"]


def test_the_schema_of_answers_takes_what_is_answered() -> None:
    for found in (answer(LINE), answer({})):
        jsonschema.validate(dict(found), dict(answer_schema()))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**answer(LINE), "verdict": "perhaps"}, dict(answer_schema()))
