# SPDX-License-Identifier: Apache-2.0
"""Steps of few words, for tests of search and cut."""

from collections.abc import Iterable, Sequence

from bartizan.model.path import Entry, Jewel
from bartizan.model.remedy import Detach, Remedy
from bartizan.model.step import Breaker, Condition, Foothold, Step


def held(name: str) -> Foothold:
    """`act-as x` for `x`, else `ability entity` as it is printed."""
    ability, _, entity = name.rpartition(" ")
    return Foothold(ability or "act-as", entity)


def remedy(name: str) -> Remedy:
    """The remedy `x`, or `x=5` for one that costs 5."""
    title, _, cost = name.partition("=")
    change = Detach(policy=title, target="somebody")
    return Remedy(change=change, title=title, cost=int(cost or 1))


def step(
    arrow: str,
    *,
    cost: int = 1,
    breakers: Iterable[str] = (),
    missing: Sequence[str] = (),
    conditions: Sequence[Condition] = (),
    technique: str = "move",
) -> Step:
    """Make `a, b > c` a step; a breaker is its remedies with `+` between them."""
    needs, _, grants = arrow.partition(" > ")
    return Step(
        technique=technique,
        needs=tuple(sorted(map(held, needs.split(", ")))),
        grants=held(grants),
        cost=cost,
        conditions=tuple(conditions),
        breakers=tuple(
            Breaker(remedies=tuple(map(remedy, breaker.split("+")))) for breaker in breakers
        ),
        missing=tuple(missing),
    )


def lasting(key: str, *values: str) -> Condition:
    """A condition that binds the whole path."""
    return Condition(text=f"{key} is {values}", key=key, values=values, lasting=True)


def entry(name: str) -> Entry:
    """Stand at `name`."""
    return Entry(foothold=held(name), name=name)


def jewel(name: str, *, rank: int = 2, owner: str = "") -> Jewel:
    """Lose `name`."""
    return Jewel(foothold=held(name), name=name, rank=rank, owner=owner)
