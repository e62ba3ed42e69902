# SPDX-License-Identifier: Apache-2.0
"""The gate as a pipeline runs it: a plan, its code, a snapshot, and an exit status."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from tests.fakes.terraform_plan import change, plan
from tests.unit.app.test_gate_network import estate, opened

CODE = """\
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = "vpc-1"

  ingress {
    from_port   = 8080
    to_port     = 8080
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group_rule" "office" {
  security_group_id = "sg-1"
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = [local.office]
}
"""
UNKNOWN = change(
    "aws_security_group_rule.office",
    after={"security_group_id": "sg-1", "type": "ingress", "protocol": "tcp",
           "from_port": 22, "to_port": 22},
    unknown={"cidr_blocks": [True]},
)  # fmt: skip
SNAPSHOT_AT, LATER = "2026-01-02T03:04:05Z", "2026-01-03T03:04:05Z"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with code in `infra`, and a home with a snapshot of the estate."""
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    draft = wiring.store().begin(scope="test", started_at=SNAPSHOT_AT, resume=False)
    draft.write("all", estate())
    draft.commit(sources=("test",), finished_at=SNAPSHOT_AT)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/main.tf").write_text(CODE)
    return tmp_path


def write_plan(*changes: dict[str, Any]) -> None:
    Path("plan.json").write_bytes(plan(*changes))


def judged(*arguments: str) -> int:
    return run(["gate", "plan.json", "--source", "infra", *arguments])


def document(capsysbinary: pytest.CaptureFixture[bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsysbinary.readouterr().out)
    return found


def test_a_new_path_fails_and_names_the_line_that_opens_it(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    write_plan(opened())

    assert judged("--format", "sarif") == 1

    (result, *_) = document(capsysbinary)["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "infra/main.tf"
    assert location["physicalLocation"]["region"]["startLine"] == 1


def test_what_cannot_be_told_names_attribute_and_line(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    write_plan(UNKNOWN)

    assert judged() == 3

    told = capsysbinary.readouterr().out.decode()
    assert "aws_security_group_rule.office.cidr_blocks[0] (infra/main.tf:19)" in told


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--fail-on", "never"), 0),
        (("--fail-on", "critical"), 1),
        (("--level", "advisory"), 0),
    ],
    ids=str,
)
def test_the_status_is_what_the_level_says(arguments: tuple[str, ...], status: int) -> None:
    write_plan(opened())

    assert judged(*arguments) == status


def test_a_path_that_a_baseline_knows_does_not_fail() -> None:
    write_plan(opened())

    assert judged("--format", "baseline", "--out", "known.json") == 1
    assert judged("--baseline", "known.json") == 0


def test_an_override_counts_at_level_soft_until_its_day(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    write_plan(opened())
    judged("--format", "baseline")
    entries = "".join(
        f'[[override]]\npath = "{path}"\nowner = "jane"\nreason = "drill"\nuntil = 9999-01-01\n'
        for path in document(capsysbinary)["paths"]
    )
    Path("let.toml").write_text(f"format = 1\n{entries}")

    assert judged("--overrides", "let.toml", "--level", "soft", "--format", "json") == 0
    let = document(capsysbinary)
    assert let["judgement"] == "no-new-path"
    assert all("jane" in reason for reason in let["excused"].values())
    for hard in ((), ("--level", "hard")):
        assert judged("--overrides", "let.toml", *hard) == 1
    Path("let.toml").write_text(f"format = 1\n{entries}".replace("9999", "2020"))
    assert judged("--overrides", "let.toml", "--level", "soft") == 1


def test_access_that_is_on_no_path_is_told(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without the role of the instance there is nothing to be lost behind it."""
    draft = wiring.store().begin(scope="test", started_at=LATER, resume=False)
    draft.write("all", [one for one in estate() if "::IAM::" not in one.kind])
    draft.commit(sources=("test",), finished_at=LATER)
    write_plan(opened())

    assert judged("--show", "access", "--format", "json") == 0

    found = document(capsysbinary)
    assert found["comparison"]["appeared"] == []
    assert "send eni-1:8080/tcp" in [step["grants"] for step in found["access"]]


@pytest.mark.parametrize(
    "arguments", [("--source", "none"), ("--overrides", "none"), ("--baseline", "plan.json")]
)
def test_bad_input_is_one_error_and_status_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(opened())

    assert run(["gate", "plan.json", *arguments]) == 2
    assert capsys.readouterr().err.count("error[") == 1
