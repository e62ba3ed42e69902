# SPDX-License-Identifier: Apache-2.0
"""The judgement of a proposed change for code scanning: SARIF 2.1.0, with lines.

A path that appears is a result at the line of what does it; what cannot be told is an open result
at the line of the attribute. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Iterator
from urllib.parse import quote

import bartizan
from bartizan.model.code_place import CodePlace
from bartizan.model.facts.gap import Unread
from bartizan.model.gate import Gate
from bartizan.model.path import Path
from bartizan.model.record import Json
from bartizan.report import json_, sarif, wording
from bartizan.report.legible import legible

UNKNOWN = "gate-cannot-tell"
"""Id of the rule for what cannot be told."""


def as_sarif(gate: Gate) -> bytes:
    """Render the judgement as one SARIF log."""
    run: Json = {
        "tool": {
            "driver": {
                "name": "Bartizan",
                "semanticVersion": bartizan.__version__,
                "rules": list(_rules(gate)),
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": list(_notifications(gate)),
            }
        ],
        "results": [
            *(_result(path, gate) for path in gate.comparison.appeared),
            *(_open(row, gate) for row in gate.gaps),
        ],
        "properties": {"judgement": gate.judgement.value, "plans": list(gate.plans)},
    }
    return json_.encode({"$schema": sarif.SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(gate: Gate) -> Iterator[Json]:
    found = gate.comparison
    used = sorted({path.steps[-1].technique for path in found.appeared if path.steps})
    worst = sarif.worst(found.appeared)
    for name in used:
        rule = sarif.rule(wording.technique(found.techniques, name), worst.get(name, "low"))
        # The log of a change does without the taxonomy that a relationship would point into.
        yield {key: value for key, value in rule.items() if key != "relationships"}
    if gate.gaps:
        yield {
            "id": UNKNOWN,
            "shortDescription": {"text": "An attack path may depend on this"},
            "help": {"text": "It is not known before the change is applied, or not kept."},
            "defaultConfiguration": {"level": "warning"},
        }


def _result(path: Path, gate: Gate) -> Json:
    level = wording.level(path.jewel.rank)
    names = wording.Names(gate.comparison.names)
    placed = [gate.places[one] for one in gate.causes.get(path.id, ()) if one in gate.places]
    place = _location(placed[0]) if placed else _nowhere(gate, path.jewel.foothold.entity)
    result: dict[str, Json] = {
        "kind": "fail" if path.proved else "open",
        "level": sarif.LEVELS[level] if path.proved else "none",
        "rank": path.jewel.rank * 25.0,
        "message": {"text": sarif.plain(_message(path, gate))},
        "locations": [place],
        "partialFingerprints": {"bartizanPath/v1": path.id},
        "codeFlows": [
            {"threadFlows": [{"locations": sarif.flow(path, gate.comparison.techniques, names)}]}
        ],
        "properties": {"level": level, "causes": list(gate.causes.get(path.id, ()))},
    }
    if len(placed) > 1:
        result["relatedLocations"] = [_location(one) for one in placed[1:]]
    if path.steps:
        result["ruleId"] = path.steps[-1].technique
    if path.id in gate.excused:
        reason = sarif.plain(gate.excused[path.id])
        result["suppressions"] = [{"kind": "external", "justification": reason}]
    return result


def _message(path: Path, gate: Gate) -> str:
    held = gate.causes.get(path.id, ())
    by = f" It rests on {', '.join(held)}." if held else ""
    return sarif.message(path) + by


def _open(row: Unread, gate: Gate) -> Json:
    place = gate.places.get(row.operation)
    result: dict[str, Json] = {
        "ruleId": UNKNOWN,
        "kind": "open",
        "level": "none",
        "message": {"text": sarif.plain(f"Cannot tell: {row.operation}, {row.reason}.")},
        "partialFingerprints": {"bartizanGap/v1": row.operation},
    }
    where = _nowhere(gate, row.operation) if place is None else _location(place)
    return {**result, "locations": [where]}


def _nowhere(gate: Gate, name: str) -> Json:
    """Return the place of what no line of code says, or none that is at hand: the plan itself.

    Code scanning takes no log at all in which a result has no file, section "Validating your SARIF
    file" of https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    named: Json = {"fullyQualifiedName": legible(name), "kind": "resource"}
    file = gate.plans[0] if gate.plans else "."
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file)},
            "region": {"startLine": 1},
        },
        "logicalLocations": [named],
    }


def _location(place: CodePlace) -> Json:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file)},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            },
        }
    }


def _notifications(gate: Gate) -> Iterator[Json]:
    told = [f"{name}: {count} not understood" for name, count in gate.others.items()]
    for text in (*gate.partial, *told, *gate.unread_code, *gate.remarks):
        yield {"level": "warning", "message": {"text": sarif.plain(text)}}
