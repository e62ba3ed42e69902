# SPDX-License-Identifier: Apache-2.0
"""Patterns of policies as an attacker reads them: what could match, and a text that does.

These are used to look for witnesses and to leave out what cannot match; the definition alone
decides.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import functools
import re

from bartizan.reason.authz.aws.document import Effect, Statement
from bartizan.reason.authz.aws.wildcard import glob

FRESH = "bartizan"
"""What an attacker calls new things, where any name will do."""

_VARIABLE = re.compile(r"\$\{([^},]*)(?:,[^}]*)?\}")


def matches(pattern: str, text: str) -> bool:
    """`text` is one of those that `pattern` stands for."""
    return glob(pattern)(text)


@functools.lru_cache(maxsize=65536)
def action_matches(pattern: str, action: str) -> bool:
    """Actions are compared without regard to case."""
    return matches(pattern.lower(), action.lower())


def covers_action(statement: Statement, action: str) -> bool:
    """`statement` speaks of `action`."""
    if statement.action is not None:
        return any(action_matches(pattern, action) for pattern in statement.action)
    return not any(action_matches(pattern, action) for pattern in statement.not_action or ())


def could_cover(statement: Statement, resource: str) -> bool:
    """`statement` could speak of `resource`; policy variables count as `*`."""
    if statement.resource is not None:
        return any(matches(_open(pattern), resource) for pattern in statement.resource)
    if statement.not_resource is not None:
        return not any(matches(pattern, resource) for pattern in statement.not_resource)
    return True


def could_allow(statement: Statement, action: str, resource: str) -> bool:
    """Under some condition `statement` could allow `action` on `resource`."""
    return (
        statement.effect is Effect.ALLOW
        and covers_action(statement, action)
        and could_cover(statement, resource)
    )


def instance(pattern: str, *, fill: str = FRESH) -> str:
    """Return a text that `pattern` stands for: `dev-*` gives `dev-bartizan`."""
    return pattern.replace("*", fill).replace("?", "x")


def variables(pattern: str) -> tuple[str, ...]:
    """Name the condition keys that `pattern` takes its value from."""
    return tuple(_VARIABLE.findall(pattern))


def _open(pattern: str) -> str:
    return _VARIABLE.sub("*", pattern)
