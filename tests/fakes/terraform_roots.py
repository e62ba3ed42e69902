# SPDX-License-Identifier: Apache-2.0
"""Roots of Terraform code, each for several mechanics of the language."""

from collections.abc import Mapping

from tests.fakes.terraform_deep_roots import DEEP
from tests.fakes.terraform_language_root import LANGUAGE
from tests.fakes.terraform_policy_root import POLICIES, TEMPLATE
from tests.fakes.terraform_small_roots import SMALL
from tests.fakes.terraform_wide_roots import WIDE

_AWS = 'provider "aws" {\n  region = "eu-west-1"\n}\n'

_COUNT = """
variable "names" {
  type    = list(string)
  default = ["a", "b", "c"]
}
resource "aws_iam_user" "u" {
  count = length(var.names)
  name  = "user-${var.names[count.index]}"
  tags  = { Index = count.index }
}
resource "aws_iam_user" "none" {
  count = var.names == [] ? 1 : 0
  name  = "none"
}
resource "aws_iam_group_membership" "m" {
  name  = "m"
  group = "g"
  users = aws_iam_user.u[*].name
}
output "arns" {
  value = [for u in aws_iam_user.u : u.arn]
}
output "none" {
  value = length(aws_iam_user.none) > 0 ? aws_iam_user.none[0].arn : null
}
"""

_FOR_EACH = """
locals {
  roles = {
    reader = { actions = ["s3:GetObject"], path = "/r/" }
    writer = { actions = ["s3:PutObject", "s3:DeleteObject"], path = "/w/" }
    "odd name" = { actions = [], path = "/" }
  }
  busy = { for name, role in local.roles : name => role if length(role.actions) > 0 }
}
resource "aws_iam_role" "r" {
  for_each           = local.busy
  name               = replace(each.key, " ", "-")
  path               = each.value.path
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}
resource "aws_iam_role_policy" "p" {
  for_each = aws_iam_role.r
  name     = each.key
  role     = each.value.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = local.roles[each.key].actions, Resource = "*" }]
  })
}
resource "aws_s3_bucket" "b" {
  for_each = toset(["logs", "data", "a\\"b"])
  bucket   = "bucket-${length(each.value)}-${md5(each.key)}"
}
output "first" {
  value = values(aws_iam_role.r)[0].arn
}
"""

_MODULES = """
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "prod"
  region = "us-east-1"
  default_tags {
    tags = { Team = "red" }
  }
}
module "one" {
  source = "./inner"
  name   = "one"
}
module "many" {
  source    = "./inner"
  for_each  = { x = 1, y = 2 }
  name      = "many-${each.key}"
  options   = { size = each.value }
  providers = { aws = aws.prod }
}
module "counted" {
  source = "./inner"
  count  = 2
  name   = "counted-${count.index}-${module.one.name}"
}
resource "aws_iam_policy" "all" {
  name = "all"
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = "sqs:*"
      Resource = concat([module.one.arn], [for m in module.many : m.arn], module.counted[*].arn)
    }]
  })
}
output "y" {
  value = module.many["y"].options
}
"""

_INNER = """
variable "name" {}
variable "options" {
  type = object({
    size  = optional(number, 5)
    label = optional(string)
    deep  = optional(object({ on = optional(bool, true) }), {})
  })
  default = {}
}
locals {
  suffix = var.options.label == null ? "none" : var.options.label
}
module "deepest" {
  source = "../shared"
  parent = var.name
}
resource "aws_sqs_queue" "q" {
  name                      = "${var.name}-${local.suffix}-${module.deepest.word}"
  message_retention_seconds = var.options.size * 60
  tags                      = { Path = path.module }
}
output "arn" {
  value = aws_sqs_queue.q.arn
}
output "name" {
  value = aws_sqs_queue.q.name
}
output "options" {
  value = var.options
}
"""

_SHARED = """
variable "parent" {
  type = string
}
data "aws_region" "here" {}
data "aws_caller_identity" "me" {}
output "word" {
  value = "${var.parent}@${data.aws_region.here.name}-${data.aws_caller_identity.me.account_id}"
}
"""

