# SPDX-License-Identifier: Apache-2.0
"""The demo, run once for all that look at what it leaves."""

import fcntl
import json
import subprocess
import sys

import pytest

from tests.fakes.demo import Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demo:
    """Run the demo in a process of its own, in the first of several workers that asks."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "demo"
    shared.mkdir(exist_ok=True)
    place, said = shared / "out", shared / "said.json"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            command = [sys.executable, "-m", "bartizan", "demo", "--out", str(place)]
            ended = subprocess.run(
                command, capture_output=True, text=True, timeout=600, check=False
            )
            said.write_text(json.dumps([ended.returncode, ended.stdout, ended.stderr]))
    return Demo(place, *json.loads(said.read_text()))
