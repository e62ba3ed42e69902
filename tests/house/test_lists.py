# SPDX-License-Identifier: Apache-2.0
"""The pinned lists hold what the project asks for, and say nothing of where it comes from."""

import tomllib

import pytest

from tests.house import tree
from tools import pinned

PROJECT = tomllib.loads(tree.text(tree.ROOT / "pyproject.toml"))


def _lists() -> dict[str, str]:
    return {name: tree.text(tree.ROOT / f"requirements/{name}.txt") for name in pinned.GROUPS}


def test_the_lists_pin_every_direct_dependency_and_nothing_but_names_versions_and_hashes() -> None:
    assert list(pinned.complaints(PROJECT, _lists())) == []


@pytest.mark.parametrize("line", ["--index-url https://example.com/simple", "six>=1", "six==1"])
def test_a_line_that_is_no_pin_is_refused(line: str) -> None:
    lists = {"run": f"{_lists()['run']}{line}\n"}

    assert [text for text in pinned.complaints(PROJECT, lists) if "neither" in text]


def test_a_dependency_that_is_not_pinned_is_named() -> None:
    project = {**PROJECT, "project": {**PROJECT["project"], "dependencies": ["Not_There>=1"]}}

    assert "does not pin not-there" in "\n".join(pinned.complaints(project, _lists()))


def test_the_lists_agree_with_one_another() -> None:
    wide = set(_lists()["check"].splitlines())

    for name in ("run", "test"):
        assert [
            line for line in _lists()[name].splitlines() if "==" in line and line not in wide
        ] == []
