# SPDX-License-Identifier: Apache-2.0
"""Terraform itself evaluates code over the inert provider; skipped where it is not installed."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bartizan.errors import BartizanError
from bartizan.sources.terraform.provider.made import MARK
from tests.fakes.terraform_code import (
    after,
    changes,
    needs_terraform,
    planned,
    unknown,
    write,
)
from tests.fakes.terraform_wide_roots import WIDE

pytestmark = needs_terraform

CODE = {
    "main.tf": """
terraform {
  backend "s3" {
    bucket = "nowhere"
  }
}
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "prod"
  region = "us-east-1"
}
data "aws_caller_identity" "me" {}
data "aws_ami" "a" {
  owners = ["self"]
}
data "aws_iam_policy_document" "d" {
  depends_on = [aws_s3_bucket.b]
  statement {
    actions   = ["s3:PutObject", "s3:GetObject"]
    resources = [
      "${aws_s3_bucket.b.arn}/*",
      "arn:aws:s3:::${data.aws_caller_identity.me.account_id}",
    ]
    principals {
      type        = "AWS"
      identifiers = [for role in aws_iam_role.r : role.arn]
    }
  }
}
resource "aws_s3_bucket" "b" {
  bucket = "b"
}
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.id
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_iam_role" "r" {
  for_each           = toset(["x", "y"])
  name               = "r-${each.key}"
  assume_role_policy = jsonencode({
    Statement = [{ Principal = { AWS = aws_iam_role.other.arn } }]
  })
}
resource "aws_iam_role" "other" {
  provider           = aws.prod
  name               = "other"
  assume_role_policy = "{}"
}
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "s" {
  count      = 3
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_instance" "i" {
  ami       = data.aws_ami.a.id
  subnet_id = aws_subnet.s[1].id
}
module "m" {
  source = "./m"
  arn    = aws_iam_role.r["x"].arn
}
""",
    "m/main.tf": """
variable "arn" {}
data "aws_region" "r" {}
resource "aws_sqs_queue" "q" {
  name   = "q-${data.aws_region.r.name}"
  policy = jsonencode({ Statement = [{ Principal = { AWS = var.arn } }] })
}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "code", CODE)


def test_policies_that_name_what_the_same_change_makes_are_known(folder: Path) -> None:
    found = planned(folder)

    trust = json.loads(after(found)['aws_iam_role.r["x"]']["assume_role_policy"])
    assert trust["Statement"] == [{"Principal": {"AWS": "arn:aws:iam::222222222222:role/other"}}]
    queue = json.loads(after(found)["module.m.aws_sqs_queue.q"]["policy"])
    assert queue["Statement"] == [{"Principal": {"AWS": "arn:aws:iam::111111111111:role/r-x"}}]
    bucket = json.loads(after(found)["aws_s3_bucket_policy.p"]["policy"])
    assert bucket["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:GetObject"],
            "Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::111111111111"],
            "Principal": {
                "AWS": ["arn:aws:iam::111111111111:role/r-y", "arn:aws:iam::111111111111:role/r-x"]
            },
        }
    ]


def test_what_only_aws_makes_up_has_a_stand_in_that_joins(folder: Path) -> None:
    found = after(planned(folder))

    subnet = found["aws_subnet.s[1]"]["id"]
    assert subnet.startswith(f"subnet-{MARK}aws-subnet-s-1-")
    assert found["aws_instance.i"]["subnet_id"] == subnet
    assert found["aws_subnet.s[1]"]["vpc_id"] == found["aws_vpc.v"]["id"]
    assert len({found[f"aws_subnet.s[{number}]"]["id"] for number in range(3)}) == 3


def test_data_of_the_estate_is_unknown(folder: Path) -> None:
    found = planned(folder)

    assert "aws_instance.i.ami" in unknown(found, ["ami"])


def test_an_account_that_nobody_told_is_unknown_and_named(folder: Path) -> None:
    found = planned(folder, accounts={"aws": "111111111111"})

    assert found.untold == ("aws.prod",)
    assert unknown(found, ["arn"]) == ["aws_iam_role.other.arn", "data.aws_ami.a.arn"]
    assert 'aws_iam_role.r["x"].assume_role_policy' in unknown(found, ["assume_role_policy"])


def test_the_callers_own_account_is_unknown_where_nobody_told_it(folder: Path) -> None:
    found = planned(folder, accounts={"aws.prod": "222222222222"})

    assert found.untold == ("aws",)
    assert unknown(found, ["account_id", "policy"])[:2] == [
        "aws_s3_bucket.b.policy",
        "aws_s3_bucket_policy.p.policy",
    ]


