# SPDX-License-Identifier: Apache-2.0
"""Small roots of Terraform code: one mechanic each, and those that Terraform refuses."""

from collections.abc import Mapping

_AWS = 'provider "aws" {\n  region = "eu-west-1"\n}\n'

SMALL: Mapping[str, Mapping[str, str]] = {
    "account of a role": {
        "main.tf": _AWS
        + """
provider "aws" {
  alias = "x"
  region = "us-east-1"
  assume_role {
  role_arn = "arn:aws:iam::333333333333:role/x"
  }
}
resource "aws_iam_role" "r" {
  provider = aws.x
  name = "r"
  assume_role_policy = "{}"
}
resource "aws_sqs_queue" "q" {
  provider = aws.x
  name = "q"
}
""",
    },
    "providers nobody asked for": {
        "main.tf": 'module "m" {\n  source = "./m"\n}\nresource "random_id" "r" {\n'
        "  byte_length = 2\n}\n",
        "m/main.tf": 'module "n" {\n  source = "./n"\n}\nresource "null_resource" "x" {}\n',
        "m/n/main.tf": 'resource "aws_iam_user" "u" {\n  name = "u"\n}\n'
        'resource "null_resource" "x" {}\nresource "random_id" "r" {\n  byte_length = 2\n}\n',
    },
    "secrets in a set of blocks": {
        "main.tf": 'data "archive_file" "a" {\n  type = "zip"\n  output_path = "a.zip"\n'
        '  source {\n    content = "x"\n    filename = "f"\n  }\n}\n'
    },
    "conversions": {
        "main.tf": _AWS
        + """
resource "aws_instance" "i" {
  ami = 12
  instance_type = true
  monitoring = "true"
  cpu_core_count = "4"
  tags = { a = 1, b = true, c = null }
  vpc_security_group_ids = ["b", "a", "b"]
}
""",
    },
    "counted data": {
        "main.tf": _AWS
        + """
data "aws_iam_policy_document" "d" {
  count = 2
  statement {
  actions = ["s3:Get${count.index}"]
  resources = ["*"]
  }
}
resource "aws_iam_policy" "p" {
  count = 2
  name = "x"
  policy = data.aws_iam_policy_document.d[count.index].json
}
""",
    },
    "external data": {
        "main.tf": _AWS
        + """
data "external" "e" { program = ["x"] }
resource "aws_s3_bucket" "b" { bucket = data.external.e.result.x }
""",
    },
    "files that are missing": {
        "main.tf": _AWS
        + """
output "x" { value = fileexists("nope") ? file("nope") : "gone" }
""",
    },
    "heredocs": {
        "main.tf": _AWS
        + """
resource "aws_iam_policy" "p" {
  name = "p"
  policy = <<-JSON
  {
  "a": "${upper("x")}",
  "b": ${jsonencode([1,2])}
  }
  JSON
}
""",
    },
    "names made up": {
        "main.tf": _AWS
        + """
resource "aws_iam_role_policy" "p" {
  role = "r"
  policy = "{}"
}
resource "aws_iam_role" "r" {
  name_prefix = "x"
  assume_role_policy = "{}"
  inline_policy {
  name = "a"
  policy = "{}"
  }
}
""",
    },
    "jsonencode": {
        "main.tf": _AWS
        + """
resource "aws_iam_policy" "p" {
  name = "n"
  policy = jsonencode({ a = true, b = null, c = 1.50, "<x>" = "&" , l = [1,"x",{}]})
}
""",
    },
    "lookup": {
        "main.tf": _AWS
        + """
locals { own = terraform.workspace }
locals { m = { dev = { n = "d" } } }
resource "aws_s3_bucket" "b" { bucket = lookup(local.m, "prod", local.m.dev).n }
resource "aws_s3_bucket" "c" {
  bucket = local.own == "default" ? local.m[local.own == "x" ? "y" : "dev"].n : "z"
}
""",
    },
    "providers of modules": {
        "m/main.tf": """
provider "aws" {
  region = "us-west-2"
  allowed_account_ids = ["444444444444"]
}
resource "aws_sqs_queue" "q" { name = "q" }
""",
        "m2/main.tf": """
resource "aws_sqs_queue" "q" { name = "q" }
""",
        "main.tf": _AWS
        + """
module "m" { source = "./m" }
module "n" {
  source = "./m2"
}
""",
    },
    "nested blocks": {
        "main.tf": _AWS
        + """
resource "aws_s3_bucket" "b" {
  bucket = "b"
  versioning { enabled = true }
  lifecycle_rule {
  enabled = true
  id = "x"
  expiration { days = 3 }
  }
}
resource "aws_lb" "l" {
  name = "l"
  subnets = ["b","a"]
  access_logs {
  bucket = "x"
  }
}
resource "aws_lb_listener" "l" {
  load_balancer_arn = aws_lb.l.arn
  port = "80"
  default_action {
  type = "forward"
  target_group_arn = "x"
  }
}
""",
    },
    "nulls": {
        "main.tf": _AWS
        + """
resource "aws_instance" "i" {
  ami = null
  dynamic "root_block_device" {
  for_each = null == null ? [] : [1]
  content {}
  }
}
""",
    },
    "remote state": {
        "main.tf": _AWS
        + """
data "terraform_remote_state" "r" {
  backend = "s3"
  config = { bucket = "x" }
}
resource "aws_s3_bucket" "b" { bucket = data.terraform_remote_state.r.outputs.name }
""",
    },
    "removed": {
        "main.tf": _AWS
        + """
removed {
  from = aws_s3_bucket.b
  lifecycle { destroy = false }
}
resource "aws_s3_bucket" "a" { bucket = "b" }
""",
    },
    "attributes as blocks": {
        "main.tf": _AWS
        + """
resource "aws_security_group" "g" {
  ingress = []
  egress = [{ cidr_blocks = ["0.0.0.0/0"], from_port = 1, to_port = 2, protocol = "tcp",
  description = "",
  ipv6_cidr_blocks = [], prefix_list_ids = [], security_groups = [], self = false }]
}
resource "aws_security_group_rule" "r" {
  type = "ingress"
  from_port = 0
  to_port = 1
  protocol = "tcp"
  security_group_id = aws_security_group.g.id
  source_security_group_id = aws_security_group.g.id
}
""",
    },
    "sensitive": {
        "main.tf": _AWS
        + """
variable "v" {
  default = "a"
  sensitive = true
}
resource "aws_iam_user" "u" {
  name = var.v
  tags = { x = var.v, y = "1" }
}
resource "aws_db_instance" "d" {
  instance_class = "x"
  password = "pw"
  username = "u"
}
resource "aws_iam_policy" "p" {
  name = "x"
  policy = jsonencode({a=var.v})
}
""",
    },
    "splats": {
        "main.tf": _AWS
        + """
resource "aws_iam_user" "u" { name = "x" }
output "x" { value = aws_iam_user.u[*].arn }
resource "aws_iam_policy" "p" {
  name = join("", aws_iam_user.u.*.name)
  policy = jsonencode(aws_iam_user.u)
}
""",
    },
    "timeouts": {
        "main.tf": _AWS
        + """
resource "aws_db_instance" "d" {
  instance_class = "x"
  timeouts {
  create = "1h"
  }
}
""",
    },
    "try of a file": {
        "main.tf": _AWS
        + """
output "x" { value = try(file("nope"), "gone") }
""",
    },
    "objects alike": {
        "main.tf": _AWS
        + """
resource "aws_vpc" "v" {
  count = 3
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "s" {
  count = 3
  vpc_id = aws_vpc.v[count.index].id
  cidr_block = "10.0.0.0/24"
}
output "x" { value = sort(aws_vpc.v[*].id) }
resource "aws_lb" "l" {
  subnets = aws_subnet.s[*].id
}
""",
    },
}
"""Name of a root to its files."""

