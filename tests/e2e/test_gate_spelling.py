# SPDX-License-Identifier: Apache-2.0
"""How code is spelled changes no verdict: labels, files, modules, blocks for many, documents."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.app.code import Coded
from bartizan.app.code_wiring import planned
from bartizan.app.gate import gate
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.cli.main import run
from bartizan.model.gate import Judgement
from bartizan.ports import Snapshot
from tests.fakes.spelled_code import Argument, Document, Ref, Thing, Things, spelled
from tests.fakes.terraform_code import needs_terraform, write

ACCOUNT = "111111111111"
TOLD = ["--account", f"aws={ACCOUNT}/eu-west-1"]


def _trust(kind: str, *who: str | Ref) -> Document:
    return Document([{"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {kind: who}}])


def _may(*actions: str, on: str | Ref = "*") -> Document:
    return Document([{"Effect": "Allow", "Action": list(actions), "Resource": [on]}])


def _role(name: str, trust: Document) -> Thing:
    told: dict[str, Argument] = {"name": name, "assume_role_policy": trust}
    return Thing("aws_iam_role", told)


def _policy(role: str, name: str, document: Document) -> Thing:
    told: dict[str, Argument] = {"name": name, "role": Ref(role, "name"), "policy": document}
    return Thing("aws_iam_role_policy", told)


BASE: Things = {
    "vendor": _role("vendor", _trust("AWS", "arn:aws:iam::999999999999:root")),
    "worker": _role("worker", _trust("Service", "lambda.amazonaws.com")),
    "reader": _role("reader", _trust("Service", "ec2.amazonaws.com")),
    "all": _policy("worker", "all", _may("*")),
    "make": _policy("vendor", "make", _may("lambda:CreateFunction", "lambda:InvokeFunction")),
    "read": _policy("reader", "read", _may("s3:GetObject", "s3:ListBucket")),
    **{name: Thing("aws_iam_user", {"name": name}) for name in ("u0", "u1", "u2")},
}
OPENS: Things = {"pass": _policy("vendor", "p", _may("iam:PassRole", on=Ref("worker", "arn")))}
TWIN: Things = {"pass": _policy("vendor", "p", _may("iam:PassRole", on=Ref("reader", "arn")))}

PATH = (
    ("the outside account 999999999999",),
    ACCOUNT,
    ("sts-assume-role", "lambda-new-function", "iam-administrator-by-managed-role"),
)
"""What the one opens and the other does not."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """What is there before, from code as it is first spelled."""
    place = tmp_path_factory.mktemp("base")
    folder = write(place / "code", spelled(BASE, Random(0)))  # noqa: S311 - no secret
    assert run(["load", str(folder), "--whole", *TOLD, "--out", str(place / "out")]) == 0
    return wiring.store().open(str(place / "out"))


def _verdict(base: Snapshot, folder: Path) -> Any:  # noqa: ANN401
    change = planned([folder], Coded(accounts={"aws": f"{ACCOUNT}/eu-west-1"}))
    found = gate(wiring.engine(Settings()), base, change, Question(cut=False))
    paths = {
        (
            tuple(entry.name for entry in path.entries),
            path.jewel.foothold.entity,
            tuple(step.technique for step in path.steps),
        )
        for path in found.counted
    }
    return found.judgement, paths, found.gaps


@needs_terraform
@pytest.mark.parametrize("seed", range(1, 4))
def test_the_spelling_of_code_changes_no_verdict(
    tmp_path: Path, base: Snapshot, seed: int
) -> None:
    _judge(tmp_path, base, seed)


@needs_terraform
@pytest.mark.slow
def test_the_spelling_of_code_changes_no_verdict_of_many(tmp_path: Path, base: Snapshot) -> None:
    for seed in range(100, 200):
        _judge(tmp_path / str(seed), base, seed)


@pytest.fixture
def _without_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("_without_terraform")
def test_nor_does_it_where_there_is_no_terraform(tmp_path: Path, base: Snapshot) -> None:
    for seed in range(200, 206):
        _judge(tmp_path / str(seed), base, seed)


@pytest.mark.slow
@pytest.mark.usefixtures("_without_terraform")
def test_nor_does_it_of_many_where_there_is_no_terraform(tmp_path: Path, base: Snapshot) -> None:
    for seed in range(1_000, 1_500):
        _judge(tmp_path / str(seed), base, seed)


def _judge(place: Path, base: Snapshot, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - no secret
    opens = write(place / "opens", spelled({**BASE, **OPENS}, dice))
    twin = write(place / "twin", spelled({**BASE, **TWIN}, dice))

    assert _verdict(base, opens) == (Judgement.NEW, {PATH}, ())
    # Without a state it is not known whether what it makes is there already; else it is silent.
    assert _verdict(base, twin) == (Judgement.UNKNOWN, set(), ())
