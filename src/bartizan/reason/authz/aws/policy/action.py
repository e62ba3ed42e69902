# SPDX-License-Identifier: Apache-2.0
"""Patterns of actions.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bartizan.reason.authz.aws.policy.document import Statement
from bartizan.reason.authz.aws.policy.wildcard import glob

_MANY = 64
"""Patterns of a statement whose answers are not remembered."""


def any_action(patterns: tuple[str, ...], action: str) -> bool:
    """Match case-insensitively, service prefix included; wildcards may stand anywhere
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html).
    """
    if len(patterns) > _MANY:
        return _any_action.__wrapped__(patterns, action)
    return _any_action(patterns, action)


@lru_cache(1 << 16)
def _any_action(patterns: tuple[str, ...], action: str) -> bool:
    # Of the thousands of patterns in a statement of the vendor's few begin like the action.
    begun = _by_beginning(patterns)
    starts = (action[:1], "*", "?")
    return any(glob(pattern)(action) for start in starts for pattern in begun.get(start, ()))


@lru_cache(1 << 8)
def _by_beginning(patterns: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """Return patterns in lower case by their first characters."""
    found: dict[str, list[str]] = defaultdict(list)
    for pattern in map(str.lower, patterns):
        found[pattern[:1]].append(pattern)
    return found


def covers_action(statement: Statement, action: str) -> bool:
    """Return whether Action or NotAction covers `action`, which is in lower case."""
    if statement.action is not None:
        return any_action(statement.action, action)
    return not any_action(statement.not_action or (), action)
