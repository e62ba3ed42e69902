# SPDX-License-Identifier: Apache-2.0
"""Makes a failure on generated facts small enough to read: what can go, goes."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.policy import Policy
from bartizan.model.table import Row
from tests.fakes.known_rows import rows

T = TypeVar("T")


def smallest(facts: Facts, fails: Callable[[Facts], bool]) -> Facts:
    """Return facts that still fail, of which no row or statement can be spared."""
    kept = _spared(list(rows(facts)), lambda some: fails(Facts.of(some)))
    for number, row in enumerate(kept):
        for lesser in _lesser(row):
            shorter = [*kept[:number], lesser, *kept[number + 1 :]]
            if fails(Facts.of(shorter)):
                kept = shorter
    return Facts.of(kept)


def _spared(kept: list[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """Leave out runs of items, long ones first."""
    size = max(1, len(kept) // 2)
    while size:
        start = 0
        while start < len(kept):
            without = [*kept[:start], *kept[start + size :]]
            if fails(without):
                kept = without
            else:
                start += size
        size //= 2
    return kept


def _lesser(row: Row) -> Iterator[Row]:
    """Yield a policy with one statement alone."""
    if not isinstance(row, Policy) or row.document is None:
        return
    body = json.loads(row.document)
    stated = body.get("Statement")
    if isinstance(stated, list):
        for one in stated:
            yield replace(row, document=json.dumps({**body, "Statement": one}))


def written(facts: Facts, words: Sequence[str]) -> str:
    """Write a failure for a person."""
    return "\n".join([*words, *(str(row) for row in rows(facts))])
