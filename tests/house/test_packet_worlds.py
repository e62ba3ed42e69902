# SPDX-License-Identifier: Apache-2.0
"""What packets are sent by knows nothing of the engine that they are held against."""

import ast

from tests.house import tree

MEETS_THE_ENGINE = frozenset(
    {"__main__.py", "engine.py", "mutants/run.py", "shrink.py", "trial.py"}
)
"""Where packets and the engine meet; everything else in the folder is for packets alone."""

FOLDER = tree.ROOT / "tests/kernel/network"


def _imports(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


def test_generator_writer_and_prober_import_neither_the_engine_nor_what_does() -> None:
    strange = {}
    for path in tree.files(suffix=".py"):
        if FOLDER not in path.parents or path.name.startswith("test_"):
            continue
        name = path.relative_to(FOLDER).as_posix()
        outside = {
            module
            for module in _imports(tree.text(path))
            if module.startswith("bartizan")
            or (module.startswith("tests.") and not module.startswith("tests.kernel.network."))
            or _file(module) in MEETS_THE_ENGINE
        }
        if name not in MEETS_THE_ENGINE and outside:
            strange[name] = outside

    assert strange == {}


def _file(module: str) -> str:
    """Return which file of the folder a module is."""
    return module.removeprefix("tests.kernel.network.").replace(".", "/") + ".py"
