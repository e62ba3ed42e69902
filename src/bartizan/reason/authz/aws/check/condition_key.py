# SPDX-License-Identifier: Apache-2.0
"""Rules about the keys of conditions: those that nobody knows, and those that a request lacks.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterable, Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.check.action import known, wild
from bartizan.reason.authz.aws.check.condition_value import each
from bartizan.reason.authz.aws.check.nearest import nearest
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject, Test

_KEYS = f"{GUIDE}reference_policies_condition-keys.html"
_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)
_OF_CALLER = frozenset(
    {
        "codebuild:buildarn",
        "codebuild:projectarn",
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
        "glue:credentialissuingservice",
        "glue:roleassumedby",
        "identitystore:userid",
        "lambda:sourcefunctionarn",
        "ssm:sourceinstancearn",
    }
)
"""Keys of a service that come with the caller's credentials, so that every action may carry
them."""
_MOST_SHOWN = 3


def of_provider(key: str) -> bool:
    """Return whether a key is of a sign-in provider: those are named after it."""
    prefix = key.partition(":")[0]
    return "." in prefix or "/" in prefix or prefix in {"saml", "sts", "cognito-identity"}


def known_key(key: str) -> catalogue.ConditionKey | None:
    """Return what is known of a key; the catalogue gives some placeholders of tags as names."""
    head = key.partition("/")[0]
    return catalogue.condition_key(key) or catalogue.condition_key(f"{head}/tag-key")


def _unknown(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        key = test.key
        if known_key(key) is not None or of_provider(key):
            continue
        if wild(key):
            message = f"the key `{test.said.key[:100]}` has a wildcard, which keys do not know"
            yield Hit(at=test.key_at, message=message, fix="name each key")
            continue
        subject.spend(15_000)
        prefix = key.partition(":")[0]
        close = nearest(test.said.key, catalogue.condition_keys(prefix))
        yield Hit(
            at=test.key_at,
            message=f"the key `{test.said.key[:100]}` is not in the catalogue of "
            f"{catalogue.date()}",
            fix=f"write `{close}`" if close else "",
        )


def _untagged(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        if test.key in {"aws:principaltag", "aws:requesttag", "aws:resourcetag"} or (
            test.key.startswith("aws:") and test.key.endswith("tag/")
        ):
            yield Hit(at=test.key_at, message=f"`{test.said.key[:100]}` does not say which tag")


def _carried(key: catalogue.ConditionKey, actions: Iterable[catalogue.Action]) -> bool:
    return any(key.name in action.condition_keys for action in actions)


def _service_keys(stated: Stated) -> Iterator[tuple[Test, catalogue.ConditionKey]]:
    """Yield the conditions on keys of a service, which only its actions carry."""
    if stated.statement.action is None:
        return
    for test in stated.tests:
        key = catalogue.condition_key(test.key)
        foreign = test.key.startswith("aws:") or test.key in _OF_CALLER
        if key is not None and not foreign and not of_provider(test.key):
            yield test, key


def _lacking(subject: Subject) -> Iterator[tuple[Stated, Test, list[str], bool]]:
    """Yield conditions with the actions that do not carry the key, and whether any does."""
    for stated in subject.stated:
        found = list(_service_keys(stated))
        if not found or "*" in (stated.statement.action or ()):
            continue
        patterns = [(text.value, known(text.value, subject)) for text in stated.actions]
        if not all(actions for _, actions in patterns):
            # An action that is not known may carry anything.
            continue
        for test, key in found:
            subject.spend(sum(len(actions) for _, actions in patterns))
            without = [name for name, actions in patterns if not _carried(key, actions)]
            yield stated, test, without, len(without) < len(patterns)


def _of_none(subject: Subject) -> Iterator[Hit]:
    for stated, test, without, some in _lacking(subject):
        if without and not some:
            key = test.said.key[:100]
            yield Hit(
                at=test.key_at,
                message=f"no action of the statement carries `{key}`{_so(stated, test)}",
                related=((stated.at("Action"), "the actions"),),
            )


def _of_some(subject: Subject) -> Iterator[Hit]:
    for stated, test, without, some in _lacking(subject):
        if without and some:
            shown = ", ".join(f"`{name[:80]}`" for name in without[:_MOST_SHOWN])
            more = len(without) - _MOST_SHOWN
            yield Hit(
                at=test.key_at,
                message=f"{shown}{f' and {more} more' if more > 0 else ''} "
                f"{'does' if len(without) == 1 else 'do'} not carry `{test.said.key[:100]}`"
                f"{_so(stated, test)}",
                related=((stated.at("Action"), "the actions"),),
            )


def _so(stated: Stated, test: Test) -> str:
    """Say what a condition on an absent key does."""
    known = test.operator
    if test.family == "null":
        return ""
    holds = known.negated or known.if_exists
    if known.quantifier is not None:
        holds = known.quantifier.value == "forallvalues:"
    effect = "allows" if stated.allows else "denies"
    if holds:
        return f", so the statement {effect} regardless of it"
    return f", so the statement never {effect} that"


RULES = (
    Rule(
        id="unknown-condition-key",
        level=Level.WARNING,
        title="A condition has a key that is not known",
        why="A key that does not exist is absent from every request: most operators then never "
        "hold, negated ones and those with IfExists always do. The catalogue can be behind a "
        "service that has something new.",
        fix="write a key that the vendor's lists give",
        page=_KEYS,
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
        '"Condition": {"StringEquals": {"aws:PrincipalOrgId2": "o-example"}}}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
        '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}}',
        find=_unknown,
    ),
    Rule(
        id="tag-key-missing",
        level=Level.ERROR,
        title="A condition on a tag does not say which tag",
        why="The name of the tag is a part of the key; without it the key is absent from every "
        "request.",
        fix="write the tag's name after the slash, as `aws:ResourceTag/team`",
        page=_KEYS,
        wrong='{"Effect": "Allow", "Action": "ec2:StartInstances", '
        '"Resource": "arn:aws:ec2:*:*:instance/*", '
        '"Condition": {"StringEquals": {"aws:ResourceTag": "red"}}}',
        right='{"Effect": "Allow", "Action": "ec2:StartInstances", '
        '"Resource": "arn:aws:ec2:*:*:instance/*", '
        '"Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}',
        find=_untagged,
    ),
    Rule(
        id="key-of-no-action",
        level=Level.WARNING,
        title="No action of the statement carries the key of a condition",
        why="A request carries the keys that its action has. One that is absent makes most "
        "operators not hold, and negated ones and those with IfExists always hold.",
        fix="use a key that the actions have, or take the condition away",
        page=_REFERENCE,
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
        '"Condition": {"StringLike": {"s3:prefix": "home/*"}}}',
        right='{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b", '
        '"Condition": {"StringLike": {"s3:prefix": "home/*"}}}',
        find=_of_none,
    ),
    Rule(
        id="key-of-some-actions",
        level=Level.NOTE,
        title="Some actions of the statement do not carry the key of a condition",
        why="A request carries the keys that its action has. One that is absent makes most "
        "operators not hold, and negated ones and those with IfExists always hold.",
        fix="move those actions to a statement of their own",
        page=_REFERENCE,
        wrong='{"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], '
        '"Resource": "arn:aws:s3:::b", "Condition": {"StringLike": {"s3:prefix": "home/*"}}}',
        right='[{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b", '
        '"Condition": {"StringLike": {"s3:prefix": "home/*"}}}, {"Effect": "Allow", '
        '"Action": "s3:GetBucketLocation", "Resource": "arn:aws:s3:::b"}]',
        find=_of_some,
    ),
)
