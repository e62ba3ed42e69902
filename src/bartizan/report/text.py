# SPDX-License-Identifier: Apache-2.0
"""The report for a person at a terminal: what was found, how, and what to do first."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bartizan.model.evidence import Evidence
from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Findings, TechniqueNote
from bartizan.model.path import Cut, CutRemedy, Path
from bartizan.model.step import Foothold, Step
from bartizan.report import wording
from bartizan.report.sheet import LEVEL_STYLES, Sheet, Style

Notes: TypeAlias = Mapping[str, TechniqueNote]
"""Technique id to what there is to know about it."""

MOST_GAPS = 20
"""Kinds of unread rows that are listed; the JSON report has all."""


class TextReport(Struct, frozen=True, kw_only=True):
    """Renders findings for a terminal."""

    width: int = 100
    """Columns."""
    colour: bool = False
    """Use the terminal's colours."""
    most: int = 50
    """Jewels whose paths are told; the rest is counted."""

    def render(self, findings: Findings) -> bytes:
        """Return the report."""
        sheet = Sheet(width=self.width, colour=self.colour)
        names, notes = wording.Names(findings.names), findings.techniques
        summary(sheet, findings)
        numbers = {path.id: number for number, path in enumerate(findings.proved, start=1)}
        if findings.proved:
            sheet.heading("Attack paths")
            self._write(sheet, findings.proved, mark="#", names=names, notes=notes)
        if findings.cut is not None and (findings.proved or findings.cut.remedies):
            write_cut(sheet, findings.cut, numbers)
        if findings.possible:
            sheet.heading("Possible paths")
            sheet.write(
                "These rest on something that could not be read. They are not counted above, and"
                " the cut does not cover them."
            )
            sheet.blank()
            self._write(sheet, findings.possible, mark="?", names=names, notes=notes)
        if findings.unread:
            write_gaps(sheet, findings.unread)
        return sheet.render()

    def _write(
        self, sheet: Sheet, paths: Sequence[Path], *, mark: str, names: wording.Names, notes: Notes
    ) -> None:
        """Tell the cheapest path to each jewel in full and the others to it in a line or two."""
        ways: dict[Foothold, list[tuple[str, Path]]] = {}
        for number, path in enumerate(paths, start=1):
            ways.setdefault(path.jewel.foothold, []).append((f"{mark}{number}", path))
        told = list(ways.values())[: self.most]
        for (label, first), *others in told:
            write_path(sheet, first, label=label, names=names, notes=notes)
            for other, path in others:
                _write_way(sheet, path, label=f"or {other}  ", names=names)
            sheet.blank()
        if len(told) < len(ways):
            sheet.write(
                f"{len(told):,} of {len(ways):,} jewels are shown;"
                " `--format json` and `--format html` have all"
            )


def summary(sheet: Sheet, findings: Findings) -> None:
    """Say the outcome in a few lines."""
    sheet.row(
        [
            (f"Bartizan {findings.tool_version}", Style.STRONG),
            (f"  snapshot {findings.snapshot[:12]}", Style.FAINT),
            (f"  read {findings.read_at}" if findings.read_at else "", Style.FAINT),
        ]
    )
    sheet.listing(
        wording.estate(findings.estate),
        label="",
        indent=0,
        most=len(findings.estate),
    )
    sheet.blank()
    _say_paths(sheet, findings)
    if findings.cut is not None and findings.proved:
        sheet.write(wording.verdict_on(findings.cut), indent=2)
    if findings.possible:
        more = wording.count(len(findings.possible), "more path is", "more paths are")
        sheet.write(f"{more} possible, resting on something unread", indent=2)
    style = Style.MEDIUM if findings.unread else Style.GOOD
    sheet.write(wording.completeness(findings.unread), indent=2, style=style)


def _say_paths(sheet: Sheet, findings: Findings) -> None:
    if not findings.proved:
        told = "No attack path was found" + (
            " in what could be read" if findings.unread else " from the entries to the jewels"
        )
        sheet.write(told, indent=2, style=Style.STRONG)
        return
    levels = ", ".join(f"{n:,} {name}" for name, n in wording.by_level(findings.proved).items())
    jewels = len({path.jewel.foothold for path in findings.proved})
    told = wording.count(len(findings.proved), "attack path")
    sheet.write(
        f"{told} to {wording.count(jewels, 'jewel')}: {levels}", indent=2, style=Style.STRONG
    )


