# SPDX-License-Identifier: Apache-2.0
"""Folds ways that are blocked by the same things, whatever address was tried on them."""

from collections.abc import Iterable

from bartizan.model.packet import Blocked, Blocker, Reach

Ways = tuple[tuple[Blocker, ...], ...]


def folded(verdict: Reach) -> Reach:
    """Return an answer in which no two ways differ in the words of their blockers alone."""
    return Blocked(ways=fold(verdict.ways)) if isinstance(verdict, Blocked) else verdict


def fold(ways: Iterable[tuple[Blocker, ...]]) -> Ways:
    """Return the first of the ways that are blocked by the same things, the fewest first."""
    kept: dict[tuple[object, ...], tuple[Blocker, ...]] = {}
    for way in sorted(ways, key=lambda way: (len(way), way)):
        kept.setdefault(tuple((one.code, one.at, one.back, one.rules) for one in way), way)
    return tuple(kept.values())
