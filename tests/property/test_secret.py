# SPDX-License-Identifier: Apache-2.0
import base64
import itertools
import json

import hypothesis.strategies as st
from hypothesis import assume, given

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.model.secret import MARKER, find, mark

_KEY = b"0" * 32
_WORDS = json.dumps([mark(text, key=_KEY) for text in ("x", "y" * 44)])

secrets = st.text(min_size=4, max_size=80)


@given(value=secrets)
def test_nothing_of_a_value_survives_its_marker(value: str) -> None:
    assume(not value.startswith(("AKIA", "ASIA")))
    for encoded in (value, base64.b64encode(value.encode("utf-8", "replace")).decode()):
        marker = redact({"A": encoded}, ["A"], key=_KEY)["A"]
        inner = marker[MARKER] if isinstance(marker, dict) else None
        assert isinstance(inner, dict)
        # What is left is the kind and its words, a number, and a keyed digest.
        assert set(inner) <= {"kind", "fingerprint", "length", "hint", "found", "cut"}
        told = json.dumps({**inner, "fingerprint": ""}, ensure_ascii=False)
        assert value not in told or value in _WORDS


@given(
    before=st.text(alphabet="abc \n", max_size=20),
    secret=st.text(alphabet="Gg7hunter", min_size=36, max_size=40),
    after=st.text(alphabet=" \n", min_size=1, max_size=20),
)
def test_a_token_is_found_wherever_it_stands(before: str, secret: str, after: str) -> None:
    text = f"{before} ghp_{secret}{after}"

    assert [found.of(text) for found in find(text)] == [f"ghp_{secret}"]


@given(st.text())
def test_what_is_found_is_in_order_and_apart(text: str) -> None:
    spans = [(found.start, found.end) for found in find(text)]

    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


bodies: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["A", "B", "Value"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(body=st.dictionaries(st.sampled_from(["A", "B"]), bodies, max_size=2))
def test_no_string_is_left_under_a_place_whatever_the_shape(body: dict[str, Json]) -> None:
    hidden = redact(body, ["A.*.Value", "A[].Value", "A"], key=_KEY)

    assert _strings(hidden.get("A")) == []
    assert hidden.get("B") == body.get("B")
    assert redact(hidden, ["A"], key=_KEY) == hidden


def _strings(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    if isinstance(value, dict):
        if set(value) == {MARKER}:
            return []
        return [text for item in value.values() for text in _strings(item)]
    return []
