# SPDX-License-Identifier: Apache-2.0
"""Whether the conditions of many steps can hold together on one path."""

from collections.abc import Iterable, Sequence

from bartizan.model.step import Condition, Step
from bartizan.model.wildcard import has_wildcard, overlap


def joined(steps: Iterable[Step]) -> tuple[Condition, ...]:
    """Return the conditions of all `steps`, each once, in the order in which they are met."""
    return tuple(dict.fromkeys(held for step in steps for held in step.conditions))


def contradiction(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return lasting conditions that no one value satisfies, none too many; empty if all agree."""
    by_key: dict[str, list[Condition]] = {}
    for held in conditions:
        if held.lasting and held.values:
            by_key.setdefault(held.key.lower(), []).append(held)
    for key in sorted(by_key):
        if not _satisfiable(by_key[key]):
            return _smallest(by_key[key])
    return ()


def _smallest(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Drop what the contradiction does not need."""
    kept = list(conditions)
    for held in conditions:
        fewer = [other for other in kept if other is not held]
        if not _satisfiable(fewer):
            kept = fewer
    return tuple(kept)


def _satisfiable(conditions: Sequence[Condition]) -> bool:
    """Tell whether some value may satisfy all; in doubt, it may."""
    if not conditions:
        return True
    common: Sequence[str] = conditions[0].values
    for held in conditions[1:]:
        common = [_narrower(a, b) for a in common for b in held.values if overlap(a, b)]
    return bool(common)


def _narrower(one: str, other: str) -> str:
    """Return the more exact of two patterns that share a value.

    Of two patterns with wildcards the first stands for both, which can only admit more.
    """
    return other if has_wildcard(one) and not has_wildcard(other) else one
