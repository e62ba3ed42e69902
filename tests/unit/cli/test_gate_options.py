# SPDX-License-Identifier: Apache-2.0
"""What a judgement does to the exit status: 0 clean, 1 new paths, 3 cannot tell."""

from typing import Any

import pytest
from msgspec import structs

from bartizan.app.enforcement import Enforcement, Level
from bartizan.cli.gate_options import Rules
from bartizan.model.gate import Gate
from bartizan.model.path import Path
from tests.fakes.findings import TO_ADMIN, TO_LOGS
from tests.unit.report.test_gate import CLEAN, DOUBTFUL, GAP, comparison, gate


def ranked(*ranks: int) -> Gate:
    """A change that opens a path to a jewel of each rank."""
    paths: list[Path] = [
        structs.replace(
            TO_ADMIN, id=f"{rank:012}", jewel=structs.replace(TO_ADMIN.jewel, rank=rank)
        )
        for rank in ranks
    ]
    return gate(comparison=comparison(*paths))


def status(
    found: Gate, *, level: Level = Level.HARD, fail_on: str = "low", allow_incomplete: bool = False
) -> int:
    rules = Rules(
        enforcement=Enforcement(level=level), fail_on=fail_on, allow_incomplete=allow_incomplete
    )
    return rules.status(found)


@pytest.mark.parametrize(
    ("fail_on", "fails"),
    [("low", {1, 2, 3, 4}), ("medium", {2, 3, 4}), ("high", {3, 4}), ("critical", {4}),
     ("never", set())],
)  # fmt: skip
def test_a_new_path_fails_from_the_rank_on_that_is_said(fail_on: str, fails: set[int]) -> None:
    for rank in (1, 2, 3, 4):
        assert status(ranked(rank), fail_on=fail_on) == (rank in fails)
        # The worst one decides.
        assert status(ranked(1, rank), fail_on=fail_on) == bool({1, rank} & fails)


DOUBTS: dict[str, dict[str, Any]] = {
    "a gap": {"gaps": (GAP,)},
    "a plan of a part": {"partial": ("it ends with an error",)},
    "a type that is not understood": {"others": {"aws_unheard_of": 1}},
    "a path that is only possible": {"comparison": comparison(TO_LOGS)},
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_cannot_be_told_is_incomplete_unless_that_is_allowed(name: str) -> None:
    found = structs.replace(CLEAN, **DOUBTS[name])

    assert status(found) == status(found, fail_on="never") == 3
    assert status(found, allow_incomplete=True) == 0
    assert status(found, level=Level.ADVISORY) == 0


def test_a_new_path_counts_before_what_cannot_be_told() -> None:
    found = structs.replace(DOUBTFUL, comparison=comparison(TO_ADMIN))

    assert status(found) == status(found, allow_incomplete=True) == 1
    assert status(found, fail_on="never") == 3
    assert status(found, level=Level.ADVISORY) == 0


@pytest.mark.parametrize("level", Level)
def test_nothing_fails_where_nothing_counts(level: Level) -> None:
    excused = gate(excused={TO_ADMIN.id: "known by the baseline"})

    assert status(CLEAN, level=level) == status(excused, level=level) == 0


@pytest.mark.parametrize("level", [Level.SOFT, Level.HARD])
def test_what_counts_fails_at_every_level_but_advisory(level: Level) -> None:
    assert status(gate(), level=level) == 1
    assert status(gate(), level=Level.ADVISORY) == 0
