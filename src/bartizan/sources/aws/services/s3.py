# SPDX-License-Identifier: Apache-2.0
"""S3: buckets, who may reach them, and how their data is encrypted; never the data.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import functools
from collections.abc import Iterator, Mapping

from msgspec import Struct, structs

from bartizan.model.facts.estate import Store, Trigger
from bartizan.model.facts.policy import PublicAccessBlock
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, flag, mapping, objects, rows, tags, text
from bartizan.sources.aws.facts.encryption import Keys
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services.s3_acl import acls

_of_bucket = functools.partial(
    Call,
    service="s3",
    scope=Scope.ACCOUNT,
    each="AWS::S3::Bucket",
    parameters={"Bucket": "parent.Name"},
    id="parent_id",
)
_control = functools.partial(Call, service="s3control")
_of_access_point = functools.partial(
    _control,
    scope=Scope.REGION,
    each="AWS::S3::AccessPointEntry",
    parameters={"AccountId": "account", "Name": "parent.Name"},
    id="parent_id",
)

_CALLS = (
    Call(
        service="s3",
        operation="ListBuckets",
        kind="AWS::S3::Bucket",
        scope=Scope.ACCOUNT,
        # Only an answer to a request with a parameter names each bucket's region.
        parameters={"MaxBuckets": "`1000`"},
        items="Buckets",
        id="join('', ['arn:', partition, ':s3:::', item.Name])",
        action="s3:ListAllMyBuckets",
    ),
    _of_bucket(
        operation="GetBucketLocation",
        kind="AWS::S3::BucketLocation",
        when="!(parent.BucketRegion)",
    ),
    _of_bucket(
        operation="GetBucketPolicy", kind="AWS::S3::BucketPolicy", absent=("NoSuchBucketPolicy",)
    ),
    _of_bucket(
        operation="GetPublicAccessBlock",
        kind="AWS::S3::BucketPublicAccessBlock",
        action="s3:GetBucketPublicAccessBlock",
        absent=("NoSuchPublicAccessBlockConfiguration",),
    ),
    _of_bucket(operation="GetBucketAcl", kind="AWS::S3::BucketAcl"),
    _of_bucket(
        operation="GetBucketOwnershipControls",
        kind="AWS::S3::BucketOwnershipControls",
        absent=("OwnershipControlsNotFoundError",),
    ),
    _of_bucket(
        operation="GetBucketEncryption",
        kind="AWS::S3::BucketEncryption",
        action="s3:GetEncryptionConfiguration",
        absent=("ServerSideEncryptionConfigurationNotFoundError",),
    ),
    _of_bucket(operation="GetBucketVersioning", kind="AWS::S3::BucketVersioning"),
    _of_bucket(operation="GetBucketLogging", kind="AWS::S3::BucketLogging"),
    _of_bucket(
        operation="GetBucketTagging", kind="AWS::S3::BucketTagging", absent=("NoSuchTagSet",)
    ),
    _of_bucket(
        operation="GetBucketNotificationConfiguration",
        kind="AWS::S3::BucketNotification",
        action="s3:GetBucketNotification",
    ),
    _control(
        operation="GetPublicAccessBlock",
        kind="AWS::S3::AccountPublicAccessBlock",
        scope=Scope.ACCOUNT,
        parameters={"AccountId": "account"},
        id="account",
        action="s3:GetAccountPublicAccessBlock",
        absent=("NoSuchPublicAccessBlockConfiguration",),
    ),
    _control(
        operation="ListAccessPoints",
        kind="AWS::S3::AccessPointEntry",
        scope=Scope.REGION,
        parameters={"AccountId": "account"},
        items="AccessPointList",
        id="item.AccessPointArn",
        action="s3:ListAccessPoints",
    ),
    _of_access_point(
        operation="GetAccessPoint", kind="AWS::S3::AccessPoint", action="s3:GetAccessPoint"
    ),
    _of_access_point(
        operation="GetAccessPointPolicy",
        kind="AWS::S3::AccessPointPolicy",
        action="s3:GetAccessPointPolicy",
        absent=("NoSuchAccessPointPolicy",),
    ),
)

_OLD_NAMES = {"": "us-east-1", "EU": "eu-west-1"}
"""Locations that are no region names.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
"""


class _Details(Struct, frozen=True):
    """What other records say of buckets, by the bucket's ARN."""

    locations: Mapping[str, Record]
    encryptions: Mapping[str, Record]
    tags: Mapping[str, Record]
    keys: Keys


