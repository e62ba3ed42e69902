# SPDX-License-Identifier: Apache-2.0
"""Patterns match what the vendor says, in time that no pattern can blow up."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.reason.authz.aws.policy.wildcard import (
    Variable,
    Wild,
    glob,
    literal,
    matcher,
    tokens,
)


@given(st.text("ab*?", max_size=8), st.text("ab*?\n", max_size=10))
def test_a_pattern_matches_as_the_plain_reading_of_its_wildcards(pattern: str, text: str) -> None:
    plain = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    wanted = re.fullmatch(plain, text, re.DOTALL) is not None

    assert glob(pattern)(text) == wanted
    assert matcher(tokens(pattern, variables=False))(text) == wanted


@pytest.mark.parametrize("pattern", ["*a" * 3000 + "b", "a*" * 3000 + "?b", "*?" * 3000 + "b"])
def test_a_hostile_pattern_comes_to_an_end(pattern: str) -> None:
    assert not glob(pattern)("a" * 5000)


@given(st.text("ab", min_size=2000, max_size=2000), st.integers(0, 1500), st.data())
@settings(max_examples=30)
def test_a_long_part_with_holes_is_found_where_the_plain_reading_finds_it(
    text: str, start: int, data: st.DataObject
) -> None:
    """Long texts and parts are searched in another way than short ones."""
    part = list(text[start : start + 450])
    for place in range(0, len(part), 2):
        part[place] = "?"
    if data.draw(st.booleans()):
        part[data.draw(st.integers(0, len(part) - 1))] = "c"
    pattern = f"*{''.join(part)}*"
    plain = pattern.replace("*", ".*").replace("?", ".")

    assert glob(pattern)(text) == (re.fullmatch(plain, text, re.DOTALL) is not None)


def test_a_pattern_too_long_to_be_remembered_matches_like_any_other() -> None:
    long = "a" * 5000

    assert glob(f"{long}*")(f"{long}b")
    assert glob("*" * 5000)("anything")
    assert not glob(f"{long}?")(long)
    assert matcher(tokens(f"{long}*", variables=True))(f"{long}b")
    assert matcher(tokens("a?" * 5000, variables=True))("ab" * 5000)


def test_variables_are_taken_apart() -> None:
    found = tokens("a/${aws:username}/${ k , 'x, y' }*", variables=True)

    assert found == (
        "a/",
        Variable("aws:username", None),
        "/",
        Variable("k", "x, y"),
        Wild.MANY,
    )


def test_special_characters_in_braces_are_themselves() -> None:
    assert tokens("${*}${?}${$}", variables=True) == ("*", "?", "$")


def test_the_old_version_has_no_variables_but_wildcards() -> None:
    assert tokens("${a*}", variables=False) == ("${", "a", Wild.MANY, "}")


def test_an_open_brace_is_plain_text() -> None:
    assert tokens("${a", variables=True) == ("${a",)
    assert len(tokens("${" * 200_000, variables=True)) == 1


def test_a_default_without_quotation_marks_is_no_default() -> None:
    assert tokens("${k, x}", variables=True) == (Variable("k", None),)


def test_plain_text_keeps_wildcard_characters() -> None:
    assert literal(("a", Wild.MANY, Wild.ONE)) == "a*?"


def test_a_variable_that_was_not_filled_in_is_a_defect() -> None:
    with pytest.raises(TypeError, match="was not resolved"):
        literal((Variable("k", None),))
