# SPDX-License-Identifier: Apache-2.0
"""What the gate says of a change is what two whole computations of the estate say: one before it,
and one of what Terraform left when it had applied it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from msgspec import field, structs

from bartizan.app import wiring
from bartizan.app.code import Coded
from bartizan.app.code_wiring import planned
from bartizan.app.gate import gate
from bartizan.app.paths import Engine, Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.code_plan import CodePlan
from bartizan.model.facts.estate import Store
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.organization import Account
from bartizan.model.finding import Findings
from bartizan.model.gate import Judgement
from bartizan.model.record import Record, RecordList, Records
from bartizan.model.step import Foothold, Step
from bartizan.ports import Change, Snapshot
from bartizan.sources.terraform.load import CodeSource
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.place import given
from tests.fakes.demo import Demo
from tests.fakes.drawn_change import TYPES, DrawnCode
from tests.fakes.terraform_cloud import Cloud, terraform
from tests.fakes.terraform_code import needs_terraform

pytestmark = needs_terraform

KEY = b"0" * 32
MADE_UP = re.compile(r"key/((aws-kms-key|predicted)-.*|[0-9a-f]+-predicted)")


class Estate(Supposed, frozen=True):
    """A snapshot in memory that keeps what was derived of it."""

    kept: dict[str, Mapping[str, pa.Table]] = field(default_factory=dict)

    def compiled(self, name: str, version: str) -> Mapping[str, pa.Table] | None:
        return self.kept.get(name + version)

    def keep(self, name: str, version: str, tables: Mapping[str, pa.Table]) -> None:
        self.kept[name + version] = tables


@dataclass(frozen=True)
class Computed:
    """An estate with its steps and paths, none of which come of a comparison."""

    snapshot: Snapshot
    steps: frozenset[tuple[str, tuple[Foothold, ...], Foothold, bool]]
    found: Findings

    @classmethod
    def of(cls, engine: Engine, snapshot: Snapshot) -> "Computed":
        question = Question(cut=False, without=engine.beyond())
        steps = engine.admitted(engine.steps(snapshot), question)
        found = engine.unchecked(snapshot, question, steps, engine.ends(snapshot, question, steps))
        return cls(snapshot, frozenset(map(key, steps)), found)

    @property
    def paths(self) -> set[str]:
        return {path.id for path in self.found.proved}

    @property
    def lost(self) -> set[Foothold]:
        return {called(j.foothold) for p in self.found.proved for j in (p.jewel, *p.implies)}


def key(step: Step) -> tuple[str, tuple[Foothold, ...], Foothold, bool]:
    needs = tuple(sorted(map(called, step.needs)))
    return step.technique, needs, called(step.grants), step.proved


def called(held: Foothold) -> Foothold:
    """Return a foothold without the id of a new key, which is made up on either side."""
    return Foothold(held.ability, MADE_UP.sub("key/new", held.entity))


def judge(engine: Engine, before: Computed, after: Computed, change: Change) -> str:
    """Hold the judgement of a change against two estates, and return it."""
    found = gate(engine, before.snapshot, change, Question(cut=False))

    assert not found.others
    if found.gaps:
        assert found.judgement is not Judgement.CLEAN
        return "hidden"
    appeared = {path.id: path for path in found.comparison.appeared if path.proved}
    surely = {step for step in after.steps if step[3]} - before.steps
    for path in appeared.values():
        assert {key(step) for step in path.steps} <= after.steps | before.steps, (
            "each step is there"
        )
        assert {key(step) for step in path.steps} & surely, "and one of them is new"
        assert found.causes[path.id], "and what does it is named"
    told_of = {
        called(jewel.foothold)
        for path in appeared.values()
        for jewel in (path.jewel, *path.implies)
    }
    assert after.lost - before.lost <= told_of, "what is lost and was not is told"
    come = [path for path in after.found.proved if path.id not in before.paths]
    for path in come:
        fresh = {key(step) for step in path.steps} & surely
        assert path.id in appeared or not fresh or called(path.jewel.foothold) in told_of
    if not surely:
        assert not appeared, "nothing is new"
    gone = {path.id for path in found.comparison.gone if path.proved}
    assert gone <= before.paths
    assert before.lost - after.lost <= {
        called(jewel.foothold)
        for path in before.found.proved
        if path.id in gone
        for jewel in (path.jewel, *path.implies)
    }, "what is no longer lost is told to be gone"
    return found.judgement.value


def walk(demo: Demo, place: Path, seed: int, steps: int) -> Iterator[str]:
    """Edit code by dice, one edit after the other, and judge each."""
    engine = structs.replace(wiring.engine(Settings()), version="held in memory")
    example = wiring.store(demo.place / "home").open("latest")
    facts = example.facts()
    account = next(row.id for row in facts.rows(Account) if row.name == "production")
    mine = f"arn:aws:iam::{account}:role/"
    roles = [r.name for r in facts.rows(Principal) if r.arn.startswith(mine) and "/" not in r.name]
    stores = [row.arn for row in facts.rows(Store)]
    dice = Random(seed)  # noqa: S311 - no secret
    code = DrawnCode(account, sorted(roles), sorted(stores), dice)
    accounts = {"aws": f"{account}/eu-west-1"}
    base = RecordList(
        tuple(one for kind in example.records.kinds() for one in example.records.of(kind))
    )

    def left(state: Path | None) -> Computed:
        """Compute the estate with what Terraform left, read from its state."""
        records: Records = base
        if state is not None:
            plans = CodeSource.read(
                [state], accounts=accounts, key=KEY, at="", code_plan=_none, beside=_nobody,
                whole=False,
            ).plans  # fmt: skip
            laid = lay(plans, base, said=given(accounts), key=KEY, there=True)
            assert not laid.gaps
            records = laid.overlay
        return Computed.of(engine, Estate(example.manifest, records, wiring.normaliser()))

    before = left(None)
    with terraform(Cloud(TYPES, place=accounts["aws"]), place / "code") as made:
        (made.folder / "code.zip").write_bytes(b"")
        for number in range(steps):
            code.edit(harmless=number % 2 == 1)
            (made.folder / "main.tf.json").write_text(code.text())
            plan = place / f"{number}.json"
            plan.write_bytes(made.plan())
            made.apply()
            state = place / "state.json"
            state.write_bytes(made.state)
            after = left(state)
            yield judge(engine, before, after, planned([plan], Coded(accounts=accounts)))
            before = after


def _none(place: Path) -> CodePlan:
    raise AssertionError(place)


def _nobody(*_: object) -> Sequence[Record]:
    return ()


def test_a_judgement_is_what_two_whole_computations_say(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))

    assert len(list(walk(demo, tmp_path, seed=11, steps=4))) == 4


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 17))
def test_so_it_is_of_hundreds_of_changes(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))

    told = Counter(walk(demo, tmp_path, seed=seed, steps=80))

    assert told["new-paths"], told
    assert told["no-new-path"], told
