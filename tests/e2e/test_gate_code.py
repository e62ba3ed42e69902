# SPDX-License-Identifier: Apache-2.0
"""Code is judged as a plan of it would be, with what such a plan hides."""

import functools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bartizan.app import code_wiring, wiring
from bartizan.app.code import Coded
from bartizan.app.gate import gate
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.app.supposed import Supposed
from bartizan.model.code_plan import CodePlan
from bartizan.model.facts.estate import Association
from bartizan.model.gate import Gate, Judgement
from bartizan.model.record import Json, RecordList
from bartizan.model.snapshot import Manifest, SnapshotId
from bartizan.sources.terraform.change import PlannedChange
from bartizan.sources.terraform.evaluator import planned as by_us
from bartizan.sources.terraform.provider import planned as by_terraform
from bartizan.sources.terraform.provider.asked import Asked
from tests.fakes.asked import all_asked
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.terraform_code import needs_terraform, write

pytestmark = needs_terraform

OUTSIDER = "arn:aws:iam::999999999999:root"
ARN = f"arn:aws:iam::{ACCOUNT}:role/vendor"
TRUST: dict[str, Json] = {
    "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"AWS": OUTSIDER}}],
    "Version": "2012-10-17",
}

# The trust of `admin` names a role of the same change, so that a plan would hide it whole.
CODE = """
provider "aws" {
  region = "eu-west-1"
}
resource "aws_iam_role" "vendor" {
  name = "vendor"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "OUTSIDER" } }]
  })
}
resource "aws_iam_role" "admin" {
  name = "admin"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "EFFECT"
      Action    = "sts:AssumeRole"
      Principal = { AWS = aws_iam_role.vendor.arn }
    }]
  })
}
resource "aws_iam_role_policy" "vendor" {
  name = "assume"
  role = aws_iam_role.vendor.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = aws_iam_role.admin.arn
    }]
  })
}
resource "aws_iam_role_policy_attachment" "admin" {
  role       = aws_iam_role.admin.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
""".replace("OUTSIDER", OUTSIDER)


