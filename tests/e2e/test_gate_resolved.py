# SPDX-License-Identifier: Apache-2.0
"""What a plan hides is had of its code, by rules alone and never from stand-ins."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import code_wiring
from bartizan.app.code import Coded
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.provider.made import MARK
from bartizan.sources.terraform.value import Hidden
from tests.fakes.terraform_code import needs_terraform, planned, write

pytestmark = needs_terraform

CODE = """
provider "aws" {
  region = "eu-west-1"
}
variable "name" {
  default = "default"
}
data "aws_caller_identity" "me" {}
data "aws_iam_role" "there" {
  name = "there"
}
resource "aws_iam_role" "new" {
  name               = var.name
  assume_role_policy = "{}"
}
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = jsonencode([aws_iam_role.new.arn, data.aws_iam_role.there.arn])
}
resource "aws_iam_policy" "caller" {
  name   = "caller"
  policy = jsonencode([aws_iam_role.new.arn, data.aws_caller_identity.me.arn])
}
resource "aws_iam_policy" "network" {
  name   = "network"
  policy = jsonencode([aws_vpc.v.arn])
}
"""
ACCOUNT = "111111111111"
NEW, THERE = f"arn:aws:iam::{ACCOUNT}:role/chosen", f"arn:aws:iam::{ACCOUNT}:role/elsewhere/there"


def _hidden_plan(folder: Path, place: Path, *, name: str = "chosen") -> Path:
    """Write the plan of code as it is with the real provider: ARNs are unknown, and data of the
    estate was read.
    """
    made = planned(folder, accounts={}, predicting=False, variables=[("name", name)])
    whole = json.loads(made.content)
    role = {
        "address": "data.aws_iam_role.there",
        "mode": "data",
        "type": "aws_iam_role",
        "values": {"name": "there", "arn": THERE},
    }
    module = {"resources": [role]}
    whole["prior_state"] = {"format_version": "1.0", "values": {"root_module": module}}
    place.write_text(json.dumps(whole))
    return place


def _after(place: Path, folder: Path, *, resolve: bool) -> tuple[dict[str, Any], PlannedChange]:
    coded = Coded(accounts={"aws": ACCOUNT}, resolve=resolve)
    change = code_wiring.planned([place], coded, source=folder)
    assert isinstance(change, PlannedChange)
    return {one.address: one.after for one in change.plans[0].changes}, change


def test_policies_are_known_that_name_new_roles_and_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    folder = write(tmp_path / "code", CODE)
    place = _hidden_plan(folder, tmp_path / "plan.json")

    before, _ = _after(place, folder, resolve=False)
    after, change = _after(place, folder, resolve=True)

    assert before["aws_iam_policy.p"]["policy"] is Hidden.UNKNOWN
    assert json.loads(after["aws_iam_policy.p"]["policy"]) == [NEW, THERE]
    assert after["aws_iam_role.new"]["arn"] == NEW
    assert change.unread_code == ()


def test_what_only_aws_makes_up_and_who_calls_stay_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    folder = write(tmp_path / "code", CODE)
    place = _hidden_plan(folder, tmp_path / "plan.json")

    after, _ = _after(place, folder, resolve=True)

    assert after["aws_iam_policy.network"]["policy"] is Hidden.UNKNOWN
    assert after["aws_iam_policy.caller"]["policy"] is Hidden.UNKNOWN
    assert after["aws_vpc.v"]["id"] is Hidden.UNKNOWN
    assert MARK not in repr(after)


def test_code_that_is_not_what_was_planned_is_not_taken_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    folder = write(tmp_path / "code", CODE)
    place = _hidden_plan(folder, tmp_path / "plan.json")
    write(folder, CODE.replace('name   = "p"', 'name   = "other"'))

    after, change = _after(place, folder, resolve=True)

    assert after["aws_iam_policy.p"]["policy"] is Hidden.UNKNOWN
    assert change.unread_code == ("aws_iam_policy.p: the code says otherwise than the plan",)


def test_code_that_cannot_be_evaluated_leaves_the_plan_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    folder = write(tmp_path / "code", CODE)
    place = _hidden_plan(folder, tmp_path / "plan.json")
    write(folder, {"more.tf": 'module "m" {\n  source = "git::https://x.test/y"\n}\n'})

    after, change = _after(place, folder, resolve=True)

    assert after["aws_iam_policy.p"]["policy"] is Hidden.UNKNOWN
    assert "the code cannot be evaluated: module `m` does not come" in change.unread_code[-1]
