# SPDX-License-Identifier: Apache-2.0
"""How fast Terraform code is read, and evaluated without Terraform and by it."""

import functools
import resource as usage
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bartizan.sources.terraform.evaluator.configuration import read
from bartizan.sources.terraform.evaluator.planned import plan
from bartizan.sources.terraform.provider.asked import Asked

LINES = 20_000
COUNTS = (10, 100, 1_000)
ACCOUNTS = {"aws": "111111111111/eu-west-1"}

_PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
_ROLE = """
resource "aws_iam_role" "r{number}" {{
  name = "role-{number}"
  path = local.path
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = {{ Service = "ec2.amazonaws.com" }}
    }}]
  }})
  tags = {{
    Name = "role-{number}"
  }}
}}
resource "aws_iam_role_policy" "p{number}" {{
  name   = "p"
  role   = aws_iam_role.r{number}.id
  policy = data.aws_iam_policy_document.d{number}.json
}}
data "aws_iam_policy_document" "d{number}" {{
  statement {{
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["arn:aws:s3:::${{var.bucket}}/*", aws_iam_role.r{number}.arn]
  }}
}}
"""
_HEAD = 'variable "bucket" {\n  default = "b"\n}\nlocals {\n  path = "/${var.bucket}/"\n}\n'

T = TypeVar("T")


def main() -> None:
    """Print processor times: of reading many lines, and of planning roots of some sizes."""
    with tempfile.TemporaryDirectory() as top:
        folder = _written(Path(top) / "lines", LINES // _ROLE.count("\n"))
        lines = sum(one.read_text().count("\n") for one in folder.iterdir())
        seconds, _ = _timed(lambda: read(folder, "code"))
        print(f"hcl: {lines:,} lines read and indexed in {seconds:.2f} s")
        for count in COUNTS:
            root = _written(Path(top) / str(count), count)
            asked = Asked(folder=root, accounts=ACCOUNTS)
            own, _ = _timed(functools.partial(plan, asked))
            print(f"hcl: {3 * count:,} objects, evaluated without terraform in {own:.2f} s")
            if shutil.which("terraform") or shutil.which("tofu"):
                _beside(asked, own)


def _beside(asked: Asked, own: float) -> None:
    from bartizan.sources.terraform.provider import planned  # noqa: PLC0415 - an extra

    seconds, _ = _timed(lambda: planned.plan(asked))
    print(f"hcl:   by terraform in {seconds:.2f} s, {seconds / own:.1f} times as long")


def _written(folder: Path, count: int) -> Path:
    folder.mkdir()
    roles = "".join(_ROLE.format(number=number) for number in range(count))
    (folder / "main.tf").write_text(_PROVIDER + _HEAD + roles, encoding="utf-8")
    return folder


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """Do some work; return its processor time, programs that it runs included."""
    before = _spent()
    found = work()
    return _spent() - before, found


def _spent() -> float:
    children = usage.getrusage(usage.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
