# SPDX-License-Identifier: Apache-2.0
"""A change of a repository's pipelines, judged as a user types it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from tests.fakes.gate_case import CASES, applied, written

REPOSITORY = [name for name, case in CASES.items() if "files" in case]
AT = "2026-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def keep(base: Any) -> None:  # noqa: ANN401 - YAML
    """Keep the account of a case as a snapshot."""
    records = applied(base)
    draft = wiring.store().begin(scope="test", started_at=AT, resume=False)
    draft.write("all", [record for kind in records.kinds() for record in records.of(kind)])
    draft.commit(sources=["test"], finished_at=AT)


def judged(*words: str) -> tuple[int, dict[str, Any]]:
    status = run(["gate", *words, "--format", "json", "--out", "out.json"])
    found: dict[str, Any] = json.loads(Path("out.json").read_bytes())
    return status, found


def options(case: Any) -> list[str]:  # noqa: ANN401 - YAML
    said = case.get("repository", {})
    machines = said.get("machines", {}).items()
    runners = [word for label, arn in machines for word in ("--runner", f"{label}={arn}")]
    return [*runners, "--repository-name", said.get("name", "")]


@pytest.mark.parametrize(
    "name", [one for one in REPOSITORY if "change" not in CASES[one]["opens"]]
)
def test_a_change_of_a_repository_alone_needs_no_plan(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    keep(case["base"])
    written(case["files"], tmp_path / "before")
    written({**case["files"], **case["opens"]["files"]}, tmp_path / "after")
    written({**case["files"], **case["twin_files"]}, tmp_path / "twin")
    pair = ("--repository-before", "before", "--repository")

    status, found = judged(*pair, "after", *options(case))

    assert status == 1
    places = found["places"].values()
    changed = case["opens"]["files"]
    assert {one["file"].removeprefix("after/").removeprefix("before/") for one in places} <= {
        *changed,
        *case["files"],
    }
    assert places or None in changed.values()
    assert judged(*pair, "twin", *options(case))[0] == 0


def test_without_a_repository_from_before_nothing_of_it_is_new(tmp_path: Path) -> None:
    case = CASES["state-written"]
    keep(case["base"])
    written(case["files"], tmp_path / "after")
    Path("plan.json").write_text('{"format_version": "1.2", "terraform_version": "1.11.4"}')

    status, found = judged("plan.json", "--repository", "after")

    assert (status, found["comparison"]["appeared"]) == (0, [])


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--repository", "after"),
        ("--repository-before", "after"),
        ("--repository", "after", "--repository-before", "after", "--runner", "x"),
        ("--repository", "nowhere", "--repository-before", "after"),
    ],
)
def test_what_makes_no_question_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    keep({})
    written({"a": ""}, tmp_path / "after")

    assert run(["gate", *words]) == 2
