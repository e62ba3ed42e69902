# SPDX-License-Identifier: Apache-2.0
"""The main job, as `make demo` runs it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.cli.main import run


def sent_from_the_internet(report: dict[str, Any]) -> list[str]:
    """Return the ids of proved paths that begin with packets, whose whole way is shown."""
    found = []
    for path in report["paths"]:
        first = path["steps"][0]
        if path["certainty"] == "proved" and first["technique"] == "reach-from-internet":
            said = [f"{one['subject']} {one['why']}" for one in first["evidence"]]
            assert any("takes tcp from" in line for line in said), "the addresses"
            assert any(line.startswith("sg-") and "allows it in" in line for line in said)
            assert any(line.startswith("rtb-") for line in said), "the route of the answer"
            found.append(path["id"])
    return found


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
    assert len(sent_from_the_internet(report)) >= 2
    assert (tmp_path / "report.html").stat().st_size > 0
    assert json.loads((tmp_path / "paths.sarif").read_bytes())["version"] == "2.1.0"
    kept = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert not [p for p in kept if b"not a real secret" in p.read_bytes()]
