# SPDX-License-Identifier: Apache-2.0
"""Decide one request on a snapshot."""

from collections.abc import Mapping

from bartizan.errors import UsageError
from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.organization import Account
from bartizan.model.verdict import Unknown
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.question.answer import stated
from bartizan.reason.authz.aws.request import Decision

__all__ = ["can", "stated"]


def can(
    facts: Facts,
    principal: str,
    action: str,
    resource: str,
    *,
    context: Mapping[str, str | tuple[str, ...]],
    complete: bool,
) -> Decision:
    """Decide whether `principal` may do `action` on `resource`.

    Condition keys that are neither in `context` nor known from the estate are unknown, or absent
    with `complete`.

    Raises:
        UsageError: the principal is of an account that was read, and is not there; the action is
            no single action; the resource is neither an ARN nor `*`.
    """
    service, _, name = action.partition(":")
    if not service or not name or "*" in action or "?" in action:
        raise UsageError(
            f"not one action: `{action}`",
            hint="write it as `s3:GetObject`; `who-can` and `what-can` take patterns",
        )
    if resource != "*" and not resource.startswith("arn:"):
        raise UsageError(
            f"neither an ARN nor `*`: `{resource}`",
            hint="write it as `arn:aws:s3:::bucket/key`; `what-can --resource` takes patterns",
        )
    estate = Estate(facts)
    decision = decide(estate, principal, action, resource, chosen=context, complete=complete)
    read = {row.id for row in facts.rows(Account) if row.collected}
    # Where identities could not be read the answer is unknown, and nobody can say who is there.
    told = not isinstance(decision.verdict, Unknown)
    if told and account_of(principal) in read and not estate.knows(principal):
        raise UsageError(
            f"no principal `{principal}` in this snapshot",
            hint="give the ARN of a user, a role, a role's session or an account's root",
        )
    return decision
