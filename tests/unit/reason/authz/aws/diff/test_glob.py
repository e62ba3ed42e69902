# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws.diff.glob import (
    ANY_TEXT,
    HOLE,
    Holes,
    globbed,
    joined,
    of_tokens,
    spell,
)
from bartizan.reason.authz.aws.policy.wildcard import Variable, tokens


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*c", "abbc", True),
        ("a*c", "ac", True),
        ("a*c", "acb", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*", "", True),
        ("?*", "", False),
        ("*ab", "abab", True),
    ],
)
def test_a_pattern_matches_as_policies_do(pattern: str, text: str, fits: bool) -> None:  # noqa: FBT001 - a column of the table
    assert globbed(pattern).matches(text) is fits


def test_a_barred_character_stops_a_wildcard() -> None:
    assert not globbed("a*c", barred="/").matches("a/c")
    assert not globbed("a?c", barred="/").matches("a/c")
    assert globbed("a*c", barred="/").matches("abc")


@pytest.mark.parametrize(
    ("whole", "part", "has"),
    [
        ("*", "a*", True),
        ("a*", "ab*", True),
        ("ab*", "a*", False),
        ("a*c", "ab*c", True),
        ("*?", "?*", True),
        ("a?", "a*", False),
        ("?*", "a", True),
        ("*b*", "a*b*c", True),
        ("*a", "*b", False),
    ],
)
def test_one_pattern_contains_another(whole: str, part: str, has: bool) -> None:  # noqa: FBT001 - a column of the table
    assert globbed(whole).contains(globbed(part)) is has


def test_a_wildcard_that_is_barred_does_not_contain_a_free_one() -> None:
    assert not globbed("a*", barred=":").contains(globbed("a*"))
    assert not globbed("a?", barred=":").contains(globbed("a?"))
    assert globbed("a*").contains(globbed("a?", barred=":"))


def test_a_variable_is_a_text_of_its_own() -> None:
    holes = Holes()
    mine = of_tokens(tokens("b/${aws:username}/*", variables=True), holes=holes)
    other = of_tokens(tokens("b/${aws:userid}/*", variables=True), holes=holes)

    assert globbed("b/*").contains(mine)
    assert mine.contains(mine)
    assert not other.contains(mine)
    assert not globbed("b/?/*").contains(mine)
    assert not mine.contains(globbed("b/bob/*"))


def test_a_variable_has_one_character_whatever_its_case_and_another_for_another_default() -> None:
    holes = Holes()

    first = holes.of(Variable("aws:UserName", None))

    assert ord(first) >= HOLE
    assert holes.of(Variable("aws:username", None)) == first
    assert holes.of(Variable("aws:username", "x")) != first
    assert set(holes.keys().values()) == {"aws:username"}


def test_case_is_folded_with_the_sign_of_the_kelvin() -> None:
    folded = spell("Key", fold=True)

    assert all(folded.matches(text) for text in ("key", "KEY", "\u212aey"))
    assert not spell("Key").matches("key")


def test_parts_are_joined_and_stars_run_together() -> None:
    assert joined((globbed("a*"), globbed("*b"))) == globbed("a*b")
    assert globbed("a**") == globbed("a*")
    assert globbed("*?*") == globbed("?*")
    assert hash(globbed("a*")) == hash(globbed("a**"))
    assert globbed("a") != "a"


def test_everything_is_contained_in_the_lone_star() -> None:
    assert ANY_TEXT.contains(spell("Key", fold=True))
    assert globbed("k*").contains(spell("k"))
    assert not globbed("k*").contains(spell("k", fold=True))
