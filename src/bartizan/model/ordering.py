# SPDX-License-Identifier: Apache-2.0
"""The order in which steps come, which is the same from run to run."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from bartizan.model.step import Foothold, Step


def in_order(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield each step once, by what it grants, what it needs, technique and cost, and then by all
    else.
    """
    for _, alike in groupby(sorted(steps, key=_key), key=_key):
        held = list(alike)
        yield from held if len(held) == 1 else sorted(dict.fromkeys(held), key=repr)


def _key(step: Step) -> tuple[object, ...]:
    needs = tuple(map(_texts, step.needs))
    return _texts(step.grants), needs, step.technique, step.cost


def _texts(foothold: Foothold) -> tuple[str, str]:
    return foothold.ability, foothold.entity
