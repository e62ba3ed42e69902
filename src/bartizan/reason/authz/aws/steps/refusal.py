# SPDX-License-Identifier: Apache-2.0
"""What kept steps from being taken: the policies that denied or did not allow a request.

A step that becomes possible rests on what allows it, and that may have been there all the time: a
statement that denied it is gone then, a boundary or a guardrail lets more through.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from bartizan.model.facts import Facts
from bartizan.model.step import Ask, Step
from bartizan.model.verdict import Denied
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.request import Attached, Decision, Policies
from bartizan.reason.authz.aws.steps.recheck import chosen


def refusals(steps: Sequence[Step], before: Facts, after: Facts) -> Mapping[Step, tuple[str, ...]]:
    """Return for each step that `before` denied and `after` has the ids of what denied it: of
    policies, of their attachments to places in an organisation (`policy/target`), of such places
    in others (`parent/child`), and of whose public access was blocked; sorted.
    """
    if not any(step.asks for step in steps):
        return {}
    old, new = Estate(before), Estate(after)
    found = (
        (step, {id_ for ask in step.asks for id_ in _refusal(ask, old, new)}) for step in steps
    )
    return {step: tuple(sorted(ids)) for step, ids in found if ids}


def _refusal(ask: Ask, before: Estate, after: Estate) -> Iterator[str]:
    asked = ask.principal, ask.action, ask.resource
    if not before.knows(ask.principal):
        return
    decision = decide(before, *asked, chosen=chosen(ask), complete=True)
    if not isinstance(decision.verdict, Denied):
        return
    for one in decision.because:
        yield one.subject
    for policies in (before.policies(*asked), after.policies(*asked)):
        yield from _guardrails(policies, decision)
        yield from (one.id for one in _limits(policies, decision))
    if decision.by == "endpoint":
        ways = before.endpoints.ways(chosen(ask), ask.action)
        yield from (one.id for way in ways for one in way)
    if decision.by == "block-public-access":
        place = before.ownership.of(ask.resource)
        yield from (place.account, place.arn)


def _limits(policies: Policies, decision: Decision) -> Sequence[Attached]:
    """Return the policies beside guardrails that did not allow it."""
    match decision.by:
        case "boundary":
            return policies.boundary or ()
        case "session":
            return policies.session or ()
        case _:
            return ()


def _guardrails(policies: Policies, decision: Decision) -> Iterator[str]:
    """Yield guardrails with where they are attached: those that denied, else all of the kind that
    did not allow it.
    """
    denied = {one.subject for one in decision.because}
    for kind, levels in (("scp", policies.scp or ()), ("rcp", policies.rcp or ())):
        counted = [
            (policy.id, level.target)
            for level in levels
            for policy in level.policies
            if policy.id in denied or (decision.by == kind and not decision.explicit)
        ]
        for policy, target in counted:
            yield from (policy, f"{policy}/{target}")
        if counted:
            yield from (f"{one.target}/{other.target}" for one, other in pairwise(levels))
