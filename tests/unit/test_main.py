# SPDX-License-Identifier: Apache-2.0
"""How the program ends: with its whole answer and its status, whatever libraries leave running."""

import subprocess
import sys
from pathlib import Path

import pytest

from bartizan.cli.main import run

_PROGRAM = """
import atexit, os, sys
{before}
sys.argv = ["bartizan", *sys.argv[1:]]
from bartizan.__main__ import main
main()
"""


def _run(before: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", _PROGRAM.format(before=before), *arguments]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.mark.parametrize(("arguments", "status"), [(["schema", "gate"], 0), (["no-such"], 2)])
def test_what_aborts_as_the_interpreter_is_taken_apart_changes_no_status(
    arguments: list[str], status: int
) -> None:
    # As threads of libraries do that ask for the interpreter by then.
    found = _run("atexit.register(os.abort)", *arguments)

    assert found.returncode == status
    assert bool(found.stdout) is (status == 0)
    assert bool(found.stderr) is (status != 0)


def test_an_answer_that_nobody_reads_is_not_clean() -> None:
    command = [sys.executable, "-m", "bartizan", "schema", "gate"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        reader.stdout.close()
        status = reader.wait(60)

    assert status == 2


def test_an_answer_that_cannot_be_written_is_an_error_in_words() -> None:
    command = [sys.executable, "-m", "bartizan", "schema", "gate"]
    with Path("/dev/full").open("wb") as full:
        found = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)

    assert found.stderr == b"error[input]: no space left on device\n"
    assert found.returncode == 2


def test_a_name_that_no_file_can_have_is_an_error_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "x" * 300

    assert run(["gate", name]) == 2

    assert capsys.readouterr().err == f"error[input]: file name too long\n  --> {name}\n"
