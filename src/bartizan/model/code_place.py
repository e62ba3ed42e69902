# SPDX-License-Identifier: Apache-2.0
"""Places in source text."""

from msgspec import Struct


class CodePlace(Struct, frozen=True, kw_only=True, order=True):
    """A stretch of one file, from its first character to behind its last one."""

    file: str
    """Path from where the command was given, with slashes; absolute where it lies elsewhere."""
    line: int
    """From 1 on."""
    column: int
    """In characters (code points), from 1 on."""
    end_line: int
    end_column: int
    """Of what follows the last character."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
