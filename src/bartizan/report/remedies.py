# SPDX-License-Identifier: Apache-2.0
"""The cut alone: for a person, for a program, or as commands and code to be reviewed and run."""

from collections.abc import Callable, Mapping

from bartizan.model.finding import Findings
from bartizan.model.path import Cut
from bartizan.report import json_, wording
from bartizan.report.legible import legible
from bartizan.report.sheet import Sheet
from bartizan.report.text import write_cut

SCHEMA = "bartizan/cut/1"
"""Raised when a consumer of the old form would misread the new one."""


def _text(cut: Cut, findings: Findings) -> bytes:
    sheet = Sheet(width=100, colour=False)
    numbers = {path.id: number for number, path in enumerate(findings.proved, start=1)}
    write_cut(sheet, cut, numbers)
    return sheet.render()


def _json(cut: Cut, findings: Findings) -> bytes:
    return json_.encode({"schema": SCHEMA, "snapshot": findings.snapshot, "cut": json_.cut(cut)})


def _shell(cut: Cut, _findings: Findings) -> bytes:
    return _lines(cut, {one.remedy.title: one.command for one in cut.remedies})


def _terraform(cut: Cut, _findings: Findings) -> bytes:
    return _lines(cut, {one.remedy.title: one.terraform for one in cut.remedies})


def _lines(cut: Cut, texts: Mapping[str, str]) -> bytes:
    """Write each change under its title; one that this form cannot say is still named."""
    said = [f"# cost {cut.cost}, at least {cut.lower_bound} is needed; review before you run it"]
    if not texts:
        left = wording.count(len(cut.uncut), "path")
        said = [f"# no remedy is known for {left}" if cut.uncut else "# no path is open"]
    for title, text in texts.items():
        said += ["", f"# {legible(title)}", text or "# to be done where this is defined"]
    return ("\n".join(said) + "\n").encode()


CUT_FORMATS: Mapping[str, Callable[[Cut, Findings], bytes]] = {
    "text": _text,
    "json": _json,
    "shell": _shell,
    "terraform": _terraform,
}
"""Name of a format to what writes the cut in it."""
