# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws.diff.effort import Effort, ExhaustedError


def test_a_part_may_take_no_more_than_its_share() -> None:
    effort = Effort(100)
    effort.start(10)

    with pytest.raises(ExhaustedError):
        effort.spend(11)

    assert not effort.ended
    effort.start(50)
    effort.spend(50)


def test_the_whole_is_bounded_too() -> None:
    effort = Effort(10)
    effort.start(1_000)

    with pytest.raises(ExhaustedError):
        effort.spend(11)

    assert effort.ended
