# SPDX-License-Identifier: Apache-2.0
"""What is sensitive in code stands in no complaint about it, whoever evaluates the code."""

from pathlib import Path

import pytest

from bartizan.cli.main import run
from tests.fakes.terraform_code import needs_terraform, write

SECRET = "hunter2"
VARIABLE = 'variable "s" {\n  sensitive = true\n%s}\n'
OUTPUT = 'output "o" {\n  sensitive = true\n  value     = %s\n}\n'
# Terraform quotes the value in most of these complaints, though it is sensitive.
REFUSED = [
    "{ for x in [1, 2] : var.s => x }",
    "{ a = 1 }[var.s]",
    "lookup({}, var.s)",
    'cidrhost("${var.s}/8", 1)',
    "parseint(var.s, 10)",
    "tonumber(var.s)",
    "file(var.s)",
    "templatefile(var.s, {})",
    'formatdate(var.s, "2026-01-01T00:00:00Z")',
    "base64decode(var.s)",
    "jsondecode(var.s)",
]
VALIDATED = """  validation {
    condition     = length(var.s) > 100
    error_message = "too short: ${var.s}"
  }
"""


@pytest.fixture(params=["bartizan", pytest.param("terraform", marks=needs_terraform)])
def _evaluator(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if request.param == "bartizan":
        monkeypatch.setenv("PATH", "/usr/bin:/bin")


def _refused(capsys: pytest.CaptureFixture[str], *how: str) -> str:
    assert run(["plan", "code", *how]) == 2
    told = capsys.readouterr()
    assert not told.out
    return told.err


@pytest.mark.usefixtures("_evaluator")
@pytest.mark.parametrize("expression", REFUSED)
def test_no_complaint_about_an_expression_quotes_a_sensitive_value(
    capsys: pytest.CaptureFixture[str], expression: str
) -> None:
    write(Path("code"), VARIABLE % "" + OUTPUT % expression)

    told = _refused(capsys, "--var", f"s={SECRET}")

    assert SECRET not in told
    assert "code/main.tf:" in told


@pytest.mark.usefixtures("_evaluator")
def test_no_rule_that_a_variable_breaks_quotes_its_sensitive_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(Path("code"), VARIABLE % VALIDATED + OUTPUT % "var.s")

    told = _refused(capsys, "--var", f"s={SECRET}")

    assert SECRET not in told


@pytest.mark.usefixtures("_evaluator")
@pytest.mark.parametrize("how", ["--var", "--var-file"])
def test_a_value_that_cannot_be_read_is_not_quoted(
    capsys: pytest.CaptureFixture[str], how: str
) -> None:
    write(Path("code"), VARIABLE % "  type = object({ a = string })\n" + OUTPUT % "var.s.a")
    Path("x.tfvars").write_text(f"s = {SECRET}\n")

    told = _refused(capsys, how, f"s={SECRET}" if how == "--var" else "x.tfvars")

    assert SECRET not in told


@pytest.mark.usefixtures("_evaluator")
def test_the_name_of_a_file_that_is_not_there_is_not_told_where_it_may_be_a_secret(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bucket = 'resource "aws_s3_bucket" "b" {\n  bucket = filebase64sha256(var.s)\n}\n'
    write(Path("code"), VARIABLE % "" + bucket)

    status = run(["plan", "code", "--var", f"s={SECRET}"])

    assert SECRET not in capsys.readouterr().err
    assert status == 3
