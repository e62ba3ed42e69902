# SPDX-License-Identifier: Apache-2.0
"""How long `bartizan gate` takes over a large snapshot, whole processes, and Checkov beside it.

`python -m bench.gate [PRINCIPALS [RESOURCES]]` measures one size.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bartizan
from bartizan.app import wiring
from bench.gate_estate import records
from bench.gate_plan import plan

SIZES = ((1_000, 1_000), (10_000, 1_000))
"""Principals of the snapshot, and resources of the plan."""
CHECKOV = "checkov==3.3.30"
"""The peer, in an environment of its own: it pins what we do not."""
_SEED = 1
_READY = """
from bartizan.app import kept, ready, wiring
snapshot = wiring.store().open("latest")
ready.leave_steps(snapshot, wiring.REASONERS, kept.version(), told=lambda _: None)
"""
"""What a scan does when its snapshot is whole."""
_AT = "2026-09-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class _Run:
    """One process, ended."""

    wall: float
    processor: float
    """With its children, seconds."""
    peak: float
    """Mebibytes of the largest process."""
    status: int
    out: bytes
    err: bytes


def main() -> None:
    """Print what two plans over one snapshot take, for each size, then the peer's time."""
    for principals, resources in SIZES:
        measure(principals, resources)


def measure(principals: int, resources: int) -> None:
    """Draw a snapshot and two plans, and judge these one after another, as an installation does:
    Python's code is compiled.
    """
    with tempfile.TemporaryDirectory(prefix="bartizan-bench-") as held:
        home = Path(held) / "home"
        environment = {**os.environ, "BARTIZAN_HOME": str(home)}
        environment |= {"PYTHONPYCACHEPREFIX": f"{held}/compiled", "PYTHONDONTWRITEBYTECODE": ""}
        code = str(Path(bartizan.__file__).parent)
        _run([sys.executable, "-m", "compileall", "-q", code], environment)
        _snapshot(home, principals)
        size = f"gate {principals:,} principals, {resources:,} resources"
        ready = _run([sys.executable, "-c", _READY], environment)
        print(f"{size}, the end of the scan: {_told(ready)}", flush=True)
        places = []
        for number, name in ((1, "first"), (2, "second")):
            place = Path(held) / f"{name}.json"
            place.write_bytes(plan(resources, seed=_SEED + number, number=1))
            places.append(place)
            command = [sys.executable, "-m", "bartizan", "gate", str(place), "--format", "json"]
            run = _run(command, environment)
            print(f"{size}, {name} plan: {_told(run)}, {_paths(run)}", flush=True)
        _peer(places[0], size)


def _snapshot(home: Path, principals: int) -> None:
    """Write the snapshot, with its facts, as a scan does."""
    draft = wiring.store(home).begin(scope="bench", started_at=_AT, resume=False)
    draft.write("all", records(principals, seed=_SEED))
    name = draft.commit(sources=("bench",), finished_at=_AT)
    wiring.store(home).open(name).facts()


def _told(run: _Run) -> str:
    return f"{run.wall:.1f} s, {run.processor:.1f} s of processor, {run.peak:,.0f} MiB at most"


def _paths(run: _Run) -> str:
    if run.status not in (0, 1, 3):
        raise SystemExit(run.err.decode())
    found = json.loads(run.out)
    appeared = found["comparison"]["appeared"]
    new = sum(path["certainty"] == "proved" for path in appeared)
    return f"{new} new paths, {len(appeared) - new} possible ones, exit {run.status}"


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> _Run:
    """Run one process to its end; the peak is that of the children until now, so the first run of
    a size is to be the larger one, or each size has a process of its own.
    """
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - ourselves, and the peer
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return _Run(
        wall=time.perf_counter() - begin,
        processor=spent,
        peak=after.ru_maxrss / 1024,
        status=process.returncode,
        out=out,
        err=err,
    )


def _peer(place: Path, size: str) -> None:
    """Run Checkov over the same plan, where it can be installed; say so where it cannot."""
    program = _checkov()
    if program is None:
        print(f"{size}, Checkov: NOT MEASURED, it cannot be installed", flush=True)
        return
    command = [str(program), "-f", str(place), "--framework", "terraform_plan", "--compact"]
    run = _run([*command, "--quiet", "--output", "json", "--skip-download"])
    found = re.search(rb'"failed": (\d+)', run.out)
    failed = int(found[1]) if found else "no"
    print(f"{size}, Checkov: {_told(run)}, {failed} failed checks", flush=True)


def _checkov() -> Path | None:
    """Return the peer's program, installed once into the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "bartizan-bench" / CHECKOV
    program = folder / "bin" / "checkov"
    if program.exists():
        return program
    made = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    fetch = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    for command in (made, [*fetch, "install", "--quiet", "--only-binary", ":all:", CHECKOV]):
        if _run(command).status:
            return None
    return program if program.exists() else None


if __name__ == "__main__":
    measure(int(sys.argv[1]), int(sys.argv[2]))
