# SPDX-License-Identifier: Apache-2.0
"""Edits of source text as a unified diff, which `git apply` and `patch -p1` take.

Source: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
"""

import difflib
from collections.abc import Iterator

from bartizan.model.code_fix import CodeFix, EditedFile


def as_diff(fix: CodeFix) -> bytes:
    """Render the edits; nothing where there are none. Bytes that are no UTF-8 stay as they are."""
    return b"".join(line for one in fix.files for line in _file(one))


def _file(one: EditedFile) -> Iterator[bytes]:
    before, after = (_lines(content) for content in (one.before, one.after))
    name = one.name.encode(errors="surrogateescape")
    found = difflib.diff_bytes(difflib.unified_diff, before, after, b"a/" + name, b"b/" + name)
    for line in found:
        yield line
        if not line.endswith(b"\n"):
            yield b"\n\\ No newline at end of file\n"


def _lines(content: bytes) -> list[bytes]:
    """Return the lines of a file; only the line feed ends one."""
    found = [line + b"\n" for line in content.split(b"\n")]
    found[-1] = found[-1][:-1]
    return found if found[-1] else found[:-1]
