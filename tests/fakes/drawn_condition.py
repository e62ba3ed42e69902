# SPDX-License-Identifier: Apache-2.0
"""Condition blocks and contexts, drawn so that they often meet."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HOME, AWAY = "111111111111", "222222222222"
ORGANIZATION, PATH = "o-1", "o-1/r-1/ou-1/"

_TEXT = (
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
)
_SIZES = (
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
)
_NUMBER = tuple(f"Numeric{size}" for size in _SIZES)
_DATE = tuple(f"Date{size}" for size in _SIZES)
_ADDRESS = ("IpAddress", "NotIpAddress")
_ARN = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
_TRUTH = ("Bool",)
_BYTES = ("BinaryEquals",)


@dataclass(frozen=True)
class Key:
    """A condition key: what requests hold, what policies ask for, by which operators."""

    given: Sequence[str | list[str]]
    """What a request may hold; nothing for a key that follows from the request itself."""
    wanted: Sequence[str]
    operators: Sequence[str] = _TEXT


_ROLE, _USER = f"arn:aws:iam::{HOME}:role/r", f"arn:aws:iam::{HOME}:user/u"
_ARNS = (
    _ROLE,
    _USER,
    f"arn:aws:iam::{HOME}:role/*",
    "arn:aws:iam::*:role/r",
    f"arn:aws:iam::{HOME}:role/team/?",
    f"arn:aws:sts::{HOME}:assumed-role/r/s",
    f"arn:aws:iam::{HOME}:root",
    "arn:aws:s3:::bucket",
    "arn:*:*:*:*:*",
    "arn:aws:iam::1*",
    "arn:aws:iam::${aws:PrincipalAccount}:user/u",
    "*",
)
_DAYS = ("2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2026-01-01", "2026-06-01T00:00:00+02:00")
_TRUTHS = ("true", "false", "True")

KEYS: Mapping[str, Key] = {
    "aws:SourceIp": Key(
        ("198.51.100.7", "203.0.113.9", "2001:db8::7"),
        (
            "198.51.100.0/24",
            "198.51.100.7",
            "203.0.113.9/24",
            "0.0.0.0/0",
            "2001:db8::/32",
            "2001:DB8:0::7",
            "10.0.0.0/8",
        ),
        _ADDRESS,
    ),
    "aws:PrincipalTag/team": Key(
        ("a", "b", "A"),
        ("a", "b", "A", "${aws:RequestTag/x}", "${aws:RequestTag/x, 'a'}", "?", "*"),
    ),
    "aws:RequestTag/x": Key(
        ("a", "b", "a*"), ("a", "${aws:PrincipalTag/team, 'b'}", "a*", "a${*}")
    ),
    "aws:TagKeys": Key((["a"], ["a", "b"], ["c"], ["A"], [], []), ("a", "b", "c", "*", "A")),
    "aws:CalledVia": Key(
        (["athena.amazonaws.com"], ["athena.amazonaws.com", "glue.amazonaws.com"]),
        ("athena.amazonaws.com", "glue.amazonaws.com", "*"),
    ),
    "aws:SecureTransport": Key(("true", "false"), _TRUTHS, _TRUTH),
    "aws:MultiFactorAuthPresent": Key(("true", "false"), _TRUTHS, _TRUTH),
    "aws:MultiFactorAuthAge": Key(
        ("100", "3600", "3601"), ("100", "3600", "3600.0", "99", "100s", "+100"), _NUMBER
    ),
    "aws:CurrentTime": Key(_DAYS[:2], (*_DAYS, "1767225600"), _DATE),
    "aws:EpochTime": Key(("1767225600", "1767225599"), ("1767225600", _DAYS[0]), _DATE),
    "aws:UserAgent": Key(("aws-cli/2", "x", "*", "*"), ("aws-cli/*", "X", "?", "${*}", "${?}")),
    "aws:SourceVpce": Key(("vpce-1", "vpce-2"), ("vpce-1", "vpce-*")),
    "aws:SourceArn": Key((f"arn:aws:sns:us-east-1:{HOME}:t", "arn:aws:s3:::bucket"), _ARNS, _ARN),
    "aws:SourceAccount": Key((HOME, AWAY), (HOME, AWAY, "1*", "${aws:ResourceAccount}")),
    "aws:RequestedRegion": Key(("us-east-1", "eu-west-1"), ("us-east-1", "us-*", "eu-west-1")),
    "aws:PrincipalArn": Key((), _ARNS, (*_ARN, *_TEXT)),
    "aws:PrincipalOrgID": Key((), ("o-1", "o-2", "o-*", "${aws:PrincipalOrgID}")),
    "aws:PrincipalOrgPaths": Key((), (PATH, "o-1/r-1/*", "o-2/*", "o-1/*")),
    "aws:PrincipalAccount": Key((), (HOME, AWAY, "1*", "${aws:PrincipalAccount}")),
    "aws:PrincipalType": Key((), ("AssumedRole", "User", "Account", "FederatedUser", "A*")),
    "aws:userid": Key((), ("AROAX:s", "AROAX:*", HOME, "AIDAX", "anonymous")),
    "aws:username": Key((), ("u", "*", "${aws:username}", "U")),
    "aws:PrincipalIsAWSService": Key((), _TRUTHS, _TRUTH),
    "aws:PrincipalServiceName": Key((), ("logs.amazonaws.com", "*")),
    "aws:ResourceAccount": Key((), (HOME, AWAY, "${aws:PrincipalAccount}")),
}
_MANY = frozenset({"aws:TagKeys", "aws:CalledVia", "aws:PrincipalOrgPaths"})
_OF_SERVICES = frozenset({"aws:SourceArn", "aws:SourceAccount"})
_OF_SIGNED = frozenset({"aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"})
_OF_TAGGED = frozenset({"aws:PrincipalTag/team"})
_TAGGED = frozenset({"role", "user", "federated-user"})
_MEMBERS = _TAGGED | {"root"}

OWN: Mapping[str, Mapping[str, Key]] = {
    "s3:ListBucket": {
        "s3:prefix": Key(("a/b", "u/"), ("a/*", "${aws:username}/*", "u/")),
        "s3:max-keys": Key(("10",), ("10", "9.5", "1e1"), _NUMBER),
    },
    "kms:Decrypt": {
        "kms:EncryptionContext:k": Key(("v", "w"), ("v", "w", "*")),
        "kms:EncryptionContextKeys": Key((["k"], ["k", "l"]), ("k", "l")),
        "kms:ViaService": Key(("s3.us-east-1.amazonaws.com",), ("s3.*.amazonaws.com", "s3.*")),
    },
    "iam:PassRole": {
        "iam:PassedToService": Key(
            ("ec2.amazonaws.com", "lambda.amazonaws.com"), ("ec2.amazonaws.com", "*.amazonaws.com")
        ),
    },
    "sts:AssumeRole": {"sts:ExternalId": Key(("x", "Y"), ("x", "y", "*"))},
}
"""Keys of single actions."""
_MANY_OWN = frozenset({"kms:EncryptionContextKeys"})


def some(draw: random.Random, values: Sequence[Any], most: int = 2) -> list[Any]:
    return draw.sample(list(values), min(len(values), draw.randint(1, most)))


def plain_or_list(draw: random.Random, values: list[Any]) -> object:
    """The grammar lets the brackets go for one."""
    return values[0] if len(values) == 1 and draw.random() < 0.5 else values


def context(draw: random.Random, action: str, caller: str) -> dict[str, str | list[str]]:
    """Draw what a request of such a caller may hold."""
    keys = {**KEYS, **OWN.get(action, {})}
    names = [name for name, key in keys.items() if key.given]
    found = {}
    for name in draw.sample(names, draw.randint(0, 7)):
        if name in _OF_SERVICES and caller != "service":
            continue
        if name in _OF_TAGGED and caller not in _TAGGED:
            continue
        if name in _OF_SIGNED and caller not in _MEMBERS:
            continue
        found[name] = draw.choice(list(keys[name].given))
    return found


def conditions(draw: random.Random, action: str, most: int = 2) -> dict[str, Any]:
    """Draw a condition block of one to `most` tests."""
    block: dict[str, Any] = {}
    for _ in range(draw.randint(1, most)):
        operator, key, values = _test(draw, action)
        tests = block.setdefault(operator, {})
        if key.lower() not in {name.lower() for name in tests}:
            tests[key] = values
    return block


def _test(draw: random.Random, action: str) -> tuple[str, str, object]:
    keys = {**KEYS, **OWN.get(action, {})}
    own = list(OWN.get(action, ()))
    name = draw.choice(own) if own and draw.random() < 0.3 else draw.choice(list(keys))
    spelled = draw.choice((name, name, name, name.upper(), name.lower()))
    if draw.random() < 0.12:
        return "Null", spelled, draw.choice(("true", "false", True, ["true", "false"]))
    key = keys[name]
    operator = draw.choice(list(key.operators if draw.random() < 0.97 else _BYTES))
    if draw.random() < (0.8 if name in _MANY | _MANY_OWN else 0.08):
        operator = draw.choice(("ForAllValues:", "ForAnyValue:")) + operator
    if draw.random() < 0.2:
        operator += "IfExists"
    return operator, spelled, plain_or_list(draw, some(draw, key.wanted))
