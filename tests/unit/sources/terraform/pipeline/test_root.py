# SPDX-License-Identifier: Apache-2.0
"""What a folder of Terraform says of its state, its roles and what it takes from elsewhere."""

from pathlib import Path

import pytest

from bartizan.model.facts.pipeline import CodeInput, CodeRoot, CodeSecret
from bartizan.sources.terraform.source.module import LARGEST
from tests.fakes.repository import told

BACKEND = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "a/state"\n  }\n}\n'
AWS = "registry.terraform.io/hashicorp/aws"


def the_root(place: Path, text: str) -> CodeRoot:
    (row,) = told(place, {"main.tf": text})[0].rows(CodeRoot)
    return row


def inputs(place: Path, files: dict[str, str]) -> set[tuple[str, str, str, str, int]]:
    rows = told(place, files)[0].rows(CodeInput)
    return {(row.root, row.name, row.version, row.file, row.line) for row in rows}


def test_a_state_lies_where_the_backend_says(tmp_path: Path) -> None:
    row = the_root(tmp_path, BACKEND)

    assert (row.id, row.store, row.state) == (".", "arn:aws:s3:::b", "arn:aws:s3:::b/a/state")
    assert (row.file, row.line, row.unknown) == ("main.tf", 2, ())


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_a_bucket_is_in_the_partition_of_its_region(
    tmp_path: Path, region: str, partition: str
) -> None:
    text = BACKEND.replace("key =", f'region = "{region}"\n    key =')

    assert the_root(tmp_path, text).store == f"arn:{partition}:s3:::b"


@pytest.mark.parametrize(
    "backend",
    ['"s3" {}', '"s3" { bucket = "b" }', '"s3" {\nbucket = "b"\nkey = "${x}"\n}', '"gcs" {}'],
)
def test_a_state_that_the_text_does_not_place_is_unknown(tmp_path: Path, backend: str) -> None:
    row = the_root(tmp_path, f"terraform {{\n  backend {backend}\n}}\n")

    assert (row.state, row.unknown) == ("", ("state",))


def test_a_state_on_disk_or_at_the_vendor_lies_in_no_bucket(tmp_path: Path) -> None:
    row = the_root(tmp_path, 'terraform {\n  backend "local" {}\n}\n')

    assert (row.state, row.unknown) == ("", ())


def test_a_role_is_taken_on_as_far_as_it_is_written_out(tmp_path: Path) -> None:
    row = the_root(
        tmp_path,
        'provider "aws" {\n  assume_role { role_arn = "arn:aws:iam::1:role/b" }\n}\n'
        'provider "aws" {\n  alias = "x"\n  assume_role { role_arn = var.role }\n}\n'
        'provider "other" {\n  assume_role { role_arn = "arn:aws:iam::1:role/c" }\n}\n',
    )

    assert (row.roles, row.unknown) == (("arn:aws:iam::1:role/b",), ("roles",))


def test_a_folder_that_is_called_and_applied_by_nobody_is_no_root(tmp_path: Path) -> None:
    facts, _ = told(
        tmp_path,
        {
            "a/main.tf": 'provider "aws" {}\nmodule "m" { source = "../m" }\n',
            "m/main.tf": 'resource "aws_iam_role" "r" {}\nmodule "x" { source = "acme/x/aws" }\n',
            "m/.hidden/main.tf": 'provider "aws" {}\n',
        },
    )

    assert [row.id for row in facts.rows(CodeRoot)] == ["a"]
    module = "registry.terraform.io/acme/x/aws"
    assert {(row.root, row.name) for row in facts.rows(CodeInput)} == {("a", AWS), ("a", module)}


def test_modules_are_followed_in_the_repository_alone_and_each_once(tmp_path: Path) -> None:
    put_outside = 'module "x" { source = "github.com/acme/outside" }\n'
    told(tmp_path / "outside", {"main.tf": put_outside})
    inside = tmp_path / "repository"
    (inside / "a").mkdir(parents=True)
    (inside / "linked").symlink_to(tmp_path / "outside")

    found = inputs(
        inside,
        {
            "a/main.tf": 'provider "aws" {}\nmodule "b" { source = "../b" }\n'
            'module "again" { source = "../b" }\nmodule "o" { source = "../../outside" }\n'
            'module "l" { source = "../linked" }\n',
            "b/main.tf": 'module "a" { source = "../a" }\n'
            'module "x" { source = "github.com/acme/x" }\n',
        },
    )

    assert {(name, file, line) for _, name, _, file, line in found} == {
        (AWS, "a/main.tf", 1),
        ("github.com/acme/x", "b/main.tf", 2),
    }


