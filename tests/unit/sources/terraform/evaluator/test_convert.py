# SPDX-License-Identifier: Apache-2.0
"""Conversions, by examples that Terraform 1.11 was asked."""

from fractions import Fraction

import pytest

from bartizan.sources.terraform.evaluator.convert import converted, vague
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
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
from bartizan.sources.terraform.evaluator.elements import set_datum
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

_THING = Object.of({"a": NUMBER})


@pytest.mark.parametrize(
    ("given", "kind", "wanted"),
    [
        (number(5), STRING, text("5")),
        (number(Fraction(1, 2)), STRING, text("0.5")),
        (truth(value=True), STRING, text("true")),
        (text("1"), BOOL, truth(value=True)),
        (text("5."), NUMBER, number(5)),
        (text(".5e1"), NUMBER, number(5)),
        (text("1p3"), NUMBER, unknown(NUMBER, "an unusual number")),
        (text("-0"), NUMBER, unknown(NUMBER, "an unusual number")),
        (null(), STRING, null(STRING)),
        (null(), list_of(STRING), null(list_of(STRING))),
        (unknown(NUMBER, "x"), STRING, unknown(STRING, "x")),
        (sequence([]), list_of(DYNAMIC), list_datum(DYNAMIC, [])),
        (sequence([]), list_of(STRING), list_datum(STRING, [])),
        (
            sequence([text("a"), number(1), null()]),
            list_of(DYNAMIC),
            list_datum(STRING, [text("a"), text("1"), null(STRING)]),
        ),
        (sequence([null(), null()]), list_of(DYNAMIC), list_datum(DYNAMIC, [null(), null()])),
        (
            sequence([text("b"), text("a"), text("b"), null()]),
            set_of(DYNAMIC),
            set_datum(STRING, [text("a"), text("b"), null(STRING)]),
        ),
        (
            mapping({"a": truth(value=False), "b": text("x")}),
            map_of(DYNAMIC),
            map_datum(STRING, {"a": text("false"), "b": text("x")}),
        ),
        (
            sequence([sequence([number(1)]), sequence([text("a"), text("b")])]),
            list_of(DYNAMIC),
            list_datum(
                list_of(STRING),
                [list_datum(STRING, [text("1")]), list_datum(STRING, [text("a"), text("b")])],
            ),
        ),
        (
            map_datum(STRING, {"a": text("1"), "z": text("2")}),
            Object.of({"a": NUMBER, "b": STRING}, frozenset({"b"})),
            mapping({"a": number(1), "b": null(STRING)}),
        ),
        (
            mapping({"a": number(1), "left": text("out")}),
            Object.of({"a": STRING}),
            mapping({"a": text("1")}),
        ),
        (
            sequence([unknown(DYNAMIC, "x"), text("a")]),
            list_of(STRING),
            list_datum(STRING, [unknown(STRING, "x"), text("a")]),
        ),
        (
            sequence([unknown(DYNAMIC, "x"), text("a")]),
            list_of(DYNAMIC),
            unknown(list_of(DYNAMIC), "x"),
        ),
        (
            sequence([number(1), text("a")]),
            Tuple((STRING, STRING)),
            sequence([text("1"), text("a")]),
        ),
        (map_datum(NUMBER, {"a": number(1)}), map_of(STRING), map_datum(STRING, {"a": text("1")})),
        (list_datum(NUMBER, []), set_of(STRING), set_datum(STRING, [])),
        (list_datum(NUMBER, []), set_of(DYNAMIC), set_datum(NUMBER, [])),
        (
            map_datum(DYNAMIC, {"a": null()}),
            map_of(list_of(DYNAMIC)),
            map_datum(list_of(DYNAMIC), {"a": null(list_of(DYNAMIC))}),
        ),
        (
            mapping({"a": null(), "b": mapping({"c": text("x")})}),
            map_of(DYNAMIC),
            map_datum(
                Object.of({"c": STRING}),
                {"a": null(Object.of({"c": STRING})), "b": mapping({"c": text("x")})},
            ),
        ),
        (null(Tuple((NUMBER, STRING))), list_of(DYNAMIC), null(list_of(STRING))),
        (null(Object.of({"a": NUMBER})), map_of(DYNAMIC), null(map_of(NUMBER))),
        (null(Tuple((NUMBER,))), Tuple((DYNAMIC,)), null(Tuple((NUMBER,)))),
        (null(map_of(NUMBER)), Object.of({"a": DYNAMIC}), null(Object.of({"a": NUMBER}))),
        (
            unknown(Object.of({"a": NUMBER}), "x"),
            Object.of({"a": DYNAMIC, "b": DYNAMIC}, frozenset({"b"})),
            unknown(Object.of({"a": NUMBER, "b": DYNAMIC}), "x"),
        ),
        (
            map_datum(list_of(DYNAMIC), {"a": list_datum(DYNAMIC, [])}),
            map_of(list_of(DYNAMIC)),
            map_datum(list_of(DYNAMIC), {"a": list_datum(DYNAMIC, [])}),
        ),
        (
            map_datum(Tuple((NUMBER,)), {"a": sequence([number(1)]), "b": null(Tuple((NUMBER,)))}),
            map_of(list_of(DYNAMIC)),
            map_datum(
                list_of(NUMBER),
                {"a": list_datum(NUMBER, [number(1)]), "b": null(list_of(NUMBER))},
            ),
        ),
        (unknown(list_of(DYNAMIC), "x"), list_of(STRING), unknown(list_of(STRING), "x")),
        (
            sequence([unknown(why="x")]),
            Tuple((list_of(STRING),)),
            sequence([unknown(list_of(STRING), "x")]),
        ),
        (unknown(list_of(NUMBER), "x"), set_of(DYNAMIC), unknown(set_of(NUMBER), "x")),
        (sequence([unknown(STRING, "x")]), set_of(STRING), unknown(set_of(STRING), "x")),
    ],
)
def test_a_value_becomes_what_terraform_makes_of_it(
    given: Datum, kind: Kind, wanted: Datum
) -> None:
    assert converted(given, kind) == wanted


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (number(1), BOOL),
        (truth(value=True), NUMBER),
        (text("yes"), BOOL),
        (text("0x10"), NUMBER),
        (text(""), NUMBER),
        (text(" 1"), NUMBER),
        (text("a"), list_of(STRING)),
        (unknown(list_of(STRING)), STRING),
        (sequence([number(1), truth(value=True)]), list_of(DYNAMIC)),
        (sequence([text("a"), unknown()]), list_of(NUMBER)),
        (
            sequence([list_datum(DYNAMIC, []), list_datum(_THING, [mapping({"a": number(1)})])]),
            list_of(DYNAMIC),
        ),
        (sequence([text("a")]), map_of(STRING)),
        (sequence([text("a")]), Tuple((STRING, STRING))),
        (mapping({}), Object.of({"a": STRING})),
        (sequence([unknown()]), STRING),
        (sequence([unknown()]), BOOL),
        (sequence([unknown()]), NUMBER),
        (sequence([unknown()]), map_of(STRING)),
        (sequence([unknown()]), Object.of({"a": STRING})),
        (sequence([unknown()]), Tuple((STRING, STRING))),
        (mapping({"a": unknown()}), list_of(STRING)),
        (mapping({"a": unknown()}), Tuple((STRING,))),
        (map_datum(STRING, {}), Object.of({"a": STRING})),
    ],
)
def test_what_terraform_surely_refuses_is_refused(given: Datum, kind: Kind) -> None:
    with pytest.raises(RefusedError):
        converted(given, kind)


