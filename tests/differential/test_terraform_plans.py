# SPDX-License-Identifier: Apache-2.0
"""What is planned without Terraform is what it plans over the inert provider, or unknown."""

from pathlib import Path
from random import Random

import pytest

from bartizan.errors import InputError
from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.evaluator.planned import plan
from bartizan.sources.terraform.provider.asked import Asked
from tests.e2e.test_gate_spelling import BASE, OPENS
from tests.e2e.test_plan_code import CODE
from tests.fakes.compared_plans import compared
from tests.fakes.spelled_code import spelled
from tests.fakes.terraform_code import ACCOUNTS, needs_terraform, planned, write
from tests.fakes.terraform_roots import ROOTS
from tests.fakes.terraform_small_roots import REFUSED

pytestmark = needs_terraform


def _ours(folder: Path) -> CodePlan:
    return plan(Asked(folder=folder, accounts=ACCOUNTS, programs=True))


def _check(folder: Path) -> None:
    found = compared(planned(folder, programs=True), _ours(folder))

    print(dict(found.counted))  # noqa: T201 - how much is left unknown is part of the answer
    assert not found.wrong
    assert found.counted["unknown to us"] <= found.counted["same"] * 0.05


@pytest.mark.parametrize("name", ROOTS)
def test_objects_and_data_are_as_terraform_plans_them(tmp_path: Path, name: str) -> None:
    _check(write(tmp_path / "code", ROOTS[name]))


def test_providers_modules_and_data_are_as_terraform_plans_them(tmp_path: Path) -> None:
    _check(write(tmp_path / "code", CODE))


@pytest.mark.parametrize("seed", range(3))
def test_code_is_as_terraform_plans_it_however_it_is_spelled(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - no secret
    _check(write(tmp_path / "code", spelled({**BASE, **OPENS}, dice)))


@pytest.mark.slow
def test_much_code_is_as_terraform_plans_it(tmp_path: Path) -> None:
    for seed in range(100, 200):
        dice = Random(seed)  # noqa: S311 - no secret
        _check(write(tmp_path / str(seed), spelled({**BASE, **OPENS}, dice)))


@pytest.mark.parametrize("name", REFUSED)
def test_what_terraform_refuses_is_refused(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "code", REFUSED[name])

    with pytest.raises(InputError):
        planned(folder, programs=True)
    with pytest.raises(InputError) as caught:
        _ours(folder)
    assert str(caught.value.at).startswith(str(folder))


def test_without_accounts_and_stand_ins_the_same_is_unknown(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", ROOTS["policies"])
    program = planned(folder, accounts={}, predicting=False)

    found = compared(program, plan(Asked(folder=folder, accounts={}, predicting=False)))

    assert not found.wrong
    # Of a set of which one element is unknown, Terraform still tells the others.
    assert found.counted["unknown to us"] == 1
