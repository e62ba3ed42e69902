# SPDX-License-Identifier: Apache-2.0
"""The example organisation from end to end: build, scan, find, report, compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as Place

from bartizan.app import wiring
from bartizan.app.paths import Question
from bartizan.app.scan import scan
from bartizan.app.settings import Settings
from bartizan.errors import InputError, Location
from bartizan.example import answer, description
from bartizan.example.description import Description
from bartizan.example.emulator import emulator
from bartizan.example.plant import Planted, plant
from bartizan.model.finding import Findings
from bartizan.model.path import Entry, Jewel, Path
from bartizan.model.step import Foothold
from bartizan.paths import analyse
from bartizan.ports import Progress

FILES: Mapping[str, str] = {
    "paths.json": "json",
    "report.html": "html",
    "paths.sarif": "sarif",
}
"""Name of each file that the demo leaves to its format."""


_ALTERNATIVES = 8
"""Paths to one jewel among which a planted one must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the demo found."""

    findings: Findings
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
    steps = engine.steps(snapshot.facts(), snapshot.manifest.finished_at)

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
    return Shown(findings=findings, differences=tuple(differences))


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
