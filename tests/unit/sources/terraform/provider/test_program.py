# SPDX-License-Identifier: Apache-2.0
"""What the program that plans is told, and where."""

from pathlib import Path

import pytest

from bartizan.errors import InputError, SourceError
from bartizan.sources.terraform.provider.program import Program
from bartizan.sources.terraform.provider.workspace import Workspace

SAYS = """#!/bin/sh
tr '\\0' '\\n' </proc/$$/cmdline
echo "--"
tr '\\0' '\\n' </proc/$$/environ
exit 1
"""


@pytest.fixture(name="says")
def _says(tmp_path: Path) -> Program:
    """A program that says its arguments and its environment."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "terraform"
    path.write_text(SAYS, encoding="utf-8")
    path.chmod(0o755)
    place = Workspace(
        top=tmp_path, root=tmp_path, data=tmp_path / "data", settings=tmp_path / "settings"
    )
    return Program(
        path=str(path), workspace=place, name="code", providers="{}", ports=(), seconds=60,
        secrets=False,
    )  # fmt: skip


def test_values_of_variables_are_not_among_the_arguments_that_everybody_reads(
    says: Program,
) -> None:
    with pytest.raises(SourceError):
        says.plan(["-var-file=a", "-var=token=hunter2", "-var=x=it's"], frozenset())

    arguments, _, environment = (says.workspace.top / "output").read_text().partition("--\n")
    assert "-json" in arguments.splitlines()
    assert "hunter2" not in arguments
    told = """TF_CLI_ARGS_plan=-var-file=a -var=token=hunter2 '-var=x=it'"'"'s'"""
    assert told in environment.splitlines()


def test_more_than_an_environment_takes_is_refused_with_what_to_do(says: Program) -> None:
    with pytest.raises(InputError) as caught:
        says.plan(["-var=x=" + "a" * 100_000], frozenset())

    assert "--var-file" in caught.value.hint
