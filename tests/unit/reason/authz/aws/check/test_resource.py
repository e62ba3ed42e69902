# SPDX-License-Identifier: Apache-2.0
import pytest

from tests.fakes.policy_document import found, statement


@pytest.mark.parametrize(
    ("resource", "kind", "level"),
    [
        ("s3://b", "identity", "error"),
        ("b/*", "identity", "error"),
        ("b/*", "resource", "warning"),
        ("arn:aws:s3", "identity", "warning"),
        ("execute-api:/stage/GET/*", "resource", None),
        ("arn:aws:s3:::b", "identity", None),
        ("arn:*", "identity", None),
        ("*", "identity", None),
        ("arn:aws:s3:::b/${aws:username}", "identity", None),
    ],
)
def test_a_resource_is_held_to_the_form_of_an_arn(
    resource: str, kind: str, level: str | None
) -> None:
    named = {"Principal": "*"} if kind == "resource" else {}

    findings = found(statement(Resource=resource, **named), rule="malformed-resource", kind=kind)

    assert [f.level.value for f in findings] == ([level] if level else [])


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "*", "aws*"])
def test_partitions_that_are_known_or_open_are_right(partition: str) -> None:
    one = statement(Resource=f"arn:{partition}:s3:::b/*")

    assert not found(one, rule="unknown-partition")


@pytest.mark.parametrize(("account", "told"), [("1234", True), ("*", False), ("aws", False)])
def test_an_account_of_digits_has_twelve(account: str, told: bool) -> None:  # noqa: FBT001 - a table
    one = statement(Action="iam:GetRole", Resource=f"arn:aws:iam::{account}:role/r")

    assert bool(found(one, rule="malformed-account")) is told


def test_an_equal_resource_is_told_where_it_stands_again() -> None:
    twice = statement(Resource=["arn:aws:s3:::b/*", "arn:aws:s3:::b/*"])

    (finding,) = found(twice, rule="redundant-resource")

    assert finding.related[0].span < finding.span
