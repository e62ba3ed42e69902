# SPDX-License-Identifier: Apache-2.0
"""Patterns of RE2: what is read, and what each part matches."""

import pytest

from bartizan.sources.terraform.evaluator.functions.pattern import UnsureError, read_pattern
from tests.fakes.asked_function import said


@pytest.mark.parametrize(
    ("pattern", "value", "wanted"),
    [
        ("a+", "baab", ["aa"]),
        ("a+?", "baab", ["a", "a"]),
        ("a*?b", "aab", ["aab"]),
        ("a??b", "ab", ["ab"]),
        ("a{2}", "aaaa", ["aa", "aa"]),
        ("a{2,}", "aaaa", ["aaaa"]),
        ("a{1,2}?", "aa", ["a", "a"]),
        ("a{0,1}b", "b", ["b"]),
        ("ab|a", "ab", ["ab"]),
        ("a|ab", "ab", ["a"]),
        ("x|b|c", "abc", ["b", "c"]),
        ("(?:ab)+", "abab", ["abab"]),
        ("(?P<n>a)", "a", [{"n": "a"}]),
        ("(?<n>a)", "a", [{"n": "a"}]),
        (".", "a\nb", ["a", "b"]),
        ("^a", "aa", ["a"]),
        ("a$", "aa", ["a"]),
        ("\\Aa\\z", "a", ["a"]),
        ("\\bb", "ab b", ["b"]),
        ("\\Bb", "ab b", ["b"]),
        ("\\d\\D", "1a", ["1a"]),
        ("\\w\\W", "_-", ["_-"]),
        ("\\s\\S", " x", [" x"]),
        ("\\.\\n\\t", ".\n\t", [".\n\t"]),
        ("[a-c]", "dcb", ["c", "b"]),
        ("[^a-c]", "dcb", ["d"]),
        ("[]a]", "]", ["]"]),
        ("[a-]", "-", ["-"]),
        ("[\\d\\-x]", "1-xy", ["1", "-", "x"]),
        ("[\\n-\\r]", "\v", ["\v"]),
        ("[[:alpha:]_]+", "ab_1", ["ab_"]),
        ("[^\\s]+", "a b", ["a", "b"]),
        ("", "ab", ["", "", ""]),
        ("|a", "a", ["", ""]),
        ("é", "café", ["é"]),
    ],
)
def test_a_pattern_matches_what_terraform_matches(
    pattern: str, value: str, wanted: object
) -> None:
    assert said("regexall", pattern, value) == wanted


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "(?i)a",
        "(?P<>a)",
        "(?P<n>a)(?P<n>b)",
        "(?P<n",
        "*",
        "a**",
        "a{2}{3}",
        "a{2",
        "a{x}",
        "a{1}",
        "a{3,2}",
        "a{1001}",
        "(?:a{900}){3}",
        "(a*)*",
        "^*",
        "[",
        "[z-a]",
        "[[:nosuch:]]",
        "[a-[]",
        "\\",
        "\\pL",
        "\\Qa\\E",
        "a" * 2001,
        "|".join(["a"] * 2001),
        "(" * 50 + "a" + ")" * 50,
    ],
)
def test_what_we_are_not_sure_of_is_not_read(pattern: str) -> None:
    with pytest.raises(UnsureError):
        read_pattern(pattern)
