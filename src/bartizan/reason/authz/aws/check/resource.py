# SPDX-License-Identifier: Apache-2.0
"""Rules about the form of resources.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check.action import wild
from bartizan.reason.authz.aws.check.pattern import cost, meets, resource_within
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Subject, Text
from bartizan.reason.authz.aws.policy.arn_pattern import SEGMENTS

_ANY_ARN = "arn:*:*:*:*:*"
_PARTITIONS = (
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
)
_SHORT = "execute-api:/"
"""How a policy of API Gateway may name its own API, section "Resource" of
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-policy-language-overview.html"""
_DIGITS = re.compile(r"\d+", re.ASCII)
_ACCOUNT = 12


def _form(subject: Subject) -> Iterator[Hit]:
    for text in _patterns(subject):
        value = text.value
        if value.startswith(_SHORT):
            continue
        subject.spend(cost(value, _ANY_ARN))
        if meets(value, _ANY_ARN, variables=subject.current):
            continue
        begun = value.startswith("arn:")
        message = f"`{value[:100]}` is no ARN"
        if begun:
            message = f"`{value[:100]}` has fewer than the six parts of an ARN"
        yield Hit(
            at=text.at,
            message=message,
            level=Level.WARNING if begun or subject.kind in {"resource", "endpoint"} else None,
        )


def _patterns(subject: Subject) -> Iterator[Text]:
    """Yield the patterns of resources that are no lone star."""
    for stated in subject.stated:
        for text in stated.resources:
            subject.spend()
            if text.value != "*":
                yield text


def _partition(subject: Subject) -> Iterator[Hit]:
    for text in _patterns(subject):
        parts = text.value.split(":", SEGMENTS - 1)
        if len(parts) == SEGMENTS and parts[0] == "arn" and "$" not in parts[1]:
            subject.spend(20)
            if not any(meets(parts[1][:80], name) for name in _PARTITIONS):
                message = f"`{parts[1][:60]}` is no partition that is known"
                yield Hit(at=text.at, message=message)


def _account(subject: Subject) -> Iterator[Hit]:
    for text in _patterns(subject):
        parts = text.value.split(":", SEGMENTS - 1)
        if len(parts) < SEGMENTS or parts[0] != "arn":
            continue
        account = parts[4]
        if _DIGITS.fullmatch(account) and len(account) != _ACCOUNT:
            message = f"`{account[:60]}` has {len(account)} digits and is no account"
            yield Hit(at=text.at, message=message)


def _covered(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        broad = [text for text in stated.resources if wild(text.value)]
        seen: dict[str, Text] = {}
        for text in stated.resources:
            twin = seen.setdefault(text.value, text)
            by = twin if twin is not text else _cover(text, broad, subject)
            if by is not None:
                yield Hit(
                    at=text.at,
                    message=f"`{text.value[:100]}` is covered by `{by.value[:100]}`",
                    related=((by.at, "the pattern that covers it"),),
                )


def _cover(text: Text, broad: list[Text], subject: Subject) -> Text | None:
    for other in broad:
        if other.value == text.value:
            continue
        subject.spend(cost(text.value, other.value))
        if resource_within(text.value, other.value):
            return other
    return None


RULES = (
    Rule(
        id="malformed-resource",
        level=Level.ERROR,
        title="A resource is neither an ARN nor `*`",
        why="No resource has such a name: an Allow grants nothing, and a Deny protects nothing. "
        "IAM refuses most of these. Where an ARN is too short, the vendor does not say what it "
        "covers.",
        fix="write all six parts, `arn:partition:service:region:account:resource`",
        page=f"{GUIDE}reference-arns.html",
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "s3://b/*"}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        find=_form,
    ),
    Rule(
        id="unknown-partition",
        level=Level.WARNING,
        title="An ARN is of a partition that is not known",
        why="No resource has such an ARN, so the statement says nothing about it.",
        fix="write `aws`, `aws-cn`, `aws-us-gov` or another partition, or `*`",
        page=f"{GUIDE}reference-arns.html",
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:amazon:s3:::b/*"}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        find=_partition,
    ),
    Rule(
        id="malformed-account",
        level=Level.WARNING,
        title="The account of an ARN does not have twelve digits",
        why="No resource has such an ARN. A leading zero is lost where a number was written.",
        fix="write the twelve digits, leading zeros included",
        page=f"{GUIDE}reference-arns.html",
        wrong='{"Effect": "Allow", "Action": "sqs:SendMessage", '
        '"Resource": "arn:aws:sqs:eu-west-1:11111111111:q"}',
        right='{"Effect": "Allow", "Action": "sqs:SendMessage", '
        '"Resource": "arn:aws:sqs:eu-west-1:111111111111:q"}',
        find=_account,
    ),
    Rule(
        id="redundant-resource",
        level=Level.NOTE,
        title="A resource covers another of the same list",
        why="The narrower one changes nothing, and suggests that the wider one is not there.",
        fix="take the narrower one away, or the wider one if it was not meant",
        page=f"{GUIDE}reference_policies_elements_resource.html",
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", '
        '"Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::b/logs/*"]}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/logs/*"}',
        find=_covered,
    ),
)
