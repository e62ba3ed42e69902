# SPDX-License-Identifier: Apache-2.0
"""Theorems of what a change opens, on small estates of every shape."""

from hypothesis import given
from hypothesis import strategies as st

from bartizan.model.step import Step
from bartizan.paths.definition import cheapest
from bartizan.paths.novel import novel
from tests.fakes.attack_steps import entry, jewel, step

JEWELS = ("6", "7")
names = st.sampled_from([str(number) for number in range(8)])
steps = st.builds(
    lambda needs, grants, cost: step(f"{', '.join(sorted(needs))} > {grants}", cost=cost),
    st.sets(names, min_size=1, max_size=3),
    names,
    st.integers(1, 9),
)
estates = st.lists(steps, max_size=12)


def lost(estate: list[Step]) -> set[str]:
    """Return what can be gained, by the definition."""
    rows = [([int(n.entity) for n in s.needs], int(s.grants.entity), s.cost) for s in estate]
    return {str(number) for number in cheapest(rows, [0])}


def opened(before: list[Step], after: list[Step]) -> dict[str, list[Step]]:
    found = novel(before, after, [entry("0")], [jewel(name) for name in JEWELS])
    return {path.jewel.foothold.entity: list(path.steps) for path in found}


@given(estates, estates)
def test_what_only_a_change_makes_reachable_is_always_told(
    before: list[Step], more: list[Step]
) -> None:
    found = opened(before, [*before, *more])

    new = (lost([*before, *more]) - lost(before)) & set(JEWELS)
    assert new <= set(found)


@given(estates, estates)
def test_every_path_that_a_change_opens_holds_and_takes_a_new_step(
    before: list[Step], more: list[Step]
) -> None:
    known = {(one.needs, one.grants) for one in before}
    for target, road in opened(before, [*before, *more]).items():
        held = {"0"}
        for one in road:
            assert {need.entity for need in one.needs} <= held
            held.add(one.grants.entity)
        assert target in held
        assert any((one.needs, one.grants) not in known for one in road)


@given(estates, st.integers(0, 12))
def test_taking_steps_away_opens_nothing(before: list[Step], kept: int) -> None:
    assert opened(before, before[:kept]) == {}
