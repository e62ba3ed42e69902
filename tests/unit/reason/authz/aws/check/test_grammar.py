# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.policy_check import PolicyFinding
from bartizan.reason.authz.aws.check.checker import check
from tests.fakes.policy_document import found, statement


def _faults(text: str, kind: str = "identity") -> list[PolicyFinding]:
    return [f for f in check(text.encode(), name="p", kind=kind).findings if "grammar" in f.rule]


def test_a_fault_in_one_statement_hides_none_in_another() -> None:
    faults = found(
        statement(Effect="Alow"), statement(), statement(Action=3), rule="policy-grammar"
    )

    assert [fault.message for fault in faults] == [
        "unknown effect `Alow`",
        "`Action` is not a string",
    ]


def test_a_fault_beside_it_leaves_a_statement_to_the_other_rules() -> None:
    findings = found(
        statement(Effect="Alow"), statement(Action="s3:ListObjects"), rule="unknown-action"
    )

    assert len(findings) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "the policy is not an object"),
        ('"x"', "the policy is not an object"),
        ('{"Version": "2012-10-17"}', "the policy has no `Statement`"),
        ('{"Statement": []}', "the list of statements is empty"),
        ('{"Statement": {}, "Statements": 1}', "unknown element `Statements` in the policy"),
        ('{"Version": "2012-10-18", "Statement": {}}', "unknown version `2012-10-18`"),
        ('{"Version": 2012, "Statement": {}}', "`Version` is not a string"),
        ('{"Id": ["x"], "Statement": {}}', "`Id` is not a string"),
        ('{"Id": null, "Statement": {}}', "`Id` is not a string"),
        ('{"Statement": 1}', "a statement is not an object"),
        ('{"Statement": [[]]}', "a statement is not an object"),
    ],
)
def test_what_is_wrong_around_the_statements_is_told(text: str, message: str) -> None:
    assert message in [fault.message for fault in _faults(text)]


def test_an_element_that_is_nearly_right_is_corrected() -> None:
    fixes = {fault.message: fault.fix for fault in _faults('{"version": "x", "Statements": []}')}

    assert fixes["unknown element `version` in the policy"] == "write `Version`"
    assert fixes["unknown element `Statements` in the policy"] == "write `Statement`"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("identity", {"Principal": "*"}),
        ("scp", {"Resource": None}),
        ("trust", {"Principal": "*"}),
        ("resource", {}),
        ("trust", {"Resource": None, "NotPrincipal": {"AWS": "*"}}),
    ],
)
def test_what_a_type_of_policy_cannot_have_or_must_have_is_told(
    kind: str, more: dict[str, object]
) -> None:
    assert found(statement(**more), rule="policy-grammar", kind=kind)


def test_a_fault_is_told_in_its_line_whatever_stands_before() -> None:
    text = '{"Statement": [\n{},\n  {"Effect": "Allow",\n "Acton": "x",\n  "Resource": "*"}]}'

    faults = _faults(text)

    assert [(f.span.line, f.span.column, f.span.end_column) for f in faults] == [
        (2, 1, 2),
        (4, 2, 14),
    ]


def test_a_fault_of_an_item_is_told_in_its_place() -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": ["s3:*", 7], "Resource": "*"}}'

    (fault,) = _faults(text)

    assert text[fault.span.column - 1 : fault.span.end_column - 1] == "7"


def test_a_name_that_stands_twice_is_told_once_for_each_time() -> None:
    text = '{"Statement": {"Effect": "Allow", "Effect": "Deny", "Effect": "Deny"}}'

    rules = [f.rule for f in check(text.encode(), name="p").findings]

    assert [rule for rule in rules if rule != "old-version"] == ["duplicate-key"] * 2


@pytest.mark.parametrize(
    ("operator", "fix"),
    [
        ("NullIfExists", "write `Null`: it asks for presence and takes no more"),
        ("StringEqual", "write `StringEquals`"),
        ("ForAnyValue:StringLik", "write `ForAnyValue:StringLike`"),
        ("stringlikesIfExists", "write `StringLikeIfExists`"),
        ("ForSomeValue:StringLike", "a set operator is `ForAllValues:` or `ForAnyValue:`"),
        ("Quux", "write one of the vendor's condition operators"),
    ],
)
def test_an_operator_that_does_not_exist_is_told_with_what_was_meant(
    operator: str, fix: str
) -> None:
    (finding,) = found(
        statement(Condition={operator: {"aws:username": "x"}}), rule="unknown-operator"
    )

    assert finding.fix == fix


def test_sids_are_held_to_letters_only_where_iam_reads_them() -> None:
    spaced = statement(Sid="read it", Principal="*")

    assert found(statement(Sid="read it"), rule="sid-characters")
    assert not found(spaced, rule="sid-characters", kind="resource")


@pytest.mark.parametrize(
    ("kind", "size", "level"),
    [
        ("identity", 6_000, None),
        ("identity", 7_000, "warning"),
        ("identity", 11_000, "error"),
        ("trust", 3_000, "warning"),
        ("trust", 9_000, "error"),
        ("session", 2_100, "error"),
        ("scp", 9_000, None),
        ("scp", 10_300, "error"),
        ("rcp", 5_200, "error"),
        ("endpoint", 20_500, "error"),
        ("resource", 21_000, "warning"),
        ("boundary", 6_200, "error"),
    ],
)
def test_a_document_is_held_to_the_quota_of_its_type(
    kind: str, size: int, level: str | None
) -> None:
    text = f'{{"Version": "2012-10-17", "Id": "{"x" * size}", "Statement": []}}'

    findings = check(text.encode(), name="p", kind=kind).findings

    told = [f.level.value for f in findings if f.rule == "policy-size"]
    assert told == ([level] if level else [])


def test_white_space_counts_only_where_the_vendor_counts_it() -> None:
    text = '{"Statement": [' + " " * 12_000 + '], "Id": "a  b"}'

    assert not [
        f for f in check(text.encode(), name="p", kind="identity").findings if "size" in f.rule
    ]
    assert [f for f in check(text.encode(), name="p", kind="scp").findings if "size" in f.rule]


@pytest.mark.parametrize(
    ("version", "told"),
    [('"Version": "2008-10-17",', True), ("", True), ('"Version": "2012-10-17",', False)],
)
def test_the_first_version_is_noted_also_where_it_is_not_said(version: str, told: bool) -> None:  # noqa: FBT001 - a table
    text = f'{{{version} "Statement": {{}}}}'

    rules = [f.rule for f in check(text.encode(), name="p").findings]

    assert ("old-version" in rules) is told


def test_characters_that_iam_does_not_take_are_told_where_they_stand() -> None:
    text = '{"Statement": {"Effect": "Allow",\n "Sid": "“x”"}, "Id": "é"}'

    findings = check(text.encode(), name="p", kind="identity").findings

    told = [(f.span.line, f.span.column) for f in findings if f.rule == "unsupported-character"]
    assert told == [(2, 10), (2, 12)]
