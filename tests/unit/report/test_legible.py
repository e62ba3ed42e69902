# SPDX-License-Identifier: Apache-2.0
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bartizan.report.legible import INVISIBLE, legible, legible_lines


def test_an_escape_sequence_is_shown_and_not_obeyed() -> None:
    assert legible("\x1b[31mred\x07") == "\\x1b[31mred\\x07"


def test_a_bidirectional_override_is_shown_and_not_obeyed() -> None:
    assert legible("a\u202eb\u2066") == "a\\u202eb\\u2066"


def test_a_line_break_of_any_kind_stays_in_the_line() -> None:
    assert legible("a\nb\rc\u2028d\x85e") == "a\\nb\\rc\\u2028d\\x85e"


def test_words_of_any_language_are_left_alone() -> None:
    assert legible("Grüße, 秘密 и ключи 🔑") == "Grüße, 秘密 и ключи 🔑"


def test_a_space_that_only_looks_like_one_becomes_one() -> None:
    assert legible("a\u00a0b") == "a b"


def test_a_long_text_says_that_it_was_cut() -> None:
    assert legible("x" * 20, limit=10) == "x" * 9 + "…"


def test_lines_end_at_line_feeds_alone() -> None:
    assert legible_lines("one\ntwo\r\x1bthree\n") == ["one", "two\\r\\x1bthree"]


def test_no_text_has_no_lines() -> None:
    assert legible_lines("") == []


@given(st.text(st.characters()))
def test_nothing_legible_is_invisible(text: str) -> None:
    shown = legible(text)

    assert not [c for c in shown if unicodedata.category(c) in INVISIBLE]
    assert shown.encode() or not text
