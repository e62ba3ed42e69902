# SPDX-License-Identifier: Apache-2.0
"""Pull requests over an estate that Terraform itself made: each change that opens a path, and one
that looks alike and opens none, judged by Terraform's plan and as a folder of code over its state.
"""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from bartizan.cli.main import run
from tests.fakes.terraform_cloud import Cloud, terraform
from tests.fakes.terraform_code import needs_terraform

pytestmark = needs_terraform

TYPES = (
    "aws_iam_policy", "aws_iam_policy_attachment", "aws_iam_role", "aws_iam_role_policy",
    "aws_iam_role_policy_attachment", "aws_kms_grant", "aws_kms_key", "aws_lambda_function",
    "aws_lambda_permission", "aws_secretsmanager_secret",
)  # fmt: skip
ACCOUNT = ["--account", "aws=111111111111/eu-west-1"]
TOP = """
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = local.tags
  }
}
locals {
  tags   = {}
  vendor = { AWS = "arn:aws:iam::999999999999:root" }
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = local.vendor }]
  })
}
resource "aws_iam_role" "vendor" {
  name               = "vendor"
  assume_role_policy = local.trust
}
"""
SECRET = """
resource "aws_secretsmanager_secret" "db" {
  name = "payments/db"
}
"""


class Request(NamedTuple):
    """What is there, the text of it that changes, and what it becomes."""

    base: str
    text: str
    opens: str
    twin: str
    cause: str
    """Address of what the path is told to rest on."""


BY_TAG = """
resource "aws_secretsmanager_secret" "db" {
  name = "payments/db"
  tags = { team = "payments" }
}
resource "aws_iam_role_policy" "own_team" {
  name = "own-team"
  role = aws_iam_role.vendor.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
      Condition = { StringEquals = { "aws:ResourceTag/team" = "$${aws:PrincipalTag/team}" } }
    }]
  })
}
"""
NOBODY = """
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
"""
TRUSTED = """
  assume_role_policy = local.trust
  lifecycle {
    ignore_changes = [%s]
  }
"""
LEFT_ALONE = f"""
resource "aws_iam_role" "admin" {{
  name               = "admin"
  {NOBODY}
}}
resource "aws_iam_role_policy_attachment" "admin" {{
  role       = aws_iam_role.admin.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}}
"""
GUARDED = """
resource "aws_iam_policy" "each" {
  for_each = { read = "Allow", guard = "Deny" }
  name     = each.key
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = each.value, Action = "secretsmanager:GetSecretValue", Resource = "*" }]
  })
}
resource "aws_iam_role" "other" {
  name               = "other"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}
"""
EXCLUSIVE = """
resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.vendor.name
  policy_arn = aws_iam_policy.each["read"].arn
}
resource "aws_iam_policy_attachment" "guard" {
  name       = "guard"
  policy_arn = aws_iam_policy.each["guard"].arn
  roles      = [aws_iam_role.vendor.name, aws_iam_role.other.name]
}
"""
COUNTED = """
locals {
  names = ["read", "guard"]
}
resource "aws_iam_role_policy_attachment" "vendor" {
  count      = length(local.names)
  role       = aws_iam_role.vendor.name
  policy_arn = aws_iam_policy.each[local.names[count.index]].arn
}
"""
KEYED = """
resource "aws_iam_role_policy_attachment" "vendor" {
  for_each   = toset([%s])
  role       = aws_iam_role.vendor.name
  policy_arn = aws_iam_policy.each[each.key].arn
}
"""
SEALED = """
resource "aws_kms_key" "k" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "kms:*"
      Resource  = "*"
      Principal = { AWS = "arn:aws:iam::111111111111:root" }
    }]
  })
}
resource "aws_secretsmanager_secret" "db" {
  name       = "payments/db"
  kms_key_id = aws_kms_key.k.arn
}
resource "aws_iam_role_policy" "read" {
  name = "read"
  role = aws_iam_role.vendor.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "*" }]
  })
}
# granted
"""
GRANT = """
resource "aws_kms_grant" "vendor" {
  key_id            = aws_kms_key.k.key_id
  grantee_principal = aws_iam_role.vendor.arn
  operations        = ["%s"]
}
"""
FUNCTION = """
resource "aws_iam_role" "worker" {
  name = "worker"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}
resource "aws_iam_role_policy_attachment" "worker" {
  role       = aws_iam_role.worker.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.worker.arn
  runtime       = "python3.12"
  handler       = "main.handler"
  s3_bucket     = "acme-artifacts"
  s3_key        = "f.zip"
}
resource "aws_lambda_permission" "f" {
  for_each         = toset(["UpdateFunctionCode", "InvokeFunction"])
  statement_id     = each.key
  action           = "lambda:${each.key}"
  function_name    = aws_lambda_function.f.function_name
  principal        = "arn:aws:iam::111111111111:root"
}
"""
TAGGED = """
resource "aws_iam_role" "ops" {
  name = "ops"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole"]
      Principal = local.vendor
      Condition = { StringEquals = { "aws:RequestTag/team" = "ops" } }
    }]
  })
}
resource "aws_iam_role_policy_attachment" "ops" {
  role       = aws_iam_role.ops.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
"""
BOUNDED = """
variable "boundary" {
  type    = string
  default = null
}
resource "aws_iam_policy" "boundary" {
  name = "boundary"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "cloudwatch:*", Resource = "*" }]
  })
}
resource "aws_iam_role" "partner" {
  name                 = "partner"
  assume_role_policy   = local.trust
  permissions_boundary = aws_iam_policy.boundary.arn
}
resource "aws_iam_role_policy_attachment" "partner" {
  role       = aws_iam_role.partner.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
"""
ALL = 'principal        = "*"'

