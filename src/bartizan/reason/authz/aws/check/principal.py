# SPDX-License-Identifier: Apache-2.0
"""Rules about whom a policy of a resource lets in.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

import re
from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check.condition_set import fails_on_absence
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject, Text

_PRINCIPAL = f"{GUIDE}reference_policies_elements_principal.html"
_NOT_PRINCIPAL = f"{GUIDE}reference_policies_elements_notprincipal.html"
_NAMED = ("resource", "trust", "endpoint")
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_UNIQUE = re.compile(r"A(?:IDA|ROA|GPA|NPA|SCA|SIA|KIA)[A-Z0-9]{12,}", re.ASCII)
_SOURCES = frozenset(
    {
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "s3:sourceaccount",
    }
)
_IN_ACCOUNT = frozenset(
    {
        "ec2.amazonaws.com",
        "lambda.amazonaws.com",
        "edgelambda.amazonaws.com",
        "ecs-tasks.amazonaws.com",
        "pods.eks.amazonaws.com",
        "apigateway.amazonaws.com",
        "ssm.amazonaws.com",
        "eks.amazonaws.com",
        "autoscaling.amazonaws.com",
    }
)
"""Services that act for the account that handed them the role, which only it can do; they do not
say for which resource they ask."""


_OF_THE_REQUEST = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:referer",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:signatureversion",
        "s3:tlsversion",
        "s3:x-amz-acl",
    }
)
"""Keys that whoever asks can fill as they like, so that they keep nobody out."""


def limited(stated: Stated) -> bool:
    """Return whether some condition fails for a caller without a certain property."""
    return any(
        fails_on_absence(test)
        and test.key not in _OF_THE_REQUEST
        and not {"*", "0.0.0.0/0", "::/0"} & {text.value for text in test.values}
        for test in stated.tests
    )


def _public(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        named = stated.statement.principal
        if stated.allows and named is not None and named.any and not limited(stated):
            yield Hit(
                at=stated.at("Principal"),
                message=f"{stated.name} lets everybody in, of any account",
                level=Level.ERROR if subject.kind == "trust" else None,
            )


def _names(subject: Subject) -> Iterator[tuple[Stated, str, Text]]:
    for stated in subject.stated:
        for kind, text in stated.principals:
            subject.spend()
            yield stated, kind, text


def _malformed(subject: Subject) -> Iterator[Hit]:
    for _, kind, text in _names(subject):
        value = text.value
        if value == "*" or "${" in value:
            continue
        if kind == "AWS" and not _is_aws(value):
            fix = "write a role's, user's or session's ARN, or an account"
            yield Hit(at=text.at, message=f"`{value[:100]}` names no principal", fix=fix)
        if kind == "Service" and not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
            message = f"`{value[:100]}` is no name of a service"
            yield Hit(at=text.at, message=message, fix="write it as `lambda.amazonaws.com`")


def _is_aws(value: str) -> bool:
    if _ACCOUNT.fullmatch(value) or _UNIQUE.fullmatch(value) or "*" in value or "?" in value:
        return True
    parts = value.split(":", 5)
    return (
        len(parts) == 6  # noqa: PLR2004 - the six parts of an ARN
        and parts[0] == "arn"
        and parts[2] in {"iam", "sts"}
        and (bool(_ACCOUNT.fullmatch(parts[4])) or parts[4] in {"cloudfront", "aws"})
        and bool(parts[5])
    )


def _wild(subject: Subject) -> Iterator[Hit]:
    for _, kind, text in _names(subject):
        value = text.value
        if value != "*" and ("*" in value or "?" in value):
            message = f"`{value[:100]}` has a wildcard, and principals are named whole"
            yield Hit(at=text.at, message=message)
        elif "${" in value:
            message = f"`{value[:100]}` has a variable, and principals have none"
            yield Hit(at=text.at, message=message, fix="write the ARN without variables")
        elif value == "*" and kind == "Service":
            message = "`*` is no service"
            yield Hit(at=text.at, message=message, fix="name the services")


def _deleted(subject: Subject) -> Iterator[Hit]:
    for _, kind, text in _names(subject):
        if kind == "AWS" and _UNIQUE.fullmatch(text.value):
            message = f"`{text.value}` is the id of a principal that was deleted"
            yield Hit(at=text.at, message=message)


def _all_but(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        if stated.allows and stated.statement.not_principal is not None:
            message = f"{stated.name} lets everybody in but those that it names"
            yield Hit(at=stated.at("NotPrincipal"), message=message)


def _exceptions(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        excepted = stated.statement.not_principal
        if stated.allows or excepted is None:
            continue
        accounts = {_account(name) for name in excepted.aws if _is_account(name)}
        bare = [name for name in excepted.aws if _account(name) not in accounts]
        without = f"; the account of `{bare[0][:100]}` is not among the exceptions" if bare else ""
        yield Hit(
            at=stated.at("NotPrincipal"),
            message=f"NotPrincipal with Deny also denies who has a boundary{without}",
        )


def _account(name: str) -> str:
    parts = name.split(":", 5)
    return parts[4] if len(parts) == 6 else name  # noqa: PLR2004 - the six parts of an ARN


def _is_account(name: str) -> bool:
    return bool(_ACCOUNT.fullmatch(name)) or name.endswith(":root")


def _deputy(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        if not stated.allows or any(test.key in _SOURCES for test in stated.tests):
            continue
        services = [text for kind, text in stated.principals if kind == "Service"]
        for text in services:
            trusting = subject.kind == "trust"
            if not (trusting and text.value in _IN_ACCOUNT):
                yield Hit(
                    at=text.at,
                    message=f"`{text.value[:100]}` may do this for any account",
                    level=Level.NOTE if trusting else None,
                )


def _ownerless(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        if stated.tests_of("aws:sourceaccount") or stated.tests_of("aws:sourceorgid"):
            continue
        for test in stated.tests_of("aws:sourcearn"):
            for text in test.values:
                parts = text.value.split(":", 5)
                if stated.allows and len(parts) == 6 and parts[4] in {"", "*"}:  # noqa: PLR2004 - as above
                    yield Hit(
                        at=text.at,
                        message=f"the account is not said in `{text.value[:100]}`",
                    )


def _bucket(principal: str, rest: str = "", effect: str = "Allow") -> str:
    return (
        f'{{"Effect": "{effect}", {principal}, "Action": "s3:GetObject", '
        f'"Resource": "arn:aws:s3:::b/*"{rest}}}'
    )


_ROLE = '"Principal": {"AWS": "arn:aws:iam::111111111111:role/reader"}'
_DELIVERY = '"Principal": {"Service": "delivery.logs.amazonaws.com"}'

RULES = (
    Rule(
        id="open-to-everybody",
        level=Level.WARNING,
        title="An Allow lets everybody in",
        why="`*` is every principal of every account, and for some services everybody on the "
        "Internet.",
        fix="name the principals, or add a condition such as `aws:PrincipalOrgID`",
        page=_PRINCIPAL,
        wrong=_bucket('"Principal": "*"'),
        right=_bucket(_ROLE),
        find=_public,
        types=("resource", "trust"),
    ),
    Rule(
        id="malformed-principal",
        level=Level.ERROR,
        title="A name in Principal is that of no principal",
        why="The vendor refuses the document, or the statement is about nobody.",
        fix="name a principal",
        page=_PRINCIPAL,
        wrong=_bucket('"Principal": {"AWS": "role/reader"}'),
        right=_bucket(_ROLE),
        find=_malformed,
        types=_NAMED,
    ),
    Rule(
        id="wildcard-in-principal",
        level=Level.ERROR,
        title="A principal is named with a wildcard or a variable",
        why="Only `*` alone has a meaning there; a part of a name or ARN cannot be left open.",
        fix='write `"*"` with a condition on `aws:PrincipalArn`, which may have wildcards',
        page=_PRINCIPAL,
        wrong=_bucket('"Principal": {"AWS": "arn:aws:iam::111111111111:role/read*"}'),
        right=_bucket(_ROLE),
        find=_wild,
        types=_NAMED,
    ),
    Rule(
        id="deleted-principal",
        level=Level.WARNING,
        title="A principal that was deleted is still named",
        why="The vendor puts the unique id in the place of a name that is no more. One of the "
        "same name that is made anew is not let in.",
        fix="take it away, or name the new principal",
        page=_PRINCIPAL,
        wrong=_bucket('"Principal": {"AWS": "AROAEXAMPLEEXAMPLE12"}'),
        right=_bucket(_ROLE),
        find=_deleted,
        types=_NAMED,
    ),
    Rule(
        id="allow-with-not-principal",
        level=Level.ERROR,
        title="An Allow names those whom it does not let in",
        why="It lets in everybody else, anonymous callers included; the vendor does not support "
        "it.",
        fix="name who is let in",
        page=_NOT_PRINCIPAL,
        wrong=_bucket('"NotPrincipal": {"AWS": "arn:aws:iam::111111111111:role/reader"}'),
        right=_bucket(_ROLE),
        find=_all_but,
        types=("resource", "endpoint"),
    ),
    Rule(
        id="deny-with-not-principal",
        level=Level.WARNING,
        title="A Deny names those whom it does not reach",
        why="It reaches whoever has a permissions boundary all the same, and a principal whose "
        "account is not named beside it.",
        fix='deny `"Principal": "*"` with `ArnNotEquals` on `aws:PrincipalArn`',
        page=_NOT_PRINCIPAL,
        wrong=_bucket(
            '"NotPrincipal": {"AWS": "arn:aws:iam::111111111111:role/reader"}', effect="Deny"
        ),
        right=_bucket(
            '"Principal": "*"',
            ', "Condition": {"ArnNotEquals": {"aws:PrincipalArn": '
            '"arn:aws:iam::111111111111:role/reader"}}',
            effect="Deny",
        ),
        find=_exceptions,
        types=("resource", "endpoint"),
    ),
    Rule(
        id="confused-deputy",
        level=Level.WARNING,
        title="A service is let in for any account",
        why="Whoever can make the service act on a resource of their own choice reaches this one "
        "through it. A role's trust policy is only noted, since a role can be handed to a service "
        "by its own account alone.",
        fix="add a condition on `aws:SourceArn`, `aws:SourceAccount` or `aws:SourceOrgID`",
        page=f"{GUIDE}confused-deputy.html",
        wrong=_bucket(_DELIVERY),
        right=_bucket(
            _DELIVERY, ', "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}}'
        ),
        find=_deputy,
        types=("resource", "trust"),
    ),
    Rule(
        id="source-without-account",
        level=Level.WARNING,
        title="The source of a service's request is named without its account",
        why="Names of buckets and the like say no account: should the resource be deleted, "
        "somebody else can make one of the same name.",
        fix="add a condition on `aws:SourceAccount`",
        page=f"{GUIDE}reference_policies_condition-keys.html#condition-keys-sourcearn",
        wrong=_bucket(
            _DELIVERY, ', "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::source"}}'
        ),
        right=_bucket(
            _DELIVERY,
            ', "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::source"}, '
            '"StringEquals": {"aws:SourceAccount": "111111111111"}}',
        ),
        find=_ownerless,
        types=("resource", "trust"),
    ),
)
