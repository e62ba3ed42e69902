# SPDX-License-Identifier: Apache-2.0
"""What the page shows: findings in words for people, with what paths share said once.

Ten thousand paths share most of their steps, so steps and footholds are interned and paths hold
their positions; the page stays small enough to open and to search at once.
"""

from collections.abc import Sequence

from msgspec import Struct, field

from bartizan.model.finding import LEVELS, Findings
from bartizan.model.path import Cut, Path
from bartizan.model.record import Json
from bartizan.model.step import Foothold, Step
from bartizan.report import wording
from bartizan.report.legible import legible, legible_lines

LONGEST_EXCERPT = 20_000
"""Characters of a statement that the page carries; the JSON report has all of it."""


class Page(Struct):
    """Collects the tables of one page."""

    names: wording.Names
    footholds: dict[Foothold, int] = field(default_factory=dict)
    """Each foothold to its position."""
    steps: dict[int, tuple[int, Step]] = field(default_factory=dict)
    """Identity of each step to its position; the step is kept so that its identity stays its."""
    said: dict[str, int] = field(default_factory=dict)
    """Each step as it is said to its position: equal steps are one."""
    rows: list[Json] = field(default_factory=list)
    """The steps in the order of their positions."""

    def foothold(self, value: Foothold) -> int:
        """Return the position of a foothold."""
        return self.footholds.setdefault(value, len(self.footholds))

    def step(self, value: Step) -> int:
        """Return the position of a step."""
        known = self.steps.get(id(value))
        if known is None:
            said = self._said(value)
            position = self.said.setdefault(repr(said), len(self.rows))
            if position == len(self.rows):
                self.rows.append(said)
            self.steps[id(value)] = known = (position, value)
        return known[0]

    def _said(self, value: Step) -> dict[str, Json]:
        return {
            "technique": value.technique,
            "needs": [self.foothold(need) for need in value.needs],
            "grants": self.foothold(value.grants),
            "cost": value.cost,
            "conditions": [legible(one.text) for one in value.conditions],
            "evidence": [
                [
                    legible(one.subject),
                    legible(one.statement),
                    legible(one.why),
                    legible(one.excerpt, limit=LONGEST_EXCERPT),
                ]
                for one in value.evidence
            ],
            "asks": [
                [
                    legible(one.principal),
                    legible(one.action),
                    legible(one.resource),
                    [f"{legible(key)} = {legible(item)}" for key, item in one.context],
                ]
                for one in value.asks
            ],
            "ways": [
                [legible(remedy.title) for remedy in breaker.remedies]
                for breaker in value.breakers
            ],
            "missing": [legible(one) for one in value.missing],
        }

    def path(self, value: Path) -> dict[str, Json]:
        """Say a path by the positions of its steps."""
        said: dict[str, Json] = {
            "id": value.id,
            "rank": min(max(value.jewel.rank, 1), len(LEVELS)),
            "from": legible(wording.start(value.entries)),
            "starts": [
                [self.foothold(entry.foothold), legible(entry.name)] for entry in value.entries
            ],
            "to": legible(value.jewel.name),
            "cost": value.cost,
            "steps": [self.step(one) for one in value.steps],
        }
        if value.folded:
            said["folded"] = [
                [legible(self.names.entity(entity)), [legible(one) for one in others]]
                for entity, others in sorted(value.folded.items())
            ]
        if value.implies:
            said["implies"] = [legible(one.name) for one in value.implies]
        if not value.proved:
            said["missing"] = [legible(one) for one in value.missing]
        return said

    def said_footholds(self) -> list[Json]:
        """Return each foothold as [phrase, verb, name of its thing, the thing itself]."""
        return [
            [
                legible(self.names.foothold(one)),
                legible(wording.verb(one)),
                legible(self.names.entity(one.entity)),
                legible(one.entity),
            ]
            for one in self.footholds
        ]


def payload(findings: Findings) -> dict[str, Json]:
    """Return all that the page shows, in JSON's own types."""
    page = Page(names=wording.Names(findings.names))
    proved: list[Json] = [page.path(one) for one in findings.proved]
    possible: list[Json] = [page.path(one) for one in findings.possible]
    used = {step.technique for path in findings.proved + findings.possible for step in path.steps}
    return {
        "version": legible(findings.tool_version),
        "snapshot": legible(findings.snapshot),
        "read_at": legible(findings.read_at),
        "estate": [legible(one) for one in wording.estate(findings.estate)],
        "levels": list(LEVELS),
        "jewels": len({path.jewel.foothold for path in findings.proved}),
        "proved": proved,
        "possible": possible,
        "steps": page.rows,
        "footholds": page.said_footholds(),
        "techniques": {name: _technique(findings, name) for name in sorted(used)},
        "cut": _cut(findings.cut, proved=findings.proved),
        "unread": [
            [
                legible(row.action or row.operation),
                legible(page.names.entity(row.account)) if row.account else "",
                legible(row.region),
                legible(row.resource),
                legible(row.code),
                legible(wording.GAPS.get(row.code, row.code)),
                legible(row.reason),
            ]
            for row in wording.worst_gaps_first(findings.unread)
        ],
        "completeness": legible(wording.completeness(findings.unread)),
    }


def _technique(findings: Findings, name: str) -> Json:
    note = wording.technique(findings.techniques, name)
    return {
        "title": legible(note.title),
        "attack": legible(note.attack),
        "reference": legible(note.reference),
        "explanation": legible(note.explanation),
    }


def _cut(cut: Cut | None, *, proved: Sequence[Path]) -> Json:
    if cut is None:
        return None
    positions = {path.id: number for number, path in enumerate(proved)}
    uncut: list[Json] = [positions[one] for one in cut.uncut if one in positions]
    return {
        "verdict": legible(wording.verdict_on(cut)),
        "cost": cut.cost,
        "bound": cut.lower_bound,
        "optimal": cut.optimal,
        "left": cut.paths_left,
        "uncut": uncut,
        "remedies": [
            {
                "title": legible(one.remedy.title),
                "cost": one.remedy.cost,
                "closes": list[Json](sorted(positions[p] for p in one.closes if p in positions)),
                "command": "\n".join(legible_lines(one.command)),
                "terraform": "\n".join(legible_lines(one.terraform)),
            }
            for one in wording.most_closing_first(cut)
        ],
    }
