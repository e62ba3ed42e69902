# SPDX-License-Identifier: Apache-2.0
"""Settings of a server of Atlantis."""

from pathlib import Path

import pytest

from bartizan.model.facts.pipeline import PipelineJob
from bartizan.sources.terraform.pipeline.workflow import Whereabouts
from tests.fakes.repository import told


@pytest.mark.parametrize(
    ("forks", "proposals", "doubted"),
    [
        ("", False, False),
        ("allow-fork-prs: false", False, False),
        ("allow-fork-prs: yes", True, False),
        ("allow-fork-prs: ${FORKS}", True, True),
    ],
)
def test_forks_are_planned_where_the_settings_say_so(
    tmp_path: Path, forks: str, *, proposals: bool, doubted: bool
) -> None:
    facts, _ = told(tmp_path, {"a/s.yaml": f"repo-allowlist: github.com/acme/*\n{forks}\n"})

    (row,) = facts.rows(PipelineJob)
    assert (row.proposals, bool(row.doubts)) == (proposals, doubted)
    assert (row.repository, row.folders, row.runners) == (
        "github.com/acme/*",
        ("*",),
        ("atlantis",),
    )


def test_the_machine_is_the_one_that_the_user_names(tmp_path: Path) -> None:
    where = Whereabouts(machines={"atlantis": "arn:m"})
    facts, _ = told(
        tmp_path, {"s.yml": "repo-allowlist: x\n", "t.yml": "# repo-allowlist\n"}, where
    )

    (row,) = facts.rows(PipelineJob)
    assert (row.machines, row.runners) == (("arn:m",), ())


COMMANDS = """
projects: [{dir: a, workflow: w}, {dir: b}]
workflows:
  w:
    plan: {steps: [init, {run: terraform -chdir=../c plan}, {run: {command: tofu -chdir=d plan}}]}
  default: {apply: {steps: [{run: terraform -chdir=e apply}]}}
"""


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("version: 3", ("*",)),
        ("projects: [{dir: ./a/}, {dir: b, workflow: w}]", ("a", "b")),
        ("projects: [{name: x}]", (".",)),
        ("projects: [{dir: a}]\nautodiscover: {mode: enabled}", ("*", "a")),
        ("autodiscover: {mode: disabled}", ()),
        ("projects: [{dir: '../x'}]", ("*",)),
        (COMMANDS, ("a", "a/d", "b", "b/e", "c")),
    ],
)
def test_a_repository_says_which_folders_are_planned(
    tmp_path: Path, text: str, folders: tuple[str, ...]
) -> None:
    where = Whereabouts(name="acme/infra", machines={"atlantis": "arn:m"})
    facts, unclear = told(tmp_path, {"atlantis.yaml": text}, where)

    (row,) = facts.rows(PipelineJob)
    assert (row.folders, row.machines, unclear) == (folders, ("arn:m",), {})
    assert row.proposals
    assert row.doubts, "the server's own settings decide on forks"


def test_a_file_of_that_name_below_is_not_read(tmp_path: Path) -> None:
    facts, unclear = told(tmp_path, {"a/atlantis.yaml": "version: 3"})

    assert (facts.rows(PipelineJob), list(unclear)) == ((), ["a/atlantis.yaml"])
