# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from bartizan.errors import InputError, Location
from bartizan.model.policy_diff import Gain, PolicyDiff, Shown
from bartizan.report.policy_diff import answer, as_json, as_text

SHOWN = Shown(
    principal="arn:aws:iam::111111111111:role/r",
    caller="role",
    session="",
    action="s3:getx",
    known=False,
    resource="arn:aws:s3:::b/k",
    account="111111111111",
    context=(("aws:TagKeys", ("a", "b")),),
)
FOUND = PolicyDiff(
    old="old.json",
    new="new.json",
    type="identity",
    gained=Gain(any=True, shown=SHOWN),
    lost=Gain(any=False),
)
OPEN = PolicyDiff(
    old="a",
    new="b",
    type="scp",
    gained=Gain(any=None, missing=("effort: x",)),
    lost=Gain(any=True, shown=SHOWN),
)


def schema(name: str) -> dict[str, Any]:
    text = (files("bartizan.report") / f"schema/{name}.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_text_says_what_is_gained_and_that_nothing_is_lost() -> None:
    assert as_text(FOUND).decode() == (
        "old.json -> new.json (identity policy)\n"
        "\n"
        "new access, for example:\n"
        "  principal  arn:aws:iam::111111111111:role/r\n"
        "  action     s3:getx (stands for actions that are not in the catalogue)\n"
        "  resource   arn:aws:s3:::b/k of account 111111111111\n"
        "  context    aws:TagKeys = a, b\n"
        "\n"
        "no access lost: proved for all requests\n"
    )


def test_the_text_says_what_stands_in_the_way() -> None:
    said = as_text(OPEN).decode()

    assert "new access: unknown\n  not decided  effort: x\n" in said


@pytest.mark.parametrize("found", [FOUND, OPEN])
def test_the_document_is_what_its_schema_says(found: PolicyDiff) -> None:
    said = json.loads(as_json(found))

    jsonschema.Draft202012Validator(schema("policy-diff")).validate(said)
    assert said["new_within_old"] is (None if found.gained.any is None else False)
    assert said["old_within_new"] is (not found.lost.any)


def test_an_answer_is_what_its_schema_says() -> None:
    error = InputError("no", at=Location("line 3"), hint="mend it")
    good, bad = answer("1", FOUND), answer("2", error)

    validator = jsonschema.Draft202012Validator(schema("policy-diff-answer"))
    for said in (good, bad):
        assert said.count(b"\n") == 1
        validator.validate(json.loads(said))
    assert json.loads(bad)["error"]["at"] == "line 3"
    assert not validator.is_valid({**json.loads(good), "error": json.loads(bad)["error"]})
