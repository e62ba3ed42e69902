# SPDX-License-Identifier: Apache-2.0
import json
from collections.abc import Iterator

import pytest

from bartizan.model.policy_check import Level, Span
from bartizan.reason.authz.aws.check import checker, subject
from bartizan.reason.authz.aws.check.checker import MOST_FINDINGS, check
from bartizan.reason.authz.aws.check.layout import Part, parse
from bartizan.reason.authz.aws.check.rule import Hit, Rule
from bartizan.reason.authz.aws.check.subject import MOST_WORK, Subject
from tests.fakes.policy_document import checked, statement

TEXT = """{
  "Version": "2012-10-17",
  "Statement": {"Effect": "Allow", "Action": "s3:ListObjects",
    "Resource": "arn:aws:s3:::b"}
}
"""


def test_a_finding_has_line_and_column_of_its_beginning_and_end() -> None:
    (finding,) = check(TEXT.encode(), name="p.json").findings

    assert finding.rule == "unknown-action"
    assert finding.span == Span(3, 46, 3, 62)
    assert TEXT.splitlines()[2][45:61] == '"s3:ListObjects"'


def test_a_finding_at_the_end_of_a_line_ends_in_it() -> None:
    text = TEXT.replace('"s3:ListObjects",', '"s3:ListObjects"\n,')

    (finding,) = check(text.encode(), name="p.json").findings

    assert finding.span == Span(3, 46, 3, 62)


def test_columns_count_characters_and_not_bytes() -> None:
    (finding,) = check(TEXT.replace("Effect", "Éffect", 1).encode(), name="p").findings

    assert finding.rule == "policy-grammar"
    assert finding.span == Span(3, 17, 3, 34)


def test_what_is_not_utf_8_is_told_with_the_place_of_the_byte() -> None:
    found = check(b'{\n"a": "\xff"}', name="p", kind="scp")

    (finding,) = found.findings
    assert (finding.rule, finding.level) == ("not-text", Level.ERROR)
    assert finding.message == "byte 0xff is not UTF-8"
    assert finding.span == Span(2, 7, 2, 8)
    assert (found.type, found.told) == ("scp", True)


def test_a_document_longer_than_any_policy_is_not_read() -> None:
    (finding,) = check(b" " * (1 << 20) + b"{}", name="p").findings

    assert finding.rule == "not-json"
    assert "longer than 1,048,576" in finding.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}', "identity"),
        ('{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}', "resource"),
        ('{"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}', "resource"),
        ('{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole"]}', "trust"),
        ('[{"Effect": "Allow", "NotPrincipal": "*", "NotAction": "sts:*"}]', "resource"),
    ],
)
def test_the_form_of_a_document_tells_its_type(text: str, told: str) -> None:
    found = check(f'{{"Statement": {text}}}'.encode(), name="p")

    assert (found.type, found.told) == (told, False)


def test_findings_come_in_the_order_of_their_places() -> None:
    found = checked(
        statement(Action=["s3:ListObjects", "iam:Nothing"]), statement(Resource="s3://b")
    )

    spans = [finding.span for finding in found.findings]
    assert len(spans) > 2
    assert spans == sorted(spans)


def test_findings_beyond_the_most_are_counted_and_not_shown() -> None:
    found = checked(statement(Resource=[f"s3://{number}" for number in range(150)]))

    assert sum(f.rule == "malformed-resource" for f in found.findings) == MOST_FINDINGS
    assert found.unchecked == ("malformed-resource: 50 more, not shown",)


def test_a_rule_that_would_take_too_long_stops_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find(one: Subject) -> Iterator[Hit]:
        yield Hit(at=Part(0, 1), message="found before", fix="mend it")
        one.spend(MOST_WORK + 1)
        yield Hit(at=Part(0, 1), message="never found")

    slow = Rule(
        id="slow",
        level=Level.NOTE,
        title="t",
        why="w.",
        fix="f",
        page="https://example.com",
        wrong="",
        right="",
        find=find,
    )
    monkeypatch.setattr(checker, "RULES", (slow,))

    found = check(b'{"Statement": []}', name="p")

    assert [finding.message for finding in found.findings] == ["found before"]
    assert found.unchecked == ("slow: stopped, since the document is too large for it",)


def test_work_is_counted_for_each_rule_by_itself() -> None:
    one = Subject("{}", kind="identity", root=parse("{}"), stated=())
    one.spend(MOST_WORK)
    one.begin()

    one.spend(MOST_WORK)
    with pytest.raises(subject.ExhaustedError):
        one.spend()


def test_statements_beyond_the_most_are_said_to_be_unchecked() -> None:
    many = ",".join(["{}"] * 10_001)

    found = check(f'{{"Statement": [{many}]}}'.encode(), name="p")

    assert "statements after the first 10,000" in found.unchecked


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 10_000 + b"]" * 10_000,
        json.dumps({"Statement": statement(Action="s3:" + "*a" * 50_000)}).encode(),
        json.dumps({"Statement": statement(Resource="arn:aws:s3:::" + "?*" * 50_000)}).encode(),
        json.dumps({"Statement": statement(Resource="arn:aws:s3:::b/" + "${" * 50_000)}).encode(),
        json.dumps({"Statement": [statement(Action=f"s3:*{n}*a") for n in range(300)]}).encode(),
        json.dumps(
            {
                "Statement": statement(
                    Condition={"StringLike": {f"aws:PrincipalTag/{n}": "*a*" for n in range(900)}}
                )
            }
        ).encode(),
    ],
)
def test_documents_made_to_hurt_are_told_something_about(hostile: bytes) -> None:
    found = check(hostile, name="p")

    assert found.findings or found.unchecked
