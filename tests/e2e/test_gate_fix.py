# SPDX-License-Identifier: Apache-2.0
"""A fix that the gate offers, as a user asks for it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from bartizan.cli.main import run
from tests.e2e.test_gate import CODE, UNKNOWN, folder, judged, write_plan
from tests.fakes.planned_network import WRITTEN
from tests.fakes.terraform_plan import change
from tests.unit.app.test_gate_network import opened

__all__ = ["folder"]  # the folder and the home of every test here

FIXED = """\
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = "vpc-1"
}
"""


def two_rules() -> tuple[dict[str, Any], str]:
    """A change that opens two ports, either of which is a path, and its code."""
    before = WRITTEN["aws_security_group.web"] | {"ingress": []}
    rules = [
        {"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
        for port in (8080, 9090)
    ]
    text = "".join(
        f"  ingress {{\n    from_port   = {port}\n    to_port     = {port}\n"
        '    protocol    = "tcp"\n'
        '    cidr_blocks = ["0.0.0.0/0"]\n  }\n'
        for port in (8080, 9090)
    )
    code = f'resource "aws_security_group" "web" {{\n{text}}}\n'
    return change("aws_security_group.web", before=before, after=before | {"ingress": rules}), code


def test_a_fix_is_printed_and_nothing_is_written(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    write_plan(opened())

    assert judged("--fix") == 1

    captured = capsysbinary.readouterr()
    assert captured.out.startswith(b"--- a/infra/main.tf\n+++ b/infra/main.tf\n")
    assert b"fix: Revoke" in captured.err
    assert Path("infra/main.tf").read_text() == CODE


def test_what_is_printed_is_what_is_written(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_plan(opened())
    judged("--fix")
    diff = capsysbinary.readouterr().out
    subprocess.run(["git", "apply", "-"], input=diff, check=True, timeout=60)  # noqa: S607 - wherever it lies
    by_hand = Path("infra/main.tf").read_text()
    Path("infra/main.tf").write_text(CODE)

    assert judged("--fix", "--apply") == 1

    assert Path("infra/main.tf").read_text() == by_hand
    assert by_hand.startswith(FIXED)


def test_a_path_that_comes_to_light_behind_another_is_closed_too(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    one, code = two_rules()
    Path("infra/main.tf").write_text(code)
    write_plan(one)

    assert judged("--fix", "--apply") == 1

    assert Path("infra/main.tf").read_text() == 'resource "aws_security_group" "web" {\n}\n'
    assert capsysbinary.readouterr().err.count(b"fix: ") == 2


def test_where_the_text_computes_it_there_is_no_fix_and_the_line_is_told(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    Path("infra/main.tf").write_text(CODE.replace('["0.0.0.0/0"]', "var.everybody"))
    write_plan(opened())

    assert judged("--fix", "--apply") == 1

    captured = capsysbinary.readouterr()
    assert captured.out == b""
    assert b"no edit of this code closes every path" in captured.err
    assert b"infra/main.tf:9" in captured.err


def test_where_nothing_opens_there_is_nothing_to_fix(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    write_plan()

    assert judged("--fix") == 0

    captured = capsysbinary.readouterr()
    assert (captured.out, captured.err) == (b"", b"")


def test_a_fix_of_a_change_that_cannot_be_told_whole_still_says_so() -> None:
    write_plan(opened(), UNKNOWN)

    assert judged("--fix", "--fail-on", "never") == 3


@pytest.mark.parametrize("arguments", [("--fix",), ("--source", "infra", "--apply")])
def test_a_fix_needs_the_code(arguments: tuple[str, ...]) -> None:
    write_plan(opened())

    assert run(["gate", "plan.json", *arguments]) == 2
