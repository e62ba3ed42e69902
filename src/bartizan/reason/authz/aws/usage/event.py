# SPDX-License-Identifier: Apache-2.0
"""Which actions a logged call stands for: names in the log are those of the API, not of policies.

Most calls are named like their action. The tables below hold those that are not, and those that
may ask for more than one action; a call that neither rule explains stands for nothing known.

Sources:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.catalogue import Action

_SUFFIX = ".amazonaws.com"
_VERSION = re.compile(r"(?:\d{8}(?:v\d+)?|\d{4}_\d{2}_\d{2})$")
"""`ListFunctions20150331`, `GetFunction20150331v2`, `CreateDistribution2020_05_31`."""

SOURCES: Mapping[str, str] = {
    "monitoring": "cloudwatch",
    "email": "ses",
    "tagging": "tag",
    "runtime.lex": "lex",
    "models.lex": "lex",
    "runtime.sagemaker": "sagemaker",
    "data.iot": "iot",
}
"""Name in the log, without `.amazonaws.com`, to prefix of the actions, where the two differ."""

_WRITE = "PutObject PutObjectAcl PutObjectTagging PutObjectRetention PutObjectLegalHold"
_READ = "GetObject GetObjectVersion"
_BLOCK = "BucketPublicAccessBlock {0}AccountPublicAccessBlock"

NAMES: Mapping[str, Mapping[str, str]] = {
    "s3": {
        "ListBuckets": "ListAllMyBuckets",
        "HeadBucket": "ListBucket",
        "ListObjects": "ListBucket",
        "ListObjectsV2": "ListBucket",
        "ListObjectVersions": "ListBucketVersions",
        "ListMultipartUploads": "ListBucketMultipartUploads",
        "ListParts": "ListMultipartUploadParts",
        "HeadObject": _READ,
        "GetObject": _READ,
        "GetObjectAcl": "GetObjectAcl GetObjectVersionAcl",
        "GetObjectTagging": "GetObjectTagging GetObjectVersionTagging",
        "GetObjectAttributes": f"{_READ} GetObjectAttributes GetObjectVersionAttributes",
        "GetObjectTorrent": "GetObjectTorrent GetObjectVersionTorrent",
        "SelectObjectContent": _READ,
        "PutObject": _WRITE,
        "PostObject": _WRITE,
        "CreateMultipartUpload": _WRITE,
        "UploadPart": "PutObject",
        "CompleteMultipartUpload": "PutObject",
        "UploadPartCopy": f"PutObject {_READ}",
        "CopyObject": f"{_WRITE} {_READ} GetObjectTagging GetObjectVersionTagging",
        "PutObjectAcl": "PutObjectAcl PutObjectVersionAcl",
        "PutObjectTagging": "PutObjectTagging PutObjectVersionTagging",
        "DeleteObject": "DeleteObject DeleteObjectVersion",
        "DeleteObjects": "DeleteObject DeleteObjectVersion",
        "DeleteObjectTagging": "DeleteObjectTagging DeleteObjectVersionTagging",
        "CreateBucket": (
            "CreateBucket PutBucketAcl PutBucketOwnershipControls PutBucketVersioning"
            " PutBucketObjectLockConfiguration PutBucketTagging"
        ),
        "GetBucketEncryption": "GetEncryptionConfiguration",
        "PutBucketEncryption": "PutEncryptionConfiguration",
        "DeleteBucketEncryption": "PutEncryptionConfiguration",
        "GetBucketLifecycle": "GetLifecycleConfiguration",
        "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
        "PutBucketLifecycle": "PutLifecycleConfiguration",
        "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
        "DeleteBucketLifecycle": "PutLifecycleConfiguration",
        "GetBucketReplication": "GetReplicationConfiguration",
        "PutBucketReplication": "PutReplicationConfiguration",
        "DeleteBucketReplication": "PutReplicationConfiguration",
        "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
        "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
        "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
        "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
        "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
        "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
        "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
        "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
        "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
        "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
        "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
        "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
        "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
        "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "PutBucketNotificationConfiguration": "PutBucketNotification",
        "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
        "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
        "GetPublicAccessBlock": "Get" + _BLOCK.format("Get"),
        "PutPublicAccessBlock": "Put" + _BLOCK.format("Put"),
        "DeletePublicAccessBlock": "Put" + _BLOCK.format("Put"),
        "DeleteBucketPublicAccessBlock": "PutBucketPublicAccessBlock",
        "DeleteAccountPublicAccessBlock": "PutAccountPublicAccessBlock",
        "DeleteBucketCors": "PutBucketCORS",
        "DeleteBucketTagging": "PutBucketTagging",
        "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    },
    "lambda": {
        "Invoke": "InvokeFunction InvokeFunctionUrl",
        "InvokeAsync": "InvokeFunction InvokeAsync",
        "InvokeWithResponseStream": "InvokeFunction InvokeFunctionUrl",
    },
    "kms": {"ReEncrypt": "ReEncryptFrom ReEncryptTo"},
    "sqs": {
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        "DeleteMessageBatch": "DeleteMessage",
        "SendMessageBatch": "SendMessage",
    },
    "dynamodb": {
        "ExecuteStatement": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
        "BatchExecuteStatement": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
        "ExecuteTransaction": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
        "TransactGetItems": "GetItem",
        "TransactWriteItems": "PutItem UpdateItem DeleteItem ConditionCheckItem",
    },
}
"""Service to name of a call, without its version, to names of the actions it may ask for."""


@lru_cache(1 << 12)
def service_of(source: str) -> str:
    """Return the prefix of the actions of an event source; empty for one that is not known."""
    name = source.lower().removesuffix(_SUFFIX)
    prefix = SOURCES.get(name, name)
    return prefix if prefix in catalogue.services() else ""


@lru_cache(1 << 14)
def actions_of(source: str, name: str) -> tuple[Action, ...]:
    """Return the actions that a call may ask for; none where that is not known."""
    service = service_of(source)
    plain = _VERSION.sub("", name)
    listed = NAMES.get(service, {}).get(plain)
    names = [plain] if listed is None else listed.split()
    found = tuple(catalogue.action(f"{service}:{one}") for one in names)
    return tuple(one for one in found if one is not None)
