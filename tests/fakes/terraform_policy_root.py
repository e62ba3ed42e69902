# SPDX-License-Identifier: Apache-2.0
"""A root of Terraform code that writes policies in many ways."""

POLICIES = """
data "aws_caller_identity" "me" {}
data "aws_partition" "here" {}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.u.arn, "arn:aws:iam::999999999999:root"]
    }
    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }
  }
}
data "aws_iam_policy_document" "whole" {
  source_policy_documents = [data.aws_iam_policy_document.trust.json]
  statement {
    sid         = "Rest"
    effect      = "Deny"
    not_actions = ["s3:*"]
    resources   = ["*"]
  }
}
resource "aws_iam_user" "u" {
  name = "u"
}
resource "aws_iam_role" "r" {
  name                 = "r"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = "arn:${data.aws_partition.here.partition}:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_role_policy_attachment" "a" {
  for_each   = toset(["ReadOnlyAccess", "AdministratorAccess"])
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}
resource "aws_kms_key" "k" {
  policy = <<POLICY
{
  "Statement": [
    {"Effect": "Allow",
     "Principal": {"AWS": "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"},
     "Action": "kms:*", "Resource": "*"}
  ]
}
POLICY
}
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.bucket
  policy = templatefile("${path.module}/policy.json.tftpl", {
    bucket = aws_s3_bucket.b.arn
    users  = [aws_iam_user.u.arn, aws_iam_role.r.arn]
  })
}
resource "aws_s3_bucket" "b" {
  bucket_prefix = "pre-"
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  handler       = "x"
  runtime       = "python3.12"
  filename      = "x.zip"
  environment {
    variables = { KEY = aws_kms_key.k.arn, NONE = "" }
  }
}
"""

TEMPLATE = """{"Statement": [
%{ for index, user in users ~}
  {"Effect": "Allow", "Principal": {"AWS": "${user}"}, "Action": "s3:*",
   "Resource": "${bucket}/${index}"}%{ if index < 1 },%{ endif }
%{ endfor ~}
]}
"""
