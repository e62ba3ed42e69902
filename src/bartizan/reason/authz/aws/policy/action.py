# SPDX-License-Identifier: Apache-2.0
"""Patterns of actions.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from functools import lru_cache

from bartizan.reason.authz.aws.policy.document import Statement
from bartizan.reason.authz.aws.policy.wildcard import glob


@lru_cache(1 << 16)
def any_action(patterns: tuple[str, ...], action: str) -> bool:
    """Match case-insensitively, service prefix included; wildcards may stand anywhere
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html).
    """
    return any(glob(pattern.lower())(action) for pattern in patterns)


def covers_action(statement: Statement, action: str) -> bool:
    """Return whether Action or NotAction covers `action`, which is in lower case."""
    if statement.action is not None:
        return any_action(statement.action, action)
    return not any_action(statement.not_action or (), action)
