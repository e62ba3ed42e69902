# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

from bartizan.cli import main
from tests.fakes.statements import allow


def written(folder: Path, name: str, action: str, resource: str = "*") -> str:
    place = folder / f"{name}.json"
    place.write_text(json.dumps({"Statement": allow(action, resource)}), encoding="utf-8")
    return str(place)


@pytest.fixture
def few(tmp_path: Path) -> str:
    return written(tmp_path, "few", "s3:GetObject")


@pytest.fixture
def many(tmp_path: Path) -> str:
    return written(tmp_path, "many", "s3:*")


@pytest.mark.parametrize(
    ("more", "status"),
    [([], 0), (["--fail-on", "any-change"], 1), (["--fail-on", "never"], 0)],
)
def test_access_that_is_lost_fails_where_asked(
    few: str, many: str, more: list[str], status: int
) -> None:
    assert main.run(["policy", "diff", many, few, *more]) == status


def test_new_access_fails(few: str, many: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["policy", "diff", few, many]) == 1
    assert "new access, for example" in capsys.readouterr().out


def test_what_could_not_be_told_is_said_by_the_status(tmp_path: Path, few: str) -> None:
    short = written(tmp_path, "short", "s3:PutObject", "arn:aws:s3")

    assert main.run(["policy", "diff", few, short]) == 3


def test_each_line_of_a_batch_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = ({"Statement": allow(action)} for action in ("s3:GetObject", "s3:*"))
    lines = tmp_path / "pairs.jsonl"
    lines.write_text(
        "\n".join((json.dumps({"id": "a", "old": old, "new": new}), "{")), encoding="utf-8"
    )

    assert main.run(["policy", "diff", "--batch", str(lines)]) == 2

    good, bad = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (good["id"], good["new_within_old"]) == ("a", False)
    assert bad["error"]["code"] == "input"


@pytest.mark.parametrize("words", [["x"], [], ["x", "y", "--batch", "-"]])
def test_files_or_a_batch_are_needed(words: list[str]) -> None:
    assert main.run(["policy", "diff", *words]) == 2
