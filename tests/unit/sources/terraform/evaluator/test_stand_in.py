# SPDX-License-Identifier: Apache-2.0
"""Of an id that only AWS makes up nothing is told but where it goes."""

import re
from pathlib import Path

import pytest

from bartizan.sources.terraform.evaluator.planned import plan
from bartizan.sources.terraform.provider.asked import Asked
from tests.fakes.terraform_code import ACCOUNTS, after, changes, write

ROOT = """
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "s" {
  count      = 2
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.%%{count.index}.0/24"
}
resource "aws_kms_key" "k" {}
locals {
  id  = aws_vpc.v.id
  arn = aws_kms_key.k.arn
  ids = aws_subnet.s[*].id
}
resource "aws_iam_user" "u" {
  name = "u"
  tags = { it = %s }
}
""".replace("%%{count.index}", "${count.index}")


def _tag(folder: Path, written: str) -> str | None:
    """Return the value of an expression, None where it is unknown, with `ID` for stand-ins."""
    found = plan(Asked(folder=write(folder / "code", ROOT % written), accounts=ACCOUNTS))
    assert found.whole
    told: str | None = after(found)["aws_iam_user.u"]["tags"].get("it")
    unknown = changes(found)["aws_iam_user.u"]["after_unknown"]["tags"]
    assert (told is None) == (unknown == {"it": True})
    return told and re.sub("predicted-aws-(vpc-v|kms-key-k)-[0-9a-f]{8}", "ID", told)


@pytest.mark.parametrize(
    "written",
    [
        "md5(local.id)",
        "sha256(jsonencode({ id = local.id }))",
        "base64encode(local.id)",
        "substr(local.id, 4, 8)",
        "upper(local.id)",
        'split("-", local.id)[1]',
        'replace(local.id, "/[0-9]/", "x")',
        'regex("[0-9a-f]+$", local.id)',
        "tostring(length(local.id))",
        'format("%-40s|", local.id)',
        "strrev(local.arn)",
        "sort(local.ids)[0]",
        "keys({ for one in local.ids : one => 1 })[0]",
        'tostring(can(regex("^vpc-[0-9a-f]{8}$", local.id)))',
        'try(regex("^vpc-[0-9a-f]{8}$", local.id), "old")',
        'uuidv5("dns", local.id)',
        'tostring(length(regexall("^vpc-[0-9a-f]{8}$", local.id)))',
        'tostring(strcontains(local.id, "dead"))',
        "core::sha1(local.id)",
    ],
)
def test_what_rests_on_how_an_id_is_written_is_unknown(tmp_path: Path, written: str) -> None:
    assert _tag(tmp_path, written) is None


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('"x-${local.id}"', "x-vpc-ID"),
        ('format("%s/%s", "a", local.id)', "a/vpc-ID"),
        ('join(",", [local.id, "b"])', "vpc-ID,b"),
        ("jsonencode({ (local.id) = [local.id] })", '{"vpc-ID":["vpc-ID"]}'),
        ('trimprefix(local.id, "vpc-")', "ID"),
        ("substr(local.id, 0, 4)", "vpc-"),
        ('split("/", local.arn)[1]', "ID"),
        ('split(":", local.arn)[4]', "111111111111"),
        ('element(concat(["a"], [local.id]), 1)', "vpc-ID"),
        ('coalesce("", local.id)', "vpc-ID"),
        ('lookup({ (local.id) = "x" }, local.id, "y")', "x"),
        ("tostring(length(local.ids))", "2"),
        ('tostring(contains([local.id], "vpc-1"))', "false"),
        ('replace("a/b", "/", local.id)', "avpc-IDb"),
        ('merge({ a = local.id }, { b = "c" }).a', "vpc-ID"),
        ('values({ b = "x", a = local.id })[0]', "vpc-ID"),
        ('startswith(local.id, "vpc-") ? "yes" : "no"', "yes"),
    ],
)
def test_what_only_carries_an_id_on_is_told(tmp_path: Path, written: str, told: str) -> None:
    assert _tag(tmp_path, written) == told
