# SPDX-License-Identifier: Apache-2.0
"""Organizations: guardrails and what they stand over.

Records are answers of https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
"""

import functools

from bartizan.sources.terraform.draft import Body, Draft, last
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError

SUMMARY, POLICY = "AWS::Organizations::PolicySummary", "AWS::Organizations::Policy"
TARGET = "AWS::Organizations::PolicyTarget"

_kind = functools.partial(Kind, service="organizations")


def _arn(thing: Thing, draft: Draft) -> str:
    held = thing.values.get("arn")
    if isinstance(held, str) and held:
        return held
    organization = next(iter(draft.held("AWS::Organizations::Organization")), "")
    if not organization:
        raise UntoldError("arn")
    place, _, within = organization.rpartition(":")
    kind = (thing.text("type") or "SERVICE_CONTROL_POLICY").lower()
    return f"{place}:policy/{within.partition('/')[2]}/{kind}/p-{thing.predicted()}"


def _policy(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing, draft)
    summary: Body = {
        "Id": last(arn),
        "Arn": arn,
        "Name": thing.called(),
        "Type": thing.text("type") or "SERVICE_CONTROL_POLICY",
        "AwsManaged": False,
    }
    draft.put(SUMMARY, arn, dict(summary), service="organizations", account="")
    body: Body = {"PolicySummary": summary, "Content": thing.document("content")}
    draft.put(POLICY, arn, body, service="organizations", account="")


def _no_policy(thing: Thing, draft: Draft) -> None:
    for kind in (SUMMARY, POLICY):
        draft.drop(kind, thing.identity("arn"))


def _attachment(thing: Thing, draft: Draft) -> str:
    """Return the id of the record that says what a policy stands over.

    Raises:
        UntoldError: the policy is neither in the snapshot nor in the change.
    """
    name, target = thing.identity("policy_id"), thing.identity("target_id")
    found = next((arn for arn in draft.held(SUMMARY) if last(arn) == name), "")
    if not found:
        raise UntoldError("policy_id")
    return f"{found}/{target}"


def _attach(thing: Thing, draft: Draft) -> None:
    target = thing.identity("target_id")
    kind = "ROOT" if target.startswith("r-") else "ORGANIZATIONAL_UNIT"
    kind = "ACCOUNT" if target.isdigit() else kind
    body: Body = {"TargetId": target, "Type": kind}
    draft.put(TARGET, _attachment(thing, draft), body, service="organizations", account="")


KINDS = (
    _kind(type="aws_organizations_policy", put=_policy, take=_no_policy, record=POLICY, rank=1),
    _kind(
        type="aws_organizations_policy_attachment",
        put=_attach,
        take=lambda thing, draft: draft.drop(TARGET, _attachment(thing, draft)),
        record=TARGET,
        part=True,
    ),
)
