# SPDX-License-Identifier: Apache-2.0
"""Functions of lists, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from bartizan.sources.terraform.evaluator.datum import list_datum, unknown
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, NUMBER, STRING, Tuple, list_of
from tests.fakes.asked_function import REFUSED, UNKNOWN, ask, plain, said


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("alltrue", ["true", True]), True),
        (("alltrue", [True, None]), False),
        (("alltrue", []), True),
        (("alltrue", [UNKNOWN, False]), UNKNOWN),
        (("anytrue", [UNKNOWN, True]), True),
        (("anytrue", [UNKNOWN, False]), UNKNOWN),
        (("anytrue", [None]), False),
        (("chunklist", ["a", "b", "c"], 2), [["a", "b"], ["c"]]),
        (("chunklist", ["a", "b"], 0), [["a", "b"]]),
        (("chunklist", [], 0), []),
        (("chunklist", ["a"], -1), REFUSED),
        (("compact", ["a", "", None, "b"]), ["a", "b"]),
        (("concat", ["a"], [1, UNKNOWN]), ["a", 1, UNKNOWN]),
        (("concat", [1] * 60_000, [1] * 60_000), [1] * 120_000),
        (("flatten", [[1] * 60_000, [1] * 60_000]), [1] * 120_000),
        (("concat",), REFUSED),
        (("concat", {}), REFUSED),
        (("distinct", ["a", "b", "a", None, None]), ["a", "b", None]),
        (("distinct", list(range(1500))), UNKNOWN),
        (("flatten", [["a", "b"], [], ["c", [1]]]), ["a", "b", "c", 1]),
        (("flatten", ["a", None]), ["a", None]),
        (("flatten", ["a", UNKNOWN]), UNKNOWN),
        (("flatten", [["a", UNKNOWN]]), UNKNOWN),
        (("flatten", "a"), REFUSED),
        (("length", ["a", UNKNOWN]), 2),
        (("length", {"a": 1}), 1),
        (("length", "hello"), 5),
        (("length", "👍🏽"), UNKNOWN),
        (("length", UNKNOWN), UNKNOWN),
        (("length", 5), REFUSED),
        (("length", None), REFUSED),
        (("reverse", [1, "a"]), ["a", 1]),
        (("slice", ["a", "b", "c", "d"], 1, 3), ["b", "c"]),
        (("slice", ["a"], 0, 2), REFUSED),
        (("slice", ["a"], 1, 0), REFUSED),
        (("slice", {}, 0, 0), REFUSED),
        (("sort", ["e", "d", "Z", "é"]), ["Z", "d", "e", "é"]),
        (("sort", ["e", None]), REFUSED),
        (("zipmap", ["b", "a"], [1, 2]), {"a": 2, "b": 1}),
        (("zipmap", ["a"], [1, 2]), REFUSED),
        (("zipmap", ["a", None], [1, 2]), REFUSED),
        (("zipmap", ["a"], {}), REFUSED),
        (("zipmap", ["a"], unknown(list_of(STRING))), UNKNOWN),
        (("zipmap", ["a", UNKNOWN], [1, 2]), UNKNOWN),
    ],
)
def test_a_call_returns_what_terraform_returns(call: tuple[object, ...], wanted: object) -> None:
    name, *arguments = call

    assert said(str(name), *arguments) == wanted


def test_empty_lists_take_the_type_of_the_others() -> None:
    empty, things = ask("tolist", []), ask("tolist", [{"a": 1}])

    assert ask("concat", empty, things) == things
    assert ask("concat", empty, empty) == empty
    assert ask("coalesce", empty, things) == empty
    assert ask("setunion", [], [{"a": 1}]) == ask("toset", [{"a": 1}])


def test_what_is_made_of_lists_has_their_type() -> None:
    numbers = ask("tolist", [3, 1, 2])

    assert ask("reverse", numbers) == ask("tolist", [2, 1, 3])
    assert ask("reverse", ask("toset", ["b", "a"])) == ask("tolist", ["b", "a"])
    assert ask("slice", numbers, 1, 2) == ask("tolist", [1])
    assert ask("concat", numbers, ask("tolist", ["a"])) == ask("tolist", ["3", "1", "2", "a"])
    assert ask("concat", numbers, ask("tolist", [[1]])) == ask("concat", [3, 1, 2], [[1]])
    assert ask("zipmap", ["a"], ask("tolist", [1])) == ask("tomap", {"a": 1})
    assert ask("flatten", [numbers, ask("toset", [5])]) == ask("concat", [3, 1, 2], [5])
    assert ask("keys", ask("tomap", {"b": 1, "a": 2})) == ask("tolist", ["a", "b"])
    assert ask("values", ask("tomap", {"b": 1, "a": 2})) == ask("tolist", [2, 1])


def test_lengths_are_told_where_only_the_type_is_known() -> None:
    assert plain(ask("length", unknown(Tuple((NUMBER, STRING))))) == 2
    assert plain(ask("length", ask("toset", ["a", "a"]))) == 1
    assert plain(ask("length", ask("tomap", {"a": 1}))) == 1
    assert plain(ask("length", unknown(list_of(STRING)))) == UNKNOWN
    assert said("length", unknown(NUMBER)) == REFUSED


def test_lists_whose_types_are_not_told_are_not_joined() -> None:
    one = ask("tolist", ["a"])
    other = list_datum(list_of(DYNAMIC), [unknown(list_of(DYNAMIC))])

    assert said("concat", one, other) == UNKNOWN
