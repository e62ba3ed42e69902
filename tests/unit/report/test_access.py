# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files

import jsonschema
import pytest
from msgspec import structs

from bartizan.model.access import Access, AccessAnswer, Asked, Certainty, Witness
from bartizan.model.evidence import Evidence
from bartizan.model.step import Condition
from bartizan.report.access import as_json, as_text

SCHEMA = json.loads((files("bartizan.report") / "schema/access.schema.json").read_text())
ROLE = "arn:aws:iam::111111111111:role/audit"
OTHER = "arn:aws:iam::222222222222:role/audit"
BECAUSE = (
    Evidence(
        subject=f"{ROLE}#inline/p",
        statement="Read",
        why="identity policy allows `s3:GetObject` on `*`",
        excerpt='{"Effect":"Allow"}',
    ),
)
MUST = Access(
    certainty=Certainty.MUST,
    relation="own",
    callers=(ROLE,),
    actions=("s3:GetObject",),
    resources=("arn:aws:s3:::b/k",),
    by="identity",
    rule="an identity policy suffices",
    because=BECAUSE,
    sides=(BECAUSE,),
    checked=1,
)
MAY = structs.replace(
    MUST,
    certainty=Certainty.MAY,
    relation="estate",
    callers=(ROLE, OTHER),
    witness=Witness(
        context=(("aws:SourceIp", "203.0.113.1"),),
        absent=("aws:useragent",),
        conditions=(Condition(text="comes from 203.0.113.1", key="aws:SourceIp", effort=3),),
    ),
    requests=2,
)
UNKNOWN = structs.replace(
    MUST,
    certainty=Certainty.UNKNOWN,
    callers=("anonymous",),
    relation="anyone",
    because=(),
    sides=(),
    missing=("s3:GetBucketPolicy of arn:aws:s3:::b", "context:aws:referer"),
)
ANSWER = AccessAnswer(
    asked=Asked(action="s3:GetObject", resource="arn:aws:s3:::b/k", context=(("k", "v"),)),
    snapshot="20260101-abc",
    overlay=("`p` detached from everything",),
    groups=(MUST, MAY, UNKNOWN),
    callers=10,
    requests=1,
    never=6,
    incomplete=("users and roles of account 333333333333",),
    notes=("a note",),
    names={"111111111111": "prod", "anonymous": "anybody, without credentials"},
)
ONE = structs.replace(ANSWER, asked=Asked(principal=ROLE, action="s3:*"))


@pytest.mark.parametrize("answer", [ANSWER, ONE])
def test_the_document_is_what_its_schema_says(answer: AccessAnswer) -> None:
    document = json.loads(as_json(answer))

    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(document)] == []
    assert [group["answer"] for group in document["groups"]] == ["must", "may", "unknown"]
    assert document["groups"][0]["witness"] is None
    assert document["whole"] is False


def test_the_question_and_what_is_supposed_come_first() -> None:
    lines = as_text(ANSWER).decode().splitlines()

    assert lines[0] == "who can s3:GetObject on arn:aws:s3:::b/k"
    assert "supposing  `p` detached from everything" in lines[1]
    assert as_text(ONE).decode().startswith(f"what can {ROLE} do by `s3:*`")


def test_each_answer_is_told_in_its_own_words() -> None:
    said = as_text(ANSWER).decode()

    assert f"{ROLE} (prod), in the account of what is asked for" in said
    assert "any of 2 roles named `audit` in 2 accounts" in said
    assert "if it    comes from 203.0.113.1 (effort 3)" in said
    assert "witness  aws:SourceIp=203.0.113.1" in said
    assert "without  aws:useragent" in said
    assert "anybody, without credentials" in said
    assert "because  s3:GetBucketPolicy of arn:aws:s3:::b" in said
    assert "no value of the condition key `aws:referer` was found that does" in said
    assert "through  " + BECAUSE[0].subject in said
    assert "not read  users and roles of account 333333333333" in said
    assert "of 10 callers: must 1, may 2, unknown 1, never 6" in said


def test_statements_and_rules_are_shown_when_asked_for() -> None:
    assert '{"Effect":"Allow"}' not in as_text(ANSWER).decode()
    assert '{"Effect":"Allow"}' in as_text(ANSWER, explain=True).decode()
    assert "an identity policy suffices" in as_text(ANSWER, explain=True).decode()


def test_what_is_not_shown_is_counted() -> None:
    said = as_text(ANSWER, most=1).decode()

    assert "2 groups more not shown" in said
    assert "comes from" not in said


def test_nobody_is_an_answer_too() -> None:
    nobody = structs.replace(ANSWER, groups=(), incomplete=(), never=10)

    assert "nobody can" in as_text(nobody).decode()
    assert nobody.whole


def test_many_actions_are_counted_by_service() -> None:
    names = tuple(sorted([*(f"s3:Get{n}" for n in range(20)), *(f"sqs:Get{n}" for n in range(9))]))
    wide = structs.replace(ONE, groups=(structs.replace(MUST, actions=names),))

    assert "29 actions of 2 services: s3 (20), sqs (9)" in as_text(wide).decode()


def test_a_hostile_name_shows_as_itself() -> None:
    evil = structs.replace(MUST, callers=("arn:aws:iam::111111111111:role/\x1b[2J\u202e",))
    said = as_text(structs.replace(ANSWER, groups=(evil,))).decode()

    assert "\x1b" not in said
    assert "\u202e" not in said


def test_the_same_answer_is_the_same_bytes() -> None:
    assert as_json(ANSWER) == as_json(structs.replace(ANSWER))
    assert as_text(ANSWER) == as_text(structs.replace(ANSWER))
