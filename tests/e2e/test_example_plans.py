# SPDX-License-Identifier: Apache-2.0
"""The plans that the example ships are what Terraform makes of the code beside them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import bartizan.example
from bartizan.example import pull_request
from tests.fakes.terraform_code import needs_terraform, planned, write

pytestmark = needs_terraform

CALLED = {
    "data": "222222222222",
    "production": "333333333333",
    "organization": "o-abcdefghij",
    "group:plant-host": "sg-0123456789abcdef0",
}
"""What stands for the ids of an emulator."""


def without_version(plan: Any) -> Any:  # noqa: ANN401 - JSON
    """A plan but for which Terraform made it."""
    return {key: value for key, value in plan.items() if key != "terraform_version"}


@pytest.mark.parametrize("name", pull_request.names())
def test_a_plan_of_the_example_is_what_terraform_makes(name: str, tmp_path: Path) -> None:
    code = write(tmp_path, pull_request.code(name, CALLED))
    made = json.loads(planned(code, accounts={}).content)
    kept = Path(bartizan.example.__file__).parent / "change" / name / "plan.json"
    if os.environ.get("UPDATE_GOLDEN"):
        back = {meaning: f"<{called}>" for called, meaning in CALLED.items()}
        text = json.dumps(made, indent=1)
        for meaning, called in back.items():
            text = text.replace(meaning, called)
        kept.write_text(text + "\n", encoding="utf-8")

    assert without_version(pull_request.plan(name, CALLED)) == without_version(made)
