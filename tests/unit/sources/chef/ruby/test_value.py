# SPDX-License-Identifier: Apache-2.0
"""Values of which a part is not known."""

import pytest

from bartizan.sources.chef.ruby.value import (
    ABSENT,
    Absent,
    Tree,
    Unknown,
    Value,
    merged,
    placed,
    text,
    unknowns,
)

LOST = Unknown("lost")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1, ABSENT, 1), (1, None, 1), (ABSENT, 2, 2), (1, 2, 2), (1, LOST, LOST), (LOST, 2, 2),
        ((1,), (2,), (1, 2)), (LOST, (2,), LOST), (1, (2,), (2,)),
        (Tree({"a": 1}), 2, 2), (1, Tree({"a": 1}), Tree({"a": 1})),
        (LOST, Tree({"a": 1}), Tree({"a": 1}, LOST)),
        (Tree({"a": 1}), Tree({}, LOST), Tree({"a": LOST}, LOST)),
        (Tree({}, LOST), Tree({"a": (1,)}), Tree({"a": LOST}, LOST)),
        (Tree({"a": Tree({"x": 1})}), Tree({"a": Tree({"y": 2})}),
         Tree({"a": Tree({"x": 1, "y": 2})})),
    ],
)  # fmt: skip
def test_what_is_stronger_stands_over_what_is_weaker(
    low: Value | Absent, high: Value | Absent, expected: Value
) -> None:
    assert merged(low, high, union=True) == expected


def test_lists_are_replaced_where_they_are_not_joined() -> None:
    assert merged((1,), (2,), union=False) == (2,)


def test_a_value_is_placed_and_what_lay_there_unknown_stays_so_beside_it() -> None:
    assert placed(Tree(), ("a", "b"), 1) == Tree({"a": Tree({"b": 1})})
    assert placed(Tree({"a": 5}), ("a", "b"), 1) == Tree({"a": Tree({"b": 1})})
    assert placed(Tree({"a": LOST}), ("a", "b"), 1) == Tree({"a": Tree({"b": 1}, LOST)})


def test_all_that_is_unknown_is_found() -> None:
    held = Tree({"a": (1, LOST), "b": Tree({}, LOST)})

    assert list(unknowns(held)) == [LOST, LOST]


def test_text_of_values_is_that_of_ruby() -> None:
    assert [text(one) for one in (None, True, False, 1, 1.5, "a")] == [
        "", "true", "false", "1", "1.5", "a",
    ]  # fmt: skip
    assert isinstance(text((1,)), Unknown)
    assert text(LOST) is LOST
