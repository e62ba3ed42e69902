# SPDX-License-Identifier: Apache-2.0
"""Rules about keys of many values, set operators, and what holds where a key is absent.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.check.condition_value import each
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject, Test
from bartizan.reason.authz.aws.policy.operator import Quantifier

_SETS = f"{GUIDE}reference_policies_condition-single-vs-multi-valued-context-keys.html"
_OPERATORS = f"{GUIDE}reference_policies_elements_condition_operators.html"
_MFA = "aws:multifactorauthpresent"
_PROTECTING = frozenset(
    {
        _MFA,
        "aws:multifactorauthage",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:vpcsourceip",
        "sts:externalid",
    }
)
"""Keys whose absence is what the condition is there to catch."""


def _asks_presence(stated: Stated, test: Test) -> bool:
    """Return whether another condition of the statement does not hold where the key is absent."""
    return any(
        (other.family == "null" and all(text.value.lower() == "false" for text in other.values))
        or (other is not test and fails_on_absence(other))
        for other in stated.tests_of(test.key)
    )


def fails_on_absence(test: Test) -> bool:
    """Return whether a condition does not hold where its key is absent; `Null` is apart."""
    known = test.operator
    if test.family == "null":
        return False
    if known.quantifier is not None:
        return known.quantifier is Quantifier.ANY
    return not known.negated and not known.if_exists


def _missing(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        key = catalogue.condition_key(test.key)
        many = key is not None and key.multivalued
        if many and test.operator.quantifier is None and test.family != "null":
            name, plain = test.said.key[:100], test.said.operator
            yield Hit(
                at=test.at,
                message=f"`{name}` may have many values, and `{plain}` compares one",
                fix=f"write `ForAnyValue:{plain}`, or `ForAllValues:{plain}` with a `Null` "
                "condition",
            )


def _needless(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        key = catalogue.condition_key(test.key)
        single = key is not None and not key.multivalued
        if single and test.operator.quantifier is not None:
            name, plain = test.said.key[:100], test.said.operator.partition(":")[2]
            yield Hit(
                at=test.at,
                message=f"`{name}` has one value, and `{test.said.operator}` is for many",
                fix=f"write `{plain}`",
            )


def _vacuous(subject: Subject) -> Iterator[Hit]:
    for stated, test in each(subject):
        all_of = test.operator.quantifier is Quantifier.ALL
        if stated.allows and all_of and not _asks_presence(stated, test):
            tags = test.key in {"aws:tagkeys", "sts:transitivetagkeys"}
            yield Hit(
                at=test.at,
                message=f"`{test.said.operator}` holds where `{test.said.key[:100]}` is absent",
                fix=f'add `"Null": {{"{test.said.key[:100]}": "false"}}`',
                level=Level.NOTE if tags else None,
            )


def _optional(subject: Subject) -> Iterator[Hit]:
    for stated, test in each(subject):
        guarding = test.key in _PROTECTING or test.key.endswith(":sub")
        known = test.operator
        optional = known.if_exists and known.quantifier is None and not known.negated
        if stated.allows and optional and guarding and not _asks_presence(stated, test):
            plain = test.said.operator[: -len("IfExists")]
            yield Hit(
                at=test.at,
                message=f"the Allow holds where `{test.said.key[:100]}` is absent",
                fix=f"write `{plain}`",
            )


def _second_factor(subject: Subject) -> Iterator[Hit]:
    for stated, test in each(subject):
        false = all(text.value.lower() == "false" for text in test.values)
        if stated.allows or test.key != _MFA or test.said.operator.lower() != "bool":
            continue
        if false and test.values and not _asks_presence_of_absence(stated):
            yield Hit(
                at=test.at,
                message="the Deny does not reach those who sign with long-term access keys: for "
                f"them `{test.said.key}` is absent",
            )


def _asks_presence_of_absence(stated: Stated) -> bool:
    return any(test.family == "null" for test in stated.tests_of(_MFA))


def _always(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        values = {text.value.lower() for text in test.values}
        both = test.family in {"bool", "null"} and values >= {"true", "false"}
        anything = test.family in {"stringlike", "arnlike", "arnequals"} and "*" in values
        absent_too = test.operator.if_exists or test.operator.quantifier is Quantifier.ALL
        everywhere = test.family == "ipaddress" and values & {"0.0.0.0/0", "::/0"}
        if both or (anything and absent_too) or everywhere:
            yield Hit(
                at=test.at,
                message=f"`{test.said.operator}` on `{test.said.key[:100]}` holds for "
                f"{'every address' if everywhere else 'every value'}",
            )


def _s3(condition: str, effect: str = "Allow") -> str:
    return (
        f'{{"Effect": "{effect}", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
        f'"Condition": {condition}}}'
    )


def _dynamodb(condition: str) -> str:
    return (
        '{"Effect": "Allow", "Action": "dynamodb:GetItem", '
        f'"Resource": "arn:aws:dynamodb:*:*:table/t", "Condition": {condition}}}'
    )


RULES = (
    Rule(
        id="set-operator-missing",
        level=Level.WARNING,
        title="A key of many values is compared without a set operator",
        why="An operator for one value does not match a key that may have many, so the statement "
        "never applies.",
        fix="write the operator with `ForAnyValue:`, or `ForAllValues:` with a `Null` condition",
        page=_SETS,
        wrong=_dynamodb('{"StringEquals": {"dynamodb:LeadingKeys": "a"}}'),
        right=_dynamodb(
            '{"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "a"}, '
            '"Null": {"dynamodb:LeadingKeys": "false"}}'
        ),
        find=_missing,
    ),
    Rule(
        id="set-operator-needless",
        level=Level.NOTE,
        title="A key of one value is compared with a set operator",
        why="Set operators decide differently where the key is absent; the vendor advises against "
        "them for keys of one value.",
        fix="write the operator without the prefix",
        page=_SETS,
        wrong=_s3('{"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": "o-example"}}'),
        right=_s3('{"StringEquals": {"aws:PrincipalOrgID": "o-example"}}'),
        find=_needless,
    ),
    Rule(
        id="for-all-values-on-absence",
        level=Level.WARNING,
        title="An Allow holds where the key of ForAllValues is absent",
        why="ForAllValues holds for no values at all, so a request without the key is allowed.",
        fix="ask for the key's presence too",
        page=_SETS,
        wrong=_dynamodb('{"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "a"}}'),
        right=_dynamodb(
            '{"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "a"}, '
            '"Null": {"dynamodb:LeadingKeys": "false"}}'
        ),
        find=_vacuous,
    ),
    Rule(
        id="if-exists-on-absence",
        level=Level.WARNING,
        title="An Allow holds where a protecting key is absent",
        why="With IfExists a request without the key passes. The second factor is absent for "
        "long-term keys, the source address behind a VPC endpoint, the organisation for callers "
        "outside of any.",
        fix="write the operator without `IfExists`",
        page=f"{_OPERATORS}#Conditions_IfExists",
        wrong=_s3('{"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}'),
        right=_s3('{"Bool": {"aws:MultiFactorAuthPresent": "true"}}'),
        find=_optional,
    ),
    Rule(
        id="mfa-deny-on-absence",
        level=Level.WARNING,
        title="A Deny without a second factor leaves long-term keys out",
        why="`aws:MultiFactorAuthPresent` is absent from requests signed with long-term access "
        "keys, and `Bool` does not hold where its key is absent.",
        fix="write `BoolIfExists`",
        page=f"{GUIDE}reference_policies_condition-keys.html#condition-keys-multifactorauthpresent",
        wrong=_s3('{"Bool": {"aws:MultiFactorAuthPresent": "false"}}', "Deny"),
        right=_s3('{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}', "Deny"),
        find=_second_factor,
    ),
    Rule(
        id="condition-always-holds",
        level=Level.WARNING,
        title="A condition holds for every request",
        why="It limits nothing, though it looks as if it did.",
        fix="name the values that were meant, or take the condition away",
        page=_OPERATORS,
        wrong=_s3('{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}'),
        right=_s3('{"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}'),
        find=_always,
    ),
)