def test_marks_stay_where_they_are_and_cover_a_set() -> None:
    secret = text("1").marked(truth(value=True), Datum(STRING, "", sensitive=True))

    as_list = converted(sequence([secret, text("2")]), list_of(NUMBER))
    as_set = converted(sequence([secret, text("2")]), set_of(NUMBER))

    assert [one.sensitive for one in as_list.parts()] == [True, False]
    assert not as_list.sensitive
    assert as_set.sensitive
    assert not any(one.sensitive for one in as_set.parts())


def test_only_unknown_values_of_open_types_are_vague() -> None:
    assert vague(sequence([unknown()]))
    assert vague(unknown(list_of(DYNAMIC)))
    assert not vague(sequence([null(), unknown(STRING)]))


@pytest.mark.parametrize("kind", [BOOL, NUMBER, STRING])
@pytest.mark.parametrize("given", [list_of(DYNAMIC), Tuple((DYNAMIC,)), Object.of({"a": DYNAMIC})])
def test_what_has_parts_is_refused_as_a_primitive_whatever_they_are(
    given: Kind, kind: Kind
) -> None:
    """Terraform refuses `[for x in [] : x if x == 1 ? [] : tolist([])]`."""
    with pytest.raises(RefusedError):
        converted(unknown(given), kind)


def test_a_map_of_what_has_no_type_in_common_in_the_end_is_not_known() -> None:
    """Terraform makes `{}` of `coalesce({ a = tolist([]), b = tolist([tomap({ c = 1 })]) }, {})`,
    and drops what is in it.
    """
    given = mapping(
        {
            "a": list_datum(DYNAMIC, []),
            "b": list_datum(map_of(NUMBER), [map_datum(NUMBER, {"c": number(1)})]),
        }
    )

    assert not converted(given, map_of(list_of(DYNAMIC))).known
