# SPDX-License-Identifier: Apache-2.0
"""An interrupt says how to go on where that is possible, and only there."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bartizan.cli.main import run
from tests.fakes.puppet import catalog

RESUMES = "`--resume` takes up what was read"


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Yield a server that takes calls and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


def _interrupted(server: socket.socket, *words: str) -> str:
    """Run a command, interrupt it when it has called the server, and return what it says."""
    url = f"http://127.0.0.1:{server.getsockname()[1]}"
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bartizan", *(word.replace("URL", url) for word in words)],
        env={**os.environ, **keys},
        stderr=subprocess.PIPE,
        text=True,
    )
    calling, _ = server.accept()
    with calling:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    return said


@pytest.mark.parametrize(
    "words", [("scan", "aws", "--endpoint-url", "URL"), ("scan", "puppetdb", "URL")]
)
def test_a_scan_that_can_be_taken_up_says_so(
    silent: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path))

    said = _interrupted(silent, *words)

    assert said.split("\n") == [RESUMES, "", "interrupted", ""]


def test_a_scan_that_is_laid_over_a_snapshot_is_not_to_be_taken_up(
    silent: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path))
    (tmp_path / "web1.json").write_text(json.dumps(catalog()))
    assert run(["scan", "puppet", str(tmp_path / "web1.json"), "--allow-incomplete"]) == 0

    said = _interrupted(silent, "scan", "puppetdb", "URL", "--over", "latest")

    assert said.strip() == "interrupted"
