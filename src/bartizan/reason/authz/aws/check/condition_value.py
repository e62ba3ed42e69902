# SPDX-License-Identifier: Apache-2.0
"""Rules about the values of conditions: those that nothing can match, or not what was meant.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject, Test, Text
from bartizan.reason.authz.aws.policy.comparison import moment, network, number
from bartizan.reason.authz.aws.policy.wildcard import Wild, tokens

_OPERATORS = f"{GUIDE}reference_policies_elements_condition_operators.html"


def each(subject: Subject) -> Iterator[tuple[Stated, Test]]:
    """Yield every condition with its statement."""
    for stated in subject.stated:
        for test in stated.tests:
            subject.spend()
            yield stated, test


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


_READS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "numeric": (lambda text: number(text) is not None, "a number"),
    "date": (lambda text: moment(text) is not None, "a date, as `2026-01-31T00:00:00Z`"),
    "bool": (lambda text: text.lower() in {"true", "false"}, "`true` or `false`"),
    "null": (lambda text: text.lower() in {"true", "false"}, "`true` or `false`"),
    "binary": (_is_base64, "base64"),
    "ip": (lambda text: network(text) is not None, "an address or a range, as `192.0.2.0/24`"),
}
"""How each family of operators that reads its value as something else than text does so."""


def family(test: Test) -> str:
    """Return which family of operators a condition is of: `string`, `arn`, `numeric`, ..."""
    name = test.family
    for prefix in ("string", "arn", "numeric", "date", "bool", "binary", "null"):
        if name.startswith(prefix):
            return prefix
    return "ip"


def _unreadable(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        if family(test) not in _READS:
            continue
        reads, what = _READS[family(test)]
        for text in test.values:
            subject.spend()
            if not reads(text.value):
                variable = "${" in text.value
                yield Hit(
                    at=text.at,
                    message=f"`{test.said.operator}` never matches `{text.value[:100]}`, which is "
                    f"not {what.split(',')[0]}",
                    fix=f"write {what}; variables are for string and ARN operators only"
                    if variable
                    else f"write {what}",
                )


def _no_arn(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        if family(test) != "arn":
            continue
        for text in test.values:
            head = text.value.partition(":")[0]
            if head != "arn" and not any(sign in head for sign in "*?$"):
                yield Hit(
                    at=text.at,
                    message=f"`{test.said.operator}` never matches `{text.value[:100]}`, which is "
                    "no ARN",
                )


def _literal_wildcard(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        if not test.family.startswith("string") or "like" in test.family:
            continue
        for text in test.values:
            pieces = tokens(text.value, variables=subject.current)
            if any(isinstance(piece, Wild) for piece in pieces):
                yield Hit(
                    at=text.at,
                    message=f"`{test.said.operator}` takes the wildcard in `{text.value[:100]}` "
                    "for a character",
                    fix=f"write `{_like(test.said.operator)}`, or `${{*}}` if the character was "
                    "meant",
                    related=((test.operator_at, "the operator"),),
                )


def _like(operator: str) -> str:
    """Return the operator with wildcards for one without."""
    lowered = operator.lower()
    prefix = operator[: operator.find(":") + 1]
    negated = "Not" if "notequals" in lowered else ""
    ending = "IfExists" if lowered.endswith("ifexists") else ""
    return f"{prefix}String{negated}Like{ending}"


_ALLOWED = {
    "String": {"string", "null"},
    "ARN": {"arn", "string", "null"},
    "Bool": {"bool", "null"},
    "Numeric": {"numeric", "null"},
    "Date": {"date", "numeric", "null"},
    "IPAddress": {"ip", "null"},
    "Binary": {"binary", "string", "null"},
}
"""Families of operators that can do something with a key of a type."""

_MEANT = {
    "String": "a string operator, such as `StringEquals`",
    "ARN": "an ARN operator, such as `ArnLike`",
    "Bool": "`Bool`",
    "Numeric": "a numeric operator, such as `NumericEquals`",
    "Date": "a date operator, such as `DateLessThan`",
    "IPAddress": "`IpAddress` or `NotIpAddress`",
    "Binary": "`BinaryEquals`",
}


def _mismatch(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        key = catalogue.condition_key(test.key)
        if key is None or key.type not in _ALLOWED or family(test) in _ALLOWED[key.type]:
            continue
        if key.type == "String" and family(test) == "arn" and _holds_arns(test):
            # The catalogue calls some keys that hold ARNs strings.
            continue
        truths = all(text.value in {"true", "false"} for text in test.values)
        told = Level.NOTE if key.type == "Bool" and family(test) == "string" and truths else None
        yield Hit(
            at=test.at,
            message=f"`{test.said.operator}` is not for `{test.said.key[:100]}`, which is of type "
            f"{key.type}",
            fix=f"write {_MEANT[key.type]}",
            level=told,
        )


def _holds_arns(test: Test) -> bool:
    return all(text.value.startswith(("arn:", "*", "$")) for text in test.values)


_PRIVATE: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7")
)


def _private(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        if test.key == "aws:sourceip" and family(test) == "ip":
            yield from (_not_public(text) for text in test.values if _is_private(text.value))


def _is_private(text: str) -> bool:
    block = network(text)
    if isinstance(block, IPv4Network):
        return any(isinstance(p, IPv4Network) and block.subnet_of(p) for p in _PRIVATE)
    if isinstance(block, IPv6Network):
        return any(isinstance(p, IPv6Network) and block.subnet_of(p) for p in _PRIVATE)
    return False


def _not_public(text: Text) -> Hit:
    return Hit(
        at=text.at,
        message=f"`aws:SourceIp` never holds an address of `{text.value[:60]}`, which is private",
    )


def _session(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        if test.key != "aws:principalarn":
            continue
        for text in test.values:
            parts = text.value.split(":", 5)
            if parts[2:3] == ["sts"] and parts[5:] and parts[5].startswith("assumed-role/"):
                name = parts[5].split("/")[1]
                role = ":".join((*parts[:2], "iam", "", parts[4], f"role/{name}"))
                yield Hit(
                    at=text.at,
                    message="`aws:PrincipalArn` never holds the ARN of a role's session",
                    fix=f"write the role's ARN with its path, as `{role[:200]}`",
                )


def _none(subject: Subject) -> Iterator[Hit]:
    for _, test in each(subject):
        if not test.values:
            what = "holds for every request" if test.operator.negated else "holds for no request"
            yield Hit(at=test.at, message=f"a condition without values {what}")


_S3 = '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": '

RULES = (
    Rule(
        id="unreadable-value",
        level=Level.ERROR,
        title="A condition has a value that its operator cannot read",
        why="The value is compared as a number, date, truth, address or bytes. What is none "
        "matches nothing, and a negated operator then always holds.",
        fix="write a value that the operator reads",
        page=_OPERATORS,
        wrong=_S3 + '{"IpAddress": {"aws:SourceIp": "192.0.2.0/33"}}}',
        right=_S3 + '{"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}',
        find=_unreadable,
    ),
    Rule(
        id="value-without-arn",
        level=Level.ERROR,
        title="An ARN operator has a value that is no ARN",
        why="ARN operators compare the six parts of an ARN one by one; another text matches none.",
        fix="write a whole ARN, or use a string operator",
        page=_OPERATORS,
        wrong=_S3 + '{"ArnLike": {"aws:PrincipalArn": "role/reader"}}}',
        right=_S3 + '{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}}}',
        find=_no_arn,
    ),
    Rule(
        id="wildcard-without-like",
        level=Level.WARNING,
        title="An operator without wildcards has a value with one",
        why="Only the Like operators of strings know `*` and `?`; for the others they are "
        "characters, which no value is likely to hold. An Allow grants nothing then, and a Deny "
        "with a negated operator denies everyone.",
        fix="write the Like operator",
        page=_OPERATORS,
        wrong=_S3 + '{"StringEquals": {"aws:PrincipalTag/team": "red-*"}}}',
        right=_S3 + '{"StringLike": {"aws:PrincipalTag/team": "red-*"}}}',
        find=_literal_wildcard,
    ),
    Rule(
        id="operator-of-other-type",
        level=Level.WARNING,
        title="An operator does not fit the type of its key",
        why="The key's value is read as the operator reads it, so equal values can be written "
        "differently and not match; the vendor does not promise what happens.",
        fix="write an operator of the key's type",
        page=_OPERATORS,
        wrong=_S3 + '{"StringEquals": {"aws:SourceIp": "192.0.2.1"}}}',
        right=_S3 + '{"IpAddress": {"aws:SourceIp": "192.0.2.1"}}}',
        find=_mismatch,
    ),
    Rule(
        id="private-source-ip",
        level=Level.WARNING,
        title="The source address is compared with a private range",
        why="`aws:SourceIp` holds public addresses; it is absent where a request comes through a "
        "VPC endpoint. A private range matches nothing.",
        fix="use `aws:VpcSourceIp` with `aws:SourceVpc`, or the public addresses of the way out",
        page=f"{GUIDE}reference_policies_condition-keys.html#condition-keys-sourceip",
        wrong=_S3 + '{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}',
        right=_S3 + '{"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}',
        find=_private,
    ),
    Rule(
        id="session-as-principal-arn",
        level=Level.ERROR,
        title="The principal's ARN is compared with that of a role's session",
        why="For a session of a role `aws:PrincipalArn` holds the ARN of the role, with its path, "
        "so the comparison never matches.",
        fix="write the role's ARN",
        page=f"{GUIDE}reference_policies_condition-keys.html#condition-keys-principalarn",
        wrong=_S3 + '{"ArnLike": {"aws:PrincipalArn": '
        '"arn:aws:sts::111111111111:assumed-role/reader/*"}}}',
        right=_S3 + '{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/reader"}}}',
        find=_session,
    ),
    Rule(
        id="condition-without-values",
        level=Level.WARNING,
        title="A condition has no values",
        why="No value of a request is among none, so the statement never applies; a negated "
        "operator always holds instead.",
        fix="name the values, or take the condition away",
        page=f"{GUIDE}reference_policies_elements_condition.html",
        wrong=_S3 + '{"StringEquals": {"aws:PrincipalTag/team": []}}}',
        right=_S3 + '{"StringEquals": {"aws:PrincipalTag/team": "red"}}}',
        find=_none,
    ),
)
