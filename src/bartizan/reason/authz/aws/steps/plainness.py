# SPDX-License-Identifier: Apache-2.0
"""Requests that nothing which is written could allow, told from the texts alone.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.request import Attached, Caller, Policies, Request

_LIMITED = frozenset({Caller.ROLE, Caller.USER})
"""Callers whose policies say all that they may do."""


def is_plainly_denied(request: Request, policies: Policies) -> bool:
    """Say whether neither the caller's own policies nor the resource's could allow `request`.

    Where it says so, the definition denies it, whatever keys the request holds.
    """
    action, arn = request.action, request.resource.arn
    who = request.principal.type
    if who not in _LIMITED or who in scope.exempt(action.lower()):
        return False
    if policies.missing or policies.kms_grants or policies.grants_missing:
        return False
    seen = scope.seen(action, arn)
    held = (*policies.identity, *((policies.resource,) if policies.resource else ()))
    return not any(_could_allow(policy, action, seen) for policy in held)


def _could_allow(policy: Attached, action: str, seen: str) -> bool:
    if policy.document is None:
        return True
    return any(
        statement.effect is Effect.ALLOW
        and pattern.covers_action(statement, action)
        and _could_cover(statement, seen)
        for statement in policy.document.statements
    )


def _could_cover(statement: Statement, seen: str) -> bool:
    named = (*(statement.resource or ()), *(statement.not_resource or ()))
    return any("${" in text for text in named) or pattern.could_cover(statement, seen)
