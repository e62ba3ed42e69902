# SPDX-License-Identifier: Apache-2.0
"""Conditions of every operator over every class of key, and contexts that they collide with."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bartizan.model.facts import Facts
from bartizan.model.facts.policy import KeyGrant, Policy
from tests.fakes.dice import Dice
from tests.fakes.generated_pattern import VARIABLES
from tests.fakes.generated_words import ISSUER, SERVICES, TAGS, Words

Values = Mapping[str, str | tuple[str, ...]]

OPERATORS: Mapping[str, tuple[str, ...]] = {
    "string": (
        *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
        *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ),
    "arn": ("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringLike"),
    "ip": ("IpAddress", "NotIpAddress"),
    "date": (
        *("DateLessThan", "DateGreaterThan", "DateEquals", "DateNotEquals"),
        *("DateLessThanEquals", "DateGreaterThanEquals"),
    ),
    "number": (
        *("NumericEquals", "NumericLessThan", "NumericGreaterThan", "NumericNotEquals"),
        *("NumericLessThanEquals", "NumericGreaterThanEquals"),
    ),
    "bool": ("Bool",),
    "binary": ("BinaryEquals",),
}
_ALL = tuple(name for names in OPERATORS.values() for name in names)

ODD_DATES = ("soon", "2026-13-01", "2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00.5-0100")
TEAMS = (*TAGS, "d?v", "*", "re*")
PLAIN: Mapping[str, tuple[str, Sequence[str]]] = {
    "aws:PrincipalTag/team": ("string", TEAMS),
    "aws:principaltag/TEAM": ("string", TEAMS),
    "aws:PrincipalTag/stage": ("string", TEAMS),
    "aws:PrincipalType": ("string", ("AssumedRole", "User", "Account", "Anonymous", "*e*")),
    "aws:PrincipalIsAWSService": ("bool", ("true", "false")),
    "aws:PrincipalServiceName": ("string", SERVICES),
    "aws:username": ("string", ("u", "dev", "u*", "v")),
    "aws:ResourceTag/team": ("string", TEAMS),
    "secretsmanager:ResourceTag/team": ("string", TEAMS),
    "kms:ResourceTag/Team": ("string", TEAMS),
    "aws:ResourceTag/stage": ("string", TEAMS),
    "aws:RequestTag/team": ("string", TEAMS),
    "aws:SourceIp": ("ip", ("10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "::/0", "203.0.113.0/24", "x")),
    "aws:SourceVpce": ("string", ("vpce-1", "vpce-*")),
    "aws:SourceVpc": ("string", ("vpc-1", "vpc-2", "vpc-*")),
    "aws:UserAgent": ("string", ("curl", "CURL", "c*")),
    "aws:CurrentTime": ("date", ("2026-01-01T00:00:00Z", "2027", "1767225600", *ODD_DATES)),
    "aws:TokenIssueTime": ("date", ("2026-01-01T00:00:00Z",)),
    "aws:MultiFactorAuthPresent": ("bool", ("true", "false")),
    "aws:MultiFactorAuthAge": ("number", ("300", "3600", "1e3")),
    "aws:SecureTransport": ("bool", ("true", "false", "True", "no")),
    "aws:ViaAWSService": ("bool", ("true", "false")),
    "aws:RequestedRegion": ("string", ("us-east-1", "eu-central-1", "us-*", "eu-*")),
    "aws:SourceIdentity": ("string", ("alice", "*")),
    "aws:FederatedProvider": ("string", ("idp",)),
    "kms:ViaService": ("string", ("s3.us-east-1.amazonaws.com", "s3.*")),
    "kms:EncryptionContext:app": ("string", TAGS),
    "kms:EncryptionContext:More": ("string", ("x", "y")),
    "s3:max-keys": ("number", ("10", "9.5", "ten")),
    "s3:prefix": ("string", ("red/", "red/*", "")),
    "sts:ExternalId": ("string", ("secret", "other")),
    "iam:PassedToService": ("string", (*SERVICES, "*.amazonaws.com")),
    f"{ISSUER}:sub": ("string", ("repo:acme/app", "repo:acme/*", "repo:*")),
    f"{ISSUER}:aud": ("string", ("sts.amazonaws.com",)),
    "SAML:aud": ("string", ("https://signin.aws.amazon.com/saml",)),
    "x:blob": ("binary", ("QmluYXJ5", "QQ==", "no base64")),
    "x:unknown": ("string", TAGS),
    "aws:TagKeys": ("string", ("team", "stage", "*")),
    "aws:CalledVia": ("string", ("athena.amazonaws.com", "glue.amazonaws.com")),
    "kms:EncryptionContextKeys": ("string", ("app", "more")),
    "aws:PrincipalServiceNamesList": ("string", SERVICES),
}
"""Keys whose values are the same in every organisation."""
MULTIVALUED = frozenset(
    {
        *("aws:TagKeys", "aws:CalledVia", "kms:EncryptionContextKeys"),
        *("aws:PrincipalServiceNamesList", "aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"),
    }
)


def keys(words: Words) -> dict[str, tuple[str, Sequence[str]]]:
    """Return the condition keys with a type and values that mean something here."""
    arns = tuple(words.principals)
    patterns = tuple(arn.rsplit("/", 1)[0] + "/*" for arn in arns[:4])
    odd = (f"arn:{words.partition}:iam::*:role/*", f"arn:{words.partition}:iam:*", "*")
    accounts = (*words.accounts, "1*")
    paths = (*words.paths, *(f"{path}*" for path in words.paths), "o-*")
    organizations = (*words.organizations, "o-none")
    found: dict[str, tuple[str, Sequence[str]]] = {
        "aws:PrincipalArn": ("arn", (*arns, *patterns, *odd)),
        "aws:PrincipalAccount": ("string", accounts),
        "aws:PrincipalOrgID": ("string", organizations),
        "aws:PrincipalOrgPaths": ("string", paths or ("o-none/",)),
        "aws:userid": ("string", (*words.ids, "AROA*:other", "AIDA*", "*:bartizan")),
        "aws:ResourceAccount": ("string", accounts),
        "s3:ResourceAccount": ("string", accounts),
        "kms:CallerAccount": ("string", accounts),
        "aws:ResourceOrgID": ("string", organizations),
        "aws:ResourceOrgPaths": ("string", paths or ("o-none/",)),
        "aws:SourceAccount": ("string", accounts),
        "aws:SourceOwner": ("string", accounts),
        "aws:SourceArn": ("arn", tuple(arn for _, arn in words.things[:6])),
        "s3:DataAccessPointArn": ("arn", ("arn:aws:s3:us-east-1:111111111111:accesspoint/*",)),
    }
    return {**found, **PLAIN}


FIXING = (
    *("aws:SourceIp", "aws:SourceVpc", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:userid"),
    *("aws:PrincipalAccount", "s3:DataAccessPointArn", "aws:SourceArn", "aws:SourceVpce"),
)
"""Keys that keep a bucket's policy from being public."""


