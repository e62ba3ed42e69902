# SPDX-License-Identifier: Apache-2.0
"""The main job, as `make demo` runs it."""

import json
from pathlib import Path

import pytest

from bartizan.cli.main import run


def test_the_demo_gives_the_answer_that_was_written_by_hand(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status = run(["demo", "--out", str(tmp_path)])

    said = capfd.readouterr()
    assert "not as expected" not in said.err
    assert status == 0
    assert "paths left after it: 0 (checked)" in said.out
    report = json.loads((tmp_path / "paths.json").read_bytes())
    assert report["unread"], "what the emulator does not serve is shown"
    assert (tmp_path / "report.html").stat().st_size > 0
    assert json.loads((tmp_path / "paths.sarif").read_bytes())["version"] == "2.1.0"
    kept = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert not [p for p in kept if b"not a real secret" in p.read_bytes()]
