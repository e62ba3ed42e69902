# SPDX-License-Identifier: Apache-2.0
"""Code that asks for more than is planned is refused before anything starts to plan it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.evaluator.large import TooLargeError
from bartizan.sources.terraform.evaluator.sizes import check
from bartizan.sources.terraform.provider.asked import Asked
from bartizan.sources.terraform.provider.tree import follow
from tests.fakes.terraform_code import write

USER = 'resource "aws_iam_user" "%s" {\n  %s\n  name = "x"\n}\n'
NUMBER = 'variable "n" {\n  type = number\n%s}\n'
GRID = 'flatten([for i in range(1000) : [for j in range(101) : join("-", [i, j])]])'
MODULE = 'module "m" {\n  source = "./%s"\n  %s\n}\n'

TOO_MANY = {
    "a number": (USER % ("u", "count = 1000000"), "`count` is more than 100,000", 2),
    "a number that is worked out": (
        NUMBER % "  default = null\n" + USER % ("u", "count = coalesce(var.n, pow(10, 6))"),
        "`count` is more than 100,000",
        6,
    ),
    "keys that are worked out": (
        USER % ("u", f"for_each = toset({GRID})"), "`for_each` has more than 100,000 elements", 2,
    ),
    "keys over all pairs": (
        USER % ("u", "for_each = { for p in setproduct(range(999), range(999)) : p[0] => p... }"),
        "a value of more than 1,000,000 parts",
        2,
    ),
    "data": (
        'data "aws_iam_user" "u" {\n  count = 200000\n}\n', "`count` is more than 100,000", 2
    ),
    "together": (
        USER % ("a", "count = 60000") + USER % ("b", "count = length(aws_iam_user.a)"),
        "more than 100,000 objects",
        5,
    ),
    "modules": (MODULE % ("m", "count = 300000"), "`count` is more than 100,000", 3),
}  # fmt: skip


def _checked(folder: Path, text: str | Mapping[str, str], **more: str) -> None:
    files = {"main.tf": text} if isinstance(text, str) else text
    if not (folder / "m").exists():
        files = {"m/main.tf": "", **files}
    asked = Asked(folder=write(folder, files), accounts={}, variables=tuple(more.items()))
    check(asked, follow(asked.folder, programs=asked.programs))


@pytest.mark.parametrize("name", TOO_MANY)
def test_what_is_too_much_is_refused_by_name_and_place(tmp_path: Path, name: str) -> None:
    text, reason, line = TOO_MANY[name]

    with pytest.raises(TooLargeError) as caught:
        _checked(tmp_path, text)

    assert caught.value.message == reason
    assert caught.value.at is not None
    assert (caught.value.at.name, caught.value.at.line) == (f"{tmp_path}/main.tf", line)


def test_what_modules_in_modules_make_counts_together(tmp_path: Path) -> None:
    files = {
        "main.tf": MODULE % ("a", "count = 1000\n  n = count.index + 1"),
        "a/main.tf": NUMBER % "" + MODULE % ("b", "count = 2\n  n = var.n"),
        "a/b/main.tf": NUMBER % "" + USER % ("u", "count = var.n"),
    }

    with pytest.raises(TooLargeError, match="more than 100,000 objects") as caught:
        _checked(tmp_path, files)

    assert caught.value.at == Location(f"{tmp_path}/a/b/main.tf", 4)


def test_modules_that_make_nothing_are_not_called_without_end(tmp_path: Path) -> None:
    files = {"main.tf": MODULE % ("a", "count = 400"), "a/main.tf": MODULE % ("b", "count = 400")}

    with pytest.raises(TooLargeError, match="more than 100,000 objects"):
        _checked(tmp_path, {**files, "a/b/main.tf": "locals {}\n"})


def test_a_number_that_the_user_gives_counts(tmp_path: Path) -> None:
    text = NUMBER % "  default = 1\n" + USER % ("u", "count = var.n")

    _checked(tmp_path, text)

    with pytest.raises(TooLargeError, match="`count` is more than 100,000"):
        _checked(tmp_path, text, n="100001")


@pytest.mark.parametrize(
    "text",
    [
        # Few keys, though many were looked at.
        USER % ("u", 'for_each = toset([for p in range(1000) : "x"])'),
        USER % ("u", "count = false ? 1000000 : 1"),
        USER % ("u", "count = 100000"),
        # Large values that nothing is repeated over.
        "locals {\n  a = setproduct(range(1000), range(1000))\n}\n" + USER % ("u", "count = 1"),
        # Not known, or wrong: Terraform says what there is to say.
        USER % ("u", "count = length(timestamp())"),
        USER % ("u", "count = null"),
        USER % ("u", "count = nothing()"),
        NUMBER % "" + USER % ("u", "count = var.n"),
        USER % ("u", "count = length(aws_iam_user.u)"),
        'data "aws_ip_ranges" "i" {\n  services = []\n}\n'
        + USER % ("u", "for_each = toset(data.aws_ip_ranges.i.cidr_blocks)"),
        MODULE % ("m", "for_each = aws_iam_user.u.arn") + USER % ("u", ""),
        'import {\n  to = aws_iam_user.u\n  id = "u"\n}\n' + USER % ("u", ""),
    ],
)
def test_all_else_is_left_to_terraform(tmp_path: Path, text: str) -> None:
    _checked(tmp_path, text)


def test_one_block_that_is_not_known_hides_no_other(tmp_path: Path) -> None:
    unknown = USER % ("a", "count = length(timestamp())") + USER % ("b", "count = null")

    with pytest.raises(TooLargeError, match="`count` is more than 100,000"):
        _checked(tmp_path, unknown + USER % ("u", "count = 1000000"))


def test_code_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no code of Terraform from here on"):
        _checked(tmp_path, 'output "x" { value = "')
