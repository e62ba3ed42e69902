# SPDX-License-Identifier: Apache-2.0
"""What may be kept of values, and what is read of them again."""

import pytest

from bartizan.model.host_value import (
    UNKNOWN,
    address,
    hides,
    is_unknown,
    line_of,
    mount_options,
    number_of,
    text_of,
    why,
)
from bartizan.model.record import Json
from bartizan.model.secret import MARKER


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://u:hunter2@example.org/x?t=hunter2#y", "https://example.org/x"),
        ("//u:hunter2@host/share", "//host/share"),
        ("u@host:/x", "host:/x"),
        ("/dev/sda1", "/dev/sda1"),
        ("puppet:///modules/a/b", "puppet:///modules/a/b"),
    ],
)
def test_an_address_has_no_password(value: str, expected: str) -> None:
    assert address(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("nosuid, ro", "nosuid,ro"),
        ("uid=5,password=hunter2", "uid=5,password=?"),
        ("x-systemd.automount=hunter 2", "x-systemd.automount=?"),
    ],
)
def test_options_that_may_be_words_keep_their_names(value: str, expected: str) -> None:
    assert mount_options(value) == expected


@pytest.mark.parametrize(
    ("value", "hidden", "unknown"),
    [
        ("plain", False, False),
        ({"a": ["b"]}, False, False),
        ([{"a": {MARKER: {}}}], True, False),
        ({UNKNOWN: "why"}, True, True),
        (["a", {UNKNOWN: "why"}], True, False),
    ],
)
def test_a_value_that_is_hidden_or_unknown_in_part_is_told_apart(
    value: Json, *, hidden: bool, unknown: bool
) -> None:
    assert (hides(value), is_unknown(value)) == (hidden, unknown)


@pytest.mark.parametrize(
    ("value", "expected"), [({UNKNOWN: "asks"}, "asks"), ({UNKNOWN: 5}, ""), ("asks", "")]
)
def test_what_is_unknown_says_why(value: Json, expected: str) -> None:
    assert why(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "true"), (False, "false"), (7, "7"), ("a", "a"), (None, ""), (["a"], "")],
)
def test_flags_and_numbers_are_texts_too(value: Json, expected: str) -> None:
    assert text_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", 0), ("4294967295", 4294967295), ("12345678901", None), ("-1", None), ("\u0663", None)],
)
def test_only_plain_and_short_digits_are_a_number(value: str, expected: int | None) -> None:
    assert number_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(3, 3), (True, 0), ("3", 0), (2**31 + 1, 0), (None, 0)]
)
def test_what_is_no_line_is_none(value: Json, expected: int) -> None:
    assert line_of(value) == expected
