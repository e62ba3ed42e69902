# SPDX-License-Identifier: Apache-2.0
"""Yes, no, or not known for want of something named: Kleene's strong logic of three values."""

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct


class Maybe(Struct, frozen=True):
    """It depends on what we do not know."""

    missing: tuple[str, ...]
    """What would have to be known, as `Unknown.missing` names it."""


Truth: TypeAlias = bool | Maybe


def maybe(name: str) -> Maybe:
    """Return the truth of what depends on `name` alone."""
    return Maybe((name,))


def negation(truth: Truth) -> Truth:
    """Return the opposite; what is not known stays so."""
    return truth if isinstance(truth, Maybe) else not truth


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return whether all hold; one that does not settles it, whatever is not known."""
    missing: dict[str, None] | None = None
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            missing = {**(missing or {}), **dict.fromkeys(truth.missing)}
    return Maybe(tuple(missing)) if missing else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return whether any holds; one that does settles it, whatever is not known."""
    missing: dict[str, None] | None = None
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            missing = {**(missing or {}), **dict.fromkeys(truth.missing)}
    return Maybe(tuple(missing)) if missing else False
