# SPDX-License-Identifier: Apache-2.0
"""What `ignore_changes` names stays as the snapshot has it, where no state tells what it was.

Source: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes
"""

import json
from pathlib import Path

from bartizan.model.laid import Laid
from bartizan.model.record import Json, Record, RecordList
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.evaluator.planned import plan
from bartizan.sources.terraform.provider.asked import Asked
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.terraform_code import write

ROLE = f"arn:aws:iam::{ACCOUNT}:role/ops"


def _trust(who: str) -> dict[str, Json]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": who}}],
    }


def _allowing(action: str) -> dict[str, Json]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}],
    }


OLD, NEW = _trust(f"arn:aws:iam::{ACCOUNT}:root"), _trust("*")
READ, ALL = _allowing("s3:GetObject"), _allowing("*")


def _snapshot() -> tuple[Record, ...]:
    return (
        record(
            "AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT,
            Arn=f"arn:aws:iam::{ACCOUNT}:root",
        ),
        record(
            "AWS::IAM::Role", ROLE, RoleName="ops", RoleId="AROAO", Path="/", Arn=ROLE,
            AssumeRolePolicyDocument=OLD,
            Tags=[{"Key": "team", "Value": "a"}, {"Key": "made-by", "Value": "hand"}],
            RolePolicyList=[
                {"PolicyName": "held", "PolicyDocument": READ},
                {"PolicyName": "other", "PolicyDocument": READ},
            ],
        ),
    )  # fmt: skip


def _laid(tmp_path: Path, code: str) -> Laid:
    folder = write(tmp_path / "code", f'provider "aws" {{\n  region = "eu-west-1"\n}}\n{code}')
    accounts = {"aws": ACCOUNT}
    change = PlannedChange.read(
        [folder],
        accounts=accounts,
        key=b"0" * 32,
        source=folder,
        code_plan=lambda place: plan(Asked(folder=place, accounts=accounts)),
    )
    return change.over(RecordList(_snapshot()))


def _role(name: str, ignored: str, more: str = "") -> str:
    return f"""
resource "aws_iam_role" "{name}" {{
  name               = "{name}"
  assume_role_policy = jsonencode({json.dumps(NEW)})
  {more}
  lifecycle {{
    ignore_changes = {ignored}
  }}
}}
"""


def _roles(laid: Laid) -> dict[str, Record]:
    return {str(one.body["RoleName"]): one for one in laid.overlay.of("AWS::IAM::Role")}


def test_what_is_there_keeps_what_the_code_ignores_and_what_is_new_has_what_it_writes(
    tmp_path: Path,
) -> None:
    code = _role("ops", "[assume_role_policy]") + _role("new", "[assume_role_policy]")

    roles = _roles(_laid(tmp_path, code))

    assert roles["ops"].body["AssumeRolePolicyDocument"] == OLD
    assert roles["new"].body["AssumeRolePolicyDocument"] == NEW


def test_what_is_not_ignored_changes_also_where_another_argument_is(tmp_path: Path) -> None:
    roles = _roles(_laid(tmp_path, _role("ops", "[description]")))

    assert roles["ops"].body["AssumeRolePolicyDocument"] == NEW


def test_one_tag_stays_and_another_changes(tmp_path: Path) -> None:
    tags = 'tags = { team = "b", stage = "live" }'

    roles = _roles(_laid(tmp_path, _role("ops", '[tags["team"]]', tags)))

    found = {one["Key"]: one["Value"] for one in roles["ops"].body["Tags"]}  # type: ignore[union-attr, index, call-overload]
    assert found["team"] == "a"
    assert found["stage"] == "live"


def test_everything_stays_where_all_is_ignored(tmp_path: Path) -> None:
    tags = 'tags = { team = "b" }'

    roles = _roles(_laid(tmp_path, _role("ops", "all", tags)))

    before = _snapshot()[1].body
    assert roles["ops"].body["AssumeRolePolicyDocument"] == before["AssumeRolePolicyDocument"]
    assert roles["ops"].body["Tags"] == before["Tags"]


def test_an_ignored_part_that_is_there_stays_and_one_that_is_not_is_new(tmp_path: Path) -> None:
    code = "".join(
        f"""
resource "aws_iam_role_policy" "{name}" {{
  role   = "ops"
  name   = "{name}"
  policy = jsonencode({json.dumps(ALL)})
  lifecycle {{
    ignore_changes = [policy]
  }}
}}
"""
        for name in ("held", "new")
    )

    found = _roles(_laid(tmp_path, code))["ops"].body["RolePolicyList"]

    assert isinstance(found, list)
    held = {one["PolicyName"]: one["PolicyDocument"] for one in found if isinstance(one, dict)}
    assert held == {"held": READ, "other": READ, "new": ALL}
    assert len(found) == 3


def test_of_what_aws_gives_an_id_nobody_can_tell(tmp_path: Path) -> None:
    code = """
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_security_group" "g" {
  vpc_id = aws_vpc.v.id
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  lifecycle {
    ignore_changes = [ingress]
  }
}
"""

    laid = _laid(tmp_path, code)

    assert "aws_security_group.g.ingress" in {row.operation for row in laid.gaps}
