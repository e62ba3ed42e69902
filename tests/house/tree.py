# SPDX-License-Identifier: Apache-2.0
"""Which files are the project's own, found without asking version control."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

FOLDERS = (
    ".ci",
    ".github",
    "bench",
    "changelog.d",
    "docs",
    "examples",
    "requirements",
    "src",
    "tests",
    "tools",
)

MADE = frozenset({"__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
"""Folders that tools leave behind."""

NOT_OURS = frozenset({".coverage", ".git"})
"""Files at the top that tools leave behind; a second working tree has `.git` as a file."""


def files(*, suffix: str = "") -> Iterator[Path]:
    """Yield the project's files whose names end in `suffix`, those at the top too."""
    top = (path for path in ROOT.iterdir() if path.is_file())
    below = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    for path in sorted([*top, *below]):
        parts = path.relative_to(ROOT).parts
        made = not MADE.isdisjoint(parts) or any(part.endswith(".egg-info") for part in parts)
        if (
            path.is_file()
            and path.name.endswith(suffix)
            and not made
            and path.name not in NOT_OURS
        ):
            yield path


def name(path: Path) -> str:
    """Return how messages call a file."""
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    """Return what a file says; empty for one that is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
