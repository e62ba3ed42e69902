# SPDX-License-Identifier: Apache-2.0
"""What the copy of code says otherwise than the code."""

import json
from pathlib import Path

import pytest

from bartizan.errors import InputError
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


def test_what_links_lead_to_in_the_repository_is_there_under_both_names(tmp_path: Path) -> None:
    files = {
        ".git/HEAD": "",
        "live/main.tf": CODE,
        "shared/provider.tf": "locals {\n}\n",
        "shared/values.tfvars": "x = 1\n",
        "shared/policies/p.json": "{}",
    }
    folder = write(tmp_path / "repository", files) / "live"
    (folder / "provider.tf").symlink_to("../shared/provider.tf")
    (folder / "terraform.tfvars").symlink_to("../shared/values.tfvars")
    (folder / "policies").symlink_to("../shared/policies")
    (folder / "everything").symlink_to("..")

    root = _laid(folder, tmp_path / "top").root

    assert (root / "provider.tf").read_text() == "locals {\n}\n"
    assert (root / "terraform.tfvars").read_text() == "x = 1\n"
    assert [one.name for one in (root / "policies").iterdir()] == ["p.json"]
    for one in root.rglob("*"):
        assert one.resolve().is_relative_to(tmp_path / "top")


@pytest.mark.parametrize("name", ["x.tf", "x.tf.json", "terraform.tfvars", "x.auto.tfvars.json"])
def test_code_and_values_from_elsewhere_are_refused_by_name(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "repository", {".git/HEAD": "", "a/main.tf": CODE}) / "a"
    (tmp_path / "elsewhere").write_text("{}" if name.endswith("json") else "")
    (folder / name).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InputError, match="a link leads out of the repository") as caught:
        _laid(folder, tmp_path / "top")

    assert str(caught.value.at) == f"{folder}/{name}"


def test_links_that_terraform_reads_nothing_of_may_lead_anywhere(tmp_path: Path) -> None:
    files = {".git/HEAD": "", "a/main.tf": CODE, "a/old/main.tf": ""}
    folder = write(tmp_path / "repository", files) / "a"
    (tmp_path / "elsewhere").mkdir()
    (folder / "old" / "x.tf").symlink_to("/etc/hostname")
    (folder / "prod.tfvars").symlink_to("/etc/hostname")
    (folder / "tools").symlink_to(tmp_path / "elsewhere")

    root = _laid(folder, tmp_path / "top").root

    assert not (root / "tools").exists()
    assert not (root / "prod.tfvars").exists()


def test_the_folder_itself_is_left_as_it_was(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", CODE)

    _laid(folder, tmp_path / "top")

    assert [one.name for one in folder.iterdir()] == ["main.tf"]
    assert (folder / "main.tf").read_text() == CODE


ENCRYPTED = """terraform {
  encryption {
    key_provider "external" "k" { command = ["touch", "ran"] }
  }
}
"""


def test_nothing_is_left_of_the_programs_that_encrypt_a_state(tmp_path: Path) -> None:
    text = '{"terraform": {"encryption": {"key_provider": {"external": {"k": {"command": []}}}}}}'
    folder = write(tmp_path / "code", {"main.tf": ENCRYPTED, "b.tf.json": text})

    root = _laid(folder, tmp_path / "top").root

    assert "encryption" not in (root / "main.tf").read_text()
    assert json.loads((root / "b.tf.json").read_text()) == {"terraform": {}}


def test_what_opentofu_alone_reads_is_not_copied(tmp_path: Path) -> None:
    files = {"main.tf": CODE, "main.tofu": ENCRYPTED, "b.tofu.json": "{}"}
    folder = write(tmp_path / "code", files)

    root = _laid(folder, tmp_path / "top").root

    assert not list(root.glob("*.tofu*"))
