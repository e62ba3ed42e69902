# SPDX-License-Identifier: Apache-2.0
"""The example organisation from end to end: build, scan, find, report, judge changes, compare."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as Place

from msgspec import Struct

from bartizan.app import code_wiring, wiring
from bartizan.app.code import Coded
from bartizan.app.fix import fix
from bartizan.app.paths import Engine, Question
from bartizan.app.scan import scan
from bartizan.app.settings import Settings
from bartizan.errors import InputError, Location
from bartizan.example import answer, description, pull_request
from bartizan.example.description import Description
from bartizan.example.emulator import emulator
from bartizan.example.plant import Planted, plant
from bartizan.model.code_fix import CodeFix
from bartizan.model.finding import Findings
from bartizan.model.gate import Gate
from bartizan.model.path import Entry, Jewel, Path
from bartizan.model.step import Foothold
from bartizan.paths import analyse
from bartizan.ports import Progress, Snapshot

FILES: Mapping[str, str] = {
    "paths.json": "json",
    "report.html": "html",
    "paths.sarif": "sarif",
}
"""Name of each file that the demo leaves to its format."""


_ALTERNATIVES = 8
"""Paths to one jewel among which a planted one must be."""


class Judged(Struct, frozen=True, kw_only=True):
    """What was said of one change of the example."""

    name: str
    plan: Place
    code: Place
    gate: Gate
    fix: CodeFix


class Shown(Struct, frozen=True, kw_only=True):
    """What the demo found."""

    findings: Findings
    changes: Sequence[Judged]
    """What its pull requests would open, those first that open something."""
    differences: Sequence[str]
    """Where the answer is not the one that was written down by hand; empty when all is well."""


def demo(out: Place, progress: Progress) -> Shown:
    """Run the example and leave its reports in `out`; its snapshots lie in `out/home`.

    Raises:
        MissingExtraError: the emulator is not installed.
        InputError: `out` cannot be written.
    """
    wanted = description.read()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("cannot be made a folder", at=Location(str(out))) from error
    store = wiring.store(out / "home")
    planted = _scanned(wanted, out / "home", progress)
    engine = wiring.engine(Settings())
    snapshot = store.open("latest")
    findings = engine.find(snapshot, Question())
    for name, format_ in FILES.items():
        (out / name).write_bytes(wiring.reporter(format_).render(findings))
    steps = engine.steps(snapshot)

    def ask(start: Sequence[Foothold], goal: Foothold) -> Sequence[Path]:
        proved, possible = analyse(
            steps,
            [Entry(foothold=held, name=str(held)) for held in start],
            [Jewel(foothold=goal, name=str(goal), rank=1)],
            alternatives=_ALTERNATIVES,
        )
        return (*proved, *possible)

    exposed = {
        answer.Exposed(at, ports, through)
        for at, ports, through in wiring.exposures(snapshot.facts())
    }
    differences = answer.differences(
        findings, ask, exposed=exposed, expected=wanted.expected, names=planted.names
    )
    changes = sorted(
        _changes(out / "pull-requests", planted, engine, snapshot),
        key=lambda one: (not one.gate.counted, one.name),
    )
    told = {one.name: _told(one) for one in changes}
    return Shown(
        findings=findings,
        changes=changes,
        differences=(*differences, *pull_request.differences(told, wanted.expected)),
    )


def _changes(
    place: Place, planted: Planted, engine: Engine, snapshot: Snapshot
) -> Iterator[Judged]:
    """Judge the changes that the example comes with, and mend those that open paths."""
    for one in pull_request.written(place, planted.names):
        change = code_wiring.planned(
            [one.plan], Coded(), source=one.code, place=place.parent / "home"
        )
        fixed = fix(engine, snapshot, change, Question(cut=False), ruled=lambda gate: gate)
        yield Judged(name=one.name, plan=one.plan, code=one.code, gate=fixed.judged, fix=fixed.fix)


def _told(judged: Judged) -> Mapping[str, object]:
    """Return what the answer that was written by hand says of a change."""
    appeared = judged.gate.comparison.appeared
    return {
        "judgement": judged.gate.judgement.value,
        "techniques": [[step.technique for step in path.steps] for path in appeared],
        "mended": bool(judged.fix.files),
    }


def _scanned(wanted: Description, home: Place, progress: Progress) -> Planted:
    """Build the example in an emulator, and scan it into a store."""
    with emulator() as endpoint:
        planted = plant(wanted, endpoint)
        source = wiring.aws(
            endpoint_url=endpoint, regions=(description.REGION, "us-east-1"), place=home
        )
        scan(
            source,
            wiring.store(home),
            progress,
            scope="demo",
            sources=("aws (example)",),
            resume=False,
            now=wiring.now,
        )
    return planted
