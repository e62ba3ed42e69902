# SPDX-License-Identifier: Apache-2.0
"""Which modules and providers a folder of code asks for."""

import json
from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.terraform.provider.tree import BUILT_IN, follow
from tests.fakes.terraform_code import write

CALLS = 'module "a" { source = "./a" }\nmodule "b" { source = "./a" }\n'


def test_modules_are_followed_and_keyed_by_their_calls(tmp_path: Path) -> None:
    inner = 'module "c" { source = "../c" }\n'
    root = write(tmp_path, {"main.tf": CALLS, "a/main.tf": inner, "c/x.tf": "locals {\n}\n"})

    found = follow(root, programs=False)

    assert [one.key for one in found.modules] == ["", "a", "a.c", "b", "b.c"]
    assert sorted(one.name for one in found.code) == sorted(["a", "c", root.name])


def test_providers_are_told_by_what_the_code_says_and_by_the_names_of_types(
    tmp_path: Path,
) -> None:
    code = """
terraform {
  required_providers {
    amazon = { source = "registry.terraform.io/hashicorp/aws", version = "~> 5.0" }
    other = { source = "some/other" }
  }
}
resource "aws_iam_role" "r" { provider = amazon.x }
resource "terraform_data" "t" {}
data "random_x" "y" {}
"""

    found = follow(write(tmp_path, code), programs=False).providers()

    assert found == {
        "hashicorp/aws": {("aws_iam_role", False)},
        BUILT_IN: {("terraform_data", False)},
        "hashicorp/random": {("random_x", True)},
        "some/other": set(),
    }


def test_a_module_outside_of_the_repository_is_refused(tmp_path: Path) -> None:
    code = 'module "m" { source = "../../other" }\n'
    write(tmp_path, {"repo/code/main.tf": code, "other/main.tf": CALLS, "repo/.git/HEAD": "x"})

    with pytest.raises(InputError, match="outside of the repository"):
        follow(tmp_path / "repo/code", programs=False)


def test_a_manifest_cannot_lead_out_of_the_repository_either(tmp_path: Path) -> None:
    code = 'module "m" { source = "x/y/aws" }\n'
    entry = {"Key": "m", "Source": "registry.terraform.io/x/y/aws", "Dir": "../../other"}
    manifest = json.dumps({"Modules": [entry]})
    folder = {"repo/main.tf": code, "repo/.terraform/modules/modules.json": manifest}
    write(tmp_path, {**folder, "repo/.git/HEAD": "x", "other/main.tf": CALLS})

    with pytest.raises(InputError, match="outside of the repository"):
        follow(tmp_path / "repo", programs=False)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"readme.txt": "x"}, "no Terraform code in this folder"),
        ({"main.tf": "a = [" * 200}, "no code of Terraform"),
        ({"main.tf.json": "[" * 5000}, "levels deep"),
        ({"main.tf.json": '{"resource": {"x": 1'}, "no JSON"),
        ({"main.tf": "\udcff"}, "no UTF-8"),
        ({"main.tf": 'module "m" { source = var.x }'}, r"does not come from this disk: `\?`"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, files: dict[str, str], reason: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(InputError, match=reason):
        follow(tmp_path, programs=False)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the folder"):
        follow(tmp_path / "none", programs=False)


@pytest.mark.parametrize("name", ["main.tofu", "main.tofu.json"])
def test_code_for_opentofu_alone_is_refused_by_name(tmp_path: Path, name: str) -> None:
    root = write(tmp_path, {name: "{}"})

    with pytest.raises(InputError, match="code for OpenTofu alone") as caught:
        follow(root, programs=False)

    assert str(caught.value.at) == f"{root}/{name}"
    assert "`tofu show -json PLAN`" in caught.value.hint


def test_files_for_opentofu_beside_others_are_told(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "./m"\n}\n'
    files = {"main.tf": call, "m/a.tf": "", "m/a.tofu": "", "m/.hidden.tofu": "", "x.txt": ""}
    root = write(tmp_path, files)

    found = follow(root, programs=False)

    assert found.others == (f"{root}/m/a.tofu: OpenTofu alone reads it",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.tf", 'ephemeral "random_password" "p" {\n  length = 12\n}\n'),
        ("main.tf.json", '{"ephemeral": {"random_password": {"p": {"length": 12}}}}'),
    ],
)
def test_ephemeral_resources_are_refused_as_what_is_not_evaluated(
    tmp_path: Path, name: str, text: str
) -> None:
    root = write(tmp_path, {name: text})

    with pytest.raises(InputError, match="ephemeral resources are not evaluated") as caught:
        follow(root, programs=False)

    assert "`random_password.p`" in caught.value.message
    assert "terraform show -json PLAN" in caught.value.hint
