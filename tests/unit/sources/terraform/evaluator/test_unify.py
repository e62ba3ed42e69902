# SPDX-License-Identifier: Apache-2.0
"""Common types, by examples that Terraform 1.11 was asked."""

import pytest

from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Kind,
    Object,
    Tuple,
    list_of,
    map_of,
    set_of,
)
from bartizan.sources.terraform.evaluator.unify import unified

_A_NUMBER = Object.of({"a": NUMBER})


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ([], None),
        ([STRING, NUMBER], STRING),
        ([BOOL, NUMBER], None),
        ([BOOL, NUMBER, STRING], STRING),
        ([STRING, DYNAMIC], STRING),
        ([DYNAMIC, DYNAMIC], DYNAMIC),
        ([list_of(STRING), DYNAMIC], DYNAMIC),
        ([list_of(STRING), list_of(NUMBER)], list_of(STRING)),
        ([list_of(STRING), set_of(STRING)], list_of(STRING)),
        ([list_of(STRING), map_of(STRING)], None),
        ([list_of(STRING), Tuple((NUMBER, BOOL))], list_of(STRING)),
        ([list_of(NUMBER), Tuple((NUMBER, STRING))], list_of(STRING)),
        ([Tuple((NUMBER,)), Tuple((STRING,))], Tuple((STRING,))),
        ([Tuple((NUMBER,)), Tuple((STRING, NUMBER))], list_of(STRING)),
        ([Tuple(()), _A_NUMBER], None),
        ([_A_NUMBER, Object.of({"a": STRING})], Object.of({"a": STRING})),
        ([_A_NUMBER, Object.of({"b": STRING})], map_of(STRING)),
        ([_A_NUMBER, Object.of({"b": list_of(STRING)})], None),
        ([map_of(NUMBER), Object.of({"b": STRING})], map_of(STRING)),
        ([STRING, list_of(STRING)], None),
        ([set_of(STRING), Tuple((NUMBER,))], set_of(STRING)),
        ([set_of(NUMBER), set_of(STRING)], set_of(STRING)),
        ([map_of(list_of(STRING)), Object.of({"a": STRING})], None),
        ([map_of(STRING), Object.of({"a": STRING, "b": list_of(STRING)})], None),
        ([list_of(STRING), Tuple((STRING, list_of(STRING)))], None),
        ([Tuple((NUMBER, STRING)), Tuple((STRING, NUMBER))], Tuple((STRING, STRING))),
        ([Tuple((BOOL,)), Tuple((NUMBER,))], None),
        ([Tuple((BOOL,)), Tuple((NUMBER, BOOL))], None),
        ([_A_NUMBER, Object.of({"a": list_of(STRING)})], None),
        ([list_of(_A_NUMBER), set_of(Object.of({"a": STRING}))], list_of(_A_NUMBER)),
        ([list_of(Tuple((NUMBER,))), set_of(Tuple((STRING,)))], list_of(Tuple((NUMBER,)))),
        ([list_of(BOOL), list_of(NUMBER)], None),
        ([list_of(STRING), list_of(NUMBER), set_of(BOOL)], list_of(STRING)),
        ([STRING, NUMBER, DYNAMIC, BOOL], STRING),
        (
            [list_of(_A_NUMBER), list_of(Object.of({"a": STRING})), set_of(_A_NUMBER)],
            list_of(Object.of({"a": STRING})),
        ),
        (
            [list_of(Tuple((NUMBER,))), list_of(Tuple((STRING,))), set_of(Tuple((NUMBER,)))],
            list_of(Tuple((STRING,))),
        ),
        ([list_of(_A_NUMBER), list_of(Object.of({"b": STRING})), set_of(_A_NUMBER)], None),
        ([STRING, Tuple((STRING,)), set_of(STRING), map_of(STRING)], None),
    ],
)
def test_types_have_that_type_in_common_which_terraform_finds(
    kinds: list[Kind], wanted: Kind | None
) -> None:
    assert unified(kinds) == wanted
    assert unified(kinds[::-1]) == wanted
