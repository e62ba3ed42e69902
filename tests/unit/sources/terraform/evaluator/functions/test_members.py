# SPDX-License-Identifier: Apache-2.0
"""Functions of maps and sets, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from bartizan.sources.terraform.evaluator.datum import list_datum, null, unknown
from bartizan.sources.terraform.evaluator.kind import (
    DYNAMIC,
    NUMBER,
    STRING,
    Object,
    Tuple,
    list_of,
    map_of,
    set_of,
)
from bartizan.sources.terraform.evaluator.large import TooLargeError
from tests.fakes.asked_function import REFUSED, UNKNOWN, ask, plain, said


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
        (("setproduct", ["a"] * 200, ["a"] * 200), UNKNOWN),
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


def test_maps_keep_their_type() -> None:
    numbers = ask("tomap", {"a": 1})

    assert ask("merge", numbers, ask("tomap", {"b": 2})) == ask("tomap", {"a": 1, "b": 2})
    assert ask("merge", numbers, ask("tomap", {"b": "x"})) == ask("merge", {"a": 1}, {"b": "x"})
    assert ask("lookup", numbers, "b", "2") == ask("tonumber", 2)
    assert said("lookup", numbers, "b", "x") == REFUSED
    assert ask("lookup", unknown(map_of(NUMBER)), "a").kind == NUMBER
    assert ask("keys", unknown(map_of(NUMBER))).kind == list_of(STRING)


def test_nulls_that_are_merged_with_objects_of_one_type_are_unknown() -> None:
    thing = Object.of({"a": NUMBER})

    assert said("merge", {"a": 1}, null(thing)) == UNKNOWN
    assert said("merge", None) == {}


def test_products_of_sets_are_sets() -> None:
    found = ask("setproduct", ask("toset", ["b", "a"]), [1])

    assert plain(found) == [["a", 1], ["b", 1]]
    assert found.kind == set_of(Tuple((STRING, NUMBER)))


def test_a_product_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(TooLargeError, match="a value of more than 1,000,000 parts"):
        ask("setproduct", ["a"] * 1000, ["a"] * 1000)


def test_what_lists_whose_types_are_not_told_make_is_unknown() -> None:
    open_list = list_datum(list_of(DYNAMIC), [unknown(list_of(DYNAMIC))])
    mixed = list_datum(DYNAMIC, [null()])

    assert said("setunion", ["a"], open_list) == UNKNOWN
    assert said("setproduct", [["a"]], open_list, ["b"]) != REFUSED
    assert said("setproduct", mixed, ["b"]) == [[None, "b"]]
    assert said("setunion", [{"a": "\u00e9"}], [{"a": "b"}]) == UNKNOWN
