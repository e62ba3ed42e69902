# SPDX-License-Identifier: Apache-2.0
"""Source text before and after edits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedFile:
    """One file that is edited."""

    name: str
    """What people call it."""
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFix:
    """Edits of the code of a change after which it opens no path."""

    files: tuple[EditedFile, ...]
    """Sorted by name; none where no edit helps."""
    remedies: tuple[str, ...]
    """What the edits do, a title for each."""
    refused: tuple[str, ...]
    """Why other remedies are no edits of this code, a line for each, sorted."""
