# SPDX-License-Identifier: Apache-2.0
"""Patterns of `*` and `?`."""


def has_wildcard(pattern: str) -> bool:
    """Tell whether a pattern stands for more than itself."""
    return "*" in pattern or "?" in pattern


def overlap(one: str, other: str) -> bool:
    """Tell whether two patterns of `*` and `?` match a common text."""
    if not has_wildcard(one) and not has_wildcard(other):
        return one == other
    # Places in `other` at which a common text can stand after each letter of `one`.
    here = _past_stars({0}, other)
    for letter in one:
        if letter == "*":
            here = set(range(min(here, default=len(other) + 1), len(other) + 1))
            continue
        here = _past_stars(
            {
                place if other[place] == "*" else place + 1
                for place in here
                if place < len(other) and (letter in (other[place], "?") or other[place] in "*?")
            },
            other,
        )
    return len(other) in here


def _past_stars(places: set[int], pattern: str) -> set[int]:
    """Add the places that are reached by letting stars of `pattern` match nothing."""
    more = set(places)
    for place in sorted(places):
        after = place
        while after < len(pattern) and pattern[after] == "*":
            after += 1
            more.add(after)
    return more
