# SPDX-License-Identifier: Apache-2.0
"""What is wrong with policy documents, for code scanning and editors: SARIF 2.1.0.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
from collections.abc import Iterator
from urllib.parse import quote

from bartizan.model.policy_check import (
    CheckedPolicy,
    Level,
    PolicyCheck,
    PolicyFinding,
    RuleNote,
    Span,
)
from bartizan.model.record import Json
from bartizan.report import json_
from bartizan.report.legible import legible
from bartizan.report.sarif import SCHEMA

_SCORES = {Level.ERROR: "5.0", Level.WARNING: "4.0", Level.NOTE: "1.0"}
"""Our levels as the `security-severity` that code scanning sorts rules by."""


def as_sarif(checked: PolicyCheck) -> bytes:
    """Write findings as one SARIF log with one run."""
    return json_.encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(checked)]})


def _run(checked: PolicyCheck) -> Json:
    used = {finding.rule for policy in checked.policies for finding in policy.findings}
    notes = [note for note in checked.rules if note.id in used]
    index = {note.id: number for number, note in enumerate(notes)}
    unchecked = [
        _notification(policy, reason) for policy in checked.policies for reason in policy.unchecked
    ]
    return {
        "tool": {
            "driver": {
                "name": "Bartizan",
                "semanticVersion": checked.tool_version,
                "rules": [_rule(note) for note in notes],
            }
        },
        # Section 3.14.17: Python counts characters as Unicode does.
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": unchecked}],
        "artifacts": [
            {"location": _artifact(policy), "roles": ["analysisTarget"]}
            for policy in checked.policies
        ],
        "results": [result for policy in checked.policies for result in _results(policy, index)],
    }


def _rule(note: RuleNote) -> Json:
    return {
        "id": note.id,
        "shortDescription": {"text": f"{note.title}."},
        "fullDescription": {"text": note.why},
        "help": {"text": f"{note.why} To mend it: {note.fix}."},
        "helpUri": note.page,
        "defaultConfiguration": {"level": note.level.value},
        "properties": {"security-severity": _SCORES[note.level], "tags": ["security", "policy"]},
    }


def _results(policy: CheckedPolicy, index: dict[str, int]) -> Iterator[Json]:
    seen: dict[str, int] = {}
    for finding in policy.findings:
        # Lines move when a file is edited; the rule with what it says does so less.
        said = f"{finding.rule}\n{finding.message}"
        number = seen[said] = seen.get(said, 0) + 1
        mark = hashlib.sha256(f"{policy.name}\n{said}\n{number}".encode()).hexdigest()[:32]
        yield _result(policy, finding, index[finding.rule], mark)


def _result(policy: CheckedPolicy, finding: PolicyFinding, index: int, mark: str) -> Json:
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level.value,
        "message": {"text": _plain(f"{finding.message}. To mend it: {finding.fix}.")},
        "locations": [{"physicalLocation": _place(policy, finding.span)}],
        "partialFingerprints": {"bartizanPolicyCheck/v1": mark},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _place(policy, other.span),
                "message": {"text": _plain(other.text)},
            }
            for number, other in enumerate(finding.related, start=1)
        ]
    return result


def _place(policy: CheckedPolicy, span: Span) -> dict[str, Json]:
    return {
        "artifactLocation": _artifact(policy),
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _artifact(policy: CheckedPolicy) -> dict[str, Json]:
    path = quote(policy.name.replace("\\", "/"))
    # Section 3.4.3: what is not relative has a scheme.
    return {"uri": f"file://{path}" if path.startswith("/") else path}


def _notification(policy: CheckedPolicy, reason: str) -> Json:
    return {
        "descriptor": {"id": "not-checked"},
        "level": "warning",
        "message": {"text": _plain(f"Not checked in {policy.name}: {reason}.")},
    }


def _plain(text: str) -> str:
    """Escape what a SARIF message gives a meaning to: placeholders and links (section 3.11)."""
    text = legible(text).replace("{", "{{").replace("}", "}}")
    return text.replace("[", "\\[").replace("]", "\\]")
