# SPDX-License-Identifier: Apache-2.0
"""Folders of Terraform code, and the plans that the program itself makes of them."""

import ctypes
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.provider.asked import Asked
from bartizan.sources.terraform.provider.planned import plan

ACCOUNTS = {"aws": "111111111111/eu-west-1", "aws.prod": "222222222222/us-east-1"}

needs_terraform = pytest.mark.skipif(
    not (shutil.which("terraform") or shutil.which("tofu")), reason="Terraform is not installed"
)
"""Marks tests that run the program."""

_CREATE_RULESET, _VERSION = 444, 1

needs_landlock = pytest.mark.skipif(
    ctypes.CDLL(None).syscall(_CREATE_RULESET, None, 0, _VERSION) < 1,
    reason="the kernel has no Landlock",
)
"""Marks tests of what a program may read."""


def write(folder: Path, files: str | Mapping[str, str]) -> Path:
    """Write files of code, or one `main.tf`, and return their folder."""
    for name, text in ({"main.tf": files} if isinstance(files, str) else files).items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def planned(
    folder: Path,
    *,
    accounts: Mapping[str, str] = ACCOUNTS,
    **more: Any,  # noqa: ANN401
) -> CodePlan:
    """Return the plan of a folder, whose objects lie in accounts of the tests."""
    return plan(Asked(folder=folder, accounts=accounts, **more))


def changes(found: CodePlan) -> dict[str, Any]:
    """Return the changes of a plan by their addresses."""
    whole = json.loads(found.content)
    return {one["address"]: one["change"] for one in whole["resource_changes"]}


def after(found: CodePlan) -> dict[str, Any]:
    """Return what the objects of a plan are afterwards, by their addresses."""
    return {address: one["after"] for address, one in changes(found).items()}


def unknown(found: CodePlan, names: Iterable[str]) -> list[str]:
    """Return which attributes of some names are unknown anywhere in a plan."""
    return sorted(
        f"{address}.{name}"
        for address, one in changes(found).items()
        for name in names
        if one["after_unknown"].get(name) is True
    )
