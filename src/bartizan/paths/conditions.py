# SPDX-License-Identifier: Apache-2.0
"""Whether the conditions of many steps can hold together on one path."""

import ipaddress
from collections.abc import Iterable, Sequence

from bartizan.model.step import Condition, Step
from bartizan.model.wildcard import has_wildcard, overlap


def joined(steps: Iterable[Step]) -> tuple[Condition, ...]:
    """Return the conditions of all `steps`, each once, in the order in which they are met."""
    return tuple(dict.fromkeys(held for step in steps for held in step.conditions))


def asked(old: Iterable[Condition], new: Sequence[Condition]) -> tuple[Condition, ...]:
    """Return those of `old` that took some effort and that `new` does not ask for: whoever meets
    all of `new` would meet the others. Empty where what was asked for is asked for still.
    """
    return tuple(one for one in old if one.effort and not any(_within(held, one) for held in new))


def _within(narrow: Condition, wide: Condition) -> bool:
    """Tell whether whoever meets one condition meets another one on its key."""
    if narrow.key.lower() != wide.key.lower():
        return False
    if not wide.values or set(narrow.values) == set(wide.values):
        return True
    return bool(narrow.values) and all(_covered(one, wide.values) for one in narrow.values)


def _covered(value: str, values: Sequence[str]) -> bool:
    """Tell whether a value is one of several, or a range of addresses lies in theirs together."""
    if value in values:
        return True
    block = _block(value)
    others = [held for one in values if (held := _block(one)) is not None]
    if block is None:
        return False
    if isinstance(block, ipaddress.IPv4Network):
        four = [one for one in others if isinstance(one, ipaddress.IPv4Network)]
        return any(block.subnet_of(one) for one in ipaddress.collapse_addresses(four))
    six = [one for one in others if isinstance(one, ipaddress.IPv6Network)]
    return any(block.subnet_of(one) for one in ipaddress.collapse_addresses(six))


def _block(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


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
