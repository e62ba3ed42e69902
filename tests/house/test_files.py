# SPDX-License-Identifier: Apache-2.0
"""What holds for every file, whatever it is about."""

import ast
import re

from tests.house import tree

SPDX = "# SPDX-License-Identifier: Apache-2.0"

ELSEWHERE = re.compile(
    r"[/]work/|[/]root/|(?<![\w.])[/]home/\w"  # somebody's machine
    r"|pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|deb[.]debian[.]org"  # a registry
    r"|\bshared/(?:semantics|corpora|design|style)|\bissues (?:show|close)\b"  # a workplace
)
"""Places that a reader of this project has never heard of, or must not be sent to."""

LOOSE_TODO = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\):)")


def test_every_source_file_begins_with_its_licence() -> None:
    first = {
        tree.name(path): text.splitlines()[:2]
        for suffix in (".py", "Makefile", ".ci/run", "tools/lock", "tools/bootstrap")
        for path in tree.files(suffix=suffix.rpartition("/")[2])
        if (text := tree.text(path))
    }

    assert [name for name, lines in first.items() if SPDX not in lines] == []


def test_every_module_opens_with_one_sentence_that_says_what_it_is_for() -> None:
    docs = {
        tree.name(path): ast.get_docstring(ast.parse(tree.text(path))) or ""
        for path in tree.files(suffix=".py")
        if not path.name.startswith("test_")  # a test's name is its sentence
    }

    assert [name for name, doc in docs.items() if not doc.splitlines()] == []


def test_no_file_names_a_machine_a_registry_or_a_workplace() -> None:
    found = [
        f"{tree.name(path)}:{number}: {line.strip()[:80]}"
        for path in tree.files()
        for number, line in enumerate(tree.text(path).splitlines(), 1)
        if ELSEWHERE.search(line)
    ]

    assert found == []


def test_no_file_is_empty() -> None:
    assert [tree.name(path) for path in tree.files() if not path.stat().st_size] == []


def test_no_todo_stands_without_a_number() -> None:
    found = [
        f"{tree.name(path)}:{number}"
        for path in tree.files(suffix=".py")
        if path.name != "test_files.py"
        for number, line in enumerate(tree.text(path).splitlines(), 1)
        if LOOSE_TODO.search(line)
    ]

    assert found == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "manager", "base", "misc"}

    assert [tree.name(path) for path in tree.files(suffix=".py") if path.stem in vague] == []
