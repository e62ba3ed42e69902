# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

from bartizan.cli.main import run
from tests.fakes.observed_use import ROLE, event, log
from tests.fakes.policy_text import text
from tests.fakes.statements import allow


def _policy(folder: Path, *actions: str) -> str:
    place = folder / "p.json"
    place.write_text(text(*(allow(action) for action in actions)))
    return str(place)


def test_a_shorter_policy_goes_to_a_file_and_the_report_to_the_reader(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    out = tmp_path / "short.json"

    status = run(
        [
            "policy", "minimize", _policy(tmp_path, "s3:*", "s3:Get*"),
            "--out", str(out), "--format", "json",
        ]
    )  # fmt: skip

    assert status == 0
    assert json.loads(capfdbinary.readouterr().out)["policy"] == json.loads(out.read_text())


@pytest.mark.parametrize(
    ("more", "status"),
    [([], 3), (["--allow-incomplete"], 0), (["--logged", "management", "--days", "1"], 0)],
)
def test_evidence_that_does_not_cover_all_shows_in_the_exit_status(
    tmp_path: Path, more: list[str], status: int
) -> None:
    seen = tmp_path / "log.json"
    seen.write_text(log(event("DescribeInstances", source="ec2")))
    policy = _policy(tmp_path, "ec2:RunInstances")
    given = ["policy", "fit", policy, "--used", str(seen), "--principal", ROLE]

    assert run([*given, "--out", str(tmp_path / "new.json"), *more]) == status


def test_a_file_that_is_no_policy_is_bad_input(tmp_path: Path) -> None:
    place = tmp_path / "p.json"
    place.write_text("{")

    assert run(["policy", "minimize", str(place)]) == 2
