# SPDX-License-Identifier: Apache-2.0
"""The report for pull requests and wikis: GitHub-flavoured Markdown.

Source: https://github.github.com/gfm/
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Findings, TechniqueNote
from bartizan.model.path import Cut, Path
from bartizan.model.step import Step
from bartizan.report import wording
from bartizan.report.legible import legible, legible_lines

Notes: TypeAlias = Mapping[str, TechniqueNote]
"""Technique id to what there is to know about it."""

MARKS = {"critical": "🟥 critical", "high": "🟧 high", "medium": "🟨 medium", "low": "🟦 low"}
"""Level to a shape and a word."""

SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&]|:(?=//)|(?<=www)\.)")
"""Characters that could start markup or a link where they stand (GFM section 2.4 and 6.9)."""

OPENING = re.compile(r"^( ?\d{0,9})([-+=#.)])")
"""What would start a heading, a rule or a list (GFM section 4 and 5.2)."""

REFERENCE = re.compile(r"([@#])(?=\w)")
"""What GitHub itself turns into mentions and issue links, after Markdown is done."""

LONGEST = 1_000
"""No single text from the estate takes more characters than this."""


class MarkdownReport(Struct, frozen=True, kw_only=True):
    """Renders findings as Markdown that shows the same wherever it is pasted."""

    most: int = 50
    """Paths that are told step by step; the rest is counted."""

    def render(self, findings: Findings) -> bytes:
        """Return the report."""
        lines = ["# Attack paths", "", *_summary(findings)]
        if findings.cut is not None and findings.proved:
            lines += ["", "## What to do", "", *_cut(findings.cut, findings.proved)]
        names = wording.Names(findings.names)
        for title, paths in (("Paths", findings.proved), ("Possible paths", findings.possible)):
            if paths:
                lines += ["", f"## {title}", ""]
                lines += paths_by_level(
                    paths, names=names, notes=findings.techniques, most=self.most
                )
        if findings.unread:
            lines += ["", "## What could not be read", "", *gaps(findings.unread)]
        return write(lines)


def write(lines: Iterable[str]) -> bytes:
    """Join lines into a document that ends with one line feed."""
    return ("\n".join(lines).rstrip("\n") + "\n").encode()


def escaped(text: str) -> str:
    """Return `text` as words that neither Markdown nor GitHub gives a meaning to."""
    line = re.sub(r"^ +", " ", legible(text, limit=LONGEST))
    safe = OPENING.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", line))
    return REFERENCE.sub(r"\1<!-- -->", safe)


def prose(text: str) -> str:
    """Return `text` escaped, with what it has between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return "".join(code(part) if n % 2 else escaped(part) for n, part in enumerate(parts))


def code(text: str) -> str:
    """Return `text` as inline code, fenced by more backticks than it has (GFM section 6.3)."""
    shown = legible(text, limit=LONGEST)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""


