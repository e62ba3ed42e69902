# SPDX-License-Identifier: Apache-2.0
"""Steps cast with other names."""

import pytest

from bartizan.model.evidence import Evidence
from bartizan.reason.authz.aws.steps.alike.mould import Mould, UnclearError

ONE, OTHER = "111111111111", "222222222222"


def _evidence(subject: str, excerpt: str = "") -> Evidence:
    return Evidence(subject=subject, why="allows 100%", excerpt=excerpt)


def test_a_cast_has_the_new_name_wherever_the_old_one_stood() -> None:
    mould = Mould([_evidence(f"arn:aws:iam::{ONE}:role/r", f"{ONE}/{ONE}")], [ONE])

    (made,) = mould.cast([OTHER])

    assert made == _evidence(f"arn:aws:iam::{OTHER}:role/r", f"{OTHER}/{OTHER}")


def test_a_longer_run_of_letters_and_digits_is_another_name() -> None:
    mould = Mould([_evidence(f"i-{ONE}00001"), _evidence(ONE)], [f"{ONE}00001", ONE])

    made = mould.cast([f"{OTHER}00002", OTHER])

    assert made == [_evidence(f"i-{OTHER}00002"), _evidence(OTHER)]


def test_what_a_name_was_joined_to_stays() -> None:
    mould = Mould([_evidence(f"role/{ONE}bartizan")], [ONE])

    assert mould.cast([OTHER]) == [_evidence(f"role/{OTHER}bartizan")]


def test_two_names_are_exchanged_at_once() -> None:
    mould = Mould([_evidence(f"{ONE} {OTHER}")], [ONE, OTHER])

    assert mould.cast([OTHER, ONE]) == [_evidence(f"{OTHER} {ONE}")]


def test_a_name_in_lower_case_is_the_same_name() -> None:
    mould = Mould([_evidence("x:aroa1234abcd")], ["AROA1234ABCD"])

    assert mould.cast(["AROA9876ZYXW"]) == [_evidence("x:aroa9876zyxw")]


def test_a_name_that_is_cut_off_at_the_end_of_a_long_text_is_cut_off_again() -> None:
    text = "x" * 1990 + " arn:"
    mould = Mould([_evidence("s", text + ONE[:7])], [ONE])

    assert mould.cast([OTHER]) == [_evidence("s", text + OTHER[:7])]


def test_a_name_that_is_cut_off_and_may_be_one_of_two_cannot_be_cast() -> None:
    text = "x" * 1990 + " arn:"

    with pytest.raises(UnclearError):
        Mould([_evidence("s", text + "1111111")], [ONE, "111111122222"])


def test_the_new_ending_takes_the_place_of_the_old_one() -> None:
    mould = Mould([_evidence("deny in account one")], [ONE], endings=["in account one"])

    assert mould.cast([OTHER, "in account 2"]) == [_evidence("deny in account 2")]
