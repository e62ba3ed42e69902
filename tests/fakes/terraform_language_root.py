# SPDX-License-Identifier: Apache-2.0
"""A root of Terraform code that uses much of the language."""

LANGUAGE = """
locals {
  chain = local.b + local.c
  b     = local.c * 2
  c     = 4
  rows = flatten([
    for group, users in { admins = ["ann", "bob"], staff = ["cem"] } : [
      for user in users : { group = group, user = user }
    ]
  ])
  by_user = { for row in local.rows : row.user => row.group... }
  nested  = { a = { b = [{ c = "deep" }] } }
  choice  = local.c > 3 ? local.c > 10 ? "huge" : "large" : "small"
  chained = local.c == 1 ? "one" : local.c == 4 ? "four" : "other"
  text    = "a%{ if local.c > 3 }big%{ else }small%{ endif }$${x}\\t${local.c}"
}
resource "aws_iam_user" "u" {
  for_each = local.by_user
  name     = each.key
  path     = "/${join("/", each.value)}/"
  tags = {
    chain  = local.chain
    choice = local.choice
    other  = local.chained
    text   = local.text
    deep   = local.nested.a["b"][0].c
    all    = join(",", local.rows[*].user)
    safe   = try(local.nested.a.x, "missing")
    can    = can(local.nested.a.b[1]) ? "yes" : "no"
  }
  lifecycle {
    ignore_changes = [tags]
    precondition {
      condition     = local.c == 4
      error_message = "no"
    }
  }
}
resource "terraform_data" "t" {
  input = { a = 1, b = [aws_iam_user.u["ann"].arn] }
}
resource "null_resource" "n" {
  triggers = { x = terraform_data.t.id, y = local.c }
}
resource "random_pet" "p" {}
resource "aws_s3_bucket" "b" {
  bucket     = "x-${random_pet.p.id}"
  depends_on = [null_resource.n]
}
moved {
  from = aws_s3_bucket.old
  to   = aws_s3_bucket.b
}
check "c" {
  assert {
    condition     = local.c == 5
    error_message = "no"
  }
}
"""
