# SPDX-License-Identifier: Apache-2.0
import itertools
from fnmatch import fnmatchcase

import pytest

from bartizan.model.step import Condition
from bartizan.paths.conditions import contradiction, joined
from tests.fakes.attack_steps import lasting, step


def test_conditions_are_joined_once_in_the_order_met() -> None:
    a, b = lasting("k", "1"), lasting("k", "2")

    assert joined([step("x > y", conditions=[b, a]), step("y > z", conditions=[a])]) == (b, a)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (("ann",), ("ann", "bob"), True),
        (("ann",), ("bob",), False),
        (("ann",), ("Ann",), False),
        ((), ("bob",), True),
        (("a*",), ("ann",), True),
        (("a*",), ("bob",), False),
        (("a*n",), ("*b",), False),
        (("a*",), ("*b",), True),
        (("?x",), ("y?",), True),
        (("??",), ("abc",), False),
        (("*",), ("",), True),
    ],
)
def test_two_lasting_conditions_agree_if_some_value_fits_both(
    one: tuple[str, ...],
    other: tuple[str, ...],
    agree: bool,  # noqa: FBT001 - the expectation
) -> None:
    for first, second in ((one, other), (other, one)):
        found = contradiction([lasting("k", *first), lasting("k", *second)])

        assert (found == ()) is agree


def test_patterns_overlap_exactly_where_a_common_text_exists() -> None:
    patterns = ["".join(p) for n in range(1, 4) for p in itertools.product("ab*?", repeat=n)]
    texts = ["".join(p) for n in range(7) for p in itertools.product("ab", repeat=n)]
    fits = {p: frozenset(t for t in texts if fnmatchcase(t, p)) for p in patterns}

    for one, other in itertools.product(patterns, repeat=2):
        found = contradiction([lasting("k", one), lasting("k", other)])
        assert (found == ()) is bool(fits[one] & fits[other]), (one, other)


def test_three_conditions_that_agree_in_pairs_can_contradict_together() -> None:
    three = [lasting("k", "a", "b"), lasting("k", "b", "c"), lasting("k", "a", "c")]

    assert contradiction([lasting("j", "z"), *three]) == tuple(three)


def test_a_contradiction_names_no_more_than_it_needs() -> None:
    a, b, c = lasting("k", "a", "b"), lasting("k", "a"), lasting("k", "b")

    assert contradiction([a, b, c]) == (b, c)


def test_conditions_on_single_requests_never_contradict() -> None:
    passing = [Condition(text=v, key="k", values=(v,)) for v in "ab"]

    assert contradiction(passing) == ()
