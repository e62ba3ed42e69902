# SPDX-License-Identifier: Apache-2.0
"""Whether Amazon S3 calls a bucket policy public, which is a matter of its text alone.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from bartizan.reason.authz.aws.policy.comparison import network
from bartizan.reason.authz.aws.policy.document import ConditionTest, Document, Effect, Statement
from bartizan.reason.authz.aws.policy.operator import Kind, Quantifier, operator

_FIXING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalservicename",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
"""Section "Bucket policies": keys that, held to fixed values, make a grant non-public. What
stands there as "an AWS principal" is read as the keys that tell one; docs/labs/s3-public.md."""
_BROADEST = {4: 8, 6: 32}
"""Shortest prefix of a range of addresses that is not public, by version."""


def is_public(document: Document) -> bool:
    """Return whether the policy is public: one public statement makes the whole policy so."""
    variables = document.version == "2012-10-17"
    return any(
        statement.effect is Effect.ALLOW and _is_open(statement, variables=variables)
        for statement in document.statements
    )


def _is_open(statement: Statement, *, variables: bool) -> bool:
    who = statement.principal
    fixed = who is not None and not (who.any or who.federated or "*" in who.service)
    return not fixed and not any(
        _fixes(test, variables=variables) for test in statement.conditions
    )


def _fixes(test: ConditionTest, *, variables: bool) -> bool:
    """Return whether a condition holds the grant to fixed values. One that also holds without
    its key does not.
    """
    known = operator(test.operator)
    if known is None or known.negated or known.if_exists or not test.values:
        return False
    if known.quantifier is Quantifier.ALL or known.kind is Kind.NULL:
        return False
    key = test.key.lower()
    if key == "aws:sourceip":
        return all(_is_narrow(value) for value in test.values)
    return key in _FIXING and all(
        _is_fixed(key, value, known.kind, variables=variables) for value in test.values
    )


def _is_narrow(value: str) -> bool:
    block = network(value)
    if block is None:
        return False
    return block.prefixlen >= _BROADEST[block.version]


def _is_fixed(key: str, value: str, kind: Kind, *, variables: bool) -> bool:
    """A fixed value has no wildcard and no variable; an access point's name may be open where
    its account is not.
    """
    if variables and "${" in value:
        return False
    if key == "aws:userid" and ":" in value and value.endswith(":*"):
        return False
    if kind in {Kind.TEXT, Kind.VALUE}:
        return True
    if key == "s3:dataaccesspointarn":
        account = value.split(":", 5)[4:5]
        return bool(account) and account[0].isdigit()
    return "*" not in value and "?" not in value
