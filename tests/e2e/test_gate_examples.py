# SPDX-License-Identifier: Apache-2.0
"""The examples for pipelines do what they say, with stand-ins for the services that they call."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bartizan.app import wiring
from tests.e2e.test_gate import CODE, SNAPSHOT_AT, UNKNOWN
from tests.fakes.terraform_plan import plan
from tests.unit.app.test_gate_network import estate, opened

EXAMPLES = Path(__file__).parents[2] / "examples/gate"
TERRAFORM = """\
#!/bin/sh
case "$*" in *"show -json"*) cat "$PLANNED" ;; esac
"""
NOTHING = '#!/bin/sh\necho "$0 $*" >> "$CALLED"\n'
BARTIZAN = f'#!/bin/sh\nexec {sys.executable} -m bartizan "$@"\n'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with code, a snapshot, and programs that stand in for the services."""
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    store = wiring.store()
    draft = store.begin(scope="test", started_at=SNAPSHOT_AT, resume=False)
    draft.write("all", estate())
    name = draft.commit(sources=("test",), finished_at=SNAPSHOT_AT)
    shop = tmp_path / "shop"
    (shop / "infra").mkdir(parents=True)
    (shop / "infra/main.tf").write_text(CODE)
    (shop / "gate-overrides.toml").write_text("format = 1\n")
    (shop / "snapshot").symlink_to(tmp_path / "home/snapshots" / name)
    programs = tmp_path / "programs"
    programs.mkdir()
    for called, text in (
        ("terraform", TERRAFORM), ("bartizan", BARTIZAN), ("gh", NOTHING), ("aws", NOTHING),
        ("pip", NOTHING), ("curl", NOTHING), ("jq", NOTHING),
    ):  # fmt: skip
        (programs / called).write_text(text)
        (programs / called).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    for variable, value in (
        ("PLANNED", str(tmp_path / "planned.json")), ("CALLED", str(tmp_path / "called")),
        ("SNAPSHOT", "s3://x"), ("BARTIZAN_SNAPSHOT", "s3://x"), ("NUMBER", "7"),
        ("COMMIT", "c"), ("GITHUB_REPOSITORY", "o/r"), ("GITHUB_REF", "r"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "identity")),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t"), ("ACTIONS_ID_TOKEN_REQUEST_URL", "u?"),
    ):  # fmt: skip
        monkeypatch.setenv(variable, value)
    return shop


def planned(*changes: dict[str, Any]) -> None:
    Path(os.environ["PLANNED"]).write_bytes(plan(*changes))


def sh(text: str, folder: Path) -> int:
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", text],  # noqa: S607 - as a runner does it
        cwd=folder, check=False, capture_output=True, timeout=120,
    ).returncode  # fmt: skip


def workflow(folder: Path) -> tuple[int, list[str]]:
    """Run the steps of the workflow that run something; return the first status that is not 0."""
    text = yaml.safe_load((EXAMPLES / "github.yml").read_text())
    ran = []
    for step in text["jobs"]["gate"]["steps"]:
        if "run" in step:
            ran.append(step["name"])
            if status := sh(step["run"], folder):
                return status, ran
    return 0, ran


def test_the_workflow_comments_shows_lines_and_fails_on_a_new_path(shop: Path) -> None:
    planned(opened())

    status, ran = workflow(shop)

    assert (status, ran[-1]) == (1, "decide")
    called = Path(os.environ["CALLED"]).read_text()
    assert "pr comment 7 --body-file gate.md" in called
    assert "code-scanning/sarifs" in called
    assert "new attack path" in (shop / "gate.md").read_text()


def test_the_workflow_needs_no_overrides(shop: Path) -> None:
    (shop / "gate-overrides.toml").unlink()
    planned(opened())

    status, ran = workflow(shop)

    assert (status, ran[-1]) == (1, "decide")


def test_the_workflow_shows_lines_of_the_commit_that_it_planned() -> None:
    # The ref of a pull request is its merge, and so is the commit that is checked out:
    # https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
    job = yaml.safe_load((EXAMPLES / "github.yml").read_text())["jobs"]["gate"]

    assert job["env"]["COMMIT"] == "${{ github.sha }}"


def test_the_workflow_brings_terraform_itself() -> None:
    # Runners no longer have it: https://github.com/actions/runner-images/issues/13335. Its wrapper
    # would write more than the plan to where the plan is shown.
    steps = yaml.safe_load((EXAMPLES / "github.yml").read_text())["jobs"]["gate"]["steps"]
    (brought,) = (one for one in steps if "setup-terraform" in one.get("uses", ""))

    assert brought["with"]["terraform_wrapper"] is False


def test_the_workflow_passes_where_nothing_opens(shop: Path) -> None:
    planned()

    assert workflow(shop)[0] == 0


def test_the_workflow_stops_at_a_plan_that_is_none(shop: Path) -> None:
    Path(os.environ["PLANNED"]).write_text("{}")

    assert workflow(shop) == (1, ["sign in", "plan", "judge"])


def test_the_template_of_gitlab_leaves_a_test_report(shop: Path) -> None:
    planned(opened())
    (shop / "plan.json").write_bytes(Path(os.environ["PLANNED"]).read_bytes())
    job = yaml.safe_load((EXAMPLES / "gitlab.yml").read_text())["attack-paths"]

    statuses = [sh(line, shop) for line in job["script"]]

    assert statuses == [0, 0, 1]
    report = job["artifacts"]["reports"]["junit"]
    assert "<failure" in (shop / report).read_text()


@pytest.mark.parametrize(("change", "status"), [(opened(), 1), (UNKNOWN, 0)], ids=["new", "open"])
def test_the_hook_stops_a_commit_that_opens_a_path(
    shop: Path, change: dict[str, Any], status: int
) -> None:
    planned(change)
    (hook,) = yaml.safe_load((EXAMPLES / "pre-commit-config.yaml").read_text())["repos"][0][
        "hooks"
    ]
    script, folder = hook["entry"].split()
    assert hook["verbose"], "what cannot be told is shown"

    assert Path(script).name == "pre-commit"
    assert sh(f"{EXAMPLES / 'pre-commit'} {folder}", shop) == status


def test_the_workflow_has_no_permissions_of_its_own_and_pins_what_it_uses() -> None:
    text = yaml.safe_load((EXAMPLES / "github.yml").read_text())
    used = [step["uses"] for step in text["jobs"]["gate"]["steps"] if "uses" in step]

    assert text["permissions"] == {}
    assert all(len(one.partition("@")[2]) == 40 for one in used)
