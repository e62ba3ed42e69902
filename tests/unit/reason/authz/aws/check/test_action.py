# SPDX-License-Identifier: Apache-2.0
import pytest

from tests.fakes.policy_document import found, statement


@pytest.mark.parametrize(
    ("action", "fix"),
    [
        ("s3:ListObjects", "write `s3:ListBucket`"),
        ("S3:GetObjec", "write `S3:GetObject`"),
        ("lambda:Invoke", "write `lambda:InvokeFunction`"),
        ("iam:Quux", "write the name that the service's page of the reference gives"),
    ],
)
def test_an_unknown_action_is_told_with_what_was_probably_meant(action: str, fix: str) -> None:
    (finding,) = found(statement(Action=action, Resource="*"), rule="unknown-action")

    assert finding.fix == fix
    assert "not in the catalogue of 20" in finding.message


@pytest.mark.parametrize("action", ["s3:getobject", "S3:GETOBJECT", "*", "s3:*", "*:*", "s?:Get*"])
def test_an_action_is_known_in_any_case_and_by_any_pattern(action: str) -> None:
    for rule in ("unknown-action", "unknown-service", "pattern-without-action"):
        assert not found(statement(Action=action, Resource="*"), rule=rule)


def test_an_unknown_service_is_told_once_with_its_number_of_actions() -> None:
    (finding,) = found(
        statement(Action=["lamda:A", "lamda:B", "s3:GetObject", "LAMDA:C*"]),
        rule="unknown-service",
    )

    assert finding.message.endswith("nor are 2 more actions of it")
    assert finding.fix == "write `lambda:A`"


def test_a_pattern_of_services_that_matches_none_is_told() -> None:
    assert found(statement(Action="quux*:Get"), rule="unknown-service")


def test_an_unknown_action_in_not_action_is_told_too() -> None:
    odd = statement(Action=None, NotAction="s3:ListObjects", Effect="Deny")

    assert found(odd, rule="unknown-action")


def test_a_narrower_pattern_is_told_beside_the_wider_one_and_equal_ones_once() -> None:
    findings = found(
        statement(Action=["s3:Get*", "S3:GetObject", "s3:PutObject", "s3:get*"]),
        rule="redundant-action",
    )

    assert [f.message for f in findings] == [
        "`S3:GetObject` is covered by `s3:Get*`",
        "`s3:get*` is covered by `s3:Get*`",
    ]
    assert findings[0].related[0].text == "the pattern that covers it"


def test_patterns_of_two_statements_are_not_compared() -> None:
    assert not found(
        statement(Action="s3:Get*"), statement(Action="s3:GetObject"), rule="redundant-action"
    )
