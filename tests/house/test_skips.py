# SPDX-License-Identifier: Apache-2.0
"""A test that does not run is not mistaken for one that passed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import conftest

SKIPS = """
import pytest


def test_one():
    pytest.skip("no browser here")
"""

MODULE_SKIPS = """
import pytest

pytest.skip("no emulator here", allow_module_level=True)
"""


def _run(
    folder: Path, text: str, *, ci: str, allowed: str = ""
) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(Path(conftest.__file__).read_text())
    (folder / "allowed_skips.txt").write_text(allowed)
    (folder / "test_sample.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(folder)]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("text", [SKIPS, MODULE_SKIPS])
def test_a_skip_in_ci_is_a_failure_that_says_why(tmp_path: Path, text: str) -> None:
    result = _run(tmp_path, text, ci="true")

    assert result.returncode != 0
    assert "does not list why: no " in result.stdout


def test_a_skip_at_a_desk_is_only_a_skip(tmp_path: Path) -> None:
    result = _run(tmp_path, SKIPS, ci="")

    assert result.returncode == 0


def test_a_skip_in_ci_for_a_listed_reason_is_only_a_skip(tmp_path: Path) -> None:
    result = _run(tmp_path, SKIPS, ci="true", allowed="# why\nno browser\n")

    assert result.returncode == 0


def test_an_expected_failure_in_ci_stays_expected(tmp_path: Path) -> None:
    text = "import pytest\n\n\n@pytest.mark.xfail\ndef test_one():\n    raise AssertionError\n"

    assert _run(tmp_path, text, ci="true").returncode == 0