REFUSED: Mapping[str, str] = {
    "alias": _AWS
    + """
resource "aws_s3_bucket" "a" {
  provider = aws.nope
  bucket = "b"
}
""",
    "badarg": _AWS
    + """
resource "aws_s3_bucket" "a" { bukket = "x" }
""",
    "cyc": _AWS
    + """
locals {
  a = local.b
  b = local.a
}
resource "aws_s3_bucket" "a" { bucket = local.a }
""",
    "import": _AWS
    + """
import {
  to = aws_s3_bucket.a
  id = "b"
}
resource "aws_s3_bucket" "a" { bucket = "b" }
""",
    "listfor": _AWS
    + """
resource "aws_iam_user" "u" {
  for_each = ["a"]
  name = each.key
}
""",
    "missing": _AWS
    + """
resource "aws_iam_role" "a" { name = "x" }
""",
    "novar": _AWS
    + """
variable "v" {}
output "x" { value = var.v }
""",
    "selfref": _AWS
    + """
resource "aws_s3_bucket" "a" {
  bucket = aws_s3_bucket.a.id
}
""",
    "sensfor": _AWS
    + """
variable "v" {
  default = ["a"]
  sensitive = true
}
resource "aws_iam_user" "u" {
  for_each = toset(var.v)
  name = each.key
}
""",
    "sensitive": _AWS
    + """
variable "v" {
  default = "a"
  sensitive = true
}
output "x" { value = var.v }
""",
    "undeclared": _AWS
    + """
resource "aws_s3_bucket" "a" { bucket = var.x }
""",
    "unknowncount": _AWS
    + """
data "aws_ami" "a" {
  owners = ["self"]
}
resource "aws_s3_bucket" "a" {
  count = data.aws_ami.a.id == "x" ? 1 : 0
  bucket = "b"
}
""",
    "valid": _AWS
    + """
variable "v" {
  default = "a"
  validation {
  condition = var.v == "b"
  error_message = "no"
  }
}
""",
}
"""Name of a root that Terraform refuses to its only file."""
