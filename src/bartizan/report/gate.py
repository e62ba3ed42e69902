# SPDX-License-Identifier: Apache-2.0
"""The judgement of a proposed change, as text, Markdown for a pull request, and JSON."""

from collections.abc import Callable, Iterator, Mapping

from bartizan.model.gate import Gate, Judgement
from bartizan.report import comparison, json_, markdown, wording
from bartizan.report.sheet import Sheet, Style

SCHEMA = "bartizan/gate/1"
"""Raised when a consumer of the old form would misread the new one."""

_WIDTH = 100
_TOLD = 10
"""Paths that a comment tells step by step; a comment has at most 65,536 characters.

Source: https://docs.github.com/en/rest/issues/comments
"""
_LONGEST_COMMENT = 60_000
_STYLES = {
    Judgement.CLEAN: Style.GOOD,
    Judgement.NEW: Style.HIGH,
    Judgement.UNKNOWN: Style.MEDIUM,
}


def sentence(gate: Gate) -> str:
    """Say the judgement in one sentence without a stop."""
    found = gate.comparison
    proved = sum(path.proved for path in found.appeared)
    changed = wording.count(gate.changed, "changed object")
    match gate.judgement:
        case Judgement.NEW:
            return f"{wording.count(proved, 'new attack path')} by {changed}"
        case Judgement.CLEAN:
            return f"no new attack path by {changed}"
        case Judgement.UNKNOWN:
            return f"cannot tell whether {changed} open an attack path"


def as_text(gate: Gate) -> bytes:
    """Render the judgement for a terminal."""
    sheet = Sheet(width=_WIDTH, colour=False)
    sheet.write(", ".join(gate.plans), style=Style.FAINT)
    sheet.write(sentence(gate), style=_STYLES[gate.judgement])
    for line in _doubts(gate):
        sheet.write(line, label="cannot tell: ", style=Style.MEDIUM)
    for line in _remarks(gate):
        sheet.write(line, label="note: ")
    comparison.write_paths(sheet, gate.comparison)
    return sheet.render()


def as_markdown(gate: Gate) -> bytes:
    """Render the judgement for a pull request, short enough for one comment."""
    head = ["# Attack paths of this change", "", f"**{markdown.escaped(sentence(gate))}**"]
    for title, lines in (("Cannot tell", [*_doubts(gate)]), ("Notes", [*_remarks(gate)])):
        if lines:
            shown = [f"- {markdown.escaped(line)}" for line in lines[: 2 * _TOLD]]
            more = len(lines) - len(shown)
            head += ["", f"## {title}", "", *shown, *([f"- and {more:,} more"] if more else [])]
    for most in (_TOLD, 1, 0):
        told = markdown.write([*head, *comparison.path_lines(gate.comparison, most=most)])
        if len(told.decode()) <= _LONGEST_COMMENT:
            return told
    return markdown.write(head)[:_LONGEST_COMMENT]


def as_json(gate: Gate) -> bytes:
    """Render the judgement as `bartizan/gate/1`, which `schema/` describes."""
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
            "comparison": comparison.document(gate.comparison),
        }
    )


GATE_FORMATS: Mapping[str, Callable[[Gate], bytes]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
"""Name of a format to what renders it."""


def _doubts(gate: Gate) -> Iterator[str]:
    yield from gate.partial
    for row in gate.gaps:
        yield f"{row.operation}: {row.reason}"
    for name, count in gate.others.items():
        yield f"{name}: {wording.count(count, 'object')} of a type that is not understood yet"


def _remarks(gate: Gate) -> Iterator[str]:
    if gate.drift:
        yield (
            f"{wording.count(len(gate.drift), 'object')} changed by themselves since the code was "
            "last applied, which is not this change's doing"
        )
