# SPDX-License-Identifier: Apache-2.0
"""What is wrong with policy documents, for `bartizan policy check`, as text and as JSON.

The form of the JSON is `schema/policy-check.schema.json`; SARIF has a module of its own.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from bartizan.model.policy_check import (
    CheckedPolicy,
    Level,
    PolicyCheck,
    PolicyFinding,
    RuleNote,
    Span,
)
from bartizan.model.record import Json
from bartizan.report.json_ import encode
from bartizan.report.policy_check_sarif import as_sarif
from bartizan.report.sheet import Sheet, Style
from bartizan.report.wording import count

SCHEMA = "bartizan/policy-check/1"
"""Raised when a consumer of the old form would misread the new one."""

_MOST_RELATED = 4
"""Places beside its own that a terminal shows of a finding."""

_STYLES = {Level.ERROR: Style.HIGH, Level.WARNING: Style.MEDIUM, Level.NOTE: Style.LOW}


def as_text(checked: PolicyCheck, *, width: int = 100, colour: bool = False) -> bytes:
    """Write findings for a terminal, each place as compilers write it."""
    sheet = Sheet(width=width, colour=colour)
    notes = {note.id: note for note in checked.rules}
    for policy in checked.policies:
        for finding in policy.findings:
            _write(sheet, policy, finding, notes[finding.rule])
        sheet.blank()
        told = "" if policy.told else ", by its form"
        kind = f" ({policy.type} policy{told})" if policy.type else ""
        sheet.write(f"{policy.name}{kind}: {_summary(policy)}")
        for reason in policy.unchecked:
            sheet.write(reason, label="not checked  ", indent=2, style=Style.MEDIUM)
        sheet.blank()
    return sheet.render()


def _write(sheet: Sheet, policy: CheckedPolicy, finding: PolicyFinding, note: RuleNote) -> None:
    sheet.blank()
    level = finding.level
    sheet.row(
        [
            (f"{policy.name}:{finding.span.line}:{finding.span.column}", Style.STRONG),
            (": ", Style.PLAIN),
            (f"{level.value}[{finding.rule}]", _STYLES[level]),
        ]
    )
    sheet.write(finding.message, indent=2)
    for other in finding.related[:_MOST_RELATED]:
        place = f"{policy.name}:{other.span.line}:{other.span.column}"
        sheet.write(f"{place} {other.text}", label="see  ", indent=2)
    if len(finding.related) > _MOST_RELATED:
        sheet.write(f"and {len(finding.related) - _MOST_RELATED:,} more places", indent=7)
    sheet.write(note.why, label="why  ", indent=2, style=Style.FAINT)
    sheet.write(finding.fix, label="fix  ", indent=2)
    sheet.write(note.page, indent=7, style=Style.FAINT)


def _summary(policy: CheckedPolicy) -> str:
    levels = Counter(finding.level for finding in policy.findings)
    parts = [count(levels[level], level.value) for level in Level if levels[level]]
    return ", ".join(parts) or "nothing found"


def as_json(checked: PolicyCheck) -> bytes:
    """Write findings for programs."""
    used = {finding.rule for policy in checked.policies for finding in policy.findings}
    return encode(
        {
            "schema": SCHEMA,
            "tool": {"name": "bartizan", "version": checked.tool_version},
            "policies": [_policy(policy) for policy in checked.policies],
            "rules": {note.id: _note(note) for note in checked.rules if note.id in used},
        }
    )


def _policy(policy: CheckedPolicy) -> dict[str, Json]:
    levels = Counter(finding.level for finding in policy.findings)
    return {
        "name": policy.name,
        "type": policy.type,
        "type_given": policy.told,
        "levels": {level.value: levels[level] for level in Level},
        "findings": [_finding(finding) for finding in policy.findings],
        "unchecked": list(policy.unchecked),
    }


def _finding(finding: PolicyFinding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        **_span(finding.span),
        "fix": finding.fix,
        "related": [{"text": other.text, **_span(other.span)} for other in finding.related],
    }


def _span(span: Span) -> dict[str, Json]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _note(note: RuleNote) -> dict[str, Json]:
    return {
        "level": note.level.value,
        "title": note.title,
        "why": note.why,
        "fix": note.fix,
        "page": note.page,
    }


POLICY_CHECK_FORMATS: Mapping[str, Callable[[PolicyCheck], bytes]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
}
"""Name of a format to what writes it."""
