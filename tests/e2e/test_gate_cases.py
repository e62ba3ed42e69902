# SPDX-License-Identifier: Apache-2.0
"""Each change of `cases/gate` opens the path that it names, and its twin opens nothing."""

from pathlib import Path
from typing import Any

import pytest

from bartizan.app.code import Pipeline
from bartizan.model.gate import Judgement
from bartizan.sources.terraform.types import TYPES
from tests.fakes.gate_case import CASES, judged, written


@pytest.mark.parametrize("name", CASES)
def test_a_change_opens_the_path_that_it_is_made_for(name: str, tmp_path: Path) -> None:
    case = CASES[name]

    wanted = case["opens"]
    found = judged(
        case["base"],
        wanted.get("change", {}),
        replaced=wanted.get("replace", ()),
        member=case.get("member", False),
        repository=_repository(case, wanted.get("files", {}), tmp_path),
    )

    told = {
        (
            path.entries[0].name,
            path.jewel.foothold.entity,
            tuple(step.technique for step in path.steps),
        )
        for path in found.comparison.appeared
        if path.proved
    }
    assert (wanted["entry"], wanted["jewel"], tuple(wanted["techniques"])) in told
    changed = wanted.get("change", {}).keys()
    for path in found.comparison.appeared:
        causes = found.causes[path.id]
        assert causes, "what of the change does it is named"
        assert "files" in case or changed >= set(causes)


@pytest.mark.parametrize("name", CASES)
def test_its_twin_opens_nothing(name: str, tmp_path: Path) -> None:
    case = CASES[name]

    found = judged(
        case.get("twin_base", case["base"]),
        case.get("twin", {}),
        member=case.get("member", False),
        repository=_repository(case, case.get("twin_files", {}), tmp_path),
    )

    assert found.comparison.appeared == ()
    assert found.judgement is Judgement.CLEAN, (found.gaps, found.others)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "files" not in case])
def test_an_update_of_what_leads_nowhere_opens_and_closes_nothing(name: str) -> None:
    case = CASES[name]
    made = {**case["base"], **case["opens"].get("change", {})}
    made = {address: held for address, held in made.items() if held is not None}

    # What is a part of another thing, or its policy, stays what it was made; rules that the code
    # of a group does not write are apart.
    whole = {
        address: {name: value for name, value in held.items() if value != []}
        for address, held in made.items()
        if not TYPES[address.split(".")[0]].part
    }
    found = judged(
        made,
        {address: {**held, "timeouts": {"create": "1h"}} for address, held in whole.items()},
        member=case.get("member", False),
    )

    assert found.changed == len(whole)
    assert (found.comparison.appeared, found.comparison.gone) == ((), ())
    assert found.judgement is Judgement.CLEAN, (found.gaps, found.others)


@pytest.mark.parametrize("name", ["bucket-of-everybody", "key-of-any-account"])
def test_who_is_let_in_by_a_wider_name_is_not_told_to_be_gone(name: str) -> None:
    case = CASES[name]

    found = judged(case["base"], case["opens"]["change"])

    assert found.comparison.gone == ()


def _repository(case: Any, files: Any, place: Path) -> Pipeline | None:  # noqa: ANN401 - YAML
    if "files" not in case:
        return None
    return Pipeline(
        before=written(case["files"], place / "before"),
        after=written({**case["files"], **files}, place / "after"),
        **case.get("repository", {}),
    )


def test_two_changes_that_are_innocent_alone_are_caught_together_and_one_after_the_other() -> None:
    base = dict(CASES["pass-role-split"]["base"])
    make = {"aws_iam_role_policy.make": base.pop("aws_iam_role_policy.make")}
    hand_over = CASES["pass-role-split"]["opens"]["change"]

    assert judged(base, make).judgement is Judgement.CLEAN
    assert judged(base, hand_over).judgement is Judgement.CLEAN
    together = judged(base, {**make, **hand_over})
    second = judged({**base, **hand_over}, make)
    assert together.judgement is second.judgement is Judgement.NEW
    assert {path.id for path in together.counted} == {path.id for path in second.counted}
