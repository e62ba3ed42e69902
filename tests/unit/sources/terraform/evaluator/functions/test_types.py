# SPDX-License-Identifier: Apache-2.0
"""Functions that convert types and marks, and which results are sensitive."""

import pytest

from bartizan.sources.terraform.evaluator.datum import Datum, unknown
from bartizan.sources.terraform.evaluator.kind import NUMBER, STRING, list_of, map_of, set_of
from tests.fakes.asked_function import REFUSED, UNKNOWN, ask, said, secret


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("tobool", "true"), True),
        (("tobool", "no"), REFUSED),
        (("tobool", 1), REFUSED),
        (("tonumber", "1"), 1),
        (("tonumber", None), None),
        (("tonumber", "no"), REFUSED),
        (("tostring", True), "true"),
        (("tostring", []), REFUSED),
        (("tolist", ["a", 3]), ["a", "3"]),
        (("toset", ["c", "b", "b"]), ["b", "c"]),
        (("tomap", {"a": "foo", "b": True}), {"a": "foo", "b": "true"}),
        (("tomap", {"a": 1, "b": True}), REFUSED),
        (("tolist", {}), REFUSED),
        (("tolist", UNKNOWN), UNKNOWN),
        (("issensitive", secret("a")), True),
        (("issensitive", "a"), False),
        (("issensitive", [secret("a")]), False),
        (("issensitive", UNKNOWN), UNKNOWN),
        (("issensitive", secret(UNKNOWN)), True),
        (("nonsensitive", secret("a")), "a"),
        (("sensitive",), REFUSED),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted


def test_results_have_the_types_of_terraform() -> None:
    assert ask("tolist", [1, "a"]).kind == list_of(STRING)
    assert ask("toset", [1]).kind == set_of(NUMBER)
    assert ask("tomap", {"a": 1}).kind == map_of(NUMBER)
    assert ask("tostring", unknown(NUMBER)).kind == STRING


_SECRET = secret("a")


@pytest.mark.parametrize(
    ("found", "whole", "parts"),
    [
        (ask("upper", _SECRET), True, []),
        (ask("sensitive", ["a"]), True, [False]),
        (ask("nonsensitive", secret(["a"])), False, [False]),
        (ask("merge", {"a": _SECRET}, {"b": 1}), False, [True, False]),
        (ask("merge", secret({"a": 1}), {"b": 1}), True, [False, False]),
        (ask("concat", [_SECRET], ["b"]), False, [True, False]),
        (ask("element", [_SECRET, "b"], 1), False, []),
        (ask("element", secret([1, "b"]), 1), True, []),
        (ask("lookup", {"a": _SECRET}, "a"), True, []),
        (ask("lookup", {"a": 1}, secret("a")), True, []),
        (ask("keys", {"a": _SECRET}), False, [False]),
        (ask("values", {"a": _SECRET, "b": 1}), False, [True, False]),
        (ask("zipmap", [_SECRET], [1]), True, [False]),
        (ask("zipmap", ["a"], [_SECRET]), False, [True]),
        (ask("length", [_SECRET]), False, []),
        (ask("length", secret([1])), True, []),
        (ask("flatten", [secret(["a"]), ["b"]]), True, [False, False]),
        (ask("flatten", [[_SECRET]]), False, [True]),
        (ask("contains", [_SECRET], "b"), True, []),
        (ask("jsonencode", [_SECRET]), True, []),
        (ask("toset", [_SECRET]), True, [False]),
        (ask("tolist", [_SECRET]), False, [True]),
        (ask("reverse", [_SECRET, 1]), False, [False, True]),
        (ask("slice", [_SECRET, 1], 0, 1), False, [True]),
        (ask("chunklist", secret(["a"]), 1), True, [False]),
        (ask("setproduct", [_SECRET], ["b"]), False, [False]),
        (ask("format", "%s", secret(UNKNOWN)), True, []),
        (ask("uuid"), False, []),
        (ask("bcrypt", _SECRET), True, []),
    ],
)
def test_a_result_is_sensitive_where_terraforms_is(
    found: Datum, *, whole: bool, parts: list[bool]
) -> None:
    assert found.sensitive == whole
    assert [one.sensitive for one in found.parts()] == parts
