# SPDX-License-Identifier: Apache-2.0
"""Modules and functions stay small enough to be read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import tree

MODULE = 400
FUNCTION = 50


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(tree.text(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{tree.name(path)}:{node.lineno} {node.name}", lines


def test_no_module_is_too_long() -> None:
    lengths = {
        tree.name(path): len(tree.text(path).splitlines()) for path in tree.files(suffix=".py")
    }

    assert {name: lines for name, lines in lengths.items() if lines > MODULE} == {}


def test_no_function_is_too_long() -> None:
    lengths = dict(pair for path in tree.files(suffix=".py") for pair in _functions(path))

    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION} == {}
