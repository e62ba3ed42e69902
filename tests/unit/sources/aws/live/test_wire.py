# SPDX-License-Identifier: Apache-2.0
"""Values as JSON has them."""

import pytest

from bartizan.sources.aws.live.failure import UnreadableAnswerError
from bartizan.sources.aws.live.wire import timestamp


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.000Z",
        "2026-01-02T04:04:05+01:00",
        "Fri, 02 Jan 2026 03:04:05 GMT",
        "1767323045",
        1767323045,
        1767323045.0,
    ],
)
def test_a_time_reads_the_same_whichever_way_it_is_written(written: object) -> None:
    assert timestamp(written) == "2026-01-02T03:04:05Z"


def test_a_fraction_of_a_second_is_kept() -> None:
    assert timestamp("2026-01-02T03:04:05.250Z") == "2026-01-02T03:04:05.250000Z"


@pytest.mark.parametrize("written", ["soon", 1e30, "", None])
def test_what_is_no_time_is_an_unreadable_answer(written: object) -> None:
    with pytest.raises(UnreadableAnswerError):
        timestamp(written)