def write_path(
    sheet: Sheet, path: Path, *, label: str, names: wording.Names, notes: Notes
) -> None:
    """Tell one path step by step."""
    name = wording.level(path.jewel.rank)
    sheet.row(
        [
            (f"{label:<4}", Style.STRONG),
            (f" {name.upper()} ", LEVEL_STYLES[name]),
            ("  ", Style.PLAIN),
            (path.jewel.name, Style.STRONG),
        ]
    )
    length = wording.count(len(path.steps), "step")
    sheet.write(
        f"from {wording.start(path.entries)}, {length}, effort {path.cost}, id {path.id}",
        indent=4,
        style=Style.FAINT,
    )
    for number, step in enumerate(path.steps, start=1):
        sheet.blank()
        _write_step(sheet, step, label=f"{number:>2}. ", names=names, notes=notes)
    sheet.blank()
    for entity, others in sorted(path.folded.items()):
        whole = f"any of {len(others) + 1:,} could stand for {names.entity(entity)}: "
        sheet.listing(map(names.entity, others), label=whole, indent=4)
    sheet.listing((jewel.name for jewel in path.implies), label="with it fall: ", indent=4)
    sheet.blank()


def _write_way(sheet: Sheet, path: Path, *, label: str, names: wording.Names) -> None:
    told = f"from {wording.start(path.entries)}, effort {path.cost}, id {path.id}"
    if chain := ", ".join(names.foothold(step.grants) for step in path.steps[:-1]):
        told += f": {chain}"
    if path.conditions:
        told += "; if " + " and if ".join(condition.text for condition in path.conditions)
    sheet.write(told, label=label, indent=4)


def _write_step(
    sheet: Sheet, step: Step, *, label: str, names: wording.Names, notes: Notes
) -> None:
    note = wording.technique(notes, step.technique)
    sheet.write(names.foothold(step.grants), label=label, indent=4, style=Style.STRONG)
    tags = f" [{note.attack}]" if note.attack else ""
    sheet.write(f"{note.title}{tags}", label="how  ", indent=8)
    if len(step.needs) > 1:
        held = " and ".join(names.foothold(need) for need in step.needs)
        sheet.write(held, label="with ", indent=8)
    for one in step.evidence:
        sheet.write(_reason(one), label="why  ", indent=8)
    for condition in step.conditions:
        sheet.write(condition.text, label="if   ", indent=8)
    for missing in step.missing:
        sheet.write(missing, label="not read  ", indent=8)


def _reason(one: Evidence) -> str:
    place = f"{one.subject} [{one.statement}]" if one.statement else one.subject
    return f"{place} {one.why}"


def write_cut(sheet: Sheet, cut: Cut, numbers: Mapping[str, int]) -> None:
    """Tell each chosen change, how to do it, and what it closes."""
    sheet.heading("What to do")
    sheet.write(wording.verdict_on(cut))
    sheet.blank()
    for number, chosen in enumerate(wording.most_closing_first(cut), start=1):
        _write_chosen(sheet, number, chosen, numbers)
    if cut.uncut:
        sheet.listing(
            _places(cut.uncut, numbers), label="No known change closes: ", indent=0, most=20
        )


def _write_chosen(
    sheet: Sheet, number: int, chosen: CutRemedy, numbers: Mapping[str, int]
) -> None:
    sheet.write(chosen.remedy.title, label=f"{number:>2}. ", indent=0, style=Style.STRONG)
    closes = wording.count(len(chosen.closes), "path")
    sheet.listing(
        _places(chosen.closes, numbers),
        label=f"cost {chosen.remedy.cost}, takes part in closing {closes}: ",
        indent=4,
        most=12,
    )
    if chosen.command:
        sheet.verbatim(chosen.command, indent=4, prompt="$ ")
    elif chosen.terraform:
        sheet.verbatim(chosen.terraform, indent=4)
    sheet.blank()


def _places(ids: Sequence[str], numbers: Mapping[str, int]) -> list[str]:
    known = sorted(numbers[one] for one in ids if one in numbers)
    return [f"#{number}" for number in known] + [one for one in ids if one not in numbers]


def write_gaps(sheet: Sheet, unread: Sequence[Unread]) -> None:
    """List what could not be read and say what that means."""
    sheet.heading("What could not be read")
    sheet.write(
        "Whatever depends on these is unknown, neither allowed nor denied. Grant the permission"
        " and scan again to be sure."
    )
    sheet.blank()
    groups = wording.gap_groups(unread)
    for group in groups[:MOST_GAPS]:
        sheet.write(group, label="- ")
    if len(groups) > MOST_GAPS:
        sheet.write(f"{MOST_GAPS} of {len(groups):,} are shown; `--format json` has all")
