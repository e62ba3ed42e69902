# SPDX-License-Identifier: Apache-2.0
"""Fields of bodies: a wrong type is named by where it is, and what is missing is empty."""

import pytest

from bartizan.model.record import Json
from bartizan.sources.aws.facts.body import MalformedBodyError, text


@pytest.mark.parametrize(
    ("body", "place"),
    [({"a": "x"}, "a"), ({"a": {"b": [1]}}, "a.b"), ({"a": [{"b": {}}]}, "a")],
)
def test_what_is_no_object_on_the_way_is_named_by_its_place(
    body: dict[str, Json], place: str
) -> None:
    with pytest.raises(MalformedBodyError) as refused:
        text(body, "a", "b", "c")

    assert str(refused.value) == f"`{place}` is no object"


def test_what_lies_under_nothing_is_nothing() -> None:
    assert text({"a": None}, "a", "b", "c") == ""
