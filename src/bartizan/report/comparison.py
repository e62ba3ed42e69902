# SPDX-License-Identifier: Apache-2.0
"""What appeared and what went between two snapshots, as text, Markdown and JSON."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Comparison
from bartizan.model.path import Path
from bartizan.model.record import Json
from bartizan.report import json_, markdown, wording
from bartizan.report.sheet import Sheet, Style
from bartizan.report.text import write_path

SCHEMA = "bartizan/comparison/1"
"""Raised when a consumer of the old form would misread the new one."""


class ComparisonReporter(Protocol):
    """Renders a comparison; the same comparison gives the same bytes."""

    def render(self, comparison: Comparison) -> bytes:
        """Return the whole report."""
        ...


class TextComparison(Struct, frozen=True, kw_only=True):
    """Renders a comparison for a terminal."""

    width: int = 100
    """Columns."""
    colour: bool = False
    """Use the terminal's colours."""

    def render(self, comparison: Comparison) -> bytes:
        """Return the report."""
        sheet = Sheet(width=self.width, colour=self.colour)
        sheet.write(f"{comparison.old[:12]} to {comparison.new[:12]}", style=Style.FAINT)
        sheet.write(outcome(comparison), style=Style.STRONG)
        for row in comparison.unread_appeared:
            sheet.write(wording.gap(row), label="no longer read: ", style=Style.MEDIUM)
        for row in comparison.unread_gone:
            sheet.write(wording.gap(row), label="read again: ")
        write_paths(sheet, comparison)
        return sheet.render()


def write_paths(sheet: Sheet, comparison: Comparison) -> None:
    """Write the paths that appeared and those that are gone."""
    _write(sheet, "New paths", comparison.appeared, comparison)
    _write(sheet, "Paths that are gone", comparison.gone, comparison)


def _write(sheet: Sheet, title: str, paths: Sequence[Path], comparison: Comparison) -> None:
    if not paths:
        return
    sheet.heading(title)
    names = wording.Names(comparison.names)
    for number, path in enumerate(paths, start=1):
        write_path(sheet, path, label=f"{number}", names=names, notes=comparison.techniques)


class MarkdownComparison(Struct, frozen=True, kw_only=True):
    """Renders a comparison for a pull request."""

    most: int = 50
    """Paths of each kind that are told step by step; the rest is counted."""

    def render(self, comparison: Comparison) -> bytes:
        """Return the report."""
        lines = ["# Change of attack paths", "", f"**{outcome(comparison)}**"]
        lines += path_lines(comparison, most=self.most)
        for title, rows in (
            ("No longer read", comparison.unread_appeared),
            ("Read again", comparison.unread_gone),
        ):
            if rows:
                lines += ["", f"## {title}", "", *markdown.gaps(rows)]
        return markdown.write(lines)


def path_lines(comparison: Comparison, *, most: int) -> list[str]:
    """Return the lines of the paths that appeared and of those that are gone, `most` of each."""
    names, lines = wording.Names(comparison.names), []
    for title, paths in (
        ("New paths", comparison.appeared),
        ("Paths that are gone", comparison.gone),
    ):
        if paths:
            lines += ["", f"## {title}", ""]
            lines += markdown.paths_by_level(
                paths, names=names, notes=comparison.techniques, most=most
            )
    return lines


class JsonComparison(Struct, frozen=True):
    """Renders a comparison as `bartizan/comparison/1`, which `schema/` describes."""

    def render(self, comparison: Comparison) -> bytes:
        """Return the document."""
        return json_.encode(document(comparison))


def document(comparison: Comparison) -> dict[str, Json]:
    """Say a comparison in JSON's own types, in the order that the schema gives."""
    return {
        "schema": SCHEMA,
        "old": comparison.old,
        "new": comparison.new,
        "appeared": [json_.path(one) for one in comparison.appeared],
        "gone": [json_.path(one) for one in comparison.gone],
        "unchanged": comparison.unchanged,
        "unread_appeared": [json_.gap(row) for row in comparison.unread_appeared],
        "unread_gone": [json_.gap(row) for row in comparison.unread_gone],
        "names": dict(sorted(comparison.names.items())),
    }


COMPARISONS: Mapping[str, Callable[[], ComparisonReporter]] = {
    "text": TextComparison,
    "markdown": MarkdownComparison,
    "json": JsonComparison,
}
"""Name of a format to what makes its reporter with its usual settings."""


def outcome(comparison: Comparison) -> str:
    """Say the comparison in one sentence without a stop, and whether it can be trusted."""
    proved = sum(path.proved for path in comparison.appeared)
    possible = len(comparison.appeared) - proved
    parts = [f"{wording.count(proved, 'new path')}"]
    if possible:
        parts.append(f"{possible:,} possible new")
    parts += [f"{len(comparison.gone):,} gone", f"{comparison.unchanged:,} unchanged"]
    told = ", ".join(parts)
    return f"{told}; {_doubt(comparison.unread_appeared)}" if comparison.unread_appeared else told


def _doubt(rows: Sequence[Unread]) -> str:
    less = wording.count(len(rows), "thing")
    return f"{less} can no longer be read, so paths may be gone only from sight"
