# SPDX-License-Identifier: Apache-2.0
"""Functions that encode and decode, by the vendor's examples and by what Terraform was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("base64encode", "Hello World"), "SGVsbG8gV29ybGQ="),
        (("base64decode", "SGVsbG8gV29ybGQ="), "Hello World"),
        (("base64decode", "SGVs\nbG8="), "Hello"),
        (("base64decode", "SGVsbG8"), REFUSED),
        (("base64decode", "//4="), REFUSED),
        (("textencodebase64", "Hello World", "UTF-16LE"), "SABlAGwAbABvACAAVwBvAHIAbABkAA=="),
        (("textdecodebase64", "SABlAGwAbABvACAAVwBvAHIAbABkAA==", "utf-16le"), "Hello World"),
        (("textencodebase64", "a", "ISO-8859-1"), UNKNOWN),
        (("textdecodebase64", "YQ==", "ISO-8859-1"), UNKNOWN),
        (("textdecodebase64", "YQ==", "UTF-16LE"), UNKNOWN),
        (("urlencode", "Hello World!~é"), "Hello+World%21~%C3%A9"),
        (
            ("csvdecode", "a,b,c\n1,2,3\n4,5,6\n"),
            [{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": "5", "c": "6"}],
        ),
        (("csvdecode", 'a\n\n"x\n""y"""\n'), [{"a": 'x\n"y"'}]),
        (("csvdecode", "a,b\r\n1,"), [{"a": "1", "b": ""}]),
        (("csvdecode", "a"), []),
        (("csvdecode", ""), REFUSED),
        (("csvdecode", "a,a\n"), REFUSED),
        (("csvdecode", "a,b\n1\n"), REFUSED),
        (("csvdecode", 'a\nx"y\n'), REFUSED),
        (("csvdecode", "a\rb"), UNKNOWN),
        (("jsonencode", {"hello": "world"}), '{"hello":"world"}'),
        (("jsonencode", None), "null"),
        (("jsonencode", [1, UNKNOWN]), UNKNOWN),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
