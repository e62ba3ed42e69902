# SPDX-License-Identifier: Apache-2.0
"""Entities that could stand in one another's place, so that one path tells of all of them."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from bartizan.model.path import Path
from bartizan.model.step import Foothold, Step

Twins: TypeAlias = Mapping[str, tuple[str, ...]]
"""Entity to all that are interchangeable with it, itself included, sorted."""

_HERE = "\x00"
"""Stands for the entity itself in what is said of it; no entity is named so."""


def interchangeable(steps: Iterable[Step], *, apart: Collection[str]) -> Twins:
    """Group the entities of which all steps say the same, but for the name.

    Two entities are alike if for every step that mentions the one there is a step that mentions
    the other in its place and agrees in technique, cost, conditions, certainty and all other
    footholds. Any proof with the one is then a proof with the other. Entities in `apart`
    (entries and jewels) are like nothing else.
    """
    said: dict[str, set[object]] = {}
    for step in steps:
        named = {step.grants.entity}
        for need in step.needs:
            named.add(need.entity)
        for entity in named:
            if entity not in apart:
                said.setdefault(entity, set()).add(_as_seen_from(entity, step))
    groups: dict[frozenset[object], list[str]] = {}
    for entity, sayings in said.items():
        groups.setdefault(frozenset(sayings), []).append(entity)
    return {
        entity: tuple(sorted(group))
        for group in groups.values()
        if len(group) > 1
        for entity in group
    }


def _as_seen_from(entity: str, step: Step) -> object:
    grants, needs = step.grants, step.needs
    return (
        step.technique,
        step.cost,
        step.conditions,
        step.proved,
        (grants.ability, _HERE) if grants.entity == entity else grants,
        frozenset([(need.ability, _HERE) if need.entity == entity else need for need in needs]),
    )


def kind_of(step: Step, twins: Twins) -> tuple[object, ...]:
    """Return what `step` has in common with the steps of the twins of its entities."""

    def first(foothold: Foothold) -> Foothold:
        group = twins.get(foothold.entity)
        return Foothold(foothold.ability, group[0]) if group else foothold

    return (step.technique, first(step.grants), tuple(sorted(first(n) for n in step.needs)))


def folded(path: Path, twins: Twins) -> Path:
    """Say on `path` who else could stand in the place of each of its entities."""
    here = {step.grants.entity for step in path.steps}
    here |= {need.entity for step in path.steps for need in step.needs}
    others = {
        entity: tuple(twin for twin in twins[entity] if twin != entity)
        for entity in sorted(here)
        # Where two twins are used at once, neither is free to be the other.
        if entity in twins and here.isdisjoint(set(twins[entity]) - {entity})
    }
    return replace(path, folded=others)
