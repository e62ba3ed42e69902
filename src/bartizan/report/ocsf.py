# SPDX-License-Identifier: Apache-2.0
"""The report for security lakes: OCSF 1.6 events, one JSON document per line.

The first line is a Scan Activity (class 6007) that counts the paths and carries what was unread;
then comes one Detection Finding (class 2004) per path.

Sources:
    https://schema.ocsf.io/1.6.0/classes/scan_activity
    https://schema.ocsf.io/1.6.0/classes/detection_finding
"""

import json
from datetime import datetime

from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.model.finding import Findings
from bartizan.model.path import Path
from bartizan.model.record import Json
from bartizan.model.step import Foothold, Step
from bartizan.report import json_, wording

VERSION = "1.6.0"
SEVERITIES = {
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "critical": (5, "Critical"),
}
"""Our levels as `severity_id` and its caption."""


class OcsfReport(Struct, frozen=True):
    """Renders the run and each path as events."""

    def render(self, findings: Findings) -> bytes:
        """Return JSON lines."""
        names = wording.Names(findings.names)
        paths = findings.proved + findings.possible
        events = [_scan(findings), *(_event(path, findings, names) for path in paths)]
        lines = (json.dumps(event, separators=(",", ":"), allow_nan=False) for event in events)
        return "".join(line + "\n" for line in lines).encode()


def _scan(findings: Findings) -> dict[str, Json]:
    return {
        "activity_id": 2,
        "activity_name": "Completed",
        "category_uid": 6,
        "category_name": "Application Activity",
        "class_uid": 6007,
        "class_name": "Scan Activity",
        "type_uid": 600702,
        "type_name": "Scan Activity: Completed",
        "time": _milliseconds(findings.read_at),
        "severity_id": 1,
        "severity": "Informational",
        "message": _outcome(findings),
        "metadata": _metadata(findings, "scan"),
        "scan": {"uid": findings.snapshot, "type_id": 99, "type": "Attack paths"},
        "num_detections": len(findings.proved),
        "num_skipped_items": len(findings.unread),
        "unmapped": {
            "estate": dict(findings.estate),
            "possible": len(findings.possible),
            "unread": [json_.gap(row) for row in findings.unread],
            "cut": None if findings.cut is None else json_.cut(findings.cut),
        },
    }


def _outcome(findings: Findings) -> str:
    found = wording.count(len(findings.proved), "attack path")
    unread = wording.count(len(findings.unread), "thing")
    return f"{found} found; {unread} could not be read"


def _metadata(findings: Findings, uid: str) -> Json:
    return {
        "version": VERSION,
        "product": {"name": "Bartizan", "version": findings.tool_version},
        "uid": f"{findings.snapshot[:12]}/{uid}",
    }


def _event(path: Path, findings: Findings, names: wording.Names) -> dict[str, Json]:
    severity_id, severity = SEVERITIES[wording.level(path.jewel.rank)]
    remedies = _remedies(path, findings)
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200401,
        "type_name": "Detection Finding: Create",
        "time": _milliseconds(findings.read_at),
        "severity_id": severity_id,
        "severity": severity,
        "status_id": 1,
        "status": "New",
        "confidence_id": 3 if path.proved else 1,
        "confidence": "High" if path.proved else "Low",
        "is_alert": path.proved,
        "message": wording.headline(path),
        "metadata": _metadata(findings, path.id),
        "finding_info": _info(path, findings, names),
        "evidences": _evidences(path),
        "resources": [_resource(path.jewel.foothold, names)],
        "remediation": {"desc": "; or ".join(remedies) or "No remedy is known"},
        "unmapped": {
            "cost": path.cost,
            "snapshot": findings.snapshot,
            "missing": list(path.missing),
        },
    }


def _info(path: Path, findings: Findings, names: wording.Names) -> Json:
    attacks = dict.fromkeys(
        wording.technique(findings.techniques, step.technique).attack for step in path.steps
    )
    info: dict[str, Json] = {
        "uid": path.id,
        "title": wording.headline(path),
        "desc": ". ".join(names.foothold(step.grants) for step in path.steps),
        "types": ["Attack Path"],
        "attack_graph": _graph(path, findings, names),
    }
    techniques: list[Json] = [{"technique": {"uid": uid}} for uid in attacks if uid]
    if techniques:
        info["attacks"] = techniques
    return info


def _graph(path: Path, findings: Findings, names: wording.Names) -> Json:
    held = dict.fromkeys(entry.foothold for entry in path.entries)
    for step in path.steps:
        held |= dict.fromkeys((*step.needs, step.grants))
    return {
        "uid": path.id,
        "nodes": [
            {"uid": str(one), "name": names.foothold(one), "type": one.ability} for one in held
        ],
        "edges": [
            {
                "source": str(need),
                "target": str(step.grants),
                "is_directed": True,
                "name": wording.technique(findings.techniques, step.technique).title,
                "relation": step.technique,
            }
            for step in path.steps
            for need in step.needs
        ],
    }


def _evidences(path: Path) -> list[Json]:
    return [
        {
            "uid": one.statement or one.subject,
            "name": one.why,
            "data": {
                "step": number,
                "subject": one.subject,
                "statement": one.statement,
                "excerpt": one.excerpt,
            },
        }
        for number, step in enumerate(path.steps, start=1)
        for one in step.evidence
    ]


def _resource(foothold: Foothold, names: wording.Names) -> Json:
    resource: dict[str, Json] = {
        "uid": foothold.entity,
        "name": names.entity(foothold.entity),
        "type": foothold.ability,
    }
    if account := account_of(foothold.entity):
        resource["owner"] = {"account": {"uid": account, "name": names.entity(account)}}
    return resource


def _remedies(path: Path, findings: Findings) -> list[str]:
    """Name what the cut chose for this path, else whatever would remove one of its steps."""
    chosen = () if findings.cut is None else findings.cut.remedies
    if titles := [one.remedy.title for one in chosen if path.id in one.closes]:
        return titles
    return list(dict.fromkeys(title for step in path.steps for title in _ways(step)))


def _ways(step: Step) -> list[str]:
    return [" and ".join(remedy.title for remedy in breaker.remedies) for breaker in step.breakers]


def _milliseconds(moment: str) -> int:
    """Turn ISO 8601 into milliseconds since 1970; 0 where the time is not known."""
    if not moment:
        return 0
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
