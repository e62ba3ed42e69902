# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.cli.options import CLEAN, FOUND, INCOMPLETE, status


@pytest.mark.parametrize(
    ("rank", "fail_on", "expected"),
    [
        (0, "low", CLEAN),
        (1, "low", FOUND),
        (2, "high", CLEAN),
        (3, "high", FOUND),
        (4, "critical", FOUND),
        (3, "critical", CLEAN),
        (4, "never", CLEAN),
    ],
)
def test_findings_fail_from_the_chosen_rank_up(rank: int, fail_on: str, expected: int) -> None:
    assert status(rank=rank, unread=0, fail_on=fail_on, allow_incomplete=False) == expected


def test_something_unread_is_never_clean() -> None:
    assert status(rank=0, unread=1, fail_on="low", allow_incomplete=False) == INCOMPLETE
    assert status(rank=4, unread=1, fail_on="low", allow_incomplete=False) == INCOMPLETE


def test_incompleteness_can_be_allowed() -> None:
    assert status(rank=0, unread=1, fail_on="low", allow_incomplete=True) == CLEAN
    assert status(rank=4, unread=1, fail_on="low", allow_incomplete=True) == FOUND
