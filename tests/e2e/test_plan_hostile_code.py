# SPDX-License-Identifier: Apache-2.0
"""Code that is wrong or means harm is refused by name, and nothing of it runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bartizan.errors import InputError, SourceError
from tests.fakes.terraform_code import needs_landlock, needs_terraform, planned, unknown, write

pytestmark = needs_terraform

CYCLE = """
resource "aws_s3_bucket" "a" { bucket = aws_s3_bucket.b.id }
resource "aws_s3_bucket" "b" { bucket = aws_s3_bucket.a.id }
"""
PROVISIONER = """
resource "null_resource" "n" {
  provisioner "local-exec" {
    command = "touch ran"
  }
}
"""
EXTERNAL = 'data "external" "e" { program = ["touch", "ran"] }\n'
FETCHED = 'module "m" { source = "git::https://x.test/y.git" }'

REFUSED = [
    ('output "x" { value = file("/etc/passwd") }', r"permission denied"),
    ('output "x" { value = file("../../../../etc/hostname") }', r"denied|no file exists"),
    (CYCLE, r"Cycle: "),
    ('module "m" { source = "./" }', r"20 levels deep"),
    (FETCHED, r"module `m` does not come from this disk: `git::https://x.test/y.git`"),
    ('module "m" { source = "./none" }', r"is no folder: `./none`"),
    (EXTERNAL, r"data source `external` would run a program"),
    (PROVISIONER, r"provisioner `local-exec` of `null_resource` would run a program"),
    ('resource "evil_thing" "e" {}', r"provider `hashicorp/evil` is not known here"),
    ('resource "aws_no_such" "e" {}', r"does not support resource type"),
    ('variable "v" {}\noutput "x" { value = var.v }', r"No value for required variable"),
    ('output "x" { value = "', r"no code of Terraform from here on"),
    ('output "x" { value = nothing() }', r"Call to unknown function"),
]


@needs_landlock
@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_wrong_or_dangerous_is_refused_by_name_and_place(
    tmp_path: Path, text: str, reason: str
) -> None:
    folder = write(tmp_path / "code", text)

    with pytest.raises(InputError, match=reason) as caught:
        planned(folder)

    assert str(caught.value.at).startswith(str(folder))
    assert "\n" not in caught.value.message
    assert not list(tmp_path.rglob("ran"))


def test_programs_are_not_run_where_they_are_passed_over(tmp_path: Path) -> None:
    text = EXTERNAL + PROVISIONER
    more = '\nresource "aws_s3_bucket" "b" { bucket = data.external.e.result.x }'
    folder = write(tmp_path / "code", text + more)

    found = planned(folder, programs=True)

    assert [one.partition(" (")[0] for one in found.programs] == [
        "data source `external`",
        "provisioner `local-exec` of `null_resource`",
    ]
    assert unknown(found, ["bucket"]) == ["aws_s3_bucket.b.bucket"]
    assert not list(tmp_path.rglob("ran"))


def test_the_state_of_other_code_is_unknown_and_nobody_is_asked_for_it(tmp_path: Path) -> None:
    text = (
        'data "terraform_remote_state" "r" {\n  backend = "http"\n'
        '  config = { address = "http://127.0.0.1:9/" }\n}\n'
        'resource "aws_s3_bucket" "b" {\n'
        "  bucket = data.terraform_remote_state.r.outputs.name\n}\n"
    )

    found = planned(write(tmp_path / "code", text))

    assert unknown(found, ["bucket"]) == ["aws_s3_bucket.b.bucket"]


def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    rows = "[for i in range(1000) : [for j in range(1000) : [for k in range(1000) : i * j * k]]]"
    folder = write(
        tmp_path / "code", f"locals {{\n  x = {rows}\n}}\noutput x {{ value = local.x }}"
    )

    with pytest.raises(SourceError, match=r"longer than 3 seconds|broke down"):
        planned(folder, seconds=3)


@pytest.mark.slow
def test_values_that_double_with_each_step_end_with_the_memory_they_take(tmp_path: Path) -> None:
    steps = "".join(f'  a{n + 1} = "${{local.a{n}}}${{local.a{n}}}"\n' for n in range(40))
    folder = write(
        tmp_path / "code",
        f'locals {{\n  a0 = "laughs"\n{steps}}}\noutput x {{ value = local.a40 }}',
    )

    with pytest.raises(
        SourceError, match="needs more than the 6 GiB of memory it is given"
    ) as caught:
        planned(folder)

    assert str(caught.value.at) == str(folder)


def test_the_command_refuses_in_words(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", FETCHED)

    command = [sys.executable, "-m", "bartizan", "plan", str(folder)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert found.stderr.splitlines()[1] == f"  --> {folder}/main.tf:1"


def test_a_million_objects_are_refused_before_terraform_starts(tmp_path: Path) -> None:
    text = (
        'resource "aws_iam_user" "u" {\n'
        '  for_each = { for p in setproduct(range(1000), range(1000)) : join("-", p) => p }\n'
        "  name     = each.key\n}\n"
    )
    folder = write(tmp_path / "code", text)
    program = tmp_path / "terraform"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    program.chmod(0o755)

    command = [sys.executable, "-m", "bartizan", "gate", str(folder)]
    found = subprocess.run(
        command,
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert found.returncode == 2
    assert found.stderr.splitlines()[:2] == [
        "error[input]: a value of more than 1,000,000 parts",
        f"  --> {folder}/main.tf:2:3",
    ]
    assert not (tmp_path / "started").exists()
