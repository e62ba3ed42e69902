# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pyarrow as pa
import pytest

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.kernel.shapes import (
    NONE,
    Shapes,
    beside,
    looks_into,
    numbered,
    parted,
    related,
)

A, B, C = "111111111111", "222222222222", "333333333333"


def shapes(*texts: str) -> Shapes:
    return Shapes.of(pa.array(texts, pa.string()))


def same(one: str, other: str) -> bool:
    found = shapes(one, other)
    return bool(found.number[0] == found.number[1])


def test_texts_are_alike_that_differ_in_accounts_alone() -> None:
    assert same(f"arn:aws:iam::{A}:role/r", f"arn:aws:iam::{B}:role/r")
    assert not same(f"arn:aws:iam::{A}:role/r", f"arn:aws:iam::{A}:role/s")
    assert same(f"{A} {B} {A}", f"{B} {C} {B}")
    assert not same(f"{A} {B} {A}", f"{A} {B} {C}")


def test_accounts_stand_in_their_order_each_once() -> None:
    found = shapes(f"x{B}-{A}-{B}", "none", "", A)

    assert found.accounts[:, :3].tolist() == [
        [int(B), int(A), NONE],
        [NONE] * 3,
        [NONE] * 3,
        [int(A), NONE, NONE],
    ]
    assert not found.odd.any()


def test_texts_one_behind_the_other_are_no_longer_run() -> None:
    found = shapes("x1", A, "1", "1", A[1:], "2")

    assert found.accounts[:, 0].tolist() == [NONE, int(A), NONE, NONE, NONE, NONE]
    assert not found.odd.any()


def test_a_part_of_a_column_is_taken_as_it_is() -> None:
    column = pa.chunked_array([pa.array(["x", A]), pa.array([f"b{B}", "y"])])

    assert Shapes.of(column.slice(1, 2)).accounts[:, 0].tolist() == [int(A), int(B)]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 13,
        f"{A} i-{A}00",
        "\x01" * 12,
        "\\u0031" + A,
        " ".join(f"{n:012}" for n in range(9)),
    ],
)
def test_of_some_texts_nothing_is_told(text: str) -> None:
    assert shapes("x", text).odd.tolist() == [False, True]


def test_an_account_that_no_number_is_written_as_is_apart() -> None:
    assert not same("[012345678901]", f"[{A}]")
    assert same("[012345678901]", "[098765432109]")


def test_equal_accounts_in_the_same_places_are_related_alike() -> None:
    held = np.array([[1, 2, NONE], [3, 4, NONE], [5, 5, NONE]]), np.array([[2], [4], [5]])

    found = related(held)

    assert found[0].tolist() == found[1].tolist() != found[2].tolist()


def test_rows_are_numbered_by_all_their_columns() -> None:
    number, first = numbered((np.array([1, 2, 1, 1]), np.array([True, True, True, False])))

    assert number.tolist() == [0, 1, 0, 2]
    assert first.tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        (f"arn:aws:iam::{A}:role/r-*", set()),
        (f"arn:aws:s3:::data-{A}*/*{B}", set()),
        ("arn:aws:iam::*:role/r-1*", {("1", True)}),
        ("arn:aws:iam::*00:role/r?2", {("00", False), ("2", False)}),
        ("arn:aws:s3:::v2-x", set()),
        ("*11*", None),
        (f"*{A}1*", None),
        ("data-${aws:PrincipalAccount}", set()),
        ("data${aws:PrincipalAccount}", None),
        ("${aws:PrincipalAccount}*", None),
    ],
)
def test_patterns_look_beside_wildcards(pattern: str, parts: set[tuple[str, bool]] | None) -> None:
    assert beside(pattern) == parts


@pytest.mark.parametrize(
    ("kept", "looks"),
    [
        (f'"arn:aws:s3:::data-{A}*"', False),
        ('"arn:aws:s3:::data-1*"', True),
        (f'["arn:aws:s3:::data-","{A}","/",0]', False),
        ('["arn:aws:s3:::data-1",0]', True),
        ('["arn:aws:s3:::data-",0,"1"]', True),
        ('["arn:aws:s3:::data-1","23"]', True),
    ],
)
def test_patterns_as_they_are_kept_may_take_in_a_part_of_an_account(
    kept: str, *, looks: bool
) -> None:
    assert looks_into(kept) == looks


def test_accounts_are_parted_by_what_they_begin_and_end_with() -> None:
    laid = (np.array([[111222333444, NONE], [211222333441, 111111111111]]),)

    begins, ends = parted(laid, [("11", True), ("44", False)])

    assert begins.tolist() == [1, 2]
    assert ends.tolist() == [1, 0]


def test_no_type_of_resource_looks_into_an_account() -> None:
    types = (kind for name in catalogue.services() for kind in catalogue.resource_types(name))

    assert not [kind.arn for kind in types if looks_into(kind.arn)]
