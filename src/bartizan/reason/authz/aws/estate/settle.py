# SPDX-License-Identifier: Apache-2.0
"""Decides requests on an estate by the definition, with what the estate tells beside policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import dataclasses
from collections.abc import Iterable, Iterator

from bartizan.model.verdict import Denied, Unknown
from bartizan.reason.authz.aws.definition.decide import decide as by_definition
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.estate.pattern import variables
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
            return _despite_grants(estate, request, policies, decision)
        request = _without(request, absent)


def _without(request: Request, absent: Iterable[str]) -> Request:
    """Say of some keys that they are absent."""
    known = request.context.absent.union(absent)
    return dataclasses.replace(request, context=dataclasses.replace(request.context, absent=known))


def _despite_grants(
    estate: Estate, request: Request, policies: Policies, decision: Decision
) -> Decision:
    """Take back an implicit denial where grants on the key could not be read, unless a Deny on
    keys that are absent settles it after all.
    """
    if not isinstance(decision.verdict, Denied) or decision.explicit:
        return decision
    missing = estate.unread_grants(request.resource.arn)
    if not missing:
        return decision
    absent = {key for key in _keys(estate, policies) if estate.lacks(request, key)}
    found = by_definition(_without(request, absent), policies)
    return found if found.explicit else dataclasses.replace(decision, verdict=Unknown(missing))


def _keys(estate: Estate, policies: Policies) -> Iterator[str]:
    """Name the condition keys, in lower case, that policies ask for or take values from."""
    limits = (policies.boundary or (), policies.session or (), policies.endpoint or ())
    levels = (policies.scp or (), policies.rcp or ())
    held = [*policies.identity, *(one for limit in limits for one in limit)]
    held += [one for way in levels for level in way for one in level.policies]
    held += [policies.resource] if policies.resource else []
    for _, statement in estate.documents.statements(tuple(held)):
        texts = [*(statement.resource or ()), *(statement.not_resource or ())]
        for test in statement.conditions:
            yield test.key.lower()
            texts += test.values
        yield from (key.strip().lower() for text in texts for key in variables(text))
