# SPDX-License-Identifier: Apache-2.0
"""Values that were made at once are those that are made one by one."""

import dataclasses
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.model.many import many
from bartizan.model.step import Foothold


@dataclass(frozen=True)
class Loose:
    """Has no slots."""

    name: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Does more than set its fields."""

    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name.lower())


@given(st.lists(st.tuples(st.text(), st.text())))
def test_values_made_at_once_are_those_made_one_by_one(pairs: list[tuple[str, str]]) -> None:
    columns = {
        "ability": [ability for ability, _ in pairs],
        "entity": [entity for _, entity in pairs],
    }

    assert many(Foothold, columns, size=len(pairs)) == [Foothold(*pair) for pair in pairs]


def test_they_are_as_frozen_and_as_hashable() -> None:
    (made,) = many(Foothold, {"ability": ["read"], "entity": ["b"]}, size=1)

    assert hash(made) == hash(Foothold("read", "b"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.entity = "c"  # type: ignore[misc]


@pytest.mark.parametrize(
    "columns",
    [
        {"ability": ["read"]},
        {"ability": ["read"], "entity": ["b"], "more": ["c"]},
        {"ability": ["read"], "entity": ["b", "c"]},
        {"ability": ["read"], "entity": []},
    ],
)
def test_columns_that_do_not_fit_are_refused(columns: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="no 1 values of Foothold"):
        many(Foothold, columns, size=1)


@pytest.mark.parametrize("kind", [Loose, Busy])
def test_a_class_that_is_more_than_slots_is_refused(kind: type) -> None:
    with pytest.raises(TypeError, match="slots alone"):
        many(kind, {"name": ["A"]}, size=1)