def test_two_plans_of_one_folder_are_the_same_bytes(folder: Path) -> None:
    assert planned(folder).content == planned(folder).content


def test_nothing_of_ours_shows_in_a_plan(folder: Path) -> None:
    assert b"bartizan" not in planned(folder).content


def test_a_state_says_what_is_there_before(folder: Path, tmp_path: Path) -> None:
    state = write(tmp_path / "state", {"s.json": _state("b"), "t.json": _state("old")})

    there = changes(planned(folder, state=state / "s.json"))["aws_s3_bucket.b"]
    renamed = changes(planned(folder, state=state / "t.json"))["aws_s3_bucket.b"]

    assert there["actions"] == ["no-op"]
    assert renamed["actions"] == ["delete", "create"]
    assert renamed["after"]["arn"] == "arn:aws:s3:::b"


def test_what_the_code_no_longer_holds_is_deleted_by_a_state(tmp_path: Path) -> None:
    empty = write(tmp_path / "code", 'provider "aws" {\n  region = "eu-west-1"\n}\n')
    state = write(tmp_path / "state", {"s.json": _state("b")})

    found = changes(planned(empty, state=state / "s.json"))

    assert found["aws_s3_bucket.b"]["actions"] == ["delete"]


def _state(bucket: str) -> str:
    attributes = {"bucket": bucket, "id": bucket, "arn": f"arn:aws:s3:::{bucket}", "gone": 1}
    instance = {"schema_version": 0, "attributes": attributes}
    resource = {
        "mode": "managed",
        "type": "aws_s3_bucket",
        "name": "b",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [instance],
    }
    whole = {"version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "x"}
    return json.dumps({**whole, "outputs": {}, "resources": [resource]})


def test_code_in_json_is_planned_too(tmp_path: Path) -> None:
    code = {
        "terraform": [{"backend": {"s3": {"bucket": "x"}}}],
        "provider": {"aws": {"region": "eu-west-1"}},
        "data": {"aws_ami": {"a": {"owners": ["self"]}}},
        "resource": {
            "aws_iam_role": {"r": [{"name": "r", "assume_role_policy": "${data.aws_ami.a.name}"}]}
        },
    }
    folder = write(tmp_path / "code", {"main.tf.json": json.dumps(code)})

    found = planned(folder)

    assert after(found)["aws_iam_role.r"]["arn"] == "arn:aws:iam::111111111111:role/r"
    assert unknown(found, ["assume_role_policy"]) == ["aws_iam_role.r.assume_role_policy"]


def test_modules_that_were_installed_before_are_taken_from_the_disk(tmp_path: Path) -> None:
    code = 'module "m" {\n  source  = "x/y/aws"\n  version = "~> 1.0"\n}\n'
    entry = {"Key": "m", "Source": "registry.terraform.io/x/y/aws", "Version": "1.2.0"}
    manifest = {"Modules": [{**entry, "Dir": ".terraform/modules/m"}]}
    folder = write(
        tmp_path / "code",
        {
            "main.tf": code,
            ".terraform/modules/modules.json": json.dumps(manifest),
            ".terraform/modules/m/main.tf": 'resource "aws_iam_user" "u" { name = "u" }\n',
        },
    )

    assert "module.m.aws_iam_user.u" in after(planned(folder))


def test_files_beside_the_code_are_read_from_where_it_names_them(tmp_path: Path) -> None:
    code = (
        'resource "aws_iam_user" "u" { name = trimspace(file("${path.module}/../shared/name")) }\n'
    )
    write(tmp_path, {"a/main.tf": code, "shared/name": "u\n"})

    assert after(planned(tmp_path / "a"))["aws_iam_user.u"]["name"] == "u"


def _bartizan(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bartizan", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_writes_a_plan_and_says_what_is_not_told(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "plan.json"

    found = _bartizan("plan", str(folder), "--account", "aws=111111111111", "--out", str(place))

    assert found.returncode == 3
    assert found.stderr.splitlines()[0].startswith(
        "the account of provider `aws.prod` is not told"
    )
    assert json.loads(place.read_bytes())["format_version"].startswith("1.")


def test_hashes_of_files_that_a_build_makes_are_unknown_and_the_files_named(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "code", WIDE["files that a build makes"])
    program = Path(sys.executable).parent / "bartizan"

    done = subprocess.run([program, "plan", str(folder)], capture_output=True, check=False)

    found = {one["address"]: one["change"] for one in json.loads(done.stdout)["resource_changes"]}
    assert done.returncode == 3
    assert "not there, so its hash is unknown: `build/f.zip` (main.tf:11)" in done.stderr.decode()
    assert "`m/z.zip` (m/main.tf:11)" in done.stderr.decode()
    own = found["aws_lambda_function.f"]["after_unknown"]
    assert own["function_name"] is own["source_code_hash"] is True
    assert found["aws_iam_user.u"]["after"]["name"] == "none"
    assert b"bartizan_" not in done.stdout


@pytest.mark.parametrize(
    "written", ['file("gone.json")', 'filemd5("..")', 'filemd5("x") + nothing()']
)
def test_what_else_is_wrong_with_files_is_refused(tmp_path: Path, written: str) -> None:
    code = 'resource "aws_iam_policy" "p" {\n  policy = %s\n}\n'
    folder = write(tmp_path / "code", code % written)

    with pytest.raises(BartizanError, match="terraform refuses"):
        planned(folder)


def test_variables_are_given_and_secrets_of_the_environment_are_not(tmp_path: Path) -> None:
    code = (
        'variable "a" {}\nvariable "b" {}\n'
        'resource "aws_iam_user" "u" { name = "${var.a}${var.b}" }\n'
    )
    folder = write(tmp_path / "code", code)
    values = write(tmp_path, {"b.tfvars": 'b = "y"\n'}) / "b.tfvars"

    found = _bartizan(
        "plan",
        str(folder),
        "--account",
        "aws=111111111111",
        "--var",
        "a=x",
        "--var-file",
        str(values),
    )

    assert found.returncode == 0
    assert after_of(found.stdout)["aws_iam_user.u"]["name"] == "xy"


def test_what_variables_are_given_arrives_as_it_was_written(tmp_path: Path) -> None:
    odd = "a'b\"c\\ $(x) `y` ;&|<>\n\t é # ${HOME} \\'q"
    code = (
        'variable "a" { type = string }\nvariable "b" { type = list(string) }\n'
        'variable "c" { type = string }\n'
        'resource "aws_iam_user" "u" {\n  name = "u"\n'
        '  tags = { a = var.a, b = join("-", var.b), c = var.c }\n}\n'
    )
    folder = write(tmp_path / "code", code)
    values = write(tmp_path, {"c.tfvars": 'a = "from the file"\nc = "c"\n'}) / "c.tfvars"

    found = planned(folder, variables=(("a", odd), ("b", '["x", "y z"]')), files=(values,))

    assert after(found)["aws_iam_user.u"]["tags"] == {"a": odd, "b": "x-y z", "c": "c"}


def after_of(text: str) -> dict[str, dict[str, str]]:
    return {one["address"]: one["change"]["after"] for one in json.loads(text)["resource_changes"]}


@pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")
def test_no_network_is_needed(folder: Path) -> None:
    unshare = shutil.which("unshare")
    assert unshare is not None
    script = 'ip link set lo up && exec "$@"'
    accounts = ("--account", "aws=111111111111", "--account", "aws.prod=222222222222")

    bartizan = [sys.executable, "-m", "bartizan", "plan", str(folder), *accounts]
    found = subprocess.run(
        [unshare, "--net", "sh", "-c", script, "sh", *bartizan],
        capture_output=True,
        check=False,
        timeout=120,
    )

    assert found.returncode == 0


def test_where_there_is_no_terraform_the_error_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(BartizanError) as caught:
        planned(folder)

    assert "terraform show -json" in caught.value.hint


def test_a_plan_that_is_asked_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    numbers = "for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a + b + c]]"
    write(tmp_path / "code", {"main.tf": f'output "x" {{ value = [{numbers}] }}'})
    held = tmp_path / "held"
    held.mkdir()
    command = [sys.executable, "-m", "bartizan", "plan", str(tmp_path / "code")]
    environment = {**os.environ, "TMPDIR": str(held), "BARTIZAN_HOME": str(tmp_path / "home")}

    with subprocess.Popen(
        [*command, "--account", "aws=111111111111"], env=environment, stderr=subprocess.PIPE
    ) as process:
        while not list(held.glob("bartizan-*/output")) and process.poll() is None:
            time.sleep(0.05)
        process.terminate()
        _, told = process.communicate(timeout=60)

    assert b"interrupted" in told
    assert not list(held.iterdir())
