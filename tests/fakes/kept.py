# SPDX-License-Identifier: Apache-2.0
"""A snapshot that keeps in memory what is derived of it, and what derives steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from bartizan.app.reasoner import Reasoner
from bartizan.model.facts import Facts
from bartizan.model.record import RecordList, Records
from bartizan.model.snapshot import Manifest
from bartizan.model.step import Step
from tests.fakes.attack_steps import step
from tests.fakes.gate_case import MANIFEST

STEPS = (step("a > b"), step("b, c > d", missing=["x"]))


@dataclass
class Kept:
    """A snapshot that keeps in memory what it is given."""

    manifest: Manifest = MANIFEST
    records: Records = field(default_factory=lambda: RecordList(()))
    known: Facts = field(default_factory=Facts)
    held: dict[tuple[str, str], Mapping[str, pa.Table]] = field(default_factory=dict)

    def facts(self) -> Facts:
        return self.known

    def compiled(self, name: str, version: str) -> Mapping[str, pa.Table] | None:
        return self.held.get((name, version))

    def keep(self, name: str, version: str, tables: Mapping[str, pa.Table]) -> None:
        self.held[name, version] = tables


@dataclass
class Counted:
    """Derives the same steps each time, and counts how often."""

    times: int = 0

    def reasoner(self) -> Reasoner:
        return Reasoner(name="one", steps=self._steps, recheck=lambda steps, _: steps, notes=dict)

    def _steps(self, facts: Facts, at: str) -> Iterator[Step]:
        del facts, at
        self.times += 1
        yield from STEPS
