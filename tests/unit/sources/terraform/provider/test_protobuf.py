# SPDX-License-Identifier: Apache-2.0
"""Messages on the wire, as the format's own page shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.sources.terraform.provider.protobuf import Field, Kind, Message, decode, encode

INNER: Message = {"number": Field(1, Kind.NUMBER)}
MESSAGE: Message = {
    "number": Field(1, Kind.NUMBER),
    "text": Field(2),
    "inner": Field(3, Kind.MESSAGE, INNER),
    "many": Field(4, Kind.MESSAGE, INNER, many=True),
    "raw": Field(16, Kind.BYTES),
}


@pytest.mark.parametrize(
    ("values", "content"),
    [
        ({"number": 150}, "089601"),
        ({"text": "testing"}, "120774657374696e67"),
        ({"inner": {"number": 150}}, "1a03089601"),
        ({"many": [{"number": 1}, {"number": 2}]}, "2202080122020802"),
        ({"raw": b"\xff"}, "820101ff"),
        ({"number": 0, "text": ""}, ""),
        ({"inner": {}}, "1a00"),
    ],
)
def test_values_are_written_as_the_page_of_the_format_shows(
    values: dict[str, object], content: str
) -> None:
    assert encode(MESSAGE, values).hex() == content


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "number": st.integers(1, 2**63),
            "text": st.text(min_size=1),
            "inner": st.fixed_dictionaries({"number": st.integers(1, 9)}),
            "many": st.lists(st.fixed_dictionaries({"number": st.integers(1, 9)}), min_size=1),
            "raw": st.binary(min_size=1),
        },
    )
)
def test_what_is_written_is_read_again(values: dict[str, object]) -> None:
    assert decode(MESSAGE, encode(MESSAGE, values)) == values


def test_fields_that_nobody_asked_for_are_skipped() -> None:
    content = bytes.fromhex("28013101020304050607083d01020304089601")

    assert decode(MESSAGE, content) == {"number": 150}


@pytest.mark.parametrize(
    "content", ["08", "0896", "1207", "12077465", "0b", "08" + "ff" * 11, "0a00"]
)
def test_a_damaged_message_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"cut short|another kind|not understood|too long"):
        decode(MESSAGE, bytes.fromhex(content))
