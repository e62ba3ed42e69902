# SPDX-License-Identifier: Apache-2.0
"""Kleene's logic on bits agrees with its truth tables."""

import itertools

import numpy as np

from bartizan.reason.authz.aws.kernel.logic import (
    MAYBE,
    NO,
    YES,
    Truth,
    all_of,
    any_of,
    constant,
    negation,
    of_codes,
    packed,
    unpacked,
    within,
)

CODES = (NO, MAYBE, YES)
PAIRS = tuple(itertools.product(CODES, CODES))
FULL = (1 << len(PAIRS)) - 1


def truth(codes: list[int]) -> Truth:
    return of_codes(np.array(codes, dtype=np.uint8))


LEFT = truth([left for left, _ in PAIRS])
RIGHT = truth([right for _, right in PAIRS])


def test_all_of_is_the_least() -> None:
    assert all_of((LEFT, RIGHT), full=FULL) == truth([min(pair) for pair in PAIRS])


def test_any_of_is_the_greatest() -> None:
    assert any_of((LEFT, RIGHT)) == truth([max(pair) for pair in PAIRS])


def test_negation_turns_the_order_round() -> None:
    assert negation(LEFT, full=FULL) == truth([YES - left for left, _ in PAIRS])


def test_all_of_nothing_holds_and_any_of_nothing_does_not() -> None:
    assert all_of((), full=FULL) == constant(YES, full=FULL)
    assert any_of(()) == constant(NO, full=FULL)


def test_outside_of_a_mask_nothing_holds() -> None:
    assert within(constant(MAYBE, full=0b111), 0b010) == Truth(0, 0b010)


def test_bits_and_flags_are_the_same_thing() -> None:
    flags = np.array([True, False, False, True, True, False, False, False, True, False])

    assert unpacked(packed(flags), len(flags)).astype(bool).tolist() == flags.tolist()
    assert packed(flags) == 0b0100011001
