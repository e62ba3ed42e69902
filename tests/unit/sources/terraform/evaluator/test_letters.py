# SPDX-License-Identifier: Apache-2.0
"""Texts: composed, and counted only where it is told what a character is."""

import pytest

from bartizan.sources.terraform.evaluator.datum import text
from bartizan.sources.terraform.evaluator.letters import MOST, plain, written


def test_a_text_is_held_composed() -> None:
    assert written("e\u0301") == text("é")


@pytest.mark.parametrize("value", ["\U0001fffd", "\ud800", "x" * (MOST + 1)])
def test_a_text_that_versions_may_compose_otherwise_is_unknown(value: str) -> None:
    assert not written(value).known


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("hello\n", True),
        ("a\r\n", False),
        ("é日本ж", True),
        ("e\u0301", False),
        ("👍🏽", False),
        ("é\r\n", False),
    ],
)
def test_characters_are_counted_where_each_stands_alone(value: str, *, told: bool) -> None:
    assert plain(value) == told
