# SPDX-License-Identifier: Apache-2.0
"""A policy is read whole, or refused with its place and a hint."""

import json

import pytest

from bartizan.errors import PolicyError
from bartizan.reason.authz.aws.policy.document import ConditionTest, Effect, Principals
from bartizan.reason.authz.aws.policy.parse import DEEPEST
from bartizan.reason.authz.aws.policy.read import LONGEST, MOST_STATEMENTS, read

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def policy(*statements: object, version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


def refusal(text: str, kind: str = "") -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        read(text, name="p.json", type=kind)
    return caught.value


def test_one_statement_may_stand_without_a_list() -> None:
    document = read(json.dumps({"Statement": ALLOW}), name="p")

    assert document.version == "2008-10-17"
    assert document.statements[0].action == ("s3:GetObject",)


def test_elements_are_taken_as_written() -> None:
    statement = {
        "Sid": "One",
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*"],
        "NotResource": "arn:aws:s3:::b/*",
        "NotPrincipal": {"AWS": ["*", "111111111111"], "CanonicalUser": "abc"},
        "Condition": {
            "Bool": {"aws:SecureTransport": False},
            "NumericLessThan": {"s3:max-keys": [10, 1.5, "7"]},
        },
    }
    (found,) = read(policy(statement), name="p").statements

    assert (found.sid, found.effect, found.position) == ("One", Effect.DENY, 0)
    assert found.not_action == ("iam:*", "sts:*")
    assert found.action is None
    assert found.not_resource == ("arn:aws:s3:::b/*",)
    assert found.not_principal == Principals(any=True, aws=("111111111111",), canonical=("abc",))
    assert found.conditions == (
        ConditionTest("Bool", "aws:SecureTransport", ("false",)),
        ConditionTest("NumericLessThan", "s3:max-keys", ("10", "1.5", "7")),
    )


def test_the_excerpt_of_a_statement_is_short() -> None:
    statement = {**ALLOW, "Resource": [f"arn:aws:s3:::bucket-{n}/*" for n in range(1000)]}

    assert len(read(policy(statement), name="p").statements[0].text) == 2000


def test_a_principal_may_name_nobody() -> None:
    (found,) = read(policy({**ALLOW, "Principal": {"AWS": []}}), name="p").statements

    assert found.principal == Principals()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[]", "the policy is not an object"),
        ("{", "not JSON"),
        ('{"Version": "2012-10-17"}', "no `Statement`"),
        ('{"Version": "2020-01-01", "Statement": []}', "unknown version `2020-01-01`"),
        ('{"Version": 2012, "Statement": []}', "`Version` is not a string"),
        ('{"Statement": [1]}', "a statement is not an object"),
        ('{"Statement": "x"}', "a statement is not an object"),
        ('{"Statement": [], "Id": 1}', "`Id` is not a string"),
        ('{"Statement": [], "Other": 1}', "unknown element `Other` in the policy"),
        ('{"Statement": [], "Statement": []}', "`Statement` stands twice"),
        ('{"Statement": NaN}', "`NaN` is no JSON"),
        ('{"Statement": [], "Id": "\\ud800"}', "half of a surrogate pair"),
        (policy({"Action": "s3:*", "Resource": "*"}), "no `Effect`"),
        (policy({**ALLOW, "Effect": "Alow"}), "unknown effect `Alow`"),
        (policy({**ALLOW, "Effect": "allow"}), "unknown effect `allow`"),
        (policy({**ALLOW, "Effect": ["Allow"]}), "unknown effect"),
        (policy({"Effect": "Allow", "Resource": "*"}), "no `Action`"),
        (policy({**ALLOW, "NotAction": "*"}), "both `Action` and `NotAction`"),
        (policy({**ALLOW, "NotResource": "*"}), "both `Resource` and `NotResource`"),
        (policy({**ALLOW, "Principal": "*", "NotPrincipal": "*"}), "both `Principal`"),
        (policy({**ALLOW, "Action": []}), "`Action` is an empty list"),
        (policy({**ALLOW, "Action": "GetObject"}), "has no service"),
        (policy({**ALLOW, "Action": {"a": 1}}), "`Action` is not a string"),
        (policy({**ALLOW, "Action": ["s3:*", None]}), "`Action` is not a string"),
        (policy({**ALLOW, "Resource": 7}), "`Resource` is not a string"),
        (policy({**ALLOW, "Resource": "arn:aws:*:::x"}), "wildcard for the service"),
        (policy({**ALLOW, "Principal": "111111111111"}), "string other than `*`"),
        (policy({**ALLOW, "Principal": ["*"]}), "`Principal` is not an object"),
        (policy({**ALLOW, "Principal": {"Aws": "*"}}), "unknown element `Aws`"),
        (policy({**ALLOW, "Sid": 1}), "`Sid` is not a string"),
        (policy({**ALLOW, "Condition": []}), "`Condition` is not an object"),
        (policy({**ALLOW, "Condition": {"Like": {}}}), "unknown condition operator `Like`"),
        (policy({**ALLOW, "Condition": {"NullIfExists": {}}}), "unknown condition operator"),
        (policy({**ALLOW, "Condition": {"ForAllValues:Null": {}}}), "unknown condition operator"),
        (policy({**ALLOW, "Condition": {"Bool": "x"}}), "`Bool` is not an object"),
        (policy({**ALLOW, "Condition": {"Bool": {"k": None}}}), "no string, number or boolean"),
        (policy({**ALLOW, "Condition": {"Bool": {"k": [{}]}}}), "no string, number or boolean"),
    ],
)
def test_what_is_not_of_the_grammar_is_refused(text: str, message: str) -> None:
    error = refusal(text)

    assert message in error.message
    assert "\n" not in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("kind", "statement", "message"),
    [
        ("identity", {**ALLOW, "Principal": "*"}, "has a `Principal`"),
        ("scp", {**ALLOW, "NotPrincipal": "*"}, "has a `NotPrincipal`"),
        ("identity", {"Effect": "Allow", "Action": "s3:*"}, "no `Resource`"),
        ("resource", ALLOW, "no `Principal`"),
        ("trust", {"Effect": "Allow", "Action": "sts:AssumeRole"}, "no `Principal`"),
        ("trust", {**ALLOW, "Principal": "*"}, "a trust policy has a `Resource`"),
        (
            "trust",
            {"Effect": "Deny", "Action": "sts:AssumeRole", "NotPrincipal": "*"},
            "a trust policy has a `NotPrincipal`",
        ),
    ],
)
def test_each_type_of_policy_has_rules_of_its_own(
    kind: str, statement: object, message: str
) -> None:
    assert message in refusal(policy(statement), kind).message


