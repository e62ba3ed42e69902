# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

from bartizan.cli.main import run


def _policy(folder: Path, **elements: object) -> str:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    path = folder / "p.json"
    document = {"Version": "2012-10-17", "Statement": [statement | elements]}
    path.write_text(json.dumps(document))
    return str(path)


@pytest.mark.parametrize(
    ("elements", "fail_on", "status"),
    [
        ({}, "note", 0),
        ({"Effect": "Alow"}, "error", 1),
        ({"Action": "s3:ListObjects"}, "error", 0),
        ({"Action": "s3:ListObjects"}, "warning", 1),
        ({"Action": ["s3:Get*", "s3:GetObject"]}, "warning", 0),
        ({"Action": ["s3:Get*", "s3:GetObject"]}, "note", 1),
        ({"Effect": "Alow"}, "never", 0),
    ],
)
def test_the_exit_status_says_whether_anything_was_found(
    tmp_path: Path, elements: dict[str, object], fail_on: str, status: int
) -> None:
    path = _policy(tmp_path, **elements)

    assert run(["policy", "check", path, "--fail-on", fail_on]) == status


def test_warnings_fail_where_nothing_is_said(tmp_path: Path) -> None:
    assert run(["policy", "check", _policy(tmp_path, Action="s3:ListObjects")]) == 1


def test_a_file_that_cannot_be_read_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policy", "check", str(tmp_path / "none.json")]) == 2
    assert "error[input]: cannot read the file" in capsys.readouterr().err


def test_a_document_that_was_not_checked_whole_is_incomplete(tmp_path: Path) -> None:
    path = _policy(tmp_path, Resource=[f"x{number}" for number in range(101)])

    assert run(["policy", "check", path]) == 3
    assert run(["policy", "check", path, "--allow-incomplete"]) == 1


def test_the_type_and_the_format_can_be_said(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = _policy(tmp_path, Effect="Deny")

    run(["policy", "check", path, "--type", "boundary", "--format", "json"])

    said = json.loads(capsysbinary.readouterr().out)
    assert said["policies"][0]["type"] == "boundary"
    assert [f["rule"] for f in said["policies"][0]["findings"]] == ["limit-allows-nothing"]


def test_what_was_found_can_be_written_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "out.sarif"

    run(["policy", "check", _policy(tmp_path), "--format", "sarif", "--out", str(out)])

    assert json.loads(out.read_text())["version"] == "2.1.0"
