# SPDX-License-Identifier: Apache-2.0
"""A part of a JSON text is found by line and column."""

import pytest

from bartizan.reason.authz.aws.policy.place import (
    Path,
    place,
    place_of_depth,
    place_of_repeated_key,
)

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


def test_the_first_bracket_that_is_too_deep_is_found() -> None:
    assert place_of_depth('{"[[": [\n [7, [8]]]}', 3) == (2, 6)
    assert place_of_depth("[[[]]]", 3) == (1, 1)


def test_a_key_that_stands_twice_is_found_in_its_own_object_alone() -> None:
    text = '{"a": {"a": [{"b": ":"}, {"b": "b"}]},\n "c": 1, "\\u0061": 2}'

    assert place_of_repeated_key(text) == (2, 10)
    assert place_of_repeated_key('{"a": {"a": 1}}') == (1, 1)