def test_a_resource_policy_may_leave_its_resource_out() -> None:
    statement = {"Effect": "Allow", "Action": "ecr:BatchGetImage", "Principal": "*"}

    (found,) = read(policy(statement), name="p", type="resource").statements
    assert found.resource is None
    assert found.not_resource is None


def test_an_error_says_line_and_column() -> None:
    text = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Effect": "Alow"}\n  ]\n}'
    error = refusal(text)

    assert str(error.at) == "p.json:4:16"
    assert list(error.diagnostics()) == [
        "error[policy]: unknown effect `Alow`",
        "  --> p.json:4:16",
        "  hint: write `Allow` or `Deny`",
    ]


def test_an_error_of_a_later_value_points_at_it() -> None:
    text = policy(ALLOW, {**ALLOW, "Action": ["s3:*", 7]})

    at = refusal(text).at
    assert at is not None
    assert at.line == 1
    assert at.column == text.index("7]") + 1


def test_a_name_in_the_wrong_case_gets_a_hint() -> None:
    assert refusal('{"statement": []}').hint == "write `Statement`"


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_refused_without_recursion(opening: str) -> None:
    assert f"deeper than {DEEPEST}" in refusal(opening * 200_000).message


def test_brackets_in_strings_are_no_nesting() -> None:
    statement = {**ALLOW, "Resource": "arn:aws:s3:::" + "[{" * 100 + '\\"'}

    assert read(policy(statement), name="p").statements


def test_a_document_has_a_longest_size() -> None:
    assert "longer than" in refusal(" " * (LONGEST + 1)).message


def test_a_document_has_a_largest_number_of_statements() -> None:
    assert "more than" in refusal(policy(*[{}] * (MOST_STATEMENTS + 1))).message


def test_an_enormous_number_is_text_like_any_other() -> None:
    digits = "9" * 10_000
    text = policy(ALLOW)[:-2] + ',{"Effect":1' + digits + "}]}"

    assert "unknown effect" in refusal(text).message


def test_long_words_are_cut_in_messages() -> None:
    assert len(refusal(policy({**ALLOW, "Effect": "x" * 10_000})).message) < 200
