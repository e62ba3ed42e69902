# SPDX-License-Identifier: Apache-2.0
"""Code that others wrote: planned without credentials, by Terraform and by us, and applied.

`BARTIZAN_TERRAFORM_CODE` names a folder of repositories. A root in one of them is a folder of code
that no other calls as a module.
"""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from bartizan.errors import InputError
from bartizan.model.record import UNREAD_KIND
from bartizan.sources.terraform.evaluator.planned import plan as ours
from bartizan.sources.terraform.provider.asked import Asked
from bartizan.sources.terraform.provider.code import is_code
from bartizan.sources.terraform.provider.made import MARK
from bartizan.sources.terraform.provider.tree import Tree, follow
from tests.fakes.applied_code import applied, renamed
from tests.fakes.compared_plans import compared
from tests.fakes.terraform_code import needs_terraform, planned

CORPUS = Path(os.environ.get("BARTIZAN_TERRAFORM_CODE", ""))
THERE = "BARTIZAN_TERRAFORM_CODE" in os.environ
PLACE = "111111111111/eu-west-1"
NEW_IDS = frozenset({"RoleId", "UserId", "GroupId", "InstanceProfileId"})
"""What AWS makes up, and no plan of a new object can say."""

BESIDE = frozenset(
    f"AWS::EC2::{name}"
    for name in ("NetworkAcl", "NetworkInterface", "RouteTable", "SecurityGroup")
)
"""Kinds of things that AWS makes beside a VPC or an instance: a plan is read with them, and our
clouds make none.
"""
FROM_INTERFACE = frozenset({"PrivateIpAddress", "PublicIpAddress", "SubnetId", "VpcId"})
"""What an instance has from its interface, which is such a thing."""
CALLER = "AWS::STS::CallerIdentity"
"""An account is one of the estate's also where all that is told to lie in it is unknown."""

pytestmark = [
    pytest.mark.skipif(not THERE, reason="the corpora folder is absent"),
    needs_terraform,
]


@cache
def _trees() -> Mapping[str, Tree]:
    """Return the roots by their names."""
    folders = {one.parent for one in CORPUS.rglob("*.tf") if is_code(one)} if THERE else set()
    found = {}
    for folder in sorted(folders):
        try:
            found[folder] = follow(folder.resolve(), programs=True)
        except InputError:
            continue
    called = {one.folder for tree in found.values() for one in tree.modules[1:]}
    return {
        str(folder.relative_to(CORPUS)): tree
        for folder, tree in found.items()
        if tree.root not in called
    }


ROOTS = tuple(_trees())


def test_nearly_all_is_planned_and_the_rest_refused_with_its_place_and_a_remedy() -> None:
    refused = {}
    for name, tree in _trees().items():
        try:
            planned(tree.root, accounts={"aws": PLACE}, programs=True)
        except InputError as error:
            refused[name] = error

    print(f"{len(_trees()) - len(refused)} of {len(_trees())} roots planned", refused)  # noqa: T201 - the measure
    assert all(error.at is not None and error.hint for error in refused.values())
    assert len(refused) <= 0.05 * len(_trees())


@pytest.mark.parametrize("name", ROOTS)
def test_what_is_planned_without_terraform_is_what_it_plans_or_unknown(name: str) -> None:
    folder = _trees()[name].root
    theirs = planned(folder, accounts={"aws": PLACE}, programs=True)

    found = compared(theirs, ours(Asked(folder=folder, accounts={"aws": PLACE}, programs=True)))

    print(dict(found.counted))  # noqa: T201 - the measure
    assert not found.wrong


@pytest.mark.parametrize("name", ROOTS)
def test_what_is_there_after_a_plan_is_what_is_there_after_it_is_applied(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = _trees()[name]
    if any(code.programs for code in tree.code.values()):
        return  # Applied, it would run programs.
    plan = planned(tree.root, accounts={"aws": PLACE})
    if len(plan.places) > 1:
        return  # Our clouds have one account.
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    state = applied(tree, CORPUS / Path(name).parts[0], tmp_path / "copy", place=PLACE)
    if state is None:
        return
    place = tmp_path / "terraform.tfstate"
    place.write_text(renamed(state, json.loads(plan.content)))

    left, unknown = _loaded(tree.root, tmp_path / "plan")
    right, _ = _loaded(place, tmp_path / "state")

    differing = [one for one in _differing(left, right) if not _declared(one, unknown)]
    print(f"{len(left)} records", differing)  # noqa: T201 - the measure
    assert not differing


def _loaded(place: Path, out: Path) -> tuple[dict[tuple[str, str], Any], set[tuple[str, str]]]:
    """Return the records of a snapshot, and which of them have something unknown in them."""
    told = ["--account", f"aws={PLACE}", "--whole", "--allow-incomplete", "--out", str(out)]
    assert run(["load", str(place), *told]) == 0
    records = wiring.store().open(str(out)).records
    bodies = {
        (one.kind, one.id): one.body
        for kind in records.kinds()
        for one in records.of(kind)
        if kind != UNREAD_KIND
    }
    gaps = [one.body for one in records.of(UNREAD_KIND)]
    return bodies, {(str(one["kind"]), str(one["resource"])) for one in gaps}


def _differing(
    left: Mapping[tuple[str, str], Any], right: Mapping[tuple[str, str], Any]
) -> Iterator[tuple[str, str, str, object, object]]:
    for kind, id_ in sorted(left.keys() | right.keys()):
        one, other = (held.get((kind, id_), {}) for held in (left, right))
        if not other and (kind == CALLER or (kind in BESIDE and MARK not in id_)):
            continue
        passed = NEW_IDS | (FROM_INTERFACE if kind == "AWS::EC2::Instance" else set())
        for name in sorted((one.keys() | other.keys()) - passed):
            if one.get(name) != other.get(name):
                yield kind, id_, name, one.get(name), other.get(name)


def _declared(
    differing: tuple[str, str, str, object, object], unknown: set[tuple[str, str]]
) -> bool:
    """Tell whether it was said beforehand that this, or all of its kind, is unknown."""
    kind, id_ = differing[:2]
    return (kind, id_) in unknown or (kind, "") in unknown