def test_a_module_from_a_computed_place_is_told(tmp_path: Path) -> None:
    _, unclear = told(tmp_path, {"main.tf": 'provider "aws" {}\nmodule "m" { source = var.m }\n'})

    assert unclear == {".: module.m": "where it comes from is computed"}


def test_a_version_that_is_computed_may_be_any(tmp_path: Path) -> None:
    text = 'provider "aws" {}\nmodule "m" {\n  source = "acme/x/aws"\n  version = var.v\n}\n'
    facts, _ = told(tmp_path, {"main.tf": text})

    (row,) = (row for row in facts.rows(CodeInput) if row.kind == "module")
    assert (row.version, row.unknown) == ("", ("version",))


def test_providers_are_those_that_are_required_or_used(tmp_path: Path) -> None:
    found = inputs(
        tmp_path,
        {
            "main.tf": "terraform {\n  required_providers {\n"
            '    own = { source = "acme/own", version = "1.0.0" }\n    old = "~> 2.0"\n'
            '    terraform = { source = "x/y" }\n  }\n}\n'
            'resource "own_thing" "t" {}\nresource "aws_iam_role" "r" { provider = other.x }\n'
            'data "terraform_remote_state" "s" {}\ndata "external" "e" {}\n'
            'module "m" { source = "./m" }\n',
            "m/main.tf": "terraform {\n  required_providers {\n"
            '    old = { version = "2.1.0" }\n  }\n}\n',
            ".terraform.lock.hcl": f'provider "{AWS}" {{\n  version = "6.0.0"\n'
            '  hashes = ["h1:A="]\n}\n',
        },
    )

    host = "registry.terraform.io"
    assert {(name, version) for _, name, version, _, _ in found} == {
        (f"{host}/acme/own", "1.0.0"),
        (f"{host}/hashicorp/old", "2.1.0"),
        (f"{host}/hashicorp/other", ""),
        (f"{host}/hashicorp/external", ""),
    }


@pytest.mark.parametrize("hashes", ["[]", '"h1:A="', "[ ]"])
def test_a_lock_without_hashes_locks_nothing(tmp_path: Path, hashes: str) -> None:
    lock = f'provider "{AWS}" {{\n  version = "6.0.0"\n  hashes = {hashes}\n}}\n'
    files = {"main.tf": 'provider "aws" {}\n', ".terraform.lock.hcl": lock}

    assert {(name, version) for _, name, version, _, _ in inputs(tmp_path, files)} == {(AWS, "")}


def test_a_key_is_of_the_user_that_is_named_or_made_beside_it(tmp_path: Path) -> None:
    key = 'resource "aws_iam_access_key"'
    facts, _ = told(
        tmp_path,
        {
            "main.tf": f'{BACKEND}resource "aws_iam_user" "u" {{ name = "ann" }}\n'
            f'{key} "a" {{ user = aws_iam_user.u.name }}\n{key} "b" {{ user = "bob" }}\n'
            f'{key} "c" {{ user = var.c }}\n{key} "d" {{ user = aws_iam_user.gone.name }}\n'
            f'{key} "e" {{\n  user = "eve"\n  pgp_key = "k"\n}}\n'
            f'{key} "f" {{\n  user = "fay"\n  status = "Inactive"\n}}\n{key} "g" {{}}\n'
        },
    )

    assert sorted(row.user for row in facts.rows(CodeSecret)) == ["", "", "", "ann", "bob"]


def test_what_is_no_terraform_is_told_by_its_file(tmp_path: Path) -> None:
    _, unclear = told(
        tmp_path, {"main.tf": 'provider "aws" {}\n', "x.tf": "}{", "y.tf.json": "{}"}
    )

    assert set(unclear) == {".: x.tf", ".: y.tf.json"}


def test_a_folder_for_opentofu_is_a_root_too(tmp_path: Path) -> None:
    (row,) = told(tmp_path, {"main.tofu": BACKEND})[0].rows(CodeRoot)

    assert row.state == "arn:aws:s3:::b/a/state"


@pytest.mark.parametrize("name", ["main.tf.json", "main.tf"])
def test_a_root_of_which_nothing_can_be_read_is_told(tmp_path: Path, name: str) -> None:
    text = "x" * (LARGEST + 1)

    facts, unclear = told(tmp_path, {name: text, ".terraform.lock.hcl": ""})

    assert not facts.rows(CodeRoot)
    assert list(unclear) == [f".: {name}"]
