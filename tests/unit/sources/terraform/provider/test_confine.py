# SPDX-License-Identifier: Apache-2.0
"""A confined program reads and writes only where it is told."""

import json
import subprocess
import sys
from pathlib import Path

from bartizan.sources.terraform.provider import confine
from tests.fakes.terraform_code import needs_landlock

SYSTEM = ["/usr", "/bin", "/lib", "/lib64"]


def _run(
    *command: str, read: tuple[Path, ...] = (), write: tuple[Path, ...] = (), **limits: int
) -> subprocess.CompletedProcess[str]:
    told = {
        "seconds": 60,
        "memory": 2**33,
        "file": 2**20,
        "read": [*SYSTEM, *map(str, read)],
        "write": list(map(str, write)),
        "ports": [],
        **limits,
    }
    return subprocess.run(
        [sys.executable, "-I", confine.__file__, json.dumps(told), *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@needs_landlock
def test_a_file_is_read_where_that_is_allowed_and_nowhere_else(tmp_path: Path) -> None:
    allowed, other = tmp_path / "a", tmp_path / "b"
    for folder in (allowed, other):
        folder.mkdir()
        (folder / "f").write_text("held")

    assert _run("/bin/cat", str(allowed / "f"), read=(allowed,)).stdout == "held"
    assert "denied" in _run("/bin/cat", str(other / "f"), read=(allowed,)).stderr


@needs_landlock
def test_a_file_is_written_where_that_is_allowed_and_nowhere_else(tmp_path: Path) -> None:
    allowed, other = tmp_path / "a", tmp_path / "b"
    allowed.mkdir()
    other.mkdir()

    assert _run("/bin/cp", "/bin/cat", str(allowed / "f"), write=(allowed,)).returncode == 0
    assert _run("/bin/cp", "/bin/cat", str(other / "f"), write=(allowed,)).returncode != 0
    assert not list(other.iterdir())


def test_what_is_written_is_bounded(tmp_path: Path) -> None:
    found = _run("/bin/cp", "/bin/cat", str(tmp_path / "f"), write=(tmp_path,), file=100)

    assert found.returncode != 0
    assert (tmp_path / "f").stat().st_size <= 100
