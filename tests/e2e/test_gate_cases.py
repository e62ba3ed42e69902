# SPDX-License-Identifier: Apache-2.0
"""Each change of `cases/gate` opens the path that it names, and its twin opens nothing."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bartizan.app import wiring
from bartizan.app.gate import gate
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.gate import Gate, Judgement
from bartizan.model.record import RecordList, Records
from bartizan.model.snapshot import Manifest, SnapshotId
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.plan import read
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.terraform_plan import Described, change, plan

FOLDER = Path(__file__).parent.parent / "cases" / "gate"
CASES = {
    one["id"]: one
    for place in sorted(FOLDER.glob("*.yaml"))
    for one in yaml.safe_load(place.read_text(encoding="utf-8"))
}
MANIFEST = Manifest(
    id=SnapshotId("s"), format=1, tool_version="", parent=None, sources=(),
    started_at="2026-01-01T00:00:00Z", finished_at="2026-01-01T00:00:00Z",
)  # fmt: skip
Resources = Mapping[str, Any]


def arguments(held: Any) -> Described | None:  # noqa: ANN401 - YAML
    """The arguments of a resource as a plan has them: documents are texts there."""
    if held is None:
        return None
    return {
        name: json.dumps(value) if isinstance(value, dict) and "Statement" in value else value
        for name, value in held.items()
    }


def planned(before: Resources, after: Resources, *, replaced: Sequence[str] = ()) -> PlannedChange:
    changes = [
        change(
            name,
            before=arguments(before.get(name)),
            after=arguments(held),
            actions=("delete", "create") if name in replaced else (),
        )
        for name, held in after.items()
    ]
    return PlannedChange(plans=(read(plan(*changes), "p.json"),), said={}, key=b"0" * 32)


def applied(base: Resources) -> Records:
    """The records of an account in which some resources and nothing else was made."""
    root = f"arn:aws:iam::{ACCOUNT}:root"
    nothing = RecordList((record("AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT, Arn=root),))
    laid = planned({}, base).over(nothing)
    assert not laid.gaps, laid.gaps
    assert not laid.others, laid.others
    return laid.overlay


def judged(base: Resources, after: Resources, *, replaced: Sequence[str] = ()) -> Gate:
    snapshot = Supposed(MANIFEST, applied(base), wiring.normaliser())
    proposed = planned(base, after, replaced=replaced)
    return gate(wiring.engine(Settings()), snapshot, proposed, Question(cut=False))


@pytest.mark.parametrize("name", CASES)
def test_a_change_opens_the_path_that_it_is_made_for(name: str) -> None:
    case = CASES[name]

    wanted = case["opens"]
    found = judged(case["base"], wanted["change"], replaced=wanted.get("replace", ()))

    told = {
        (
            path.entries[0].name,
            path.jewel.foothold.entity,
            tuple(step.technique for step in path.steps),
        )
        for path in found.comparison.appeared
        if path.proved
    }
    assert (wanted["entry"], wanted["jewel"], tuple(wanted["techniques"])) in told
    assert found.causes, "the witness names what of the change does it"


@pytest.mark.parametrize("name", CASES)
def test_its_twin_opens_nothing(name: str) -> None:
    case = CASES[name]

    found = judged(case.get("twin_base", case["base"]), case["twin"])

    assert found.comparison.appeared == ()
    assert found.judgement is Judgement.CLEAN, (found.gaps, found.others)
