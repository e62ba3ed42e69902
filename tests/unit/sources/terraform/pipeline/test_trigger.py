# SPDX-License-Identifier: Apache-2.0
"""What starts workflows, and who."""

import pytest

from bartizan.sources.terraform.pipeline import trigger
from bartizan.sources.terraform.pipeline.yaml_text import read


def on(text: str) -> set[str]:
    return set(trigger.contexts(read(text.encode())))


@pytest.mark.parametrize(
    ("text", "contexts"),
    [
        ("push", {"ref:refs/heads/*", "ref:refs/tags/*"}),
        ("{push: {branches: [main, 'release/**']}}",
         {"ref:refs/heads/main", "ref:refs/heads/release/*"}),
        ("{push: {branches: main, tags: ['v*']}}", {"ref:refs/heads/main", "ref:refs/tags/v*"}),
        ("{push: {tags: ['v*']}}", {"ref:refs/tags/v*"}),
        ("{push: {branches-ignore: [x]}}", {"ref:refs/heads/*", "ref:refs/tags/*"}),
        ("{push: {branches: ['**', '!x']}}", {"ref:refs/heads/*"}),
        ("{push: {branches: ['v[12]']}}", {"ref:refs/heads/*"}),
        ("[pull_request, schedule]", {"pull_request", "ref:refs/heads/*"}),
        ("release", {"ref:refs/tags/*"}),
        ("pull_request_target", {"pull_request", "ref:refs/heads/*"}),
        ("workflow_call", set()),
        ("", set()),
    ],
)  # fmt: skip
def test_a_subject_says_why_a_workflow_runs(text: str, contexts: set[str]) -> None:
    assert on(text) == contexts


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("pull_request_target", True), ("issue_comment", True),
        ("{pull_request_target: {types: [labeled, opened]}}", True),
        ("{pull_request_target: {types: [labeled]}}", False),
        ("pull_request", False), ("workflow_run", False),
        ("push", None), ("workflow_dispatch", None), ("workflow_call", None),
    ],
)  # fmt: skip
def test_people_outside_start_some_workflows(text: str, *, sure: bool | None) -> None:
    found = [*trigger.starts(read(text.encode()), "acme/infra")]

    assert [not one.doubts for one in found] == ([] if sure is None else [sure])
    assert all("acme/infra" in doubt for one in found for doubt in one.doubts)
