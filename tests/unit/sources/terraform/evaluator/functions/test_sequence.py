# SPDX-License-Identifier: Apache-2.0
"""Functions of lists, by the vendor's examples and by what Terraform 1.11 was asked."""

import pytest

from tests.fakes.asked_function import REFUSED, UNKNOWN, ask, said


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
        (("compact", ["a", "", None, "b"]), ["a", "b"]),
        (("concat", ["a"], [1, UNKNOWN]), ["a", 1, UNKNOWN]),
        (("concat",), REFUSED),
        (("concat", {}), REFUSED),
        (("contains", ["a", "b"], "a"), True),
        (("contains", [1], "1"), False),
        (("contains", [UNKNOWN, "a"], "a"), True),
        (("contains", [UNKNOWN], "a"), UNKNOWN),
        (("contains", {}, "a"), REFUSED),
        (("distinct", ["a", "b", "a", None, None]), ["a", "b", None]),
        (("distinct", list(range(1500))), UNKNOWN),
        (("element", ["a", "b", "c"], 4), "b"),
        (("element", ["a", "b"], -2), "a"),
        (("element", ["a", "b", "c"], -2), REFUSED),
        (("element", [], 0), REFUSED),
        (("element", {}, 0), REFUSED),
        (("element", [UNKNOWN, "a"], 1), "a"),
        (("flatten", [["a", "b"], [], ["c", [1]]]), ["a", "b", "c", 1]),
        (("flatten", ["a", None]), ["a", None]),
        (("flatten", ["a", UNKNOWN]), UNKNOWN),
        (("flatten", [["a", UNKNOWN]]), UNKNOWN),
        (("flatten", "a"), REFUSED),
        (("index", ["a", "b"], "b"), 1),
        (("index", ["a"], "x"), REFUSED),
        (("index", {}, "x"), REFUSED),
        (("index", [UNKNOWN, "x"], "x"), UNKNOWN),
        (("length", ["a", UNKNOWN]), 2),
        (("length", {"a": 1}), 1),
        (("length", "hello"), 5),
        (("length", "👍🏽"), UNKNOWN),
        (("length", UNKNOWN), UNKNOWN),
        (("length", 5), REFUSED),
        (("length", None), REFUSED),
        (("matchkeys", ["i-1", "i-2", "i-3"], ["w", "e", "w"], ["w"]), ["i-1", "i-3"]),
        (("matchkeys", ["i-1"], ["w", "e"], ["w"]), REFUSED),
        (("matchkeys", ["a"] * 1000, ["b"] * 1000, ["b"]), UNKNOWN),
        (("one", []), None),
        (("one", ["a"]), "a"),
        (("one", ["a", "b"]), REFUSED),
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
