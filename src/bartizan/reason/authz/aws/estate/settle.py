# SPDX-License-Identifier: Apache-2.0
"""Decides requests on an estate by the definition, with what the estate tells beside policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Sequence

from msgspec import structs

from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws.definition.decide import decide as by_definition
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.request import Decision, Policies, Request


def decide(
    estate: Estate,
    principal: str,
    action: str,
    resource: str,
    *,
    chosen: Chosen | None = None,
    complete: bool = False,
) -> Decision:
    """Decide one request; keys that are neither chosen nor known are unknown.

    With `complete` they are absent.
    """
    request = estate.request(principal, action, resource, chosen or {}, complete=complete)
    return settle(estate, request, estate.policies(principal, action, resource))


def settle(estate: Estate, request: Request, policies: Policies) -> Decision:
    """Decide `request`, with keys left out that cannot be in it.

    What comes through an endpoint takes the one that lets it through, if any does.
    """
    first, *others = through(estate, request, policies)
    found = _retagged(estate, request, first)
    for one in others:
        if isinstance(found.verdict, Allowed):
            break
        decision = _retagged(estate, request, one)
        if isinstance(found.verdict, Denied) or isinstance(decision.verdict, Allowed):
            found = decision
    return found


def through(estate: Estate, request: Request, policies: Policies) -> Sequence[Policies]:
    """Return what is written about a request over each of the ways that it may come, with the
    policies of the endpoints there.
    """
    ways = estate.endpoints.ways(request.context.values, request.action)
    return [structs.replace(policies, endpoint=way) for way in ways] or (policies,)


def _retagged(estate: Estate, request: Request, policies: Policies) -> Decision:
    """Decide `request` over one way.

    A role's own tags do not settle a denial where its sessions may bring others.
    """
    decision = _settled(estate, request, policies)
    if isinstance(decision.verdict, Denied):
        retagged = estate.retagged(request)
        return decision if retagged is None else _settled(estate, retagged, policies)
    return decision


def context_keys(decision: Decision) -> tuple[str, ...]:
    """Name the condition keys, in lower case, that would have to be known."""
    prefix = "context:"
    return tuple(
        item.removeprefix(prefix).lower() for item in decision.missing if item.startswith(prefix)
    )


def _settled(estate: Estate, request: Request, policies: Policies) -> Decision:
    while True:
        decision = by_definition(request, policies)
        absent = {
            key
            for key in context_keys(decision)
            if key not in request.context.absent and estate.lacks(request, key)
        }
        if not absent:
            return decision
        request = _without(request, absent)


def _without(request: Request, absent: Iterable[str]) -> Request:
    """Say of some keys that they are absent."""
    known = request.context.absent.union(absent)
    return structs.replace(request, context=structs.replace(request.context, absent=known))
