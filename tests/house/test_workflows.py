# SPDX-License-Identifier: Apache-2.0
"""Automation runs with no more power than it needs, on code that cannot change under it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house import tree

WORKFLOWS = [path for path in tree.files(suffix=".yml") if path.parent.name == "workflows"]


def _jobs() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{path.name}:{name}", job)
        for path in WORKFLOWS
        for name, job in yaml.safe_load(tree.text(path))["jobs"].items()
    ]


def test_there_are_workflows() -> None:
    assert WORKFLOWS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_no_permissions_of_its_own(path: Path) -> None:
    assert yaml.safe_load(tree.text(path))["permissions"] == {}


@pytest.mark.parametrize(("name", "job"), _jobs())
def test_every_action_is_pinned_by_its_hash(name: str, job: dict[str, Any]) -> None:
    used = [step["uses"] for step in job["steps"] if "uses" in step]

    assert [use for use in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use)] == [], name


@pytest.mark.parametrize(("name", "job"), _jobs())
def test_no_checkout_leaves_credentials_behind(name: str, job: dict[str, Any]) -> None:
    checkouts = [
        step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout")
    ]

    assert all(step["with"]["persist-credentials"] is False for step in checkouts), name
