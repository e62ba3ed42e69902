# SPDX-License-Identifier: Apache-2.0
"""What Terraform plans, laid over what was there, is what there is after Terraform applied it.

Both sides come from Terraform: the plan, and the states before and after.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.app import wiring
from bartizan.app.code import Coded
from bartizan.app.code_wiring import planned
from bartizan.cli.main import run
from bartizan.model.record import UNREAD_KIND, Records
from bartizan.ports import Change
from tests.fakes.terraform_cloud import Cloud, Terraform, terraform
from tests.fakes.terraform_code import needs_terraform

pytestmark = needs_terraform

ACCOUNT = "111111111111"
TYPES = (
    "aws_ec2_managed_prefix_list", "aws_iam_role", "aws_iam_role_policy", "aws_iam_user",
    "aws_s3_bucket", "aws_security_group", "aws_sqs_queue",
)  # fmt: skip
TOP = """
provider "aws" {
  region = "eu-west-1"
}
locals {
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::111111111111:root" }
    }]
  })
}
resource "aws_iam_role" "always" {
  name               = "always"
  assume_role_policy = local.trust
}
"""
CANARY = "hunter2-canary"

COMPUTED = """
resource "aws_security_group" "g" {
  name   = "g"
  vpc_id = "vpc-1"
  dynamic "ingress" {
    for_each = toset([RANGES])
    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = [ingress.value]
    }
  }
}
resource "aws_ec2_managed_prefix_list" "l" {
  name           = "l"
  address_family = "IPv4"
  max_entries    = 9
  dynamic "entry" {
    for_each = toset([RANGES])
    content {
      cidr = entry.value
    }
  }
}
"""


def _role(name: str, called: str = "", more: str = "") -> str:
    return f"""
resource "aws_iam_role" "{name}" {{
  name               = "{called or name}"
  assume_role_policy = local.trust
  {more}
}}
"""


def _policy(role: str, action: str) -> str:
    return f"""