_DYNAMIC = """
variable "ports" {
  type    = map(list(string))
  default = { "443" = ["0.0.0.0/0"], "22" = ["10.0.0.0/8", "192.168.0.0/16"] }
}
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_security_group" "s" {
  name   = "s"
  vpc_id = aws_vpc.v.id
  dynamic "ingress" {
    for_each = var.ports
    iterator = port
    content {
      from_port   = port.key
      to_port     = tonumber(port.key)
      protocol    = "tcp"
      cidr_blocks = port.value
    }
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "none" {
  vpc_id = aws_vpc.v.id
}
resource "aws_subnet" "s" {
  count                   = 2
  vpc_id                  = aws_vpc.v.id
  cidr_block              = cidrsubnet(aws_vpc.v.cidr_block, 8, count.index)
  map_public_ip_on_launch = count.index == 0
}
resource "aws_instance" "i" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.s[0].id
  vpc_security_group_ids = [aws_security_group.s.id, aws_security_group.none.id]
  user_data              = <<-EOT
    #!/bin/sh
    %{ for key, value in var.ports ~}
    open ${key} ${join(",", value)}
    %{ endfor ~}
    done
  EOT
  root_block_device {
    encrypted = true
  }
  dynamic "ebs_block_device" {
    for_each = ["/dev/sdb", "/dev/sdc"]
    content {
      device_name = ebs_block_device.value
      volume_size = 10 + ebs_block_device.key
    }
  }
}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = { read = ["s3:Get*"], write = ["s3:Put*"] }
    content {
      sid       = title(statement.key)
      actions   = statement.value
      resources = ["arn:aws:s3:::x/*"]
      dynamic "principals" {
        for_each = statement.key == "read" ? ["*"] : []
        content {
          type        = "AWS"
          identifiers = [principals.value]
        }
      }
      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalTag/${statement.key}"
        values   = ["x", "y"]
      }
    }
  }
}
output "json" {
  value = data.aws_iam_policy_document.d.json
}
"""

_VARIABLES = """
variable "name" {
  type = string
  validation {
    condition     = length(var.name) > 2
    error_message = "too short"
  }
}
variable "count_text" {
  default = "2"
}
variable "flags" {
  type    = map(bool)
  default = { a = true, b = "false" }
}
variable "secret" {
  sensitive = true
  default   = "hunter2"
}
variable "never" {
  type     = string
  nullable = false
  default  = "fallback"
}
variable "either" {
  type    = any
  default = null
}
variable "rules" {
  type = list(object({
    port = number
    from = optional(list(string), ["10.0.0.0/8"])
    note = optional(string)
  }))
  default = [{ port = 1 }, { port = "2", from = [], note = "n" }]
}
resource "aws_iam_user" "u" {
  count = var.count_text
  name  = "${var.name}-${count.index}-${var.never}"
  tags  = { secret = var.secret, flag = var.flags["c"], none = var.either }
}
resource "aws_ssm_parameter" "p" {
  for_each = { for rule in var.rules : rule.port => rule }
  name     = "/rule/${each.key}"
  type     = "String"
  value    = "${join(",", each.value.from)}${coalesce(each.value.note, "-")}"
}
output "rules" {
  value = var.rules
}
output "secret" {
  value     = var.secret
  sensitive = true
}
"""

_ESTATE = """
data "aws_ami" "a" {
  owners = ["self"]
  filter {
    name   = "name"
    values = ["x"]
  }
}
data "aws_vpc" "v" {
  default = true
}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:*"]
    resources = [data.aws_vpc.v.arn]
  }
}
resource "aws_instance" "i" {
  ami       = data.aws_ami.a.id
  subnet_id = try(data.aws_vpc.v.tags["x"], "none")
  tags      = merge({ a = "b" }, data.aws_vpc.v.tags)
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_iam_policy" "q" {
  name   = data.aws_ami.a.id == "x" ? "yes" : "no"
  policy = jsonencode({ Statement = [{ Resource = data.aws_vpc.v.arn }] })
}
resource "aws_security_group" "s" {
  vpc_id = data.aws_vpc.v.id
  ingress {
    from_port   = 1
    to_port     = 2
    protocol    = "tcp"
    cidr_blocks = [data.aws_vpc.v.cidr_block]
  }
}
"""

ROOTS: Mapping[str, Mapping[str, str]] = {
    "count": {"main.tf": _AWS + _COUNT},
    "for_each": {"main.tf": _AWS + _FOR_EACH},
    "modules": {"main.tf": _MODULES, "inner/main.tf": _INNER, "shared/main.tf": _SHARED},
    "dynamic": {"main.tf": _AWS + _DYNAMIC},
    "policies": {"main.tf": _AWS + POLICIES, "policy.json.tftpl": TEMPLATE},
    "variables": {
        "main.tf": _AWS + _VARIABLES,
        "terraform.tfvars": 'name = "from-file"\n',
        "z.auto.tfvars": "never = null\nflags = { c = 1 == 1 }\n",
    },
    "estate": {"main.tf": _AWS + _ESTATE},
    "language": {"main.tf": _AWS + LANGUAGE},
    **DEEP,
    **WIDE,
    **SMALL,
}
"""Name of a root to its files."""