def _snapshot() -> Supposed:
    """An account with a role that an outside account may act as, and that may do nothing."""
    root = f"arn:aws:iam::{ACCOUNT}:root"
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    every: Json = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
    version: Json = {"VersionId": "v1", "IsDefaultVersion": True, "Document": every}
    records = (
        record("AWS::STS::CallerIdentity", ACCOUNT, Account=ACCOUNT, Arn=root),
        *all_asked(ACCOUNT),
        record(
            "AWS::IAM::Role", ARN, RoleName="vendor", RoleId="AROAV", Path="/", Arn=ARN,
            AssumeRolePolicyDocument=TRUST,
        ),
        record(
            "AWS::IAM::ManagedPolicy", admin, Arn=admin, PolicyName="AdministratorAccess",
            DefaultVersionId="v1", PolicyVersionList=[version],
        ),
    )  # fmt: skip
    manifest = Manifest(
        id=SnapshotId("s"), format=1, tool_version="", parent=None, sources=(),
        started_at="2026-01-01T00:00:00Z", finished_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    return Supposed(manifest, RecordList(records), wiring.normaliser())


def _change(folder: Path, *, state: Path | None = None) -> PlannedChange:
    coded = Coded(accounts={"aws": ACCOUNT}, state=state)
    return PlannedChange.read(
        [folder],
        accounts=coded.accounts,
        key=b"0" * 32,
        source=folder,
        code_plan=functools.partial(code_wiring.code_plan, coded=coded),
        state=state,
    )


def _judged(change: PlannedChange) -> Gate:
    return gate(wiring.engine(Settings()), _snapshot(), change, Question(cut=False))


def _state(folder: Path) -> Path:
    """Write the state of one role, as it is in the estate."""
    trust = json.dumps(TRUST, separators=(",", ":"))
    attributes = {
        "arn": ARN, "id": "vendor", "name": "vendor", "path": "/", "unique_id": "AROAV",
        "assume_role_policy": trust, "max_session_duration": 3600,
        "force_detach_policies": False, "managed_policy_arns": [], "tags_all": {},
    }  # fmt: skip
    resource = {
        "mode": "managed",
        "type": "aws_iam_role",
        "name": "vendor",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": attributes}],
    }
    top = {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {}}
    place = folder / "state.json"
    place.write_text(json.dumps({**top, "resources": [resource]}))
    return place


def test_a_path_over_a_role_of_the_same_change_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", CODE.replace("EFFECT", "Allow"))

    found = _judged(_change(folder))

    assert found.judgement is Judgement.NEW
    assert not found.gaps


def test_its_near_miss_opens_nothing_and_is_clean_where_a_state_is_given(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", CODE.replace("EFFECT", "Deny"))

    found = _judged(_change(folder, state=_state(tmp_path)))

    assert found.judgement is Judgement.CLEAN
    assert found.changed == 3


def test_without_a_state_nothing_is_called_clean(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", CODE.replace("EFFECT", "Deny"))

    found = _judged(_change(folder))

    assert found.judgement is Judgement.UNKNOWN
    assert "--state" in found.partial[0]


def test_what_is_there_already_stays_the_same_object(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", CODE.replace("EFFECT", "Allow"))

    laid = _change(folder).over(_snapshot().records)

    roles = {one.body["RoleName"]: one.body["RoleId"] for one in laid.overlay.of("AWS::IAM::Role")}
    assert roles["vendor"] == "AROAV"
    assert roles["admin"] != "AROAV"


def test_reports_name_the_lines_of_code_without_being_asked(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", CODE.replace("EFFECT", "Allow"))

    found = _judged(_change(folder))

    assert {place.file for place in found.places.values()} == {str(folder / "main.tf")}


# The provider fills in both blocks where the code leaves them out.
DYNAMIC = """
provider "aws" {
  region = "eu-west-1"
}
data "aws_subnets" "told_later" {}
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_network_acl" "left_out" {
  vpc_id = aws_vpc.v.id
}
resource "aws_network_acl" "a" {
  vpc_id = aws_vpc.v.id
  dynamic "ingress" {
    for_each = ["10.0.0.0/24"]
    content {
      protocol   = -1
      rule_no    = 1
      action     = "allow"
      from_port  = 0
      to_port    = 0
      cidr_block = ingress.value
    }
  }
  dynamic "ingress" {
    for_each = data.aws_subnets.told_later.ids
    content {
      protocol   = -1
      rule_no    = 2
      action     = "deny"
      from_port  = 0
      to_port    = 0
      cidr_block = ingress.value
    }
  }
}
resource "aws_api_gateway_rest_api" "r" {
  name = "r"
  dynamic "endpoint_configuration" {
    for_each = data.aws_subnets.told_later.ids
    content {
      types = ["PRIVATE"]
    }
  }
}
"""


@pytest.mark.parametrize("planned", [by_terraform.plan, by_us.plan])
def test_blocks_of_what_is_not_known_are_told_and_never_taken_to_be_left_out(
    tmp_path: Path, planned: Callable[[Asked], CodePlan]
) -> None:
    folder = write(tmp_path / "code", DYNAMIC)
    accounts = {"aws": ACCOUNT}

    change = PlannedChange.read(
        [folder],
        accounts=accounts,
        key=b"0" * 32,
        source=folder,
        code_plan=lambda place: planned(Asked(folder=place, accounts=accounts)),
    )

    told = {row.operation for row in change.over(_snapshot().records).gaps}
    assert any(one.startswith("aws_network_acl.a.ingress") for one in told)
    assert "aws_api_gateway_rest_api.r.endpoint_configuration" in told
    assert not any("left_out" in one for one in told)
    assert change.place("aws_network_acl.a", "ingress") is not None
    assert change.place("aws_api_gateway_rest_api.r", "endpoint_configuration") is not None


TORN = """
provider "aws" {
  region = "eu-west-1"
}
resource "random_id" "x" {
  for_each    = toset(["a", "b"])
  byte_length = 4
}
resource "aws_iam_role" "r" {
  for_each           = random_id.x
  name               = "app-${substr(each.value.hex, 0, 8)}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}
"""


@pytest.mark.parametrize("planned", [by_terraform.plan, by_us.plan])
def test_things_that_are_named_by_a_part_of_what_aws_makes_up_stay_apart(
    tmp_path: Path, planned: Callable[[Asked], CodePlan]
) -> None:
    folder = write(tmp_path / "code", TORN)
    accounts = {"aws": ACCOUNT}

    change = PlannedChange.read(
        [folder],
        accounts=accounts,
        key=b"0" * 32,
        source=folder,
        code_plan=lambda place: planned(Asked(folder=place, accounts=accounts)),
    )

    laid = change.over(_snapshot().records)
    assert len([one for one in laid.overlay.put if one.kind == "AWS::IAM::Role"]) == 2


# Which image runs and what an association names stand in the code as references alone.
RUNS = """
provider "aws" {
  region = "eu-west-1"
}
resource "aws_iam_role" "worker" {
  name = "worker"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}
resource "aws_iam_role_policy_attachment" "worker" {
  role       = aws_iam_role.worker.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_ecr_repository" "app" {
  name                 = "app"
  image_tag_mutability = "MUTABILITY"
}
resource "aws_ecr_repository_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111111111111:role/vendor" }
      Action = [
        "ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload"
      ]
    }]
  })
}
resource "aws_ecs_cluster" "main" {
  name = "main"
}
resource "aws_ecs_task_definition" "app" {
  family        = "app"
  task_role_arn = aws_iam_role.worker.arn
  container_definitions = jsonencode([
    { name = "app", image = "${aws_ecr_repository.app.repository_url}:live" }
  ])
}
resource "aws_ecs_service" "app" {
  name            = "app"
  cluster         = aws_ecs_cluster.main.arn
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 1
}
resource "aws_ssm_document" "patch" {
  name          = "patch"
  document_type = "Command"
  content       = jsonencode({ schemaVersion = "2.2", mainSteps = [] })
}
resource "aws_ssm_association" "patch" {
  name = aws_ssm_document.patch.name
  targets {
    key    = "InstanceIds"
    values = ["*"]
  }
}
"""


def test_an_image_of_a_repository_of_the_same_change_is_that_of_the_repository(
    tmp_path: Path,
) -> None:
    mutable = write(tmp_path / "mutable", RUNS.replace("MUTABILITY", "MUTABLE"))
    fixed = write(tmp_path / "fixed", RUNS.replace("MUTABILITY", "IMMUTABLE"))

    opened = _judged(_change(mutable))
    kept = _judged(_change(fixed, state=_state(tmp_path)))

    told = {step.technique for path in opened.comparison.appeared for step in path.steps}
    assert opened.judgement is Judgement.NEW
    assert {"ecr-push-image", "run-pushed-image"} <= told
    assert kept.comparison.appeared == ()
    assert not kept.gaps
    assert kept.judgement is Judgement.CLEAN


def test_an_association_of_a_document_of_the_same_change_runs_that(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", RUNS.replace("MUTABILITY", "IMMUTABLE"))

    laid = _change(folder).over(_snapshot().records)

    (row,) = wiring.normaliser()(laid.overlay).rows(Association)
    assert row.document == f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/patch"
    assert (row.version, row.targets) == ("$DEFAULT", ("InstanceIds=*",))
