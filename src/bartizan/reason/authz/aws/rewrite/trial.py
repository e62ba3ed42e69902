# SPDX-License-Identifier: Apache-2.0
"""Decides what was observed under the old policy and the new: what was allowed must stay so."""

from collections.abc import Iterator

from bartizan.errors import DisagreementError
from bartizan.model.arn import account_of
from bartizan.model.rewrite import Elsewhere, Trial
from bartizan.model.usage import Call
from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws.catalogue import Action
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.policy.document import Document, Effect, Principals, Statement
from bartizan.reason.authz.aws.request import (
    Attached,
    Caller,
    Decision,
    Policies,
    Request,
    RequestPrincipal,
    RequestResource,
)
from bartizan.reason.authz.aws.usage.event import actions_of

MOST = 20_000
"""Requests that are decided; the rest is counted only."""


def trial(calls: tuple[Call, ...], old: Document, new: Document) -> Trial:
    """Decide every observed call that can be stated as a request.

    Raises:
        DisagreementError: one is refused by `new` and was not by `old`.
    """
    decided, unstated = 0, 0
    elsewhere: dict[tuple[str, str, str], Elsewhere] = {}
    for call in calls:
        stated = False
        for request in _requests(call):
            stated = True
            if decided >= MOST:
                break
            decided += 1
            before, after = _decide(request, old), _decide(request, new)
            if isinstance(before.verdict, Denied):
                found = Elsewhere(
                    action=request.action,
                    resource=request.resource.arn,
                    principal=request.principal.arn,
                )
                elsewhere[found.action, found.resource, found.principal] = found
            elif _closer(before, after):
                raise DisagreementError(
                    f"`{request.action}` on `{request.resource.arn}` was observed and allowed, "
                    "and the proposed policy would refuse it",
                    hint="please report this",
                )
        unstated += not stated
    found_elsewhere = tuple(elsewhere[key] for key in sorted(elsewhere))
    return Trial(decided=decided, unstated=unstated, elsewhere=found_elsewhere)


def _closer(before: Decision, after: Decision) -> bool:
    """Return whether less is certain after: allowed before and not now, or denied only now."""
    if isinstance(before.verdict, Allowed):
        return not isinstance(after.verdict, Allowed)
    return isinstance(after.verdict, Denied)


def _requests(call: Call) -> Iterator[Request]:
    """Yield the requests that a call certainly made, as far as the log says."""
    who = _principal(call.principal)
    actions = actions_of(call.source, call.name)
    if who is None:
        return
    for action in actions:
        for arn in _resources(action, call):
            owner = account_of(arn) or who.account
            if owner == who.account:
                yield Request(
                    principal=who,
                    action=str(action),
                    resource=RequestResource(arn=arn, account=owner),
                )


def _resources(action: Action, call: Call) -> tuple[str, ...]:
    if action.wildcard_only:
        return ("*",)
    return tuple(arn for arn in call.resources if action.acts_on(arn))


def _principal(arn: str) -> RequestPrincipal | None:
    resource = arn.split(":", 5)[-1]
    account = account_of(arn)
    for prefix, kind in (("role/", Caller.ROLE), ("user/", Caller.USER)):
        if account and resource.startswith(prefix):
            return RequestPrincipal(arn=arn, type=kind, account=account, organization_known=False)
    return None


def _decide(request: Request, document: Document) -> Decision:
    """Decide by the one document, as if the resource left the decision to its account: so the
    policy alone has the say even where the resource's own policy must name the account.
    """
    left = Statement(
        position=0,
        sid="",
        effect=Effect.ALLOW,
        action=("*",),
        not_action=None,
        resource=("*",),
        not_resource=None,
        principal=Principals(aws=(request.principal.account,)),
        not_principal=None,
        conditions=(),
        text="",
    )
    policies = Policies(
        identity=(Attached(id="policy", document=document),),
        resource=Attached(id="resource", document=Document("2012-10-17", (left,))),
    )
    return decide(request, policies)
