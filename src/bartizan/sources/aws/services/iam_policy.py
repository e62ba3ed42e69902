# SPDX-License-Identifier: Apache-2.0
"""What IAM's records say is written about principals, and what it is attached to."""

import re
from collections.abc import Iterator, Mapping

from bartizan.model.arn import account_of
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import document, flag, objects, rows, text
from bartizan.sources.aws.services.iam_role import Known

_INLINE = {
    "AWS::IAM::User": "UserPolicyList",
    "AWS::IAM::Group": "GroupPolicyList",
    "AWS::IAM::Role": "RolePolicyList",
}
"""Kind of principal to the field that holds its inline policies."""
_ADMINISTRATOR = re.compile(r"arn:(aws|aws-cn|aws-us-gov):iam::aws:policy/AdministratorAccess")
_EVERYTHING = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
)
"""The one version that AdministratorAccess has had since it was made in 2015.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
"""


def policies(records: Records, known: Known) -> Iterator[Row]:
    """Yield managed, inline and trust policies and their attachments; of roles that are `known`
    as they are.

    A policy that something is attached to but no record describes is a row without a document,
    so that nobody takes it for empty; but for AdministratorAccess, of which AWS says what it is.
    """
    described = set()
    for row in _managed(records):
        if isinstance(row, Policy):
            if row.id in described:
                continue
            described.add(row.id)
        yield row
    for kind in _INLINE:
        for row in rows(
            records, kind, lambda one: known[one.id][1] if one.id in known else _written(one)
        ):
            yield row
            if isinstance(row, Attachment) and row.policy.startswith("arn:"):
                if "#" in row.policy or row.policy in described:
                    continue
                described.add(row.policy)
                yield _undescribed(row.policy)


def _managed(records: Records) -> Iterator[Row]:
    yield from rows(records, "AWS::IAM::ManagedPolicy", _managed_policy)
    yield from rows(records, "AWS::IAM::AWSManagedPolicy", _managed_policy)


def _managed_policy(record: Record) -> Iterator[Row]:
    body = record.body
    arn = text(body, "Arn") or record.id.partition("#")[0]
    version = text(body, "DefaultVersionId")
    by_aws = account_of(arn) == "aws"
    yield Policy(
        id=arn,
        provider=record.provider,
        type="identity",
        account="aws" if by_aws else record.account,
        name=text(body, "PolicyName") or arn.rpartition("/")[2],
        managed="aws" if by_aws else "customer",
        document=_default_document(body, version) or None,
        default_version=version,
        kind=record.kind,
        record=record.id,
    )


def _default_document(body: Mapping[str, Json], version: str) -> str:
    """Return the version in force: only that one decides, whatever the others say."""
    for held in objects(body, "PolicyVersionList"):
        if text(held, "VersionId") == version or flag(held, "IsDefaultVersion"):
            return document(held, "Document")
    return ""


def _written(record: Record) -> Iterator[Row]:
    body = record.body
    for inline in objects(body, _INLINE[record.kind]):
        name = text(inline, "PolicyName")
        yield from _inline(record, name, document(inline, "PolicyDocument"))
    for attached in objects(body, "AttachedManagedPolicies"):
        if arn := text(attached, "PolicyArn"):
            yield Attachment(policy=arn, target=record.id, use="identity")
    if boundary := text(body, "PermissionsBoundary", "PermissionsBoundaryArn"):
        yield Attachment(policy=boundary, target=record.id, use="boundary")
    if record.kind == "AWS::IAM::Role":
        yield from _trust(record)


def _inline(record: Record, name: str, document: str) -> Iterator[Row]:
    yield Policy(
        id=f"{record.id}#inline/{name}",
        provider=record.provider,
        type="identity",
        account=record.account,
        name=name,
        managed="inline",
        document=document or None,
        default_version="",
        kind=record.kind,
        record=record.id,
    )
    yield Attachment(policy=f"{record.id}#inline/{name}", target=record.id, use="identity")


def _trust(record: Record) -> Iterator[Row]:
    """Yield who may assume a role; every role has such a policy, so a missing one is unread."""
    yield Policy(
        id=f"{record.id}#trust",
        provider=record.provider,
        type="trust",
        account=record.account,
        name="trust policy",
        managed="inline",
        document=document(record.body, "AssumeRolePolicyDocument") or None,
        default_version="",
        kind=record.kind,
        record=record.id,
    )
    yield Attachment(policy=f"{record.id}#trust", target=record.id, use="trust")


def _undescribed(arn: str) -> Policy:
    by_aws = account_of(arn) == "aws"
    return Policy(
        id=arn,
        provider="aws",
        type="identity",
        account=account_of(arn),
        name=arn.rpartition("/")[2],
        managed="aws" if by_aws else "customer",
        document=_EVERYTHING if _ADMINISTRATOR.fullmatch(arn) else None,
        default_version="",
        kind="AWS::IAM::AWSManagedPolicy" if by_aws else "AWS::IAM::ManagedPolicy",
        record=arn,
    )
