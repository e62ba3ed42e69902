# SPDX-License-Identifier: Apache-2.0
"""What commands do with the code beside them."""

import pytest

from bartizan.sources.terraform.pipeline import shell


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("terraform plan", True), ("terraform -chdir=a plan -out x", True), ("tofu apply", True),
        ("terragrunt run-all plan", True), ("terraform validate", True), ("make test", True),
        ("echo x && make", True), ("npm ci", True), ("pip install -r x.txt", True),
        ("./build.sh", True), ("bash scripts/x.sh", True), ("go test ./...", True),
        ("echo plan", False), ("", False), ("# make", False), ("terraform fmt -check", False),
        ("git diff --stat\nexit 1", False), ("cd infra", False),
        ("terraform init", None), ("echo $(cat x | sh)", None), ("echo `x`", None),
        ("git checkout x", None), ("unknown --flag", None), ("git log $(x)", None),
    ],
)  # fmt: skip
def test_commands_run_code_leave_it_or_nobody_knows(text: str, *, answer: bool | None) -> None:
    assert shell.runs(text) is answer


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("terraform plan", ".", ["."]), ("terraform -chdir=live/a plan", ".", ["live/a"]),
        ("terraform plan\nterraform apply x", "live", ["live", "live"]),
        ("cd live && terraform plan", ".", ["*"]), ("terraform -chdir=$DIR plan", ".", ["*"]),
        ("terraform plan", "${{ matrix.a }}", ["*"]), ("terraform -chdir=../x plan", ".", ["*"]),
        ("terraform fmt", ".", []),
    ],
)  # fmt: skip
def test_commands_plan_folders(text: str, place: str, found: list[str]) -> None:
    assert [*shell.folders(text, place)] == found