def normalise(records: Records) -> Iterator[Row]:
    """Yield buckets, their policies, blocks of public access, ACLs, and what they call."""
    details = _Details(
        locations={row.id: row for row in records.of("AWS::S3::BucketLocation")},
        encryptions={row.id: row for row in records.of("AWS::S3::BucketEncryption")},
        tags={row.id: row for row in records.of("AWS::S3::BucketTagging")},
        keys=Keys.of(records),
    )
    yield from rows(records, "AWS::S3::Bucket", lambda row: _bucket(row, details))
    for kind in ("AWS::S3::BucketPolicy", "AWS::S3::AccessPointPolicy"):
        yield from rows(records, kind, _policy)
    for kind in (
        "AWS::S3::BucketPublicAccessBlock",
        "AWS::S3::AccountPublicAccessBlock",
        "AWS::S3::AccessPoint",
    ):
        yield from rows(records, kind, _block)
    yield from acls(records)
    yield from rows(records, "AWS::S3::BucketNotification", _triggers)


def _bucket(record: Record, details: _Details) -> Iterator[Row]:
    """Yield one bucket.

    Its key is what new objects are encrypted with when the writer does not say otherwise; objects
    that were written under another key are not looked at one by one.
    """
    region = _region(record, details.locations.get(record.id))
    placed = structs.replace(record, region=region)
    held = details.tags.get(record.id)
    yield Store(
        arn=record.id,
        kind=record.kind,
        account=record.account,
        region=region,
        name=text(record.body, "Name"),
        key=details.keys.arn(placed, _key(details.encryptions.get(record.id))),
        tags=tags(held.body, "TagSet") if held else {},
    )


def _region(record: Record, location: Record | None) -> str:
    if named := text(record.body, "BucketRegion"):
        return named
    if location is None:
        return ""
    constraint = text(location.body, "LocationConstraint")
    if not constraint and not record.id.startswith("arn:aws:"):
        return ""
    return _OLD_NAMES.get(constraint, constraint)


def _key(encryption: Record | None) -> str:
    if encryption is None:
        return ""
    for rule in objects(encryption.body, "ServerSideEncryptionConfiguration", "Rules"):
        default = mapping(rule, "ApplyServerSideEncryptionByDefault")
        if text(default, "SSEAlgorithm").startswith("aws:kms"):
            return text(default, "KMSMasterKeyID")
    return ""


def _policy(record: Record) -> Iterator[Row]:
    written = document(record.body, "Policy") or None
    yield from resource_policy(record, target=record.id, document=written)


def _block(record: Record) -> Iterator[Row]:
    block = mapping(record.body, "PublicAccessBlockConfiguration")
    if block:
        yield PublicAccessBlock(
            target=record.id,
            block_public_acls=flag(block, "BlockPublicAcls"),
            ignore_public_acls=flag(block, "IgnorePublicAcls"),
            block_public_policy=flag(block, "BlockPublicPolicy"),
            restrict_public_buckets=flag(block, "RestrictPublicBuckets"),
        )


def _triggers(record: Record) -> Iterator[Row]:
    for called in objects(record.body, "LambdaFunctionConfigurations"):
        if function := text(called, "LambdaFunctionArn"):
            yield Trigger(workload=function, source=record.id)


SERVICE = Service(name="S3", calls=_CALLS, normalise=normalise)
