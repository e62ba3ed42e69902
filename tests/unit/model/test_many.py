# SPDX-License-Identifier: Apache-2.0
"""Values that were made at once are those that are made one by one."""

import dataclasses
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.model.evidence import Evidence
from bartizan.model.many import many
from bartizan.model.step import Ask, Foothold


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
    first, second = [first for first, _ in pairs], [second for _, second in pairs]
    blank, none = [""] * len(pairs), [None] * len(pairs)

    footholds = many(Foothold, {"entity": second, "ability": first}, size=len(pairs))
    facts = many(
        Evidence,
        {"why": first, "subject": second, "statement": blank, "position": none, "excerpt": blank},
        size=len(pairs),
    )

    assert footholds == [Foothold(*pair) for pair in pairs]
    assert all(type(made) is Foothold for made in footholds)
    assert facts == [Evidence(why=why, subject=subject) for why, subject in pairs]


def test_they_are_as_frozen_and_as_hashable() -> None:
    columns: dict[str, list[object]] = {
        "principal": ["p"],
        "action": ["a"],
        "resource": ["r"],
        "context": [()],
    }
    (made,) = many(Ask, columns, size=1)

    assert hash(made) == hash(Ask(principal="p", action="a", resource="r"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.action = "c"  # type: ignore[misc]


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
