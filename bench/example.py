# SPDX-License-Identifier: Apache-2.0
"""The example organisation: how long each part of the road takes, and how many calls it needs."""

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bartizan.app import wiring
from bartizan.app.paths import Question
from bartizan.app.scan import scan
from bartizan.app.settings import Settings
from bartizan.example import description
from bartizan.example.emulator import emulator
from bartizan.example.plant import plant

REGIONS = (description.REGION, "us-east-1")


@dataclass
class Counting:
    """Counts calls."""

    calls: int = 0

    def total(self, pieces: int) -> None:
        """Not of interest here."""

    def started(self, piece: str) -> None:
        """Not of interest here."""

    def finished(self, piece: str, *, records: int, unread: int) -> None:
        """Not of interest here."""

    def called(self, *, throttled: bool = False) -> None:  # noqa: ARG002 - the port's signature
        """Count one API call."""
        self.calls += 1


def main() -> None:
    """Print one line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        store = wiring.store(home)
        progress = Counting()
        with emulator() as endpoint:
            started = time.perf_counter()
            planted = plant(description.read(), endpoint)
            built = time.perf_counter()
            source = wiring.aws(endpoint_url=endpoint, regions=REGIONS, place=home)
            scan(
                source,
                store,
                progress,
                scope="bench",
                sources=("bench",),
                resume=False,
                now=wiring.now,
            )
            scanned = time.perf_counter()
        accounts = len(planted.names) - 2  # less the vendor and the organisation itself
        findings = wiring.engine(Settings()).find(store.open("latest"), Question())
        found = time.perf_counter()
        for name in wiring.FORMATS:
            wiring.reporter(name).render(findings)
        rendered = time.perf_counter()
    print(
        json.dumps(
            {
                "bench": "example",
                "accounts": accounts,
                "build_s": round(built - started, 1),
                "scan_s": round(scanned - built, 1),
                "calls": progress.calls,
                "calls_per_account_and_region": round(progress.calls / accounts / len(REGIONS)),
                "snapshot_to_findings_s": round(found - scanned, 2),
                "six_reports_s": round(rendered - found, 2),
            }
        )
    )
