# SPDX-License-Identifier: Apache-2.0
"""What the copy of code says otherwise than the code."""

import json
from pathlib import Path

from bartizan.sources.terraform.provider.tree import follow
from bartizan.sources.terraform.provider.workspace import Workspace, lay_out
from tests.fakes.terraform_code import write

CODE = """terraform {
  backend "s3" {
    bucket = "x"
  }
}
provider "aws" {
  alias = "prod"
}
data "aws_ami" "a" {
  owners = ["self"]
}
data "aws_iam_policy_document" "d" {
  depends_on = [
    aws_s3_bucket.b,
  ]
  policy_id = "aws_s3_bucket.b ${aws_s3_bucket.b.id}"
}
resource "aws_s3_bucket" "b" {
  depends_on = [aws_s3_bucket.c]
}
"""


DOCUMENT = frozenset({"aws_iam_policy_document"})


def _laid(folder: Path, top: Path, *, known: frozenset[str] = DOCUMENT) -> Workspace:
    top.mkdir()
    return lay_out(follow(folder, programs=False), top, state=None, known=known)


def test_no_line_moves_and_only_what_would_stop_terraform_goes(tmp_path: Path) -> None:
    root = _laid(write(tmp_path / "code", CODE), tmp_path / "top").root

    before, after = CODE.splitlines(), (root / "main.tf").read_text().splitlines()
    changed = [number for number in range(len(before)) if before[number] != after[number]]
    assert len(before) == len(after)
    assert changed == [1, 2, 3, 12, 13, 14, 15]
    assert after[15] == '  policy_id = "aws_s3_bucket.b ${local.bartizan_aws_s3_bucket_b.id}"'


def test_configurations_of_providers_get_their_keys_and_data_of_the_estate_is_unknown(
    tmp_path: Path,
) -> None:
    root = _laid(write(tmp_path / "code", CODE), tmp_path / "top").root

    override = (root / "zz_bartizan_override.tf").read_text()
    assert " ".join(override.split()) == (
        'provider "aws" { alias = "prod" bartizan_key = "aws.prod" } '
        'data "aws_ami" "a" { bartizan_untold = terraform_data.bartizan_unknown.id }'
    )


def test_data_that_could_not_be_worked_out_is_unknown_too(tmp_path: Path) -> None:
    root = _laid(write(tmp_path / "code", CODE), tmp_path / "top", known=frozenset()).root

    assert '"aws_iam_policy_document" "d"' in (root / "zz_bartizan_override.tf").read_text()


def test_modules_are_listed_where_the_copy_has_them(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "../m"\n}\n'
    write(tmp_path / "code", {"a/main.tf": call, "m/main.tf": "locals {\n}\n"})

    found = _laid(tmp_path / "code" / "a", tmp_path / "top")

    listed = json.loads((found.data / "modules/modules.json").read_text())["Modules"]
    assert [(one["Key"], one["Dir"]) for one in listed] == [("", "."), ("m", "../m")]
    assert (found.root / "../m/main.tf").is_file()


def test_states_settings_and_links_that_lead_away_are_not_copied(tmp_path: Path) -> None:
    files = {"main.tf": CODE, "terraform.tfstate": "{}", ".terraform/x": "y", "kept.txt": "z"}
    folder = write(tmp_path / "code", files)
    (folder / "away").symlink_to("/etc/hostname")
    (folder / "inside").symlink_to("kept.txt")

    root = _laid(folder, tmp_path / "top").root

    assert sorted(one.name for one in root.iterdir()) == [
        "inside",
        "kept.txt",
        "main.tf",
        "zz_bartizan.tf",
        "zz_bartizan_override.tf",
    ]


def test_the_folder_itself_is_left_as_it_was(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", CODE)

    _laid(folder, tmp_path / "top")

    assert [one.name for one in folder.iterdir()] == ["main.tf"]
    assert (folder / "main.tf").read_text() == CODE
