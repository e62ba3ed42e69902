# SPDX-License-Identifier: Apache-2.0
"""A statement is taken out of the text of its own policy, where that says nothing else."""

import json
from pathlib import Path

import pytest

from bartizan.errors import FixError
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.plan import Action
from tests.fakes.terraform_plan import Described, change
from tests.unit.sources.terraform.fix.test_fix import (
    DOCUMENT,
    JSONENCODE,
    POLICY,
    STATEMENTS,
    drop,
    planned,
    revised,
    touched,
)

OTHER = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
ARN = "arn:aws:iam::1:policy/policy"
SECOND_USE = """\
resource "aws_iam_role_policy" "other" {
  policy = data.aws_iam_policy_document.p.json
}
"""
DYNAMIC = """\
  dynamic "statement" {
    for_each = var.more
    content {
      actions   = statement.value
      resources = ["*"]
    }
  }
}
"""


def text(*statements: dict[str, str]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def inline(*statements: dict[str, str]) -> Described:
    return change(POLICY, after={"name": "p", "policy": text(*statements)})


def fixed(place: Path, code: str, *changes: Described, statement: int = 1) -> PlannedChange:
    held = planned(place, {"main.tf": code}, *changes)
    return held.fixed(drop("x/role#inline/p", statement), touched(POLICY))


REFUSED: dict[str, tuple[str, str]] = {
    "a list that was not planned so": (
        JSONENCODE.replace("    ]\n", "      var.more,\n    ]\n"),
        "the text does not write it out",
    ),
    "a document that was not planned so": (
        DOCUMENT.replace("  statement {\n", "  statement {\n    sid = 1\n  }\n  statement {\n", 1),
        "the text does not write it out",
    ),
    "a document that others use": (
        DOCUMENT + SECOND_USE,
        "the document `p` is used several times",
    ),
    "a statement of a loop": (
        DOCUMENT.rpartition("\n  statement {")[0] + DYNAMIC,
        "the text does not write it out",
    ),
    "a document over another one": (
        DOCUMENT.replace('"p" {\n  st', '"p" {\n  source_policy_documents = [var.o]\n\n  st'),
        "the text does not write it out",
    ),
    "a document that another one overrides": (
        DOCUMENT.replace('"p" {\n  st', '"p" {\n  override_policy_documents = [var.o]\n\n  st'),
        "the text does not write it out",
    ),
    "a document that is not there": (
        DOCUMENT.replace('document" "p"', 'document" "q"'),
        "its document is not in the text",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_text_that_says_it_otherwise_is_not_edited(tmp_path: Path, name: str) -> None:
    code, reason = REFUSED[name]

    with pytest.raises(FixError) as caught:
        fixed(tmp_path, code, inline(*STATEMENTS))

    assert caught.value.message == reason
    assert caught.value.at is not None


@pytest.mark.parametrize("statement", [-1, 2])
def test_a_statement_that_is_not_there_is_not_taken_out(tmp_path: Path, statement: int) -> None:
    with pytest.raises(FixError, match="no such statement"):
        fixed(tmp_path, JSONENCODE, inline(*STATEMENTS), statement=statement)


@pytest.mark.parametrize("code", [JSONENCODE, DOCUMENT], ids=["jsonencode", "document"])
@pytest.mark.parametrize("statement", [0, 1])
def test_what_goes_from_the_text_goes_from_the_plan(
    tmp_path: Path, code: str, statement: int
) -> None:
    found = fixed(tmp_path, code, inline(*STATEMENTS), statement=statement)

    (file,) = found.edited
    assert (b"s3:GetObject" in file.after) is (statement == 1)
    values = revised(found, POLICY).after
    assert isinstance(values, dict)
    (left,) = json.loads(str(values["policy"]))["Statement"]
    assert left == STATEMENTS[1 - statement]


def test_a_statement_of_a_trust_is_taken_out_of_the_role(tmp_path: Path) -> None:
    trust = JSONENCODE.replace("aws_iam_role_policy", "aws_iam_role").replace(
        "  policy =", "  assume_role_policy ="
    )
    address = "aws_iam_role.p"
    told = {"name": "p", "assume_role_policy": text(*STATEMENTS)}
    held = planned(tmp_path, {"main.tf": trust}, change(address, after=told))

    found = held.fixed(drop("arn:aws:iam::1:role/role#trust"), touched(address))

    values = revised(found, address).after
    assert isinstance(values, dict)
    assert json.loads(str(values["assume_role_policy"]))["Statement"] == STATEMENTS[:1]


def managed(*attached: str) -> str:
    return 'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{}] })\n}\n' + (
        "".join(
            f'\nresource "aws_iam_role_policy_attachment" "{one}" {{\n  role = "{one}"\n}}\n'
            for one in attached
        )
    )


def attachment(role: str, *, arn: str = ARN, there: bool = False) -> Described:
    told = {"role": role, "policy_arn": arn}
    address = f"aws_iam_role_policy_attachment.{role}"
    return change(address, before=told if there else None, after=told,
                  actions=("no-op",) if there else ())  # fmt: skip


MANAGED = change("aws_iam_policy.p", after={"name": "policy", "policy": text(OTHER)})


def test_a_policy_of_one_statement_is_taken_off_its_only_principal(tmp_path: Path) -> None:
    held = planned(
        tmp_path, {"main.tf": managed("a", "b")}, MANAGED, attachment("a"),
        attachment("b", arn=f"{ARN}-of-others"),
    )  # fmt: skip

    found = held.fixed(drop(ARN, 0), touched("aws_iam_policy.p"))

    assert [one.address for one in found.plans[0].changes] == [
        "aws_iam_policy.p",
        "aws_iam_role_policy_attachment.b",
    ]


def test_an_attachment_that_was_there_is_deleted(tmp_path: Path) -> None:
    held = planned(tmp_path, {"main.tf": managed("a")}, MANAGED, attachment("a", there=True))

    found = held.fixed(drop(ARN, 0), touched("aws_iam_policy.p"))

    assert revised(found, "aws_iam_role_policy_attachment.a").action is Action.DELETE


@pytest.mark.parametrize("there", [False, True])
def test_of_a_policy_of_several_principals_none_is_left_out(
    tmp_path: Path, *, there: bool
) -> None:
    held = planned(
        tmp_path, {"main.tf": managed("a", "b")}, MANAGED, attachment("a"),
        attachment("b", there=there),
    )  # fmt: skip

    with pytest.raises(FixError, match="nothing would be left of the policy"):
        held.fixed(drop(ARN, 0), touched("aws_iam_policy.p"))


def test_of_a_policy_that_one_attachment_gives_to_several_none_is_left_out(tmp_path: Path) -> None:
    address = "aws_iam_policy_attachment.a"
    code = {"main.tf": managed() + 'resource "aws_iam_policy_attachment" "a" {\n}\n'}
    told = change(address, after={"policy_arn": ARN, "roles": ["a", "b"]})
    held = planned(tmp_path, code, MANAGED, told)

    with pytest.raises(FixError, match="nothing would be left of the policy"):
        held.fixed(drop(ARN, 0), touched("aws_iam_policy.p"))
