# SPDX-License-Identifier: Apache-2.0
"""Functions of strings, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("chomp", "hello\r\n\n"), "hello"),
        (("endswith", "hello world", "world"), True),
        (("startswith", "hello world", "world"), False),
        (("strcontains", "hello world", "wor"), True),
        (("indent", 2, "a\nb\n"), "a\n  b\n  "),
        (("indent", -1, "a"), UNKNOWN),
        (("indent", 10**9, "a\nb"), UNKNOWN),
        (("join", "-", ["foo", "bar", 1]), "foo-bar-1"),
        (("join", "-", ["a"], ["b"]), "a-b"),
        (("join", "-", ["a", None]), REFUSED),
        (("join", "-"), REFUSED),
        (("join", "-", ["a", UNKNOWN]), UNKNOWN),
        (("join", "-", ["a" * 2_000_000] * 3), UNKNOWN),
        (("split", "", "a" * 200_000), UNKNOWN),
        (("split", ",", "," * 200_000), UNKNOWN),
        (("lower", "HÉ"), "hé"),
        (("upper", "hé"), "HÉ"),
        (("upper", "ß"), UNKNOWN),
        (("upper", "\u0131"), UNKNOWN),
        (("lower", "日本"), UNKNOWN),
        (("split", ",", "foo,,bar"), ["foo", "", "bar"]),
        (("split", "", "ab"), ["a", "b"]),
        (("split", "", ""), []),
        (("split", ",", ""), [""]),
        (("strrev", "añ"), "ña"),
        (("strrev", "👍🏽"), UNKNOWN),
        (("substr", "hello world", 1, 4), "ello"),
        (("substr", "hello world", -5, -1), "world"),
        (("substr", "hello world", 6, 10), "world"),
        (("substr", "abc", 9, 1), ""),
        (("substr", "abc", -1, 0), "c"),
        (("substr", "abc", -9, 2), "ab"),
        (("substr", "👍🏽", 0, 1), UNKNOWN),
        (("substr", "a", 0.5, 1), REFUSED),
        (("title", "hello world_x-y"), "Hello World_x-Y"),
        (("title", "é"), UNKNOWN),
        (("trim", "?!hello?!", "!?"), "hello"),
        (("trimprefix", "helloworld", "hello"), "world"),
        (("trimsuffix", "helloworld", "world"), "hello"),
        (("trimspace", "\u00a0 hello\n\n"), "hello"),
        (("upper",), REFUSED),
        (("upper", "a", "b"), REFUSED),
        (("upper", None), REFUSED),
        (("upper", []), REFUSED),
        (("upper", 1), "1"),
        (("core::upper", "a"), "A"),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
