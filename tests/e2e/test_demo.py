# SPDX-License-Identifier: Apache-2.0
"""The main job, as `make demo` runs it."""

import json
from typing import Any

from tests.fakes.demo import Demo


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


def test_the_demo_gives_the_answer_that_was_written_by_hand(demo: Demo) -> None:
    assert "not as expected" not in demo.err
    assert demo.status == 0
    assert "paths left after it: 0 (checked)" in demo.out
    assert "1 new attack path by 5 changed objects" in demo.out
    assert '\n-        Action   = "iam:PassRole"\n' in demo.out, "the edit that closes it"
    assert demo.out.rstrip().endswith("no new attack path by 5 changed objects")
    report = json.loads((demo.place / "paths.json").read_bytes())
    assert report["unread"], "what the emulator does not serve is shown"
    assert len(sent_from_the_internet(report)) >= 2
    assert (demo.place / "report.html").stat().st_size > 0
    assert json.loads((demo.place / "paths.sarif").read_bytes())["version"] == "2.1.0"
    kept = [p for p in demo.place.rglob("*") if p.is_file()]
    assert not [p for p in kept if b"not a real secret" in p.read_bytes()]
