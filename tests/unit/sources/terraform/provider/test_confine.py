# SPDX-License-Identifier: Apache-2.0
"""A confined program reads and writes only where it is told."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bartizan.sources.terraform.provider import confine
from tests.fakes.terraform_code import needs_landlock

SYSTEM = ["/usr", "/bin", "/lib", "/lib64"]


def told() -> dict[str, object]:
    bounds = {"seconds": 60, "memory": 2**33, "file": 2**20}
    return {"parent": os.getpid(), "read": SYSTEM, "write": [], "ports": [], **bounds}


def _run(
    *command: str, read: tuple[Path, ...] = (), write: tuple[Path, ...] = (), **limits: int
) -> subprocess.CompletedProcess[str]:
    places = {"read": [*SYSTEM, *map(str, read)], "write": list(map(str, write))}
    return subprocess.run(
        [
            sys.executable,
            "-I",
            confine.__file__,
            json.dumps({**told(), **places, **limits}),
            *command,
        ],
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


STARTS = """
import json, os, subprocess, sys
limits = json.loads(sys.argv[2]) | {"parent": os.getpid()}
command = [sys.executable, "-I", sys.argv[1], json.dumps(limits), "/bin/sleep", "60"]
print(subprocess.Popen(command, start_new_session=True).pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells of parents")
def test_it_ends_with_whoever_started_it_however_that_ends() -> None:
    limits = json.dumps(told())
    command = [sys.executable, "-c", STARTS, confine.__file__, limits]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        while Path(f"/proc/{child}/comm").read_text() != "sleep\n":
            time.sleep(0.01)
        parent.kill()

    deadline = time.monotonic() + 10
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(child)


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_it_does_not_start_where_whoever_started_it_is_gone() -> None:
    assert "is gone" in _run("/bin/true", parent=1).stderr