def block(text: str, language: str) -> list[str]:
    """Return lines of a fenced block that `text` cannot end (GFM section 4.5)."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return [f"{fence}{language}", *legible_lines(text), fence]


def _summary(findings: Findings) -> list[str]:
    levels = ", ".join(f"{n:,} {name}" for name, n in wording.by_level(findings.proved).items())
    told = wording.count(len(findings.proved), "attack path")
    lines = [f"**{told}**" + (f": {levels}" if levels else ""), ""]
    if findings.possible:
        more = wording.count(len(findings.possible), "more path is", "more paths are")
        lines.append(f"- {more} possible, resting on something unread")
    lines.append(f"- {escaped(wording.completeness(findings.unread))}")
    lines.append(f"- snapshot {code(findings.snapshot[:12])}, bartizan {findings.tool_version}")
    return lines


def _cut(cut: Cut, proved: Sequence[Path]) -> list[str]:
    numbers = {path.id: number for number, path in enumerate(proved, start=1)}
    lines = [f"{escaped(wording.verdict_on(cut))}.", ""]
    for number, chosen in enumerate(wording.most_closing_first(cut), start=1):
        closed = sorted(numbers[one] for one in chosen.closes if one in numbers)
        # A bare `#3` would link to an issue of that number, so paths are called by the word.
        which = ", ".join(str(one) for one in closed[:20]) + (", …" if len(closed) > 20 else "")  # noqa: PLR2004 - enough for a line
        lines += [f"{number}. **{prose(chosen.remedy.title)}** (cost {chosen.remedy.cost})"]
        if closed:
            lines += [f"   takes part in closing path {which}"]
        text = chosen.command or chosen.terraform
        if text:
            inside = block(text, "sh" if chosen.command else "hcl")
            lines += ["", *(f"   {line}" for line in inside), ""]
    return lines


def paths_by_level(
    paths: Sequence[Path], *, names: wording.Names, notes: Notes, most: int
) -> list[str]:
    """Return a table of paths, then each one's steps folded away."""
    told = paths[:most]
    lines = ["| | level | from | to | steps | effort |", "|-:|---|---|---|-:|-:|"]
    lines += [_row(number, path) for number, path in enumerate(told, start=1)]
    if len(told) < len(paths):
        lines += ["", f"{len(told):,} of {len(paths):,} are shown; the JSON report has all."]
    for number, path in enumerate(told, start=1):
        title = f"{number}. {wording.headline(path)}"
        lines += ["", "<details>", f"<summary>{_element(title)}</summary>", ""]
        lines += _steps(path, names, notes)
        lines += ["", "</details>"]
    return lines


def _row(number: int, path: Path) -> str:
    cells = (
        str(number),
        MARKS[wording.level(path.jewel.rank)],
        escaped(wording.start(path.entries)),
        escaped(path.jewel.name),
        str(len(path.steps)),
        str(path.cost),
    )
    return f"| {' | '.join(cells)} |"


def _element(text: str) -> str:
    """Escape for the inside of an HTML element, and keep Markdown out of it."""
    safe = legible(text, limit=LONGEST).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(
        r"[\\`*_\[\]|~@]", lambda match: f"&#{ord(match[0])};", safe.replace(">", "&gt;")
    )


def _steps(path: Path, names: wording.Names, notes: Notes) -> list[str]:
    lines = []
    for number, step in enumerate(path.steps, start=1):
        lines.append(f"{number}. **{escaped(names.foothold(step.grants))}**")
        lines += [f"   - {line}" for line in _details(step, notes)]
    for entity, others in sorted(path.folded.items()):
        any_of = f"any of {len(others) + 1:,} could stand for"
        lines += ["", f"{any_of} {escaped(names.entity(entity))}"]
    if path.implies:
        lines += ["", "with it fall: " + ", ".join(escaped(one.name) for one in path.implies[:20])]
    return lines


def _details(step: Step, notes: Notes) -> list[str]:
    note = wording.technique(notes, step.technique)
    attack = f" ({escaped(note.attack)})" if note.attack else ""
    lines = [f"how: {escaped(note.title)}{attack}"]
    for one in step.evidence:
        place = f"{one.subject} [{one.statement}]" if one.statement else one.subject
        lines.append(f"why: {code(place)} {prose(one.why)}")
    lines += [f"if: {prose(condition.text)}" for condition in step.conditions]
    return lines + [f"not read: {code(missing)}" for missing in step.missing]


def gaps(unread: Sequence[Unread], *, most: int = 20) -> list[str]:
    """Return a list of what could not be read."""
    lines = ["Whatever depends on these is unknown, neither allowed nor denied.", ""]
    groups = wording.gap_groups(unread)
    lines += [f"- {escaped(group)}" for group in groups[:most]]
    if len(groups) > most:
        lines += ["", f"{most:,} of {len(groups):,} are shown; the JSON report has all."]
    return lines
