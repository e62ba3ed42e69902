# SPDX-License-Identifier: Apache-2.0
"""Policy documents as values: the grammar of IAM policies, read once.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from enum import Enum

from msgspec import Struct


class Effect(Enum):
    """What a matching statement does."""

    ALLOW = "Allow"
    DENY = "Deny"


class ConditionTest(Struct, frozen=True):
    """One operator with one key and its values: `StringLike`, `aws:PrincipalArn`, (...)."""

    operator: str
    """As written, set operator and IfExists included: `ForAnyValue:StringLikeIfExists`."""
    key: str
    """As written."""
    values: tuple[str, ...]
    """Booleans and numbers as the strings that JSON writes."""


class Principals(Struct, frozen=True):
    """The Principal or NotPrincipal element."""

    any: bool = False
    """The whole element is `"*"`, or it has `"AWS": "*"`."""
    aws: tuple[str, ...] = ()
    """ARNs, account ids and unique ids as written, without `*`."""
    service: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()
    canonical: tuple[str, ...] = ()
    """S3 canonical user ids."""


class Statement(Struct, frozen=True):
    """One statement; of each pair of elements exactly one is not None, as the grammar says."""

    position: int
    """From 0."""
    sid: str
    effect: Effect
    action: tuple[str, ...] | None
    not_action: tuple[str, ...] | None
    resource: tuple[str, ...] | None
    not_resource: tuple[str, ...] | None
    """Both of the resource pair are None in trust policies."""
    principal: Principals | None
    not_principal: Principals | None
    """Both of the principal pair are None in identity policies."""
    conditions: tuple[ConditionTest, ...]
    text: str
    """The statement's own JSON, compact, at most 2,000 characters, as evidence."""


class Document(Struct, frozen=True):
    """One policy document."""

    version: str
    """`2012-10-17`, or `2008-10-17` where it says so or says nothing."""
    statements: tuple[Statement, ...]
