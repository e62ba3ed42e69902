# SPDX-License-Identifier: Apache-2.0
"""Lists laid end to end answer as the lists would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bartizan.reason.authz.aws.kernel.tables import Lists, Numbers

ITEMS = 9
lists = st.lists(st.lists(st.integers(0, ITEMS - 1), max_size=5), min_size=1, max_size=8)


def numbers(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, dtype=np.int32)


@given(lists)
def test_each_list_comes_back(given_lists: list[list[int]]) -> None:
    laid = Lists.of(given_lists)

    assert [laid[n].tolist() for n in range(len(laid))] == given_lists


@given(lists)
def test_turned_lists_name_the_owners_of_each_item(given_lists: list[list[int]]) -> None:
    turned = Lists.turned(Lists.of(given_lists), ITEMS)

    for item in range(ITEMS):
        owners = [n for n, held in enumerate(given_lists) for one in held if one == item]
        assert turned[item].tolist() == owners


@given(lists, st.data())
def test_joined_lists_follow_one_another(
    given_lists: list[list[int]], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(given_lists) - 1), min_size=1, max_size=6))

    found = Lists.of(given_lists).joined(numbers(*chosen))

    assert found.tolist() == [item for n in chosen for item in given_lists[n]]


def test_the_least_code_of_each_list_is_found() -> None:
    laid = Lists.of([[0, 1], [2], [1, 2, 3]])
    codes = np.array([2, 1, 2, 0], dtype=np.uint8)

    assert laid.least(numbers(2, 0, 1), codes).tolist() == [0, 1, 2]


def test_equal_things_have_one_number() -> None:
    number: Numbers[str] = Numbers()

    assert [number("a"), number("b"), number("a")] == [0, 1, 0]
    assert number.things() == ("a", "b")


def test_items_are_spread_with_the_places_of_their_lists() -> None:
    owners, items = Lists.of([[3, 4], [], [5]]).spread(numbers(2, 1, 0, 0))

    assert owners.tolist() == [0, 2, 2, 3, 3]
    assert items.tolist() == [5, 3, 4, 3, 4]


def test_no_lists_have_no_items_to_spread() -> None:
    owners, items = Lists.of([[3]]).spread(numbers())

    assert (owners.tolist(), items.tolist()) == ([], [])
