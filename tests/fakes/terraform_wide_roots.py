# SPDX-License-Identifier: Apache-2.0
"""Roots of Terraform code as people write them: what AWS has."""

from collections.abc import Mapping

_AWS = 'provider "aws" {\n  region = "eu-west-1"\n}\n'

WIDE: Mapping[str, Mapping[str, str]] = {
    "networks": {
        "main.tf": _AWS
        + """
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "g" { vpc_id = aws_vpc.v.id }
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.v.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.g.id
  }
  route {
    ipv6_cidr_block = "::/0"
    gateway_id = aws_internet_gateway.g.id
  }
}
resource "aws_network_acl" "n" {
  vpc_id = aws_vpc.v.id
  ingress {
    protocol = "tcp"
    rule_no = 100
    action = "allow"
    cidr_block = "10.0.0.0/8"
    from_port = 80
    to_port = 80
  }
  ingress {
    protocol = "-1"
    rule_no = "200"
    action = "deny"
    cidr_block = "0.0.0.0/0"
    from_port = 0
    to_port = 0
  }
}
resource "aws_security_group" "g" {
  name_prefix = "x"
  vpc_id = aws_vpc.v.id
  ingress {
    from_port = 443
    to_port = 443
    protocol = "tcp"
    self = true
  }
  ingress {
    from_port = 22
    to_port = 22
    protocol = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
    description = "b"
  }
  ingress {
    from_port = 22
    to_port = 22
    protocol = "tcp"
    security_groups = [aws_security_group.h.id]
  }
}
resource "aws_security_group" "h" { vpc_id = aws_vpc.v.id }
resource "aws_eip" "e" { domain = "vpc" }
resource "aws_nat_gateway" "n" {
  allocation_id = aws_eip.e.id
  subnet_id = aws_subnet.s.id
}
resource "aws_subnet" "s" {
  vpc_id = aws_vpc.v.id
  cidr_block = cidrsubnet("10.0.0.0/16", 8, 1)
  availability_zone = "eu-west-1a"
}
resource "aws_vpc_peering_connection" "p" {
  vpc_id = aws_vpc.v.id
  peer_vpc_id = "vpc-1"
  accepter {
    allow_remote_vpc_dns_resolution = true
  }
}
resource "aws_network_interface" "i" {
  subnet_id = aws_subnet.s.id
  private_ips = ["10.0.1.5", "10.0.1.4"]
  attachment {
    instance = aws_instance.i.id
    device_index = 1
  }
}
resource "aws_instance" "i" {
  ami = "a"
  instance_type = "t"
  iam_instance_profile = aws_iam_instance_profile.p.name
  network_interface {
    network_interface_id = "eni-1"
    device_index = 0
  }
  metadata_options {
    http_tokens = "required"
  }
  ebs_block_device {
    device_name = "b"
    volume_size = 3
  }
  ebs_block_device {
    device_name = "a"
  }
}
resource "aws_iam_instance_profile" "p" { role = "r" }
resource "aws_launch_template" "l" {
  name = "l"
  iam_instance_profile { arn = aws_iam_instance_profile.p.arn }
  network_interfaces {
    associate_public_ip_address = true
    security_groups = [aws_security_group.g.id]
  }
  tag_specifications {
    resource_type = "instance"
    tags = { A = 1 }
  }
  user_data = base64encode("#!/bin/sh\\n")
}
resource "aws_autoscaling_group" "a" {
  max_size = 1
  min_size = 0
  vpc_zone_identifier = [aws_subnet.s.id]
  launch_template {
    id = aws_launch_template.l.id
    version = "$Latest"
  }
  tag {
    key = "b"
    value = "c"
    propagate_at_launch = true
  }
  tag {
    key = "a"
    value = "c"
    propagate_at_launch = false
  }
}
""",
    },
    "services": {
        "main.tf": _AWS
        + """
resource "aws_ecs_task_definition" "t" {
  family = "f"
  container_definitions = jsonencode([{
    name = "n", image = "${aws_ecr_repository.r.repository_url}:latest",
    environment = [for k, v in { A = 1, B = "x" } : { name = k, value = tostring(v) }] }])
  task_role_arn = aws_iam_role.r.arn
  volume {
    name = "v"
  }
}
resource "aws_ecr_repository" "r" { name = "r" }
resource "aws_iam_role" "r" {
  name = "r"
  managed_policy_arns = [aws_iam_policy.p.arn, "arn:aws:iam::aws:policy/ReadOnlyAccess"]
  assume_role_policy = file("${path.module}/trust.json")
  tags = null
}
resource "aws_iam_policy" "p" {
  name = "p"
  policy = templatefile("trust.json", {})
}
resource "aws_cloudfront_distribution" "d" {
  enabled = true
  origin {
    domain_name = aws_s3_bucket.b.bucket_regional_domain_name
    origin_id = "o"
    s3_origin_config { origin_access_identity = "x" }
  }
  origin {
    domain_name = "example.com"
    origin_id = "p"
    custom_origin_config {
      http_port = 80
      https_port = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols = ["TLSv1.2", "TLSv1.1"]
    }
  }
  default_cache_behavior {
    allowed_methods = ["GET", "HEAD"]
    cached_methods = ["GET"]
    target_origin_id = "o"
    viewer_protocol_policy = "allow-all"
    forwarded_values {
      query_string = false
      cookies { forward = "none" }
    }
  }
  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  viewer_certificate { cloudfront_default_certificate = true }
}
resource "aws_s3_bucket" "b" {
  bucket = lower("B-${data.aws_caller_identity.c.account_id}")
  force_destroy = "true"
  grant {
    type = "Group"
    permissions = ["WRITE", "READ"]
    uri = "u"
  }
  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default { sse_algorithm = "aws:kms" }
    }
  }
}
data "aws_caller_identity" "c" {}
resource "aws_lambda_permission" "p" {
  action = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal = "s3.amazonaws.com"
  source_arn = aws_s3_bucket.b.arn
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role = aws_iam_role.r.arn
  s3_bucket = aws_s3_bucket.b.id
  s3_key = "k"
  source_code_hash = filebase64sha256("trust.json")
  vpc_config {
    subnet_ids = []
    security_group_ids = ["b", "a"]
  }
}
resource "aws_dynamodb_table" "t" {
  name = "t"
  hash_key = "h"
  attribute {
    name = "h"
    type = "S"
  }
  attribute {
    name = "a"
    type = "N"
  }
  global_secondary_index {
    name = "g"
    hash_key = "a"
    projection_type = "ALL"
  }
}
resource "aws_sqs_queue" "q" {
  name = "q"
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.d.arn, maxReceiveCount = 4 })
  policy = data.aws_iam_policy_document.q.json
}
resource "aws_sqs_queue" "d" { name = "d" }
data "aws_iam_policy_document" "q" {
  statement {
    actions = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.d.arn]
    condition {
      test = "ArnEquals"
      variable = "aws:SourceArn"
      values = [aws_sns_topic.t.arn]
    }
    principals {
      type = "*"
      identifiers = ["*"]
    }
  }
  override_policy_documents = [for s in ["a"] : jsonencode({
    Version = "2012-10-17",
    Statement = [{ Sid = s, Effect = "Deny", Action = "*", Resource = "*" }] })]
}
resource "aws_sns_topic" "t" { name = "t" }
resource "random_integer" "i" {
  min = 1
  max = 2
}
resource "aws_kinesis_stream" "k" {
  name = "k"
  shard_count = random_integer.i.result + 1
}
""",
        "trust.json": """
{"Statement":[{"Effect":"Allow",
"Principal":{"Service":["ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}]}
""",
    },
    "secrets by schema": {
        "main.tf": _AWS
        + """
variable "password" { default = "hunter2-canary" }
resource "aws_db_instance" "d" {
  instance_class = "db.t3.micro"
  password = var.password
}
resource "random_password" "r" { length = 12 }
resource "aws_iam_user" "u" {
  name = "u"
  tags = { a = aws_db_instance.d.password, b = "x-${random_password.r.result}", c = "plain" }
}
resource "aws_iam_user" "v" {
  name = jsonencode(aws_db_instance.d.password)
}
""",
    },
    "files that a build makes": {
        "main.tf": _AWS
        + """
module "m" { source = "./m" }
locals { twice = [filemd5("a"), filemd5("b")] }
resource "aws_lambda_function" "f" {
  function_name = "f-${substr(local.twice[1], 0, 3)}"
  role = "arn:aws:iam::111111111111:role/r"
  filename = "build/f.zip"
  source_code_hash = filebase64sha256("build/f.zip")
}
resource "aws_iam_user" "u" {
  name = fileexists("a") ? filesha1("a") : "none"
}
""",
        "m/main.tf": """
data "archive_file" "z" {
  type = "zip"
  source_dir = path.module
  output_path = "${path.module}/z.zip"
}
resource "aws_lambda_function" "f" {
  function_name = "inner"
  role = "arn:aws:iam::111111111111:role/r"
  filename = data.archive_file.z.output_path
  source_code_hash = filebase64sha256(data.archive_file.z.output_path)
}
""",
    },
    "files of values": {
        "main.tf": _AWS
        + """
variable "l" { type = list(any) }
variable "m" { type = map(any) }
variable "a" { type = any }
variable "s" { type = set(number) }
variable "old" { type = list }
variable "n" { type = number }
variable "b" { type = bool }
output "o" { value = [var.l, var.m, var.a, var.s, var.old, var.n, var.b] }
resource "aws_iam_user" "u" {
  name = jsonencode([var.l, var.m, var.a, var.s, var.old, var.n, var.b])
}
""",
        "terraform.tfvars.json": """
{"l": ["a", 1],
"m": {"x": 1, "y": "${z}"}, "a": {"q": [1, null, {"r": 1.5}]},
"s": [3, 1, "2", 3], "old": [1, "b"], "n": "5", "b": "true"}
""",
        "x.auto.tfvars": """
n = 6
""",
    },
}
"""Name of a root to its files."""
