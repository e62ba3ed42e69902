# SPDX-License-Identifier: Apache-2.0
"""Roots of all shapes are as Terraform plans them, or unknown: no attribute has another value."""

from pathlib import Path

import pytest

from bartizan.sources.terraform.evaluator.planned import plan
from bartizan.sources.terraform.provider.asked import Asked
from tests.fakes.compared_plans import compared
from tests.fakes.dice import seeded
from tests.fakes.terraform_code import ACCOUNTS, needs_terraform, planned, write
from tests.fakes.terraform_drawn_root import drawn_root

pytestmark = needs_terraform

REFUSED = {103, 106}
"""Of what these draw Terraform refuses a value that does not fit, and one that is infinite."""


def _check(folder: Path, seed: int, *, depth: int) -> None:
    write(folder, drawn_root(seeded(seed), depth=depth))
    program = planned(folder, predicting=False)

    found = compared(program, plan(Asked(folder=folder, accounts=ACCOUNTS, predicting=False)))

    print(dict(found.counted))  # noqa: T201 - how much is left unknown is part of the answer
    assert not found.wrong
    assert found.counted["unknown to us"] <= found.counted["same"] * 0.1


@pytest.mark.parametrize("seed", [1, 8])
def test_a_root_is_as_terraform_plans_it(tmp_path: Path, seed: int) -> None:
    _check(tmp_path / "code", seed, depth=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", sorted({*range(100, 140)} - REFUSED))
def test_many_roots_are_as_terraform_plans_them(tmp_path: Path, seed: int) -> None:
    _check(tmp_path / "code", seed, depth=2)
