# SPDX-License-Identifier: Apache-2.0
"""The judgement of a proposed change, as text, Markdown for a pull request, and JSON."""

from collections.abc import Callable, Iterator, Mapping

from bartizan.model.code_place import CodePlace
from bartizan.model.gate import Gate, Judgement
from bartizan.model.record import Json
from bartizan.model.step import Step
from bartizan.report import comparison, json_, markdown, wording
from bartizan.report.gate_junit import as_junit
from bartizan.report.gate_sarif import as_sarif
from bartizan.report.gate_wording import access, causes, doubts, remarks, sentence
from bartizan.report.sheet import Sheet, Style

SCHEMA = "bartizan/gate/1"
"""Raised when a consumer of the old form would misread the new one."""

BASELINE = "bartizan/gate-baseline/1"
"""Raised when an old gate would misread a new baseline."""

_WIDTH = 100
_TOLD = 10
"""Paths that a comment tells step by step; a comment has at most 65,536 characters.

Source: https://docs.github.com/en/rest/issues/comments
"""
_LONGEST_COMMENT = 60_000
_LISTED = 5
"""Lines of a list that a comment shows unfolded."""
_OPENED = 50
"""Lines of opened access that a report for people shows."""
_STYLES = {
    Judgement.CLEAN: Style.GOOD,
    Judgement.NEW: Style.HIGH,
    Judgement.UNKNOWN: Style.MEDIUM,
}


def as_text(gate: Gate) -> bytes:
    """Render the judgement for a terminal."""
    sheet = Sheet(width=_WIDTH, colour=False)
    sheet.write(", ".join(gate.plans), style=Style.FAINT)
    sheet.write(sentence(gate), style=_STYLES[gate.judgement])
    for line in doubts(gate):
        sheet.write(line, label="cannot tell: ", style=Style.MEDIUM)
    for line in remarks(gate):
        sheet.write(line, label="note: ")
    comparison.write_paths(sheet, gate.comparison)
    told = list(causes(gate))
    if told:
        sheet.heading("What does it")
        for line in told:
            sheet.write(line)
    if gate.access is not None:
        sheet.heading("Access that is opened, on no path yet")
        for line in access(gate, most=_OPENED):
            sheet.write(line)
    return sheet.render()


def as_markdown(gate: Gate) -> bytes:
    """Render the judgement for a pull request, short enough for one comment."""
    head = ["# Attack paths of this change", "", f"**{markdown.escaped(sentence(gate))}**"]
    lists = [
        ("Cannot tell", list(doubts(gate))),
        ("What does it", list(causes(gate))),
        ("Notes", list(remarks(gate))),
    ]
    if gate.access is not None:
        lists.append(("Access that is opened, on no path yet", access(gate, most=_OPENED)))
    for title, lines in lists:
        head += _listed(title, lines)
    for most in (_TOLD, 1, 0):
        told = markdown.write([*head, *comparison.path_lines(gate.comparison, most=most)])
        if len(told.decode()) <= _LONGEST_COMMENT:
            return told
    return markdown.write(
        [*head[:3], "", "More than one comment can hold; the JSON report has all."]
    )


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    """Yield a list under a title; a long one is folded away, and a longer one is cut."""
    if not lines:
        return
    shown = [f"- {markdown.escaped(line)}" for line in lines[: 4 * _LISTED]]
    if len(lines) > len(shown):
        shown.append(f"- and {len(lines) - len(shown):,} more")
    yield from ("", f"## {title}", "")
    if len(shown) <= _LISTED:
        yield from shown
        return
    summary = wording.count(len(lines), "line")
    yield from ("<details>", f"<summary>{summary}</summary>", "", *shown, "", "</details>")


def as_json(gate: Gate) -> bytes:
    """Render the judgement as `bartizan/gate/1`, which `schema/` describes."""
    opened = None if gate.access is None else [_step(step) for step in gate.access]
    return json_.encode(
        {
            "schema": SCHEMA,
            "plans": list(gate.plans),
            "judgement": gate.judgement.value,
            "changed": gate.changed,
            "gaps": [json_.gap(row) for row in gate.gaps],
            "partial": list(gate.partial),
            "drift": list(gate.drift),
            "others": dict(gate.others),
            "causes": {name: list(held) for name, held in sorted(gate.causes.items())},
            "places": {name: _place(place) for name, place in sorted(gate.places.items())},
            "unread_code": list(gate.unread_code),
            "excused": dict(sorted(gate.excused.items())),
            "remarks": list(gate.remarks),
            "access": opened,
            "comparison": comparison.document(gate.comparison),
        }
    )


def _place(place: CodePlace) -> Json:
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def _step(step: Step) -> Json:
    return {
        "technique": step.technique,
        "needs": [str(one) for one in step.needs],
        "grants": str(step.grants),
    }


def as_baseline(gate: Gate) -> bytes:
    """Render what appears as a baseline: paths that a later judgement takes as known."""
    paths = sorted(path.id for path in gate.comparison.appeared)
    return json_.encode({"schema": BASELINE, "paths": list(paths)})


GATE_FORMATS: Mapping[str, Callable[[Gate], bytes]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
    "sarif": as_sarif,
    "junit": as_junit,
    "baseline": as_baseline,
}
"""Name of a format to what renders it."""
