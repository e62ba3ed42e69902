# SPDX-License-Identifier: Apache-2.0
"""From files of the AWS CLI to paths, the cut, a comparison and decisions, as a user types."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.cli.main import run

ACCOUNT = "111111111111"
STRANGER = "999999999999"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/partner"


def statement(action: str, **more: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action} | more]}


def role(*, trusted: bool) -> dict[str, Any]:
    principal = {"AWS": STRANGER} if trusted else {"Service": "ec2.amazonaws.com"}
    return {
        "Path": "/",
        "RoleName": "partner",
        "RoleId": "AROAEXAMPLE",
        "Arn": ROLE,
        "CreateDate": "2026-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": statement("sts:AssumeRole", Principal=principal),
        "InstanceProfileList": [],
        "RolePolicyList": [
            {"PolicyName": "all", "PolicyDocument": statement("*", Resource="*")},
        ],
        "AttachedManagedPolicies": [],
        "Tags": [],
    }


def dump(place: Path, *, trusted: bool) -> Path:
    folder = place / ACCOUNT
    folder.mkdir(parents=True)
    details: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "Policies": []}
    (folder / "iam-get-account-authorization-details.json").write_text(
        json.dumps(details | {"RoleDetailList": [role(trusted=trusted)]})
    )
    (folder / "organizations-describe-organization.json").write_text("")
    return place


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def load(place: Path, *, trusted: bool) -> None:
    assert run(["load", str(dump(place, trusted=trusted)), "--allow-incomplete"]) == 0


def report(tmp_path: Path, *words: str) -> dict[str, Any]:
    out = tmp_path / "out.json"
    run(["paths", "--format", "json", "--out", str(out), "--allow-incomplete", *words])
    found: dict[str, Any] = json.loads(out.read_bytes())
    return found


def test_files_that_lack_much_are_never_clean(tmp_path: Path) -> None:
    place = dump(tmp_path / "dump", trusted=False)

    assert run(["load", str(place)]) == 3
    assert run(["paths"]) == 3


def test_a_trusted_stranger_is_found_in_files(tmp_path: Path) -> None:
    load(tmp_path / "dump", trusted=True)

    found = report(tmp_path)

    assert [
        (path["entry"]["entity"], path["jewel"]["entity"])
        for path in (*found["paths"], *found["possible"])
    ].count((STRANGER, ACCOUNT)) == 1


def test_a_comparison_tells_what_is_new(tmp_path: Path) -> None:
    load(tmp_path / "before", trusted=False)
    load(tmp_path / "after", trusted=True)

    assert run(["diff", "latest~1", "latest", "--allow-incomplete"]) == 1
    assert run(["diff", "latest", "latest~1", "--allow-incomplete"]) == 0


@pytest.mark.parametrize("form", ["text", "json", "shell", "terraform"])
def test_the_cut_can_be_had_in_every_form(
    tmp_path: Path, form: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    load(tmp_path / "dump", trusted=True)
    capfdbinary.readouterr()

    run(["cut", "--possible", "--format", form, "--allow-incomplete"])

    assert b"partner" in capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["paths", "-s", "nothing"], "no snapshot"),
        (["can", "x", "s3:*", "*"], "not one action"),
        (["can", "x", "s3:GetObject", "b"], "neither an ARN"),
        (["can", f"{ROLE}x", "s3:GetObject", "*"], "no principal"),
        (["can", ROLE, "s3:GetObject", "*", "--context", "k"], "not a context key"),
        (["paths", "--to", "nowhere"], "nowhere"),
        (["paths", "--config", "missing.toml"], "no such file"),
        (["load", "missing"], "missing"),
        (["load", "empty"], "no code, plan or state of Terraform"),
        (["schema", "nothing"], "no table or format"),
        (["nothing"], "nothing"),
    ],
)
def test_what_makes_no_sense_is_one_clear_error(
    tmp_path: Path, words: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    load(tmp_path / "dump", trusted=True)
    Path("empty").mkdir()
    capfd.readouterr()

    assert run(words) == 2
    shown = capfd.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error[")
    assert said in shown.err
    assert "Traceback" not in shown.err


def test_what_questions_begin_with_is_left_with_a_snapshot(tmp_path: Path, home: Path) -> None:
    load(tmp_path / "dump", trusted=True)
    (kept,) = home.glob("snapshots/*/compiled/steps@*/digests.json")
    written = kept.stat().st_mtime_ns

    assert run(["paths", "--allow-incomplete"]) == 1
    assert kept.stat().st_mtime_ns == written
    assert list(home.glob("snapshots/*/compiled/steps@*/digests.json")) == [kept]
