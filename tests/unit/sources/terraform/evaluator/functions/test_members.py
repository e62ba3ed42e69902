# SPDX-License-Identifier: Apache-2.0
"""Functions of maps and sets, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("keys", {"b": 1, "a": 2}), ["a", "b"]),
        (("keys", {"b": UNKNOWN}), ["b"]),
        (("keys", UNKNOWN), UNKNOWN),
        (("keys", []), REFUSED),
        (("values", {"b": 1, "a": UNKNOWN}), [UNKNOWN, 1]),
        (("values", []), REFUSED),
        (("lookup", {"a": "ay"}, "a", "what?"), "ay"),
        (("lookup", {"a": "ay"}, "c", "what?"), "what?"),
        (("lookup", {"a": "ay"}, "c"), REFUSED),
        (("lookup", {"a": "ay"}, "a", 1, 2), REFUSED),
        (("lookup", [], "a"), REFUSED),
        (("lookup", UNKNOWN, "a"), UNKNOWN),
        (("lookup", {"a": UNKNOWN, "b": 1}, "b"), 1),
        (("merge", {"a": "b"}, {"a": [1], "c": None}), {"a": [1], "c": None}),
        (("merge", {"a": "b"}, None), {"a": "b"}),
        (("merge",), {}),
        (("merge", [1]), REFUSED),
        (("merge", {"a": UNKNOWN}, {"b": 1}), {"a": UNKNOWN, "b": 1}),
        (("setintersection", ["a", "b"], ["b", "c"], ["b"]), ["b"]),
        (("setsubtract", ["a", "b", "c"], ["a", "c"]), ["b"]),
        (("setunion", ["a", "b"], ["b", "c"], [1]), ["1", "a", "b", "c"]),
        (("setunion", [], []), []),
        (("setunion", ["a"], [True, ["b"]]), REFUSED),
        (("setunion", [["a"]], ["b"]), REFUSED),
        (("setunion", [["a"]], UNKNOWN), UNKNOWN),
        (("setunion", list(range(1500))), UNKNOWN),
        (
            ("setproduct", ["development", "production"], ["a1", "a2"]),
            [
                ["development", "a1"],
                ["development", "a2"],
                ["production", "a1"],
                ["production", "a2"],
            ],
        ),
        (("setproduct", [1, "a"], []), []),
        (("setproduct", ["a"]), REFUSED),
        (("setproduct", ["a"], {}), REFUSED),
        (("setproduct", ["a"], [1, True]), REFUSED),
        (("setproduct", ["a"], [UNKNOWN]), UNKNOWN),
        (("setproduct", ["a"] * 1000, ["a"] * 1000), UNKNOWN),
        (
            ("transpose", {"a": ["1", "2"], "b": ["2", "3"]}),
            {"1": ["a"], "2": ["a", "b"], "3": ["b"]},
        ),
        (("transpose", {"a": None}), UNKNOWN),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted
