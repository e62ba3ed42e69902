# SPDX-License-Identifier: Apache-2.0
"""Changes of small estates, both described by resources of Terraform, and how they are judged."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bartizan.app import wiring
from bartizan.app.gate import gate
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.gate import Gate
from bartizan.model.record import RecordList, Records
from bartizan.model.snapshot import Manifest, SnapshotId
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.plan import read
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.terraform_plan import Described, change, plan

FOLDER = Path(__file__).parent.parent / "cases" / "gate"
CASES: Mapping[str, Any] = {
    one["id"]: one
    for place in sorted(FOLDER.glob("*.yaml"))
    for one in yaml.safe_load(place.read_text(encoding="utf-8"))
}
"""The cases of `cases/gate`, by their ids."""
MANIFEST = Manifest(
    id=SnapshotId("s"), format=1, tool_version="", parent=None, sources=(),
    started_at="2026-01-01T00:00:00Z", finished_at="2026-01-01T00:00:00Z",
)  # fmt: skip
Resources = Mapping[str, Any]
"""Address to arguments; None for what is taken away."""


def arguments(held: Any) -> Described | None:  # noqa: ANN401 - YAML
    """The arguments of a resource as a plan has them: documents are texts there."""
    if held is None:
        return None
    return {
        name: json.dumps(value) if isinstance(value, dict) and "Statement" in value else value
        for name, value in held.items()
    }


def planned(before: Resources, after: Resources, *, replaced: Sequence[str] = ()) -> PlannedChange:
    """Plan a change of what is before, which makes other objects of some of it."""
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
    """Judge a change over an account in which `base` was made."""
    snapshot = Supposed(MANIFEST, applied(base), wiring.normaliser())
    proposed = planned(base, after, replaced=replaced)
    return gate(wiring.engine(Settings()), snapshot, proposed, Question(cut=False))
