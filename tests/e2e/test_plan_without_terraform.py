# SPDX-License-Identifier: Apache-2.0
"""Code is planned, loaded and judged where no Terraform is installed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

from tests.e2e.test_gate_spelling import BASE, OPENS
from tests.fakes.spelled_code import Things, spelled
from tests.fakes.terraform_code import write
from tests.fakes.terraform_roots import ROOTS

TOLD = ("--account", "aws=111111111111/eu-west-1")


def _bartizan(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bartizan", *arguments],
        env={**os.environ, "PATH": "/nowhere", "BARTIZAN_HOME": str(home), "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_says_who_evaluated(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", ROOTS["policies"])

    found = _bartizan("plan", str(folder), *TOLD, home=tmp_path)

    assert found.returncode == 0
    assert found.stderr == "evaluated without terraform, which is not installed\n"
    assert json.loads(found.stdout)["format_version"].startswith("1.")


def test_what_only_terraform_can_tell_is_listed_and_is_not_clean(tmp_path: Path) -> None:
    text = 'resource "aws_iam_user" "u" {\n  name = timestamp()\n}\n'
    folder = write(tmp_path / "code", text)

    found = _bartizan("plan", str(folder), *TOLD, home=tmp_path)

    assert found.returncode == 3
    assert "not evaluated: aws_iam_user.u.name: " in found.stderr


def test_the_gate_finds_what_the_code_opens(tmp_path: Path) -> None:
    before, after = (
        _spelled(tmp_path / "before", BASE),
        _spelled(tmp_path / "after", {**BASE, **OPENS}),
    )
    base = tmp_path / "base"
    loaded = _bartizan("load", str(before), "--whole", *TOLD, "--out", str(base), home=tmp_path)

    found = _bartizan("gate", str(after), "--snapshot", str(base), *TOLD, home=tmp_path)

    assert loaded.returncode == 0, loaded.stderr
    assert found.returncode == 1, found.stdout + found.stderr
    assert "999999999999" in found.stdout


def _spelled(folder: Path, things: Things) -> Path:
    return write(folder, spelled(things, Random(7)))  # noqa: S311 - no secret
