# SPDX-License-Identifier: Apache-2.0
"""How fast self-contained requests are answered, beside another engine, as whole processes."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.differential.oracle import FOLDER, HERE, translated
from tests.fakes.drawn_request import requests

COUNT = 20_000
TIMES = 3
"""Runs of each, in turns, so that a busy machine slows both."""


def main() -> None:
    """Print the requests per second of both, and the ratio of the medians."""
    lines = list(requests(1, COUNT))
    with tempfile.TemporaryDirectory() as folder:
        ours = _written(Path(folder) / "ours.jsonl", lines)
        theirs = _written(Path(folder) / "theirs.jsonl", map(translated, lines))
        commands: dict[str, tuple[Sequence[str], Path]] = {
            "bartizan": ([sys.executable, "-m", "bartizan", "authz", "simulate", "-"], ours)
        }
        if (FOLDER / "installed").exists():
            commands["the other engine"] = (["node", str(HERE / "serve.mjs"), str(FOLDER)], theirs)
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(TIMES):
            for name, (command, given) in commands.items():
                seconds[name].append(_timed(command, given))
    median = {name: statistics.median(found) for name, found in seconds.items()}
    for name, taken in median.items():
        print(f"simulate {COUNT:,} requests, {name}: {taken:.2f} s, {COUNT / taken:,.0f} a second")
    if len(median) > 1:
        ratio = median["the other engine"] / median["bartizan"]
        print(f"simulate: {ratio:.1f} times as many, on {len(os.sched_getaffinity(0))} processors")


def _written(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def _timed(command: Sequence[str], given: Path) -> float:
    with given.open("rb") as stream:
        begin = time.perf_counter()
        subprocess.run(command, stdin=stream, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - ours
        return time.perf_counter() - begin


if __name__ == "__main__":
    main()
