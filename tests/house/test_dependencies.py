# SPDX-License-Identifier: Apache-2.0
"""What is imported is declared, not merely present because something else brought it."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from tests.house import tree
from tools import pinned

OURS = {"bartizan", "bench", "tests", "tools"}


def _imported(folder: str) -> Iterator[tuple[str, str]]:
    for path in (tree.ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(tree.text(path))):
            match node:
                case ast.Import(names=names):
                    yield from ((tree.name(path), alias.name) for alias in names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield tree.name(path), module
                case _:
                    continue


def _undeclared(folder: str, declared: set[str]) -> list[str]:
    providers = packages_distributions()
    beside = {path.stem for path in Path(tree.ROOT / folder).glob("*.py")}
    found = set()
    for path, module in _imported(folder):
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names or top in OURS | beside:
            continue
        if not {pinned.name_of(name) for name in providers.get(top, [top])} & declared:
            found.add(f"{path} imports {top}")
    return sorted(found)


def _project() -> dict[str, Any]:
    return tomllib.loads(tree.text(tree.ROOT / "pyproject.toml"))


def test_the_package_imports_only_what_it_declares() -> None:
    assert _undeclared("src", pinned.asked(_project())) == []


def test_tests_and_benchmarks_import_only_what_their_list_declares() -> None:
    declared = pinned.asked(_project(), ["test"])

    assert _undeclared("tests", declared) + _undeclared("bench", declared) == []
