# SPDX-License-Identifier: Apache-2.0
"""A part of a JSON text is found by line and column."""

import pytest

from bartizan.reason.authz.aws.policy.place import Path, place

TEXT = '{\n  "a": [1, {"b": "x"}],\n  "c": "]"\n, "d":{}}'


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ((), (1, 1)),
        (("a",), (2, 8)),
        (("a", 0), (2, 9)),
        (("a", 1, "b"), (2, 18)),
        (("c",), (3, 8)),
        (("d",), (4, 7)),
        (("d", "none"), (4, 7)),
        (("none",), (1, 1)),
        (("c", "deeper"), (3, 8)),
    ],
)
def test_the_nearest_part_that_is_there_is_found(path: Path, where: tuple[int, int]) -> None:
    assert place(TEXT, path) == where
