# SPDX-License-Identifier: Apache-2.0
"""A fix holds for Terraform itself: what it planned anew opens no path, and it is as tidy."""

import json
import subprocess
from pathlib import Path

import pytest

from bartizan.cli.main import run
from tests.e2e.test_gate import folder
from tests.fakes.terraform_code import needs_terraform

__all__ = ["folder"]  # the folder and the home of every test here

pytestmark = needs_terraform

BASE = """\
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  role = aws_iam_role.app.name
}

resource "aws_vpc" "main" {
  cidr_block = "10.7.0.0/16"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "main" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.7.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "main" {
  subnet_id      = aws_subnet.main.id
  route_table_id = aws_route_table.main.id
}

resource "aws_instance" "app" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.main.id
  iam_instance_profile   = aws_iam_instance_profile.app.name
  vpc_security_group_ids = [GROUP]

  metadata_options {
    http_tokens = "required"
  }
}
"""
OPEN = """\
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id

  ingress {
    from_port   = 8080
    to_port     = 8080
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
ATTACHED = """\
resource "aws_iam_policy" "all" {
  name = "all"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.all.arn
}
"""
ALL = """\
resource "aws_iam_role_policy" "app" {
  name = "app"
  role = aws_iam_role.app.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}
"""
DOCUMENT = """\
data "aws_iam_policy_document" "app" {
  statement {
    actions   = ["s3:ListAllMyBuckets"]
    resources = ["*"]
  }

  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "app" {
  name   = "app"
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.app.json
}
"""
CASES: dict[str, tuple[dict[str, str], str]] = {
    "a block": ({"group.tf": OPEN, "policy.tf": ALL}, "aws_security_group.web.id"),
    "a rule apart": (
        {
            "group.tf": """\
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 8080
  to_port           = 8080
  cidr_ipv4         = "0.0.0.0/0"
}
""",
            "policy.tf": ALL,
        },
        "aws_security_group.web.id",
    ),
    "an older rule apart, of several ranges": (
        {
            "group.tf": """\
locals {
  ranges = [
    "10.0.0.0/8",
    "0.0.0.0/0",
  ]
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group_rule" "web" {
  security_group_id = aws_security_group.web.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 8080
  to_port           = 8080
  cidr_blocks       = local.ranges
}
""",
            "policy.tf": ALL,
        },
        "aws_security_group.web.id",
    ),
    "a module that is given the ranges": (
        {
            "group.tf": """\
module "web" {
  source = "./web"
  vpc    = aws_vpc.main.id
  ranges = ["10.0.0.0/8", "0.0.0.0/0"]
}
""",
            "web/main.tf": 'variable "vpc" {}\nvariable "ranges" {}\n\n'
            + OPEN.replace("aws_vpc.main.id", "var.vpc").replace('["0.0.0.0/0"]', "var.ranges")
            + '\noutput "id" {\n  value = aws_security_group.web.id\n}\n',
            "policy.tf": ALL,
        },
        "module.web.id",
    ),
}


def judged(*arguments: str) -> int:
    return run(["gate", "infra", "--allow-incomplete", *arguments])


def opens(capsysbinary: pytest.CaptureFixture[bytes]) -> bool:
    """Tell whether a path is proved to appear."""
    capsysbinary.readouterr()
    judged("--format", "json")
    judgement: str = json.loads(capsysbinary.readouterr().out)["judgement"]
    return judgement == "new-paths"


@pytest.mark.parametrize("name", CASES)
def test_what_a_fix_leaves_opens_nothing_when_terraform_plans_it(
    name: str, folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, group = CASES[name]
    infra = folder / "infra"
    (infra / "main.tf").write_text(BASE.replace("GROUP", group))
    for place, text in code.items():
        (infra / place).parent.mkdir(exist_ok=True)
        (infra / place).write_text(text)

    assert judged("--fix", "--apply") == 1

    assert capsysbinary.readouterr().out.startswith(b"--- a/infra/")
    assert not opens(capsysbinary)
    tidy = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive"],  # noqa: S607 - wherever it lies
        cwd=infra, check=False, capture_output=True, timeout=60,
    )  # fmt: skip
    assert tidy.returncode == 0


@pytest.mark.parametrize("policy", [ATTACHED, DOCUMENT], ids=["attachment", "document"])
def test_policies_are_edited_where_nothing_else_is_cheaper(
    policy: str, folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    infra = folder / "infra"
    (infra / "main.tf").write_text(BASE.replace("GROUP", "aws_security_group.web.id"))
    # What opens the port is computed, so that only the policy can be edited.
    (infra / "group.tf").write_text(OPEN.replace('["0.0.0.0/0"]', 'split(",", "0.0.0.0/0")'))
    (infra / "policy.tf").write_text(policy)
    (infra / "main.tf").write_text(
        (infra / "main.tf").read_text().replace("= true", "= tobool(true)")
    )

    assert judged("--fix", "--apply") == 1

    capsysbinary.readouterr()
    assert (infra / "policy.tf").read_text() != policy
    assert not opens(capsysbinary)
