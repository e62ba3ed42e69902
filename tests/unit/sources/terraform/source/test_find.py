# SPDX-License-Identifier: Apache-2.0
"""Objects of a plan are found in the source text, to the line and the character."""

import json
from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.terraform.source.find import find
from bartizan.sources.terraform.source.module import LARGEST, Code

MAIN = """\
resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 22
    cidr_blocks = ["192.0.2.0/24", var.office]
  }
  ingress {
    from_port   = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
  dynamic "egress" {
    for_each = var.out
    content {
      cidr_blocks = egress.value
    }
  }
  tags = { "Name" = "é", team = { of = "x" } }
}

data "aws_ami" "web" {
  owner = "self"
}

module "near" {
  source = "./modules/near"
}

module "fetched" {
  source = "terraform-aws-modules/vpc/aws"
}
"""
NEAR = """\
resource "aws_instance" "this" {
  count = 2
  ami   = "a"
}
module "again" {
  source = "../deep"
}
"""


def tree(root: Path, **files: str) -> Path:
    """Write files; two underscores in a name are a slash, one before the end is a dot."""
    for name, text in files.items():
        place = root / (name.replace("__", "/").rpartition("_")[0] + ".tf")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Code:
    monkeypatch.chdir(tmp_path)
    tree(
        tmp_path / "infra",
        main_tf=MAIN,
        modules__near__main_tf=NEAR,
        modules__deep__main_tf='resource "aws_eip" "deep" {}\n',
        cache__vpc__main_tf='resource "aws_vpc" "this" {\n  cidr_block = var.cidr\n}\n',
    )
    manifest = tmp_path / "infra/.terraform/modules/modules.json"
    manifest.parent.mkdir(parents=True)
    listed = [{"Key": "", "Dir": "."}, {"Key": "fetched", "Dir": "cache/vpc"}]
    manifest.write_text(json.dumps({"Modules": listed}))
    return Code.read(Path("infra"))


@pytest.mark.parametrize(
    ("address", "attribute", "place"),
    [
        ("aws_security_group.web", "", "infra/main.tf:1:1"),
        ("aws_security_group.web", "name", "infra/main.tf:2:3"),
        # A plan knows not which of two blocks it is, but which value is not written out.
        ("aws_security_group.web", "ingress[1].cidr_blocks[1]", "infra/main.tf:6:36"),
        ("aws_security_group.web", "ingress[0].from_port", "infra/main.tf:1:1"),
        ("aws_security_group.web", "egress[0].cidr_blocks", "infra/main.tf:15:7"),
        ("aws_security_group.web", "tags.team.of", "infra/main.tf:18:40"),
        ("aws_security_group.web", "tags.gone", "infra/main.tf:18:3"),
        ("aws_security_group.web", "arn", "infra/main.tf:1:1"),
        ("data.aws_ami.web", "owner", "infra/main.tf:22:3"),
        ("module.near.aws_instance.this[1]", "ami", "infra/modules/near/main.tf:3:3"),
        ('module.near["a.b"].module.again.aws_eip.deep', "", "infra/modules/deep/main.tf:1:1"),
        ("module.fetched.aws_vpc.this[0]", "cidr_block", "infra/cache/vpc/main.tf:2:3"),
    ],
)
def test_an_object_is_where_it_is_written(
    code: Code, address: str, attribute: str, place: str
) -> None:
    found = find(code, address, attribute)

    assert found is not None
    assert str(found.place) == place


@pytest.mark.parametrize("address", ["aws_vpc.none", "module.none.aws_vpc.this"])
def test_an_object_that_is_written_nowhere_is_nowhere(code: Code, address: str) -> None:
    assert find(code, address) is None


def test_a_file_that_overrides_counts_before_what_it_overrides(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        main_tf='resource "aws_vpc" "v" {\n  cidr_block = "a"\n  tags = {}\n}\n',
        b_override_tf='\n\nresource "aws_vpc" "v" {\n  cidr_block = "b"\n}\n',
    )
    code = Code.read(root)

    for attribute, line in (("cidr_block", 4), ("tags", 3)):
        found = find(code, "aws_vpc.v", attribute)

        assert found is not None
        assert found.place.line == line


def test_what_is_no_hcl_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    root = tree(tmp_path, good_tf='resource "aws_vpc" "v" {}\n', bad_tf='resource "x" "y" {\n')
    (root / "more.tf.json").write_text("{}")
    code = Code.read(root)

    assert find(code, "aws_vpc.v") is not None
    assert sorted(one.rpartition("/")[2] for one in code.unread.values()) == [
        "bad.tf:2:1: no HCL from here on",
        "more.tf.json: JSON has no lines to be found",
    ]


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tree(tmp_path / "outside", main_tf='resource "aws_vpc" "v" {}\n')
    root = tree(tmp_path / "infra", main_tf='resource "aws_vpc" "w" {}\n')
    (root / "link.tf").symlink_to(outside / "main.tf")

    assert find(Code.read(root), "aws_vpc.v") is None


def test_modules_that_call_one_another_in_a_circle_end(tmp_path: Path) -> None:
    root = tree(tmp_path, main_tf='module "m" {\n  source = "./"\n}\n')

    assert find(Code.read(root), "module.m." * 50 + "aws_vpc.v") is None


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_without_terraform_is_an_error(tmp_path: Path, make: bool) -> None:  # noqa: FBT001 - what is tried
    root = tmp_path / "infra"
    if make:
        root.mkdir()

    with pytest.raises(InputError, match="no folder with Terraform in it"):
        Code.read(root)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"Modules": [{"Key": "m"}]}', "no list of modules"),
        ("{", "no list of modules"),
        ("[" * 200_000, "no list of modules"),
        (" " * (LARGEST + 1), "the file is larger than 4,000,000 bytes"),
    ],
)
def test_a_damaged_list_of_fetched_modules_is_told_and_leads_nowhere(
    tmp_path: Path, text: str, reason: str
) -> None:
    root = tree(tmp_path, main_tf='module "m" {\n  source = "x/y/z"\n}\n')
    (root / ".terraform/modules").mkdir(parents=True)
    (root / ".terraform/modules/modules.json").write_text(text)

    code = Code.read(root)

    assert find(code, "module.m.aws_vpc.v") is None
    (told,) = code.unread.values()
    assert told.endswith(f".terraform/modules/modules.json: {reason}")


def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    root = tree(tmp_path, main_tf='resource "aws_vpc" "v" {}\n')
    (root / "long.tf").write_text("#" * (LARGEST + 1))

    code = Code.read(root)

    assert [one.rpartition("/")[2] for one in code.unread.values()] == [
        "long.tf: the file is larger than 4,000,000 bytes"
    ]


def test_a_file_that_an_edit_leaves_empty_is_empty(tmp_path: Path) -> None:
    root = tree(tmp_path, main_tf='resource "aws_vpc" "v" {}\n')

    code = Code.read(root, {root / "main.tf": b""})

    assert find(code, "aws_vpc.v") is None


def test_of_two_files_of_one_name_that_for_opentofu_is_taken_and_the_other_is_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.tf").write_text('resource "aws_vpc" "v" {}\n')
    (tmp_path / "a.tofu").write_text('\n\nresource "aws_vpc" "v" {}\n')
    code = Code.read(tmp_path)

    found = find(code, "aws_vpc.v", "")

    assert found is not None
    assert (Path(found.place.file).name, found.place.line) == ("a.tofu", 3)
    (told,) = code.unread.values()
    assert told.endswith("a.tf: OpenTofu reads a `.tofu` file instead")
