# SPDX-License-Identifier: Apache-2.0
"""Changes of small estates, both described by resources of Terraform, and how they are judged."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bartizan.app import code_wiring, wiring
from bartizan.app.code import Pipeline
from bartizan.app.gate import gate
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.gate import Gate
from bartizan.model.laid import Laid
from bartizan.model.record import Json, Record, RecordList, Records
from bartizan.model.snapshot import Manifest, SnapshotId
from bartizan.ports import Change
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.plan import read
from tests.fakes.asked import all_asked
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.terraform_plan import Described, change, plan

MANAGEMENT = "000000000000"
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
FULL: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "SERVICE_CONTROL_POLICY": ("FullAWSAccess", {}),
    "RESOURCE_CONTROL_POLICY": ("RCPFullAWSAccess", {"Principal": "*"}),
}
"""Type of policy to the one of AWS's that lets all through, and what it has beside.

Sources: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
and https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""
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


def applied(base: Resources, *, member: bool = False) -> Records:
    """The records of an account, perhaps a member of an organisation, in which some resources and
    nothing else was made.
    """
    laid = _laid(base, member=member)
    assert not laid.gaps, laid.gaps
    assert not laid.others, laid.others
    return laid.overlay


def whole(made: Resources) -> bool:
    """Tell whether resources can be there alone: no part of a thing without the thing."""
    return not _laid(made).gaps


def _laid(base: Resources, *, member: bool = False) -> Laid:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    identity = record("AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT, Arn=root)
    nothing = RecordList((identity, *all_asked(ACCOUNT), *(organization() if member else ())))
    return planned({}, base).over(nothing)


def organization() -> Iterator[Record]:
    """The records of an organisation of which the account is a member, with the policies that AWS
    attaches to all there is.
    """
    place = f"arn:aws:organizations::{MANAGEMENT}"
    kind = "AWS::Organizations::"
    yield record(
        f"{kind}Organization",
        f"{place}:organization/o-1",
        Id="o-1",
        MasterAccountId=MANAGEMENT,
        FeatureSet="ALL",
    )
    types: list[Json] = [{"Type": use, "Status": "ENABLED"} for use in FULL]
    yield record(f"{kind}Root", f"{place}:root/o-1/r-1", Id="r-1", Name="Root", PolicyTypes=types)
    yield record(f"{kind}Account", f"{place}:account/o-1/{ACCOUNT}", Id=ACCOUNT, Name=ACCOUNT)
    yield record(f"{kind}Child", f"r-1/{ACCOUNT}", Id=ACCOUNT, Type="ACCOUNT")
    for use, (name, whom) in FULL.items():
        full = f"{place}:policy/o-1/{use.lower()}/p-{name}"
        summary = {"Id": f"p-{name}", "Arn": full, "Name": name, "Type": use}
        allow = {"Effect": "Allow", **whom, "Action": "*", "Resource": "*"}
        content = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        yield record(f"{kind}PolicySummary", full, **summary)
        yield record(f"{kind}Policy", full, PolicySummary=dict(summary), Content=content)
        # Those that limit who calls are attached to the account in the cases themselves.
        below = (ACCOUNT,) if whom else ()
        for target in ("r-1", *below):
            sort = "ROOT" if target == "r-1" else "ACCOUNT"
            yield record(f"{kind}PolicyTarget", f"{full}/{target}", TargetId=target, Type=sort)


def judged(
    base: Resources,
    after: Resources,
    *,
    replaced: Sequence[str] = (),
    member: bool = False,
    repository: Pipeline | None = None,
) -> Gate:
    """Judge a change over an account in which `base` was made, perhaps with a repository before
    and after it.
    """
    records = applied(base, member=member)
    proposed: Change = planned(base, after, replaced=replaced)
    if repository is not None:
        wider = code_wiring.repository(proposed, repository)
        assert wider is not None
        proposed, records = wider, wider.base(records)
    snapshot = Supposed(MANIFEST, records, wiring.normaliser())
    return gate(wiring.engine(Settings()), snapshot, proposed, Question(cut=False))


def written(files: Mapping[str, str | None], place: Path) -> Path:
    """Write the files of a repository; None stands for one that is not there."""
    place.mkdir()
    for name, text in files.items():
        if text is not None:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text, encoding="utf-8")
    return place