def condition(dice: Dice, words: Words, *, among: Sequence[str] = ()) -> dict[str, Any]:
    """Return a Condition element of one to three tests, `among` these keys where it is given."""
    known = keys(words)
    known = {key: known[key] for key in among or known}
    found: dict[str, dict[str, Any]] = {}
    for _ in range(1 + dice.below(3) // 2 + dice.below(8) // 7):
        likely = [key for key in known if key not in PLAIN or "PrincipalTag" in key]
        key = dice.one(likely if likely and dice.chance(45) else tuple(known))
        kind, values = known[key]
        found.setdefault(_operator(dice, kind, key), {})[key] = _wanted(dice, kind, values)
    for operator, tests in found.items():
        if operator == "Null":
            found[operator] = {key: dice.one(("true", "false", True, False)) for key in tests}
    return found


def by_tag(dice: Dice) -> dict[str, Any]:
    """Hold the request to tags of the caller or of the thing, as policies by attribute do."""
    key = dice.one(("aws:PrincipalTag/team", "aws:ResourceTag/team", "aws:PrincipalTag/stage"))
    wanted = dice.one((*TAGS, "${aws:PrincipalTag/team}", "${aws:RequestTag/team, 'red'}"))
    return {dice.one(OPERATORS["string"]): {key: wanted}}


def _operator(dice: Dice, kind: str, key: str) -> str:
    if dice.chance(8):
        return "Null"
    name = dice.one(_ALL) if dice.chance(8) else dice.one(OPERATORS[kind])
    often = 60 if key in MULTIVALUED else 10
    prefix = dice.one(("ForAnyValue:", "ForAllValues:")) if dice.chance(often) else ""
    return prefix + name + ("IfExists" if dice.chance(20) else "")


def _wanted(dice: Dice, kind: str, values: Sequence[str]) -> Any:  # noqa: ANN401 - what JSON may hold
    if dice.chance(12) and kind in {"string", "arn"}:
        return dice.one(VARIABLES)
    chosen: list[Any] = dice.some(values, least=1, most=3)
    if dice.chance(2):
        return []
    return chosen[0] if len(chosen) == 1 and dice.chance(60) else chosen


def context(dice: Dice, words: Words, *, mentioned: Sequence[str]) -> dict[str, Any]:
    """Choose values for keys, mostly for those that policies mention."""
    known = keys(words)
    usual = [key for key in mentioned if key in known]
    found: dict[str, Any] = {}
    for _ in range(dice.below(6)):
        key = dice.one(usual) if usual and dice.chance(80) else dice.one(tuple(known))
        values = [*known[key][1], *(known[key][1] if dice.chance(50) else _GIVEN.get(key, ()))]
        plural = key in MULTIVALUED if dice.chance(95) else key not in MULTIVALUED
        name = key.upper() if dice.chance(8) else key
        if name.lower() in {other.lower() for other in found}:
            continue
        found[name] = tuple(dice.some(values, most=2)) if plural else dice.one(values)
    return found


_GIVEN = {
    "aws:SourceIp": ("10.1.2.3", "203.0.113.9", "2001:db8::7", "192.0.2.1"),
    "aws:CurrentTime": ("2026-03-01T12:00:00Z", "1772366400"),
    "aws:PrincipalTag/team": ("k", "${*}", ""),
    "aws:TagKeys": ("", "other"),
}
"""Values that a request may hold and a policy would not say."""


def mentioned(facts: Facts) -> tuple[str, ...]:
    """Name the condition keys that policies and grants mention."""
    found: dict[str, None] = {}
    if any(row.encryption_context_equals for row in facts.rows(KeyGrant)):
        found.update(dict.fromkeys(("kms:EncryptionContext:app", "kms:EncryptionContext:More")))
    for row in facts.rows(Policy):
        body = json.loads(row.document or "{}").get("Statement", [])
        for one in body if isinstance(body, list) else [body]:
            for tests in one.get("Condition", {}).values():
                found.update(dict.fromkeys(tests))
    return tuple(found)
