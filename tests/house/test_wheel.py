# SPDX-License-Identifier: Apache-2.0
"""What users install: a wheel that is complete, works alone, and brings little with it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bartizan
from tests.house import tree

pytestmark = pytest.mark.slow

MOST = 30
"""The installed distributions stay fewer than this, ours and all that come with it."""


def _run(*command: object, ok: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=tree.ROOT,
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `bin` of an environment that holds the wheel without extras."""
    folder = tmp_path_factory.mktemp("installed")
    pins = (
        line.split(" \\")[0] for line in tree.text(tree.ROOT / "requirements/run.txt").split("\n")
    )
    (folder / "pins.txt").write_text("\n".join(pin for pin in pins if "==" in pin))
    _run("tools/bootstrap", folder / "venv")
    binaries = folder / "venv/bin"
    _run(binaries / "python", "-m", "pip", "install", "-q", "-c", folder / "pins.txt", wheel)
    return binaries


def test_the_wheel_holds_every_file_of_the_package_and_the_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = tree.ROOT / "src"

    ours = {
        path.relative_to(package).as_posix() for path in tree.files() if package in path.parents
    }
    assert ours - names == set()
    assert [name for name in names if name.endswith(("licenses/LICENSE", "licenses/NOTICE"))]


def test_the_installed_command_knows_its_version(installed: Path) -> None:
    assert _run(installed / "bartizan", "--version").stdout.split()[-1] == bartizan.__version__


def test_a_missing_extra_is_answered_with_the_line_that_installs_it(installed: Path) -> None:
    done = _run(installed / "bartizan", "scan", "aws", ok=False)

    assert done.returncode == 2
    assert "pip install 'bartizan[aws]'" in done.stderr


def test_what_was_collected_before_can_be_listed_without_any_extra(
    installed: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [installed / "bartizan", "snapshot", "list"],
        env={**os.environ, "BARTIZAN_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_extra_for_aws_brings_few_distributions(installed: Path, wheel: Path) -> None:
    pins = installed.parent.parent / "pins.txt"
    _run(installed / "python", "-m", "pip", "install", "-q", "-c", pins, f"{wheel}[aws]")
    listed = _run(installed / "python", "-m", "pip", "list", "--format=json").stdout

    names = {entry["name"] for entry in json.loads(listed)} - {"pip", "setuptools"}
    assert {"bartizan", "botocore"} <= names
    assert len(names) < MOST
    assert _run(installed / "bartizan", "scan", "aws", "--print-policy").stdout
