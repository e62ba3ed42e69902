# SPDX-License-Identifier: Apache-2.0
"""The table of theorems and the property tests name each other."""

import ast
import re

from tests.house import tree

README = "tests/README.md"


def _stated() -> set[str]:
    return set(
        re.findall(r"^\|.*\| `(test_\w+)` \|$", tree.text(tree.ROOT / README), re.MULTILINE)
    )


def _proved() -> set[str]:
    return {
        node.name
        for path in (tree.ROOT / "tests/property").glob("test_*.py")
        for node in ast.walk(ast.parse(tree.text(path)))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_theorem_of_the_table_is_a_property_test() -> None:
    assert _stated() - _proved() == set()


def test_every_property_test_states_its_theorem_in_the_table() -> None:
    assert _proved() - _stated() == set()
