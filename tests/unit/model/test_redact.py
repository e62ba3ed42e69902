# SPDX-License-Identifier: Apache-2.0
import base64
import gzip
from collections.abc import Mapping

import pytest

from bartizan.model.record import Json
from bartizan.model.redact import marked, redact
from bartizan.model.secret import MARKER, SCAN_LIMIT, mark

_KEY = b"0" * 32
_ACCESS_KEY = "AKIA" + "ABCDEFGHIJKLMNOP"
_SCRIPT = f"#!/bin/sh\nexport AWS_ACCESS_KEY_ID={_ACCESS_KEY}\n"


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _inner(value: Json) -> Mapping[str, Json]:
    assert isinstance(value, dict)
    inner = value[MARKER]
    assert isinstance(inner, dict)
    return inner


def test_only_the_named_places_are_hidden() -> None:
    element: dict[str, Json] = {
        "Name": "f",
        "Environment": {"Variables": {"A": "x", "B": "y"}, "Error": None},
        "List": [{"Value": "z", "Name": "n"}],
    }

    assert redact(element, ["Environment.Variables.*", "List[].Value"], key=_KEY) == {
        "Name": "f",
        "Environment": {
            "Variables": {"A": mark("x", key=_KEY), "B": mark("y", key=_KEY)},
            "Error": None,
        },
        "List": [{"Value": mark("z", key=_KEY), "Name": "n"}],
    }


def test_a_place_that_is_not_there_changes_nothing() -> None:
    element: dict[str, Json] = {"Name": "f", "Environment": {}, "Size": 3, "List": []}
    places = ["Environment.Variables.*", "Missing", "Size", "List[].Value"]

    assert redact(element, places, key=_KEY) == element


def test_the_element_that_was_given_stays_as_it_was() -> None:
    element: dict[str, Json] = {"A": {"B": "x"}}
    redact(element, ["A.B"], key=_KEY)

    assert element == {"A": {"B": "x"}}


def test_all_strings_under_a_place_are_hidden_and_numbers_stay() -> None:
    element: dict[str, Json] = {"A": {"B": ["x", 1, {"C": "y"}], "D": True}}

    assert redact(element, ["A"], key=_KEY) == {
        "A": {"B": [mark("x", key=_KEY), 1, {"C": mark("y", key=_KEY)}], "D": True}
    }


@pytest.mark.parametrize(
    "content",
    [
        _SCRIPT,
        _encoded(_SCRIPT.encode()),
        _encoded(_SCRIPT.encode()) + "\n",
        _encoded(gzip.compress(_SCRIPT.encode())),
    ],
    ids=["plain", "base64", "base64 with a line end", "gzip"],
)
def test_a_script_is_searched_however_it_is_encoded(content: str) -> None:
    marker = _inner(redact({"UserData": content}, ["UserData"], key=_KEY)["UserData"])
    found = marker["found"]
    assert isinstance(found, list)

    assert [one["id"] for one in found if isinstance(one, dict)] == [_ACCESS_KEY]


@pytest.mark.parametrize(
    "content",
    [
        _encoded(gzip.compress(_SCRIPT.encode())[:20]),
        _encoded(bytes(range(128, 256)) * 4),
        "not base64 at all!",
    ],
    ids=["truncated gzip", "binary", "plain"],
)
def test_what_encodes_no_text_is_hidden_all_the_same(content: str) -> None:
    marker = _inner(redact({"A": content}, ["A"], key=_KEY)["A"])

    assert "found" not in marker
    assert marker["length"] == len(content)


def test_a_bomb_is_unpacked_no_further_than_it_is_searched() -> None:
    bomb = _encoded(gzip.compress(b"a " * 5 * SCAN_LIMIT))
    marker = _inner(redact({"A": bomb}, ["A"], key=_KEY)["A"])

    assert marker["cut"] is True


def test_all_inside_a_value_is_marked_names_and_numbers_included() -> None:
    value: Json = {"user": {"pin": 7}, "on": True, "none": None, "list": ["a"]}

    def marker(text: str) -> Json:
        return mark(text, key=_KEY)

    assert marked(value, key=_KEY) == [
        marker("user"), [marker("pin"), marker("7")],
        marker("on"), True,
        marker("none"), None,
        marker("list"), [marker("a")],
    ]  # fmt: skip
