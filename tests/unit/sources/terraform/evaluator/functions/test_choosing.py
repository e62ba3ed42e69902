# SPDX-License-Identifier: Apache-2.0
"""Choosing from lists, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from bartizan.sources.terraform.evaluator.datum import list_datum, unknown
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, NUMBER, STRING, list_of, set_of
from tests.fakes.asked_function import REFUSED, UNKNOWN, ask, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("coalesce", "", None, "b"), "b"),
        (("coalesce", 1, "hello"), "1"),
        (("coalesce", None, None), REFUSED),
        (("coalesce", 1, True), REFUSED),
        (("coalesce", UNKNOWN, "a"), UNKNOWN),
        (("coalescelist", [], ["c"]), ["c"]),
        (("coalescelist", ["a"], UNKNOWN), UNKNOWN),
        (("coalescelist", [], []), REFUSED),
        (("coalescelist", {}), REFUSED),
        (("coalescelist",), REFUSED),
        (("contains", ["a", "b"], "a"), True),
        (("contains", [1], "1"), False),
        (("contains", [UNKNOWN, "a"], "a"), True),
        (("contains", [UNKNOWN], "a"), UNKNOWN),
        (("contains", {}, "a"), REFUSED),
        (("element", ["a", "b", "c"], 4), "b"),
        (("element", ["a", "b"], -2), "a"),
        (("element", ["a", "b", "c"], -2), REFUSED),
        (("element", [], 0), REFUSED),
        (("element", {}, 0), REFUSED),
        (("element", [UNKNOWN, "a"], 1), "a"),
        (("index", ["a", "b"], "b"), 1),
        (("index", ["a"], "x"), REFUSED),
        (("index", {}, "x"), REFUSED),
        (("index", [UNKNOWN, "x"], "x"), UNKNOWN),
        (("matchkeys", ["i-1", "i-2", "i-3"], ["w", "e", "w"], ["w"]), ["i-1", "i-3"]),
        (("matchkeys", ["i-1"], ["w", "e"], ["w"]), REFUSED),
        (("matchkeys", ["a"] * 1000, ["b"] * 1000, ["b"]), UNKNOWN),
        (("one", []), None),
        (("one", ["a"]), "a"),
        (("one", ["a", "b"]), REFUSED),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted


def test_what_is_chosen_from_lists_has_their_type() -> None:
    numbers = ask("tolist", [3, 1, 2])

    assert said("element", numbers, -1) == 2
    assert said("contains", ask("toset", ["a"]), "a") is True
    assert said("index", ask("tolist", ["a", "b"]), "b") == 1
    assert ask("one", ask("toset", ["a"])) == ask("tostring", "a")
    assert ask("one", ask("tolist", [])).null
    assert ask("one", ask("slice", numbers, 0, 0)) == ask("tonumber", None)
    assert said("one", unknown(set_of(STRING))) == UNKNOWN


def test_what_is_chosen_among_values_of_types_that_are_not_told_is_unknown() -> None:
    open_list = list_datum(list_of(DYNAMIC), [unknown(list_of(DYNAMIC))])

    assert said("coalesce", "a", unknown()) == UNKNOWN
    assert said("coalesce", unknown(STRING), "a") == UNKNOWN
    assert said("coalesce", None, unknown(NUMBER), 1) == UNKNOWN
    assert said("coalesce", 1, unknown(STRING)) == "1"
    assert said("coalescelist", [], unknown(list_of(STRING))) == UNKNOWN
    assert said("coalescelist", [], unknown(NUMBER)) == UNKNOWN
    assert said("matchkeys", ["a"], ["b"], open_list) == UNKNOWN