REQUESTS = {
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html:
    # names of tags are compared in any case, values are not.
    "tags that the provider gives to all": Request(
        BY_TAG, "tags   = {}", 'tags   = { Team = "payments" }', 'tags   = { team = "Payments" }',
        "aws_iam_role.vendor",
    ),
    # https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes
    "an argument that Terraform leaves alone": Request(
        LEFT_ALONE, NOBODY, TRUSTED % "tags", TRUSTED % "assume_role_policy",
        "aws_iam_role.admin",
    ),
    "a policy that is attached to nobody else": Request(
        GUARDED + SECRET + EXCLUSIVE,
        "[aws_iam_role.vendor.name, aws_iam_role.other.name]",
        "[aws_iam_role.other.name]",
        'sort(["other", "vendor"])',
        "aws_iam_policy_attachment.guard",
    ),
    "attachments that are counted and then keyed": Request(
        GUARDED + SECRET + COUNTED, COUNTED, KEYED % '"read"', KEYED % '"read", "guard"',
        "aws_iam_role_policy_attachment.vendor[1]",
    ),
    # https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    "a grant on a key": Request(
        SEALED, "# granted", GRANT % "Decrypt", GRANT % "Encrypt", "aws_kms_grant.vendor"
    ),
    # https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-organization.html
    "a function for an organisation": Request(
        FUNCTION, 'principal        = "arn:aws:iam::111111111111:root"', ALL,
        f'{ALL}\n  principal_org_id = "o-acmeacme11"', 'aws_lambda_permission.f["InvokeFunction"]',
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    "tags that a session brings": Request(
        TAGGED, '["sts:AssumeRole"]', '["sts:AssumeRole", "sts:TagSession"]',
        '["sts:AssumeRole", "sts:SetSourceIdentity"]', "aws_iam_role.ops",
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    "a boundary that a variable may name": Request(
        BOUNDED,
        "permissions_boundary = aws_iam_policy.boundary.arn",
        "permissions_boundary = var.boundary",
        "permissions_boundary = coalesce(var.boundary, aws_iam_policy.boundary.arn)",
        "aws_iam_role.partner",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REQUESTS)
def test_a_change_is_told_from_one_that_looks_alike(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    request, snapshot, state = REQUESTS[name], tmp_path / "snapshot", tmp_path / "state.json"
    base = TOP + request.base
    found = {}

    with terraform(Cloud(TYPES), tmp_path / "code") as made:
        code = made.folder / "main.tf"
        code.write_text(base)
        made.apply()
        state.write_bytes(made.state)
        assert run(["load", str(state), "--whole", *ACCOUNT, "--out", str(snapshot)]) == 0
        for side in ("opens", "twin"):
            text = getattr(request, side)
            changed = base.replace(request.text, text)
            code.write_text(changed)
            (tmp_path / f"{side}.json").write_bytes(made.plan())
            folder = tmp_path / side
            folder.mkdir()
            (folder / "main.tf").write_text(changed)
    for side in ("opens", "twin"):
        folder, out = tmp_path / side, tmp_path / "out.json"
        told = ["-s", str(snapshot), *ACCOUNT, "--format", "json", "--out", str(out)]
        by_plan = run(["gate", str(tmp_path / f"{side}.json"), "--source", str(folder), *told])
        causes = {one for held in json.loads(out.read_text())["causes"].values() for one in held}
        by_code = run(["gate", str(folder), "--state", str(state), *told])
        found[side] = by_plan, by_code, request.cause in causes

    assert found == {"opens": (1, 1, True), "twin": (0, 0, False)}
