# SPDX-License-Identifier: Apache-2.0
"""Numbers: what is read, printed and told for sure."""

from fractions import Fraction

import pytest

from bartizan.sources.terraform.evaluator.number import (
    NoNumberError,
    firm,
    number_from,
    number_text,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", Fraction(0)),
        ("12", Fraction(12)),
        ("0.1", Fraction(1, 10)),
        ("1e5", Fraction(100000)),
        ("-2.5E-1", Fraction(-1, 4)),
        ("+5", Fraction(5)),
        ("5.", Fraction(5)),
        ("-0", None),
        ("1e999999999", None),
        ("1" * 200, None),
        ("Inf", None),
        ("1p3", None),
    ],
)
def test_a_number_is_read_where_terraform_surely_reads_it_so(
    written: str, value: Fraction | None
) -> None:
    assert number_from(written) == value


@pytest.mark.parametrize(
    "written", ["", " 1", "0x10", "1_000", "a", "1 2", ".", "e5", "--1", "\u0661"]
)
def test_what_is_no_number_is_none(written: str) -> None:
    with pytest.raises(NoNumberError):
        number_from(written)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Fraction(100000), "100000"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(2**70), str(2**70)),
        (Fraction(1, 3), None),
        (Fraction(7**200), None),
    ],
)
def test_a_number_is_printed_without_exponent(value: Fraction, printed: str | None) -> None:
    assert number_text(value) == printed


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Fraction(2**53), True),
        (Fraction(2**60), False),
        (Fraction(1, 2), True),
        (Fraction(1, 10), False),
        (Fraction(1, 2**30), False),
    ],
)
def test_a_result_is_told_only_where_every_precision_agrees(
    value: Fraction, *, told: bool
) -> None:
    assert firm(value) == told
