# SPDX-License-Identifier: Apache-2.0
"""A sheet of fixed width that text reports are written on: wrapped, indented, coloured if asked.

Colours are the eight of ECMA-48 (SGR, section 8.3.117), which follow the reader's own theme.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from enum import Enum

from msgspec import Struct, field

from bartizan.report.legible import legible, legible_lines


class Style(Enum):
    """How a run of text looks; the value is its SGR parameters."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    CRITICAL = "1;97;41"
    HIGH = "1;31"
    MEDIUM = "1;33"
    LOW = "1;34"
    GOOD = "32"
    ACCENT = "36"


LEVEL_STYLES = {
    "critical": Style.CRITICAL,
    "high": Style.HIGH,
    "medium": Style.MEDIUM,
    "low": Style.LOW,
}

DEEPEST_HANG = 12
"""Lines hang under the first word after a label that is no longer than this."""

COMMAND = re.compile(r"^(\s*)(::|##\[)")
"""What a build log would take for a command to itself; no name may start a line with it."""

LONGEST = 2_000
"""No single text from the estate takes more characters than this."""


class Sheet(Struct):
    """Lines of at most `width` columns; commands and ARNs are never broken inside."""

    width: int
    colour: bool
    lines: list[str] = field(default_factory=list)

    def blank(self) -> None:
        """Leave one empty line, never two."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def heading(self, text: str) -> None:
        """Open a section with a ruled line."""
        self.blank()
        title = legible(text)
        rule = "─" * max(self.width - len(title) - 4, 3)
        self.lines.append(f"── {self.paint(title, Style.STRONG)} {self.paint(rule, Style.FAINT)}")
        self.blank()

    def write(
        self, text: str, *, label: str = "", indent: int = 0, style: Style = Style.PLAIN
    ) -> None:
        """Write a paragraph; `label` stands before it and the rest hangs under its first word."""
        lead = " " * indent + legible(label, limit=LONGEST)
        hang = len(lead) if len(label) <= DEEPEST_HANG else indent + 4
        body = textwrap.wrap(
            "\0" * (len(lead) - hang) + legible(text, limit=LONGEST),
            width=max(self.width - hang, 20),
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in body or [""]:
            painted = self.paint(line.lstrip("\0"), style)
            shown = lead if lead.isspace() else self.paint(lead, Style.FAINT)
            self.lines.append((shown + painted).rstrip())
            lead = " " * hang

    def row(self, parts: Sequence[tuple[str, Style]], *, indent: int = 0) -> None:
        """Write one line of differently styled parts, not wrapped."""
        painted = "".join(self.paint(legible(text, limit=LONGEST), style) for text, style in parts)
        self.lines.append((" " * indent + painted).rstrip())

    def verbatim(self, text: str, *, indent: int, prompt: str = "") -> None:
        """Write lines that a person will copy, each whole."""
        for line in legible_lines(text):
            self.lines.append(" " * indent + prompt + self.paint(line, Style.ACCENT))
            prompt = " " * len(prompt)

    def listing(self, items: Iterable[str], *, label: str, indent: int, most: int = 8) -> None:
        """Write items as one paragraph and say how many more there are beyond `most`."""
        everything = list(items)
        more = len(everything) - most
        shown = everything[:most] + ([f"and {more:,} more"] if more > 0 else [])
        if shown:
            self.write(", ".join(shown), label=label, indent=indent)

    def paint(self, text: str, style: Style) -> str:
        """Colour a run of text that is already legible."""
        if not self.colour or style is Style.PLAIN or not text:
            return text
        return f"\x1b[{style.value}m{text}\x1b[0m"

    def render(self) -> bytes:
        """Return what was written."""
        lines = (COMMAND.sub(r"\1\\\2", line) for line in self.lines)
        return ("\n".join(lines).strip("\n") + "\n").encode()
