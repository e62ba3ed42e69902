# SPDX-License-Identifier: Apache-2.0
"""Equality and the order of sets, by examples that Terraform 1.11 was asked."""

from fractions import Fraction

import pytest

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    list_datum,
    map_datum,
    mapping,
    null,
    number,
    sequence,
    text,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import equal, set_datum
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
)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (text("1"), number(1), False),
        (null(), null(STRING), True),
        (null(), list_datum(STRING, []), False),
        (sequence([number(1)]), list_datum(NUMBER, [number(1)]), False),
        (sequence([null()]), sequence([null()]), True),
        (sequence([null()]), sequence([null(STRING)]), False),
        (mapping({"a": number(1)}), mapping({"a": number(1)}), True),
        (unknown(STRING), number(1), False),
        (unknown(STRING), text("a"), None),
        (unknown(), number(1), None),
        (unknown(STRING), null(), None),
        (sequence([unknown(STRING)]), null(), False),
        (sequence([unknown(STRING)]), sequence([text("a")]), None),
    ],
)
def test_equal_values_have_one_type_too(one: Datum, other: Datum, *, wanted: bool | None) -> None:
    for answer in (equal(one, other), equal(other, one)):
        assert answer.value == wanted if wanted is not None else not answer.known


def test_comparing_something_sensitive_is_sensitive() -> None:
    secret = Datum(STRING, "a", sensitive=True)

    assert equal(sequence([secret]), sequence([text("a")])) == Datum(
        truth(value=True).kind, value=True, sensitive=True
    )


def test_a_mark_of_a_part_covers_the_set() -> None:
    thing = mapping({"a": Datum(STRING, "x", sensitive=True)})

    found = set_datum(thing.kind, [thing, mapping({"a": text("y")})])

    assert found.sensitive
    assert found.value == (mapping({"a": text("x")}), mapping({"a": text("y")}))


def _thing(count: int, name: str) -> Datum:
    return mapping({"a": number(count), "b": text(name)})


_THING = Object.of({"a": NUMBER, "b": STRING})


@pytest.mark.parametrize(
    ("element", "given", "wanted"),
    [
        (STRING, [text("b"), text("é"), text("B"), null(STRING), text("b")], [2, 0, 1, 3]),
        (NUMBER, [number(10), number(9), number(-1)], [2, 1, 0]),
        (BOOL, [truth(value=True), truth(value=False)], [1, 0]),
        (list_of(BOOL), [list_datum(BOOL, [truth(value=True)]), list_datum(BOOL, [])], [0, 1]),
        (
            map_of(STRING),
            [map_datum(STRING, {"b": text("x")}), map_datum(STRING, {"a": null(STRING)})],
            [1, 0],
        ),
        (Tuple((NUMBER,)), [sequence([number(2)]), sequence([number(10)])], [1, 0]),
        (_THING, [_thing(1, "x"), _thing(10, "y"), _thing(2, "z")], [1, 0, 2]),
    ],
)
def test_a_set_holds_each_once_in_its_order(
    element: Kind, given: list[Datum], wanted: list[int]
) -> None:
    assert list(set_datum(element, given).parts()) == [given[place] for place in wanted]


@pytest.mark.parametrize(
    ("element", "given"),
    [
        (STRING, [unknown(STRING), text("a")]),
        (_THING, [_thing(1, "é"), _thing(1, "x")]),
        (_THING, [_thing(12345678901, "x"), _thing(1, "x")]),
        (DYNAMIC, [unknown()]),
        (map_of(STRING), [map_datum(STRING, {"é": text("x")}), map_datum(STRING, {})]),
        (Tuple((NUMBER,)), [sequence([number(Fraction(1, 9999))]), sequence([number(1)])]),
    ],
)
def test_a_set_is_unknown_where_its_order_is(element: Kind, given: list[Datum]) -> None:
    assert not set_datum(element, given).known
