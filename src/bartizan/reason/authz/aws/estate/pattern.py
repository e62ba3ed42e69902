# SPDX-License-Identifier: Apache-2.0
"""What a statement's patterns leave room for, before conditions and variables are known.

How patterns match is written once, in the definition and in `wildcard`; here is only what follows
from it for a search: what to leave out, and a text to try. The definition alone decides.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re

from bartizan.reason.authz.aws.policy import action as _action
from bartizan.reason.authz.aws.policy.arn_pattern import begins_with_short, resource_pattern
from bartizan.reason.authz.aws.policy.document import Effect, Statement

FRESH = "bartizan"
"""What an attacker calls new things, where any name will do."""

_VARIABLE = re.compile(r"\$\{([^},]*)(?:,[^}]*)?\}")


def covers_action(statement: Statement, action: str) -> bool:
    """`statement` speaks of `action`, which may be in any case."""
    return _action.covers_action(statement, action.lower())


def could_cover(statement: Statement, resource: str) -> bool:
    """`statement` could speak of `resource`; policy variables count as `*`."""
    if statement.resource is not None:
        return any(
            resource_pattern(_open(pattern))(resource) or begins_with_short(pattern, resource)
            for pattern in statement.resource
        )
    if statement.not_resource is not None:
        return not any(
            "${" not in pattern and resource_pattern(pattern)(resource)
            for pattern in statement.not_resource
        )
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
