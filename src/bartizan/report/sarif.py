# SPDX-License-Identifier: Apache-2.0
"""The report for code scanning and IDEs: SARIF 2.1.0.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from urllib.parse import quote

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Findings, TechniqueNote
from bartizan.model.path import Path
from bartizan.model.record import Json
from bartizan.model.step import Foothold, Step
from bartizan.report import json_, wording
from bartizan.report.legible import legible

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
"""Our levels in those of section 3.27.10."""

SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""Our levels as the `security-severity` that code scanning sorts rules by."""

Notes: TypeAlias = Mapping[str, TechniqueNote]
"""Technique id to what there is to know about it."""

ESTATE = "estate"
"""The folder of the files that stand for things of the estate."""

ATTACK = "ATT&CK"
"""Name of the taxonomy that techniques point into."""


class SarifReport(Struct, frozen=True):
    """Renders findings as one SARIF log: techniques are rules, paths are results."""

    def render(self, findings: Findings) -> bytes:
        """Return the log."""
        return json_.encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(findings)]})


def _run(findings: Findings) -> Json:
    names = wording.Names(findings.names)
    paths = findings.proved + findings.possible
    used = sorted({step.technique for path in paths for step in path.steps})
    notes = {name: wording.technique(findings.techniques, name) for name in used}
    worst_of = worst(paths)
    rules: list[Json] = [rule(notes[name], worst_of.get(name, "low")) for name in used]
    index = {name: number for number, name in enumerate(used)}
    attacks = sorted({note.attack for note in notes.values() if note.attack})
    return {
        "tool": {
            "driver": {
                "name": "Bartizan",
                "semanticVersion": findings.tool_version,
                "rules": rules,
                "supportedTaxonomies": [{"name": ATTACK, "index": 0}],
            }
        },
        "taxonomies": [
            {
                "name": ATTACK,
                "organization": "MITRE",
                "shortDescription": {"text": "Adversary tactics and techniques"},
                "taxa": [{"id": one} for one in attacks],
            }
        ],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(row) for row in findings.unread],
            }
        ],
        "results": [_result(path, findings, names=names, index=index) for path in paths],
        "properties": {
            "snapshot": findings.snapshot,
            "cut": None if findings.cut is None else json_.cut(findings.cut),
        },
    }


def worst(paths: Iterable[Path]) -> dict[str, str]:
    """Find the highest level among the paths that each technique is the last step of."""
    ranks: dict[str, int] = {}
    for path in paths:
        if path.steps:
            last = path.steps[-1].technique
            ranks[last] = max(ranks.get(last, 1), path.jewel.rank)
    return {name: wording.level(rank) for name, rank in ranks.items()}


def rule(note: TechniqueNote, level: str) -> dict[str, Json]:
    """Return the rule of a technique; `level` is that of its worst path."""
    told: dict[str, Json] = {
        "id": note.id,
        "shortDescription": {"text": legible(note.title)},
        "fullDescription": {"text": legible(note.explanation or note.title)},
        "help": {"text": legible(note.explanation or note.title)},
        "defaultConfiguration": {"level": LEVELS[level]},
        "properties": {
            "security-severity": SCORES[level],
            "tags": ["security", *([note.attack] if note.attack else [])],
        },
    }
    if note.attack:
        told["relationships"] = [
            {
                "target": {"id": note.attack, "toolComponent": {"name": ATTACK, "index": 0}},
                "kinds": ["relevant"],
            }
        ]
    return told


def _result(
    path: Path, findings: Findings, *, names: wording.Names, index: dict[str, int]
) -> Json:
    rule = path.steps[-1].technique if path.steps else ""
    level = wording.level(path.jewel.rank)
    result: dict[str, Json] = {
        "kind": "fail" if path.proved else "open",
        # A result whose kind is not "fail" has the level "none" (section 3.27.10).
        "level": LEVELS[level] if path.proved else "none",
        "rank": path.jewel.rank * 25.0,
        "message": {"text": plain(message(path))},
        "locations": [located(path.jewel.foothold, names)],
        "partialFingerprints": {"bartizanPath/v1": path.id},
        "codeFlows": [{"threadFlows": [{"locations": flow(path, findings.techniques, names)}]}],
        "properties": {
            "level": level,
            "cost": path.cost,
            "entries": [entry.name for entry in path.entries],
            "missing": list(path.missing),
        },
    }
    if rule:
        result |= {"ruleId": rule, "ruleIndex": index[rule]}
    return result


def message(path: Path) -> str:
    """Say a path in one sentence."""
    told = f"{wording.headline(path)} in {wording.count(len(path.steps), 'step')}"
    if path.proved:
        return f"{told}."
    return f"{told}, unless what could not be read forbids it."


def flow(path: Path, notes: Notes, names: wording.Names) -> list[Json]:
    """Return the places of a path, one for each step."""
    starts: list[Json] = [
        {
            "executionOrder": 0,
            "importance": "essential",
            "location": {
                **located(entry.foothold, names),
                "message": {"text": plain(f"Starts from {entry.name}")},
            },
        }
        for entry in path.entries
    ]
    return starts + [
        {
            "executionOrder": number,
            "importance": "essential",
            "location": {
                **located(step.grants, names),
                "message": {"text": plain(_told(step, notes, names))},
            },
        }
        for number, step in enumerate(path.steps, start=1)
    ]


def _told(step: Step, notes: Notes, names: wording.Names) -> str:
    note = wording.technique(notes, step.technique)
    reasons = "; ".join(f"{one.subject} {one.why}" for one in step.evidence)
    conditions = "; ".join(condition.text for condition in step.conditions)
    told = f"{note.title}: {names.foothold(step.grants)}"
    told += f". Why: {reasons}" if reasons else ""
    return told + (f". If: {conditions}" if conditions else "")


def located(foothold: Foothold, names: wording.Names) -> dict[str, Json]:
    """Return the place of a foothold, which is in the estate and in no file.

    Code scanning takes no log with a location that has no file, and tells alerts of several runs
    apart by its name; so each thing is a file of its own, which is nowhere. Source: "location
    object", https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    # One segment whatever the thing is called, so that it leads nowhere else.
    file = f"{ESTATE}/{quote(legible(foothold.entity), safe=':', errors='replace')}"
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": file},
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {
                "name": legible(names.entity(foothold.entity)),
                "fullyQualifiedName": foothold.entity,
                "kind": "resource",
            }
        ],
    }


def _notification(row: Unread) -> Json:
    return {
        "descriptor": {"id": f"unread/{row.code}"},
        "level": "warning",
        "message": {"text": plain(f"Not read: {wording.gap(row)}.")},
        "properties": {"reason": row.reason, "kind": row.kind},
    }


def plain(text: str) -> str:
    """Escape what a SARIF message gives a meaning to: placeholders and links (section 3.11)."""
    text = legible(text).replace("{", "{{").replace("}", "}}")
    return text.replace("[", "\\[").replace("]", "\\]")
