# SPDX-License-Identifier: Apache-2.0
"""Rules about guardrails, which are more limited than other policies.

Sources:
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.check.action import wild
from bartizan.reason.authz.aws.check.rule import ORGANIZATIONS, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject

_RCP = f"{ORGANIZATIONS}orgs_manage_policies_rcps_syntax.html"
_SCP = f"{ORGANIZATIONS}orgs_manage_policies_scps.html"


def _is_default(stated: Stated) -> bool:
    """Return whether it is the statement of RCPFullAWSAccess, which alone allows."""
    statement = stated.statement
    named = statement.principal is not None and statement.principal.any
    return named and statement.action == statement.resource == ("*",) and not statement.conditions


def _elements(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        statement = stated.statement
        if stated.allows and not _is_default(stated):
            yield Hit(
                at=stated.at("Effect"),
                message="a resource control policy of one's own cannot allow",
                fix="write a Deny with a condition that leaves out what is to pass",
            )
        named = statement.principal
        if statement.not_principal is not None or (named is not None and not named.any):
            yield Hit(
                at=stated.at("NotPrincipal", "Principal"),
                message='the Principal of a resource control policy is other than `"*"`',
                fix='write `"Principal": "*"` and a condition on `aws:PrincipalArn`',
            )
        if statement.not_action is not None:
            yield Hit(
                at=stated.at("NotAction"),
                message="a resource control policy has a `NotAction`",
                fix="name the actions",
            )


def _unsupported(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        for text in stated.actions:
            service = text.value.lower().partition(":")[0]
            known = service in catalogue.services() and not wild(service)
            if known and service not in catalogue.rcp_services():
                yield Hit(
                    at=text.at,
                    message=f"resource control policies did not limit `{service}` on "
                    f"{catalogue.date()}",
                )


def _hollow(subject: Subject) -> Iterator[Hit]:
    stated = subject.stated
    allows = [one for one in stated if one.allows]
    if len(allows) == len(stated) == 1 and _allows_all(allows[0]):
        return
    denies = any(not one.allows for one in stated)
    if denies and allows and not any(_allows_all(one) for one in allows):
        yield Hit(
            at=allows[0].at("Effect"),
            message="the Allow beside a Deny limits everything else to what it names, where no "
            "other policy of the same target allows more",
        )


def _allows_all(stated: Stated) -> bool:
    statement = stated.statement
    everything = statement.action == ("*",) and statement.resource == ("*",)
    return stated.allows and everything and not statement.conditions


_DENY = '{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": '
_OURS = '{"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-example"}}}'

RULES = (
    Rule(
        id="rcp-element",
        level=Level.ERROR,
        title="A resource control policy has what such policies cannot have",
        why="The vendor refuses it: policies of one's own deny, to `*`, actions that they name.",
        fix="write a Deny with conditions",
        page=_RCP,
        wrong='{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}',
        right=_DENY + _OURS,
        find=_elements,
        types=("rcp",),
    ),
    Rule(
        id="rcp-service",
        level=Level.WARNING,
        title="Resource control policies do not limit the service",
        why="Requests to services that do not support such policies pass them by, so the "
        "statement protects nothing.",
        fix="protect the resource by its own policy, or the callers by a service control policy",
        page=f"{ORGANIZATIONS}orgs_manage_policies_rcps.html",
        wrong='{"Effect": "Deny", "Principal": "*", "Action": "ec2:RunInstances", '
        '"Resource": "*", "Condition": ' + _OURS,
        right=_DENY + _OURS,
        find=_unsupported,
        types=("rcp",),
    ),
    Rule(
        id="scp-allow-beside-deny",
        level=Level.NOTE,
        title="A service control policy both denies and allows a part",
        why="A service control policy grants nothing; its Allow is a list of what may be granted "
        "at all. One that was meant as an exception to the Deny has no effect on it, and narrows "
        "the rest once FullAWSAccess is detached.",
        fix="write the exception as a condition, or as NotAction or NotResource of the Deny",
        page=_SCP,
        wrong='[{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, {"Effect": "Allow", '
        '"Action": "s3:GetObject", "Resource": "*"}]',
        right='{"Effect": "Deny", "NotAction": "s3:GetObject", "Resource": "arn:aws:s3:::*"}',
        find=_hollow,
        types=("scp",),
    ),
)
