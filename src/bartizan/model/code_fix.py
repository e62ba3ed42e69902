# SPDX-License-Identifier: Apache-2.0
"""Source text before and after edits."""

from msgspec import Struct


class EditedFile(Struct, frozen=True, kw_only=True):
    """One file that is edited."""

    name: str
    """What people call it."""
    before: bytes
    after: bytes


class CodeFix(Struct, frozen=True, kw_only=True):
    """Edits of the code of a change after which it opens no path."""

    files: tuple[EditedFile, ...]
    """Sorted by name; none where no edit helps."""
    remedies: tuple[str, ...]
    """What the edits do, a title for each."""
    refused: tuple[str, ...]
    """Why other remedies are no edits of this code, a line for each, sorted."""
