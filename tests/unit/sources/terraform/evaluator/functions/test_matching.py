# SPDX-License-Identifier: Apache-2.0
"""Searching texts, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("regex", "[a-z]+", "53453453.345345aaabbbccc23454"), "aaabbbccc"),
        (("regex", "(\\d\\d\\d\\d)-(\\d\\d)-(\\d\\d)", "2019-02-01"), ["2019", "02", "01"]),
        (
            (
                "regex",
                "^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?",
                "https://terraform.io/docs/",
            ),
            {"scheme": "https", "authority": "terraform.io"},
        ),
        (("regex", "(b)|(a)", "a"), [None, "a"]),
        (("regex", "x", "a"), REFUSED),
        (("regex", "(a)(?P<n>b)", "ab"), REFUSED),
        (("regex", "(?i)a", "A"), UNKNOWN),
        (("regex", "(", "A"), UNKNOWN),
        (("regex", "(a*)+$", "a" * 50 + "b"), UNKNOWN),
        (("regex", "(?:a?){30}a{30}", "a" * 30), UNKNOWN),
        (("regex", "(a|aa)+$", "a" * 3000), ["a"]),
        (("regexall", "[a-z]+", "1234abcd5678efgh9"), ["abcd", "efgh"]),
        (("regexall", "a*", "baac"), ["", "aa", ""]),
        (("regexall", "x", "a"), []),
        (("regexall", "(", "a"), UNKNOWN),
        (("regexall", "", "a" * 30000), UNKNOWN),
        (("replace", "1 + 2 + 3", "+", "-"), "1 - 2 - 3"),
        (("replace", "hello world", "/w.*d/", "everybody"), "hello everybody"),
        (("replace", "hello world", "/(l+)(o)/", "$2-${1}-$$-$9-$x-$"), "heo-ll-$---$ world"),
        (("replace", "ab", "/(?P<n>a)/", "[$n]"), "[a]b"),
        (("replace", "ab", "/x*/", "-"), "-a-b-"),
        (("replace", "ab", "", "-"), "-a-b-"),
        (("replace", "a/b", "/", "-"), "a-b"),
        (("replace", "ab", "/a/", "$01"), UNKNOWN),
        (("replace", "ab", "/(/", ""), UNKNOWN),
        (("replace", "a" * 10000, "a", "b" * 10000), UNKNOWN),
        (("replace", "a" * 10000, "/a/", "b" * 10000), UNKNOWN),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
