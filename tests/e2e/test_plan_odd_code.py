# SPDX-License-Identifier: Apache-2.0
"""Code with links in it, and values that go to the provider alone, as Terraform plans them."""

from pathlib import Path

from tests.fakes.terraform_code import after, changes, needs_terraform, planned, write

pytestmark = needs_terraform


def test_what_links_in_the_repository_lead_to_is_planned(tmp_path: Path) -> None:
    users = 'resource "aws_iam_user" "%s" {\n  for_each = %s\n  name     = each.key\n}\n'
    files = {
        "live/main.tf": 'variable "names" {\n  default = []\n}\n'
        + users % ("a", "toset(var.names)")
        + users % ("b", 'fileset(path.module, "policies/*.json")'),
        "shared/more.tf": users % ("c", 'toset(["c"])'),
        "shared/values.tfvars": 'names = ["a"]\n',
        "shared/policies/p.json": "{}",
    }
    folder = write(tmp_path, files) / "live"
    (folder / "more.tf").symlink_to("../shared/more.tf")
    (folder / "terraform.tfvars").symlink_to("../shared/values.tfvars")
    (folder / "policies").symlink_to("../shared/policies")

    found = changes(planned(folder))

    assert set(found) == {
        'aws_iam_user.a["a"]', 'aws_iam_user.b["policies/p.json"]', 'aws_iam_user.c["c"]',
    }  # fmt: skip


WRITTEN_ONLY = """
variable "v" {
  ephemeral = true
  default   = "hunter2"
}
resource "aws_ssm_parameter" "p" {
  name             = "p"
  type             = "SecureString"
  value_wo         = var.v
  value_wo_version = 1
}
"""


def test_what_is_write_only_is_taken_from_ephemeral_values_and_in_no_plan(tmp_path: Path) -> None:
    found = after(planned(write(tmp_path, WRITTEN_ONLY)))["aws_ssm_parameter.p"]

    assert (found["value_wo"], found["value_wo_version"]) == (None, 1)
