# SPDX-License-Identifier: Apache-2.0
"""Questions to the example organisation, scanned as any other."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from bartizan.model.facts.estate import Store
from bartizan.model.facts.organization import Account
from tests.fakes.demo import Demo

SCHEMA = json.loads((files("bartizan.report") / "schema/access.schema.json").read_text())


@pytest.fixture
def data(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the account of the warehouse, of the snapshot that questions are asked of."""
    monkeypatch.setenv("BARTIZAN_HOME", str(demo.place / "home"))
    facts = wiring.store().open("latest").facts()
    (account,) = (row.id for row in facts.rows(Account) if row.name == "data")
    assert any(row.account == account for row in facts.rows(Store))
    return account


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Mapping[str, Any]]:
    """Ask for JSON, and hold it against its schema."""
    capfd.readouterr()
    status = run([*arguments, "--format", "json"])
    document = json.loads(capfd.readouterr().out)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(document)] == []
    return status, document


def callers(document: Mapping[str, Any], certainty: str = "must") -> set[str]:
    held = (group for group in document["groups"] if group["answer"] == certainty)
    return {name.rsplit(":", 1)[-1] for group in held for name in group["callers"]}


def test_who_can_read_a_bucket_is_told_with_the_statements(
    data: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status, found = answer(capfd, "who-can", "s3:GetObject", "arn:aws:s3:::harbour-customers/k")

    assert status == 0
    assert callers(found) == {
        "role/courier-files",
        "role/export-reader",
        "root",
        "user/old-sync",
    }
    (reader,) = (
        group for group in found["groups"] if group["callers"][0].endswith("export-reader")
    )
    subject = f"arn:aws:iam::{data}:role/export-reader#inline/export-reader"
    assert [reason["policy"] for reason in reader["because"]] == [subject]
    assert found["never"] == found["callers"] - 4


def test_text_names_statements_too(data: str, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()

    assert run(["who-can", "s3:GetObject", "arn:aws:s3:::harbour-customers/k", "--explain"]) == 0

    said = capfd.readouterr().out
    assert f"arn:aws:iam::{data}:role/export-reader#inline/export-reader [#0]" in said
    assert '"arn:aws:s3:::harbour-customers/*"' in said


def test_a_guardrail_on_resources_keeps_strangers_out(
    data: str, capfd: pytest.CaptureFixture[str]
) -> None:
    _, found = answer(capfd, "who-can", "s3:GetObject", "arn:aws:s3:::harbour-partner-drop/k")

    assert data
    assert {group["relation"] for group in found["groups"]} == {"own"}


def test_anybody_with_a_token_of_the_provider_may_assume_a_role(
    data: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status, found = answer(
        capfd, "who-can", "sts:AssumeRoleWithWebIdentity", "arn:aws:iam::*:role/*"
    )

    assert data
    assert status == 0
    (group,) = found["groups"]
    assert group["answer"] == "may"
    assert group["witness"]["context"] == [
        ["token.actions.githubusercontent.com:aud", "sts.amazonaws.com"]
    ]


def test_a_policy_that_is_taken_off_is_missed(
    data: str, capfd: pytest.CaptureFixture[str]
) -> None:
    policy = f"arn:aws:iam::{data}:policy/administrators"
    asked = ("who-can", "s3:GetObject", "arn:aws:s3:::harbour-vault/k")

    _, before = answer(capfd, *asked)
    _, after = answer(capfd, *asked, "--detach", policy)

    assert callers(before) - callers(after) == {"user/old-sync"}
    assert after["supposing"] == [f"`{policy}` detached from everything"]


def test_a_policy_that_is_written_anew_counts(
    data: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = tmp_path / "new.json"
    place.write_text(
        '{"Version": "2012-10-17", "Statement": '
        '{"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}}',
        encoding="utf-8",
    )
    role = f"arn:aws:iam::{data}:role/export-reader"
    suppose = ("--with", f"{role}#inline/export-reader={place}")

    _, found = answer(capfd, "what-can", role, "--action", "sqs:*", *suppose)

    assert [group["actions"] for group in found["groups"]] == [["sqs:ListQueues"]]
    assert run(["can", role, "sqs:ListQueues", "*", *suppose]) == 0
    assert capfd.readouterr().out.startswith("allowed by identity")


def test_what_can_and_who_can_tell_the_same(data: str, capfd: pytest.CaptureFixture[str]) -> None:
    role = f"arn:aws:iam::{data}:role/vault-keeper"

    _, mine = answer(capfd, "what-can", role, "--action", "s3:GetObject")

    for group in mine["groups"]:
        for thing in group["resources"]:
            _, theirs = answer(capfd, "who-can", "s3:GetObject", thing)
            assert "role/vault-keeper" in callers(theirs, group["answer"])


def test_the_same_question_gives_the_same_bytes(
    data: str, capfd: pytest.CaptureFixture[str]
) -> None:
    asked = ["who-can", "kms:Decrypt", f"arn:aws:kms:*:{data}:key/*"]
    said = []
    for _ in range(2):
        capfd.readouterr()
        run(asked)
        said.append(capfd.readouterr().out)

    assert said[0] == said[1]
    assert "who can kms:Decrypt" in said[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ["who-can", "s3", "arn:aws:s3:::b"],
        ["who-can", "s3:GetObject", "b"],
        ["who-can", "s3:GetObject", "arn:aws:s3:::b/k", "--context", "k"],
        ["who-can", "s3:GetObject", "arn:aws:s3:::b/k", "--detach", "none"],
        ["what-can", "arn:aws:iam::000000000000:role/x", "--action", "none:*"],
        ["can", "anonymous", "s3:Get*", "arn:aws:s3:::b/k"],
    ],
)
def test_what_makes_no_sense_is_told_in_words(
    data: str, capfd: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert data

    assert run(arguments) == 2
    assert "error[usage]" in capfd.readouterr().err


def test_an_unknown_part_is_status_three_unless_allowed(
    data: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whose a bucket is that nobody has read, and what its policy says, is not known."""
    asked = ["who-can", "s3:GetObject", "arn:aws:s3:::somebody-elses/k"]

    status, found = answer(capfd, *asked)

    assert data
    assert status == 3
    assert not callers(found)
    assert callers(found, "unknown")
    assert answer(capfd, *asked, "--allow-incomplete")[0] == 0
