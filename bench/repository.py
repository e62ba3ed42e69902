# SPDX-License-Identifier: Apache-2.0
"""How long a repository takes to read, by the number of its folders that are applied as one."""

import tempfile
import time
from pathlib import Path

from bartizan.sources.terraform.pipeline.read import Repository
from bartizan.sources.terraform.pipeline.workflow import Whereabouts

SIZES = (100, 1_000, 5_000)
"""Folders, each with five files of Terraform; there is a workflow for every tenth."""

_ROOT = """\
terraform {{
  backend "s3" {{
    bucket = "state"
    key    = "{0}/terraform.tfstate"
  }}
}}
provider "aws" {{
  assume_role {{ role_arn = "arn:aws:iam::111111111111:role/apply" }}
}}
module "shared" {{ source = "../shared" }}
module "vpc" {{
  source  = "elsewhere/vpc/aws"
  version = "~> 5.{0}"
}}
"""
_RESOURCES = "".join(
    f'resource "aws_iam_role" "r{number}" {{\n  name = "r{number}"\n  tags = {{ a = "b" }}\n}}\n'
    for number in range(9)
)
_WORKFLOW = """\
on: {{push: {{branches: [main]}}}}
permissions: {{id-token: write}}
jobs:
  apply:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: terraform -chdir=f{0} apply
"""


def main() -> None:
    """Print a line for each size."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), size)
            begin = time.process_time()
            found = Repository.read(Path(folder), Whereabouts(name="acme/infra"))
            taken = time.process_time() - begin
        print(f"repository {size:>6,} folders {taken:6.2f} s {len(found.records):,} records")


def _write(root: Path, size: int) -> None:
    (root / "shared").mkdir()
    (root / "shared" / "main.tf").write_text(_RESOURCES)
    (root / ".github" / "workflows").mkdir(parents=True)
    for number in range(size):
        place = root / f"f{number}"
        place.mkdir()
        (place / "main.tf").write_text(_ROOT.format(number))
        for part in range(4):
            (place / f"part{part}.tf").write_text(_RESOURCES)
        if number % 10 == 0:
            name = root / ".github" / "workflows" / f"w{number}.yml"
            name.write_text(_WORKFLOW.format(number))


if __name__ == "__main__":
    main()
