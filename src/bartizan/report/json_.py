# SPDX-License-Identifier: Apache-2.0
"""The report for programs: `bartizan/paths/1`, whose JSON Schema is `schema/paths.schema.json`."""

import json
import re
from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct, structs

from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Findings, TechniqueNote
from bartizan.model.path import Cut, CutRemedy, Entry, Jewel, Path
from bartizan.model.record import Json
from bartizan.model.remedy import Change
from bartizan.model.step import Condition, Foothold, Step
from bartizan.report import wording

SCHEMA = "bartizan/paths/1"
"""Raised when a consumer of the old form would misread the new one."""


class JsonReport(Struct, frozen=True):
    """Renders findings as one JSON document."""

    def render(self, findings: Findings) -> bytes:
        """Return the document; the same findings give the same bytes."""
        return encode(document(findings))


def encode(value: Json) -> bytes:
    """Write JSON in ASCII, so that neither a terminal nor a broken surrogate can misread it."""
    flat = json.dumps(value, ensure_ascii=True, allow_nan=False)
    try:
        # As `json` indents, which does that much more slowly than it writes one line.
        text = msgspec.json.format(flat, indent=2)
    except msgspec.DecodeError:
        # Half of a surrogate pair, escaped, is read by `json` alone.
        text = json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False)
    return text.encode() + b"\n"


def document(findings: Findings) -> dict[str, Json]:
    """Say all findings in JSON's own types, in the order that the schema gives."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "bartizan", "version": findings.tool_version},
        "snapshot": findings.snapshot,
        "read_at": findings.read_at,
        "estate": dict(findings.estate),
        "summary": _summary(findings),
        "entries": [entry(one) for one in findings.entries],
        "jewels": [jewel(one) for one in findings.jewels],
        "paths": [path(one) for one in findings.proved],
        "possible": [path(one) for one in findings.possible],
        "cut": None if findings.cut is None else cut(findings.cut),
        "unread": [gap(row) for row in findings.unread],
        "techniques": {key: note(value) for key, value in sorted(findings.techniques.items())},
        "names": dict(sorted(findings.names.items())),
    }


def _summary(findings: Findings) -> Json:
    return {
        "paths": len(findings.proved),
        "possible": len(findings.possible),
        "levels": dict(wording.by_level(findings.proved)),
        "unread": len(findings.unread),
        "complete": not findings.unread,
    }


def foothold(value: Foothold) -> dict[str, Json]:
    """Say a foothold."""
    return {"ability": value.ability, "entity": value.entity}


def entry(value: Entry) -> dict[str, Json]:
    """Say an entry."""
    return {**foothold(value.foothold), "name": value.name}


def jewel(value: Jewel) -> dict[str, Json]:
    """Say a jewel, its rank by number and by name."""
    return {
        **foothold(value.foothold),
        "name": value.name,
        "rank": value.rank,
        "level": wording.level(value.rank),
    }


def path(value: Path) -> dict[str, Json]:
    """Say a path with all its steps."""
    return {
        "id": value.id,
        "title": wording.headline(value),
        "certainty": "proved" if value.proved else "possible",
        "entry": entry(value.entries[0]) if value.entries else None,
        "entries": [entry(one) for one in value.entries],
        "jewel": jewel(value.jewel),
        "cost": value.cost,
        "steps": [step(one) for one in value.steps],
        "conditions": [condition(one) for one in value.conditions],
        "folded": {key: list(others) for key, others in sorted(value.folded.items())},
        "implies": [jewel(one) for one in value.implies],
        "missing": list(value.missing),
    }


def step(value: Step) -> dict[str, Json]:
    """Say a step: what it needs, what it grants, why it is true, what would remove it."""
    return {
        "technique": value.technique,
        "needs": [foothold(one) for one in value.needs],
        "grants": foothold(value.grants),
        "cost": value.cost,
        "conditions": [condition(one) for one in value.conditions],
        "evidence": [
            {
                "subject": one.subject,
                "statement": one.statement,
                "why": one.why,
                "excerpt": one.excerpt,
            }
            for one in value.evidence
        ],
        "asks": [
            {
                "principal": one.principal,
                "action": one.action,
                "resource": one.resource,
                "context": [list(pair) for pair in one.context],
            }
            for one in value.asks
        ],
        "remedies": [[remedy.title for remedy in breaker.remedies] for breaker in value.breakers],
        "missing": list(value.missing),
    }


def condition(value: Condition) -> dict[str, Json]:
    """Say a condition."""
    return {
        "text": value.text,
        "key": value.key,
        "values": list(value.values),
        "lasting": value.lasting,
        "effort": value.effort,
    }


def cut(value: Cut) -> dict[str, Json]:
    """Say the cut and how far it is proved."""
    return {
        "remedies": [_chosen(one) for one in value.remedies],
        "cost": value.cost,
        "lower_bound": value.lower_bound,
        "optimal": value.optimal,
        "paths_left": value.paths_left,
        "uncut": list(value.uncut),
    }


def _chosen(value: CutRemedy) -> Json:
    return {
        "id": value.remedy.id,
        "title": value.remedy.title,
        "cost": value.remedy.cost,
        "change": change(value.remedy.change),
        "closes": list(value.closes),
        "command": value.command,
        "terraform": value.terraform,
    }


def change(value: Change) -> dict[str, Json]:
    """Say a change: its kind as words with hyphens, then its fields."""
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(value).__name__).lower()
    return {"kind": kind, **_fields(structs.asdict(value))}


def gap(value: Unread) -> dict[str, Json]:
    """Say what was not read."""
    return _fields(structs.asdict(value))


def note(value: TechniqueNote) -> dict[str, Json]:
    """Say what there is to know about a technique."""
    return _fields(structs.asdict(value))


def _fields(values: Mapping[str, object]) -> dict[str, Json]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> Json:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Struct():
            return _fields(structs.asdict(value))
        case _ if isinstance(value, Iterable):
            return [_plain(item) for item in value]
        case _:
            message = f"a report has no JSON for `{value!r}`"
            raise TypeError(message)
