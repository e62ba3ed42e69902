# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files

import jsonschema
import pytest
from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.step import Ask
from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.report.decision import Explanation, as_json, as_text

SCHEMA = json.loads((files("bartizan.report") / "schema/decision.schema.json").read_text())
BECAUSE = (
    Evidence(
        subject="arn:aws:iam::111111111111:policy/p",
        statement="Read",
        why="allows `s3:GetObject` on `*`",
        excerpt='{"Effect":"Allow"}',
    ),
)
ASK = Ask(
    principal="arn:aws:iam::111111111111:role/r",
    action="s3:GetObject",
    resource="arn:aws:s3:::b/k",
    context=(("aws:SourceIp", "198.51.100.7"),),
)
ALLOWED = Explanation(
    ask=ASK,
    verdict=Allowed(BECAUSE),
    by="identity",
    rule="an identity policy of the same account suffices",
)


@pytest.mark.parametrize(
    ("verdict", "explicit", "first"),
    [
        (Allowed(BECAUSE), False, "allowed by identity"),
        (Denied(BECAUSE), True, "denied explicitly by identity"),
        (Denied(), False, "denied since nothing allows it (identity)"),
        (Unknown(("s3:GetBucketPolicy",)), False, "unknown by identity"),
    ],
)
def test_the_answer_comes_first(verdict: Verdict, first: str, *, explicit: bool) -> None:
    told = structs.replace(ALLOWED, verdict=verdict, explicit=explicit)

    assert as_text(told).decode().splitlines()[0] == first


def test_reasons_and_the_rule_follow() -> None:
    said = as_text(ALLOWED).decode()

    assert "why  arn:aws:iam::111111111111:policy/p [Read] allows `s3:GetObject` on `*`" in said
    assert '{"Effect":"Allow"}' in said
    assert "rule  an identity policy" in said
    assert "aws:SourceIp = 198.51.100.7" in said


def test_what_was_not_read_is_named() -> None:
    said = as_text(structs.replace(ALLOWED, verdict=Unknown(("SCPs of r-1",)))).decode()

    assert "not read  SCPs of r-1" in said


def test_an_answer_without_more_is_short() -> None:
    told = Explanation(ask=ASK, verdict=Denied())

    assert len(as_text(told).splitlines()) == 5


@pytest.mark.parametrize("verdict", [Allowed(BECAUSE), Denied(), Unknown(("x",))])
def test_the_document_is_what_its_schema_says(verdict: Verdict) -> None:
    document = json.loads(as_json(structs.replace(ALLOWED, verdict=verdict)))

    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(document)] == []
    assert document["verdict"] == type(verdict).__name__.lower()


def test_unknown_names_what_was_missing_in_the_document() -> None:
    document = json.loads(as_json(structs.replace(ALLOWED, verdict=Unknown(("a", "b")))))

    assert (document["missing"], document["because"]) == (["a", "b"], [])


def test_only_reasons_that_are_there_are_written() -> None:
    bare = (Evidence(subject="s", why="allows it"),)

    said = as_text(Explanation(ask=ASK, verdict=Allowed(bare))).decode()

    assert "why  s allows it\n" in said
