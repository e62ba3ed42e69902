# SPDX-License-Identifier: Apache-2.0
"""What is taken for JSON, and in which encodings."""

import contextlib
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import InputError, Location
from bartizan.model import json_text

VALUE = {"name": "façade", "list": [1, None, True]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_shells_of_all_systems_may_have_written_it(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    content = mark + json.dumps(VALUE, ensure_ascii=False).encode(encoding)

    assert json_text.parse(content, "f") == VALUE


def test_a_packed_file_is_unpacked() -> None:
    assert json_text.parse(gzip.compress(json.dumps(VALUE).encode()), "f") == VALUE


def test_a_file_over_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "SIZE", 8)

    with pytest.raises(InputError, match="larger than"):
        json_text.parse(b'{"a": 1234}', "f")
    with pytest.raises(InputError, match="larger than"):
        json_text.parse(gzip.compress(b" " * 1000), "f")


@given(st.binary(max_size=200))
def test_whatever_a_file_holds_nothing_else_is_raised(content: bytes) -> None:
    with contextlib.suppress(InputError):
        json_text.parse(content, "f")


@pytest.mark.parametrize(
    ("opened", "closed", "levels"), [("[", "]", 1), ('{"a":', "}", 1), ('{"}[":[', "]}", 2)]
)
def test_what_lies_too_deep_is_refused_with_its_place(
    opened: str, closed: str, levels: int
) -> None:
    most = json_text.DEPTH // levels
    json_text.parse(f"{opened * most}0{closed * most}".encode(), "f")

    with pytest.raises(InputError, match="levels deep") as caught:
        json_text.parse(f"\n{opened * most}[0]{closed * most}".encode(), "f")

    assert caught.value.at == Location("f", 2, len(opened) * most + 1)


def test_brackets_in_texts_are_no_levels() -> None:
    value = ["[" * 500, '\\"[' * 500, {"{" * 500: []}]

    assert json_text.parse(json.dumps(value).encode(), "f") == value


@pytest.mark.parametrize("half", [r"\ud800", r"\uDFFF", r"a\udc00\ud800", r"\\\ud800"])
@pytest.mark.parametrize("around", ['{"a": ["%s"]}', '{"%s": 1}'])
def test_halves_of_characters_are_refused(half: str, around: str) -> None:
    with pytest.raises(InputError, match="is half of a character"):
        json_text.parse((around % half).encode(), "f")


def test_whole_characters_and_texts_that_look_like_halves_are_taken() -> None:
    assert json_text.parse(rb'["\ud83d\ude00", "\\ud800"]', "f") == ["\U0001f600", "\\ud800"]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" + "0" * 400 + ".0"])
def test_numbers_without_bounds_are_refused(number: str) -> None:
    with pytest.raises(InputError, match="is larger than a number may be"):
        json_text.parse(f'{{"a": {number}}}'.encode(), "f")


def test_a_number_of_too_many_digits_is_refused_in_words() -> None:
    with pytest.raises(InputError, match=r"^a number of too many digits$"):
        json_text.parse(b'{"a": ' + b"1" * 5000 + b"}", "f")
