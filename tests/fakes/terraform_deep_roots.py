# SPDX-License-Identifier: Apache-2.0
"""Roots of Terraform code as people write them: what the language has."""

from collections.abc import Mapping

_AWS = 'provider "aws" {\n  region = "eu-west-1"\n}\n'

DEEP: Mapping[str, Mapping[str, str]] = {
    "modules in modules": {
        "a/main.tf": """
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
      configuration_aliases = [aws.other]
    }
  }
}
variable "key" { type = string }
module "b" {
  source = "../b"
  count = var.key == "p" ? 2 : 1
  name = "${var.key}-${count.index}"
  providers = { aws = aws.other }
}
resource "aws_sns_topic" "t" { name = var.key }
output "list" { value = module.b[*].arn }
output "all" { value = { for i, m in module.b : tostring(i) => m } }
""",
        "b/main.tf": """
variable "name" {}
resource "aws_sqs_queue" "q" { name = var.name }
data "aws_caller_identity" "c" {}
output "arn" { value = aws_sqs_queue.q.arn }
output "acct" { value = data.aws_caller_identity.c.account_id }
""",
        "main.tf": """
provider "aws" {
 region = "eu-west-1"
}
provider "aws" {
 alias = "prod"
 region = "us-east-1"
}
module "a" {
  source = "./a"
  for_each = toset(["p","q"])
  key = each.value
  providers = { aws = aws.prod, aws.other = aws }
}
resource "aws_iam_policy" "p" {
  for_each = module.a
  name = "x-${each.key}"
  policy = jsonencode({ r = each.value.list, m = module.a["p"].all, n = values(module.a)[*].list })
}
""",
    },
    "conditions and operators": {
        "main.tf": _AWS
        + """
variable "create" {
  type = bool
  default = true
}
variable "names" {
  type = set(string)
  default = ["b", "a", "b"]
}
variable "tup" {
  type = tuple([string, bool])
  default = [1, "true"]
}
variable "nul" {
  type = string
  default = null
}
locals {
  a = var.create ? { x = 1 } : {}
  b = var.create ? ["a"] : []
  c = var.create ? { x = 1, y = "2" } : { x = 3, y = 4 }
  d = var.nul == null ? "none" : var.nul
  e = var.create ? null : "x"
  f = [for n in var.names : upper(n)]
  g = { for i, n in tolist(var.names) : n => i }
  h = var.create && length(var.names) > 1 || var.tup[1]
  i = 7 / 2 + 7 % 3 - -1 * 2
  j = 10 / 4 == 2.5
  k = "${local.i}" == 6.5
  l = [1, "a", true, null, [], {}]
  m = { a = 1 } == { a = 1 }
  n = toset([1, 2]) == toset([2, 1])
  o = 1 == "1"
  p = try(var.names[0], tolist(var.names)[0])
  q = !var.create ? 1 : var.create ? 2 : 3
  r = (var.create ? aws_iam_user.u : null)
  s = var.create ? aws_iam_user.u[0].arn : ""
  t = one(aws_iam_user.u[*].name)
  u = concat(aws_iam_user.u.*.arn, [""])[0]
  v = element(concat(aws_iam_user.u.*.id, [""]), 0)
}
resource "aws_iam_user" "u" {
  count = var.create ? 1 : 0
  name = "u"
  path = local.e
}
resource "aws_iam_policy" "p" {
  name = local.d
  policy = jsonencode([local.a, local.b, local.c, local.d, local.e, local.f,
    local.g, local.h, local.i, local.j, local.k, local.l, local.m,
    local.n, local.o, local.p, local.q, local.r, local.s, local.t, local.u, local.v, var.tup])
}
output "types" { value = [local.a, local.b, local.c, local.l] }
""",
    },
    "escapes": {
        "main.tf": _AWS
        + """
resource "aws_ssm_parameter" "p" {
  name = "a\\tb\\u00e9\\U0001F600$${x}%%{y}$x %d 100%"
  type = "String"
  value = <<EOT
tab\\t "q" $${a} %%{b} é
${"x"}
  ${~ " y " ~}
  end
EOT
}
resource "aws_ssm_parameter" "q" {
  name = "é"
  type = "String"
  value = <<-EOT

      a
        ${1}
    %{ if true }
      b
    %{ else }
      c
    %{ endif }
      %{ for i in [1,2] ~}
      ${i}
      %{ endfor }
  EOT
}
output "k" { value = { "é" = length("é😀"), (upper("x")) = 1 } }
""",
    },
    "blocks in blocks": {
        "main.tf": _AWS
        + """
locals { sets = [{ n = "a", rules = [{ p = 1, c = ["10.0.0.0/8"] }] }, { n = "b", rules = [] }] }
resource "aws_lb_listener_rule" "r" {
  count = 1
  listener_arn = "x"
  dynamic "condition" {
    for_each = local.sets
    iterator = it
    content {
      dynamic "path_pattern" {
        for_each = it.value.rules
        iterator = inner
        content {
          values = ["${it.key}-${it.value.n}-${inner.key}-${inner.value.p}-${count.index}"]
        }
      }
    }
  }
  action {
    type = "forward"
    target_group_arn = "y"
  }
}
resource "aws_security_group" "g" {
  for_each = { for s in local.sets : s.n => s }
  name = each.key
  dynamic "ingress" {
    for_each = each.value.rules
    content {
      from_port = ingress.value.p
      to_port = ingress.value.p
      protocol = "tcp"
      cidr_blocks = ingress.value.c
      description = try(ingress.value.d, null)
    }
  }
}
resource "aws_s3_bucket" "b" {
  bucket = "b"
  dynamic "cors_rule" {
    for_each = toset(["y", "x"])
    content {
      allowed_methods = ["GET", cors_rule.key]
      allowed_origins = [cors_rule.value]
    }
  }
}
""",
    },
    "unknown parts": {
        "main.tf": _AWS
        + """
data "aws_vpc" "v" { default = true }
locals {
  m = { a = data.aws_vpc.v.id, b = "known" }
  l = [data.aws_vpc.v.id, "z"]
}
resource "aws_subnet" "s" {
  for_each = local.m
  vpc_id = each.value
  cidr_block = "10.0.0.0/24"
  tags = { n = each.key, l = join("-", local.l), k = local.l[1],
    len = length(local.l), c = contains(local.l, "z") }
}
resource "aws_iam_policy" "p" {
  name = coalesce(data.aws_vpc.v.id, "x")
  policy = jsonencode({ a = local.l })
  description = "${local.m.b}-${data.aws_vpc.v.id == null}"
  path = local.m.a != "" ? "/a/" : "/a/"
}
resource "aws_lb" "l" {
  security_groups = local.l
  subnets = [for s in aws_subnet.s : s.id if s.vpc_id == "known"]
  name = can(data.aws_vpc.v.tags.x) ? "y" : "n"
  internal = try(data.aws_vpc.v.tags.x == "y", false)
}
output "o" { value = { for k, v in local.m : k => v } }
""",
    },
    "other providers": {
        "main.tf": """
variable "region" { default = "eu-central-1" }
locals { tags = { A = "1", B = upper("b") } }
provider "aws" {
  region = var.region
  allowed_account_ids = ["555555555555"]
  default_tags {
    tags = merge(local.tags, { C = null == null ? "c" : "d" })
  }
}
provider "random" {}
resource "random_id" "r" { byte_length = 4 }
resource "random_password" "p" { length = 8 }
resource "aws_sqs_queue" "q" {
  name = "q-${random_id.r.hex}"
  tags = { A = "own" }
}
resource "aws_db_instance" "d" {
  instance_class = "x"
  password = random_password.p.result
  identifier = "d"
}
resource "aws_secretsmanager_secret_version" "v" {
  secret_id = "x"
  secret_string = jsonencode({ p = random_password.p.result })
}
resource "tls_private_key" "k" { algorithm = "RSA" }
resource "aws_key_pair" "k" { public_key = tls_private_key.k.public_key_openssh }
resource "time_sleep" "s" { create_duration = "1s" }
resource "null_resource" "n" { triggers = { a = 1 } }
resource "local_file" "f" {
  filename = "${path.module}/x"
  content = path.root
}
""",
    },
    "unknown data in modules": {
        "m/main.tf": """
variable "zones" { type = list(string) }
variable "n" {
  type = string
  validation {
    condition = length(var.n) == 1
    error_message = "x"
  }
}
locals { z = [for z in var.zones : upper(z)] }
resource "aws_subnet" "s" {
  vpc_id = "v"
  availability_zone = var.zones[0]
  cidr_block = element(local.z, 1)
  tags = { n = var.n, c = "${length(local.z)}x",
    y = slice(var.zones, 0, 1)[0], s = sort(var.zones)[0] == "x" ? 1 : 2 }
}
data "aws_iam_policy_document" "d" {
  count = 2
  statement {
    actions = ["a"]
    resources = [count.index == 0 ? "*" : var.n]
  }
}
output "x" { value = { a = local.z, d = data.aws_iam_policy_document.d[*].json } }
""",
        "main.tf": _AWS
        + """
data "aws_subnets" "s" {
  filter {
    name = "x"
    values = ["y"]
  }
}
data "aws_availability_zones" "z" {}
resource "aws_s3_bucket" "b" {
  bucket = "x"
  dynamic "cors_rule" {
    for_each = data.aws_subnets.s.ids
    content {
      allowed_methods = ["GET"]
      allowed_origins = [cors_rule.value]
    }
  }
}
resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = data.aws_subnets.s.ids
    content {
      from_port = 1
      to_port = 1
      protocol = "tcp"
      description = ingress.value
    }
  }
}
resource "aws_lb" "l" {
  name = "l"
  subnets = data.aws_subnets.s.ids
  tags = { for k in data.aws_availability_zones.z.names : k => 1 }
}
module "m" {
  source = "./m"
  zones = data.aws_availability_zones.z.names
  n = length(data.aws_subnets.s.ids) > 0 ? "a" : "b"
}
output "o" {
  value = module.m.x
}
""",
    },
    "secrets in modules": {
        "m/main.tf": """
variable "v" {}
output "o" {
  value = "m-${var.v}"
  sensitive = true
}
""",
        "main.tf": _AWS
        + """
variable "s" {
  type = object({ a = string, b = list(string) })
  sensitive = true
  default = { a = "x", b = ["y", "z"] }
}
module "m" {
  source = "./m"
  v = var.s.a
}
locals {
  l = [for x in var.s.b : upper(x)]
  n = nonsensitive(var.s.a)
  k = { pub = 1, priv = var.s.a }
}
resource "aws_iam_user" "u" {
  name = "${local.n}-u"
  tags = merge({ a = "b" }, { c = module.m.o })
}
resource "aws_ssm_parameter" "p" {
  for_each = { for i, n in ["x", "y"] : n => i }
  name = each.key
  type = "SecureString"
  value = local.l[each.value]
}
resource "aws_lb" "l" {
  name = local.k.pub
  subnets = toset(local.l)
  internal = length(var.s.b) > 1
}
resource "aws_instance" "i" {
  ami = "x"
  root_block_device {
    volume_type = var.s.a
  }
  dynamic "ebs_block_device" {
    for_each = nonsensitive(var.s.b)
    content { device_name = ebs_block_device.value }
  }
}
output "o" {
  value = local.k
  sensitive = true
}
""",
    },
}
"""Name of a root to its files."""
