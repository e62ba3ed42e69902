# SPDX-License-Identifier: Apache-2.0
"""Rules about denying everybody outside: whom else that reaches.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
"""

from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject

_OF_MEMBERS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
    }
)
"""Keys that a service's own request does not carry."""
_OF_SERVICES = frozenset(
    {
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
    }
)
"""Keys by which such requests are told apart."""


def _services(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        named = stated.statement.principal
        if stated.allows or named is None or not named.any or not _only_outsiders(stated):
            continue
        test = next(one for one in stated.tests if one.key in _OF_MEMBERS)
        yield Hit(
            at=test.at,
            message=f"the Deny also reaches AWS services, for whom `{test.said.key[:100]}` is "
            "absent",
        )


def _only_outsiders(stated: Stated) -> bool:
    """Return whether a negated condition on a member's key is there, and none on services."""
    keys = {test.key for test in stated.tests}
    negated = any(
        test.operator.negated and test.key in _OF_MEMBERS and test.values for test in stated.tests
    )
    present = any(
        test.family == "null" and test.key in _OF_MEMBERS and test.said.values == ("false",)
        for test in stated.tests
    )
    return negated and not present and keys.isdisjoint(_OF_SERVICES)


def _deny(condition: str) -> str:
    return (
        '{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", '
        f'"Resource": "arn:aws:s3:::b/*", "Condition": {condition}}}'
    )


_OURS = '"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-example"}'

RULES = (
    Rule(
        id="deny-reaches-services",
        level=Level.NOTE,
        title="A Deny of everybody outside reaches AWS services too",
        why="A service that writes on its own account carries none of the keys of principals, and "
        "a negated operator holds where its key is absent. Delivery of logs and the like stops.",
        fix='add `"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}` if services need it',
        page=f"{GUIDE}reference_policies_condition-keys.html#condition-keys-principalorgid",
        wrong=_deny("{" + _OURS + "}"),
        right=_deny(
            "{" + _OURS + ', "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}',
        ),
        find=_services,
        types=("resource", "rcp"),
    ),
)
