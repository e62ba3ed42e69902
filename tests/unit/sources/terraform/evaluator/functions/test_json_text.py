# SPDX-License-Identifier: Apache-2.0
"""JSON, by what Terraform 1.11 was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (
            ("jsonencode", '<&>\u2028\u2029\x07\b\f\n\r\t"\\\x7fé'),
            '"\\u003c\\u0026\\u003e\\u2028\\u2029\\u0007\\b\\f\\n\\r\\t\\"\\\\\x7fé"',
        ),
        (("jsonencode", {"b": [1, 0.5, True, None], "a": {}}), '{"a":{},"b":[1,0.5,true,null]}'),
        (("jsonencode", 10**21), "1" + "0" * 21),
        (("jsonencode", [10**300 + 1]), UNKNOWN),
        (("jsonencode", {"a": 10**300 + 1}), UNKNOWN),
        (
            ("jsondecode", '{"hello": "world", "n": [1, 2.5e1, null, false]}'),
            {"hello": "world", "n": [1, 25, None, False]},
        ),
        (("jsondecode", '"\\ud800x"'), "\ufffdx"),
        (("jsondecode", " 1 "), 1),
        (("jsondecode", "-0"), UNKNOWN),
        (("jsondecode", '{"a":1,"a":2}'), UNKNOWN),
        (("jsondecode", "[" * 100000), UNKNOWN),
        (("jsondecode", "1" + " " * 5_000_000), UNKNOWN),
        (("jsondecode", "[" * 200 + "]" * 200), UNKNOWN),
        (("jsondecode", "NaN"), REFUSED),
        (("jsondecode", "[1,]"), REFUSED),
        (("jsondecode", "01"), REFUSED),
        (("jsondecode", ""), REFUSED),
        (("jsondecode", '"\n"'), REFUSED),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