resource "aws_iam_role_policy" "{role}" {{
  name   = "{role}"
  role   = aws_iam_role.{role}.name
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "{action}", Resource = aws_iam_role.{role}.arn }}]
  }})
}}
"""


def _moved(old: str, new: str) -> str:
    return f"moved {{\n  from = {old}\n  to   = {new}\n}}\n"


COUNTED = """
resource "aws_iam_user" "u" {
  count = 2
  name  = "u${count.index}"
}
"""
EACH = """
resource "aws_iam_user" "u" {
  for_each = toset(["u0", "u1"])
  name     = each.key
}
"""
CHECK = """
check "c" {
  assert {
    condition     = aws_iam_role.r.name == ""
    error_message = "no"
  }
}
"""
SENSITIVE = f"""
variable "v" {{
  sensitive = true
  default   = "{CANARY}"
}}
"""
EPHEMERAL = """
variable "v" {
  ephemeral = true
  default   = "x"
}
locals {
  e = var.v
}
"""
BUCKETS = """
resource "aws_s3_bucket" "each" {
  for_each = toset(%s)
  bucket   = "each-${each.key}"
}
"""
FIRST = "create_before_destroy = true"
USER = 'resource "aws_iam_user" "%s" {\n  name = "%s"\n}\n'


def _computed(*ranges: str) -> str:
    return COMPUTED.replace("RANGES", ", ".join(f'"{one}"' for one in ranges))


MECHANICS: Mapping[str, tuple[str, str]] = {
    "create": ("", _role("new") + _policy("new", "s3:GetObject")),
    "update": (
        _role("kept") + _policy("kept", "s3:GetObject"),
        _role("kept", more="max_session_duration = 7200") + _policy("kept", "s3:*"),
    ),
    "delete": (_role("gone") + _policy("gone", "s3:*"), ""),
    "no-op": (_role("kept"), _role("kept")),
    "replace": (
        _role("r", "old") + _policy("r", "s3:*"),
        _role("r", "new") + _policy("r", "s3:*"),
    ),
    "replace, the new one first": (
        _role("r", "old", f"lifecycle {{ {FIRST} }}"),
        _role("r", "new", f"lifecycle {{ {FIRST} }}"),
    ),
    "moved": (
        _role("a") + _policy("a", "s3:*"),
        _role("b", "a")
        + _policy("b", "s3:*").replace('name   = "b"', 'name   = "a"')
        + _moved("aws_iam_role.a", "aws_iam_role.b")
        + _moved("aws_iam_role_policy.a", "aws_iam_role_policy.b"),
    ),
    "for_each key renamed": (BUCKETS % '["x", "y"]', BUCKETS % '["x", "z"]'),
    "count to for_each by moving": (
        COUNTED,
        EACH
        + _moved("aws_iam_user.u[0]", 'aws_iam_user.u["u0"]')
        + _moved("aws_iam_user.u[1]", 'aws_iam_user.u["u1"]'),
    ),
    "a check that fails": (
        _role("r"),
        _role("r") + CHECK,
    ),
    "ephemeral": (
        "",
        EPHEMERAL + _role("r"),
    ),
    "blocks that are computed": (
        _computed("10.0.0.0/8"),
        _computed("10.0.0.0/8", "192.0.2.0/24"),
    ),
    "blocks that are computed to be none": (
        _computed("10.0.0.0/8"),
        _computed(),
    ),
    "an address taken by another object": (
        _role("a", "one") + _role("b", "two"),
        _role("a", "two") + _role("b", "one"),
    ),
}
"""Mechanic to code before and after."""


class _Estate:
    """A folder of code, the cloud that it makes things in, and snapshots of its states."""

    def __init__(self, place: Path, cloud: Cloud, terraform: Terraform) -> None:
        self.place, self.cloud, self.terraform = place, cloud, terraform
        self.number = 0

    def write(self, code: str) -> None:
        (self.terraform.folder / "main.tf").write_text(TOP + code)

    def records(self, status: int = 0) -> Records:
        """Return the records of the present state, the reading of which ends with a status."""
        self.number += 1
        state = self.place / f"{self.number}.tfstate"
        state.write_bytes(self.terraform.state)
        told = ["--account", f"aws={ACCOUNT}/eu-west-1", "--out", str(state.with_suffix(""))]
        assert run(["load", str(state), "--whole", *told]) == status
        return wiring.store().open(str(state.with_suffix(""))).records

    def planned(self, *more: str) -> Change:
        """Plan the present code."""
        self.number += 1
        place = self.place / f"{self.number}.json"
        place.write_bytes(self.terraform.plan(*more))
        return planned([place], Coded(accounts={"aws": f"{ACCOUNT}/eu-west-1"}))


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Estate]:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    cloud = Cloud(TYPES)
    with terraform(cloud, tmp_path / "code") as found:
        yield _Estate(tmp_path, cloud, found)


def _bodies(records: Records) -> dict[tuple[str, str], Any]:
    return {
        (one.kind, one.id): one.body
        for kind in records.kinds()
        for one in records.of(kind)
        if kind != UNREAD_KIND
    }


def _told(
    bodies: dict[tuple[str, str], Any], untold: frozenset[str]
) -> dict[tuple[str, str], Any]:
    return {
        key: {name: held for name, held in body.items() if name not in untold}
        for key, body in bodies.items()
    }


BUCKET = "AWS::S3::Bucket"
CLOSED = {
    "AWS::S3::BucketPublicAccessBlock": {
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        }
    },
    "AWS::S3::BucketOwnershipControls": {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    },
}
"""What S3 sets on each new bucket."""
NEW_IDS = frozenset({"RoleId", "UserId"})
"""What AWS makes up, and no plan of a new object can say."""


@pytest.mark.parametrize("name", MECHANICS)
def test_a_plan_laid_over_what_was_there_is_what_there_is_afterwards(
    estate: _Estate, name: str
) -> None:
    before, after = MECHANICS[name]
    estate.write(before)
    estate.terraform.apply()
    there = estate.records()
    estate.write(after)

    laid = estate.planned().over(there)
    estate.terraform.apply()

    told, found = _bodies(laid.overlay), _bodies(estate.records())
    new = {arn for kind, arn in found if kind == BUCKET} - {one.id for one in there.of(BUCKET)}
    for kind, default in CLOSED.items():
        # What S3 sets on a new bucket is in no state.
        assert all(told.pop((kind, arn)) == default for arn in new)
    assert laid.gaps == ()
    assert _told(told, NEW_IDS) == _told(found, NEW_IDS)


def test_an_object_that_is_forgotten_is_still_there(estate: _Estate) -> None:
    estate.write(_role("r") + _policy("r", "s3:*") + USER % ("u", "u"))
    estate.terraform.apply()
    there = estate.records()
    removed = "removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n"
    estate.write(removed % "aws_iam_role.r" + removed % "aws_iam_role_policy.r")

    laid = estate.planned().over(there)
    estate.terraform.apply()

    gone = f"arn:aws:iam::{ACCOUNT}:user/u"
    kept = ("AWS::IAM::Role", f"arn:aws:iam::{ACCOUNT}:role/r")
    assert kept not in _bodies(estate.records())
    assert _bodies(laid.overlay)[kept] == _bodies(there)[kept]
    assert ("AWS::IAM::User", gone) not in _bodies(laid.overlay)


def test_an_object_that_is_imported_is_no_second_one(estate: _Estate) -> None:
    estate.write(_role("r", more="max_session_duration = 7200"))
    estate.terraform.apply()
    there = estate.records()
    (estate.terraform.folder / "terraform.tfstate").unlink()
    bring = 'import {\n  to = aws_iam_role.%s\n  id = "%s"\n}\n'
    estate.write(_role("mine", "r") + bring % ("mine", "r") + bring % ("always", "always"))

    laid = estate.planned().over(there)
    estate.terraform.apply()

    assert laid.gaps == ()
    assert _bodies(laid.overlay) == _bodies(estate.records())


def test_a_part_of_the_plan_is_a_part_of_what_is_there_and_is_called_so(estate: _Estate) -> None:
    estate.write(_role("a") + _role("b"))
    estate.terraform.apply()
    there = estate.records()
    estate.write(_role("a", more='path = "/x/"') + _role("b", more='path = "/x/"'))

    change = estate.planned("-target=aws_iam_role.a")
    laid = change.over(there)
    estate.terraform.apply("-target=aws_iam_role.a")

    assert change.partial
    assert _told(_bodies(laid.overlay), NEW_IDS) == _told(_bodies(estate.records()), NEW_IDS)


def test_nothing_is_left_of_what_is_destroyed(estate: _Estate) -> None:
    estate.write(_role("a") + _policy("a", "s3:*") + BUCKETS % '["x"]')
    estate.terraform.apply()
    there = estate.records()

    laid = estate.planned("-destroy").over(there)

    asked = {"Bartizan::Asked", "Bartizan::Calls"}
    assert {kind for kind, _ in _bodies(laid.overlay)} == {"AWS::STS::CallerIdentity", *asked}


def test_what_changed_by_itself_is_told_apart(estate: _Estate) -> None:
    estate.write(_role("a") + _role("b"))
    estate.terraform.apply()
    there = estate.records()
    estate.cloud.things["aws_iam_role", "b"]["max_session_duration"] = 7200

    refreshed = estate.planned("-refresh-only")
    estate.write(_role("a", more="max_session_duration = 7200") + _role("b"))
    change = estate.planned()
    laid = change.over(there)
    estate.terraform.apply()

    assert refreshed.drift == change.drift == ("aws_iam_role.b",)
    assert refreshed.over(there).changed == 0
    assert _bodies(laid.overlay) == _bodies(estate.records())


def test_what_the_code_calls_sensitive_is_kept_nowhere_and_called_unknown(estate: _Estate) -> None:
    estate.write("")
    estate.terraform.apply()
    there = estate.records()
    estate.write(SENSITIVE + _role("r", more="tags = { t = var.v }"))

    laid = estate.planned().over(there)
    estate.terraform.apply()
    after = estate.records(status=3)

    assert CANARY in estate.terraform.state.decode()
    assert CANARY not in repr(laid) + repr(_bodies(laid.overlay)) + repr(_bodies(after))
    assert [row.operation for row in laid.gaps] == ["aws_iam_role.r.tags_all.t"]
    assert _told(_bodies(laid.overlay), NEW_IDS) == _told(_bodies(after), NEW_IDS)
