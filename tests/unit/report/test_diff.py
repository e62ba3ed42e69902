# SPDX-License-Identifier: Apache-2.0
"""A diff gives just the edited bytes to whoever applies it."""

import subprocess
from pathlib import Path

import pytest

from bartizan.model.code_fix import CodeFix, EditedFile
from bartizan.report.diff import as_diff


def fix(before: bytes, after: bytes) -> CodeFix:
    file = EditedFile(name="infra/main.tf", before=before, after=after)
    return CodeFix(files=(file,), remedies=(), refused=())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\nc\n", b"a\nc\n"),
        (b"a\nb", b"a"),
        (b"a\nb", b"a\nb\n"),
        (b"a\r\nb\r\n", b"a\r\n"),
        (b"a\x0cb\n\xff\nc\n", b"a\x0cb\nc\n"),
        ("é\u2028x\ny\n".encode(), "é\u2028x\n".encode()),
        (b"a\n", b""),
    ],
)
def test_applying_a_diff_gives_the_bytes_of_the_edit(
    tmp_path: Path, before: bytes, after: bytes
) -> None:
    file = tmp_path / "infra/main.tf"
    file.parent.mkdir()
    file.write_bytes(before)

    subprocess.run(
        ["git", "apply", "--unidiff-zero", "-"],  # noqa: S607 - wherever it lies
        input=as_diff(fix(before, after)), cwd=tmp_path, check=True, timeout=60,
    )  # fmt: skip

    assert file.read_bytes() == after


def test_without_edits_there_is_no_diff() -> None:
    assert as_diff(CodeFix(files=(), remedies=(), refused=())) == b""
