# SPDX-License-Identifier: Apache-2.0
"""Which actions show in a log of management events, service by service, and which only among data
events. Of a service that is not listed here the log shows what was used, never what was not.

Sources, one for each service in the table:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
"""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from bartizan.reason.authz.aws.catalogue import Action
from bartizan.reason.authz.aws.usage.event import NAMES, actions_of
from bartizan.reason.authz.aws.usage.reference import is_call

_DOCS = "https://docs.aws.amazon.com/"


class Service(Struct, frozen=True, kw_only=True):
    """What a service says of its calls in the log."""

    page: str
    """Where it says so."""
    management: frozenset[str] | None = None
    """Calls that are management events, without their versions; None for all calls."""
    data: frozenset[str] = frozenset()
    """Calls that are data events."""


def _all(page: str) -> Service:
    return Service(page=_DOCS + page)


def _listed(page: str, management: str, data: str) -> Service:
    return Service(
        page=_DOCS + page,
        management=frozenset(management.split()),
        data=frozenset(data.split()),
    )


SERVICES: Mapping[str, Service] = {
    "cloudformation": _all("AWSCloudFormation/latest/UserGuide/cfn-api-logging-cloudtrail.html"),
    "ec2": _all("AWSEC2/latest/UserGuide/monitor-with-cloudtrail.html"),
    "ecr": _all("AmazonECR/latest/userguide/logging-using-cloudtrail.html"),
    "elasticloadbalancing": _all(
        "elasticloadbalancing/latest/userguide/cloudtrail-api-logging.html"
    ),
    "iam": _all("IAM/latest/UserGuide/cloudtrail-integration.html"),
    "kms": _all("kms/latest/developerguide/logging-using-cloudtrail.html"),
    "organizations": _all("organizations/latest/userguide/orgs_cloudtrail-integration.html"),
    "rds": _all("AmazonRDS/latest/UserGuide/logging-using-cloudtrail.html"),
    "secretsmanager": _all("secretsmanager/latest/userguide/monitoring-cloudtrail.html"),
    "sts": _all("IAM/latest/UserGuide/cloudtrail-integration.html"),
    "dynamodb": _listed(
        "amazondynamodb/latest/developerguide/logging-using-cloudtrail.html",
        "CreateBackup CreateGlobalTable CreateTable DeleteBackup DeleteTable DescribeBackup"
        " DescribeContinuousBackups DescribeGlobalTable DescribeLimits DescribeTable"
        " DescribeTimeToLive ListBackups ListTables ListTagsOfResource ListGlobalTables"
        " RestoreTableFromBackup RestoreTableToPointInTime TagResource UntagResource"
        " UpdateGlobalTable UpdateTable UpdateTimeToLive DescribeStream ListStreams",
        "BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement"
        " ExecuteTransaction GetItem PutItem Query Scan TransactGetItems TransactWriteItems"
        " UpdateItem",
    ),
    "lambda": _listed(
        "lambda/latest/dg/logging-using-cloudtrail.html",
        "AddPermission CreateEventSourceMapping CreateFunction DeleteEventSourceMapping"
        " DeleteFunction GetEventSourceMapping GetFunction GetFunctionConfiguration GetPolicy"
        " ListEventSourceMappings ListFunctions RemovePermission UpdateEventSourceMapping"
        " UpdateFunctionCode UpdateFunctionConfiguration",
        "Invoke InvokeWithResponseStream",
    ),
    "s3": _listed(
        "AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
        "DeleteAccountPublicAccessBlock GetAccountPublicAccessBlock PutAccountPublicAccessBlock"
        " CreateBucket DeleteBucket DeleteBucketCors DeleteBucketEncryption DeleteBucketLifecycle"
        " DeleteBucketPolicy DeleteBucketReplication DeleteBucketTagging"
        " DeleteBucketPublicAccessBlock GetBucketAcl GetBucketCors GetBucketEncryption"
        " GetBucketLifecycle GetBucketLocation GetBucketLogging GetBucketNotification"
        " GetObjectLockConfiguration GetBucketPolicy GetBucketReplication"
        " GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite"
        " GetBucketPublicAccessBlock ListBuckets PutBucketAcl PutBucketCors PutBucketEncryption"
        " PutBucketLifecycle PutBucketLogging PutBucketNotification PutBucketPolicy"
        " PutBucketReplication PutBucketRequestPayment PutBucketTagging PutBucketVersioning"
        " PutBucketWebsite PutBucketPublicAccessBlock",
        "AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload"
        " DeleteObject DeleteObjects DeleteObjectTagging GetObject GetObjectAcl"
        " GetObjectAttributes GetObjectTagging HeadObject ListObjects ListObjectsV2"
        " ListObjectVersions HeadBucket ListParts PostObject PutObject PutObjectAcl"
        " PutObjectTagging PutObjectLegalHold PutObjectRetention RestoreObject"
        " SelectObjectContent UploadPart UploadPartCopy",
    ),
    "sqs": _listed(
        "AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html",
        "AddPermission CancelMessageMoveTask CreateQueue DeleteQueue ListMessageMoveTasks"
        " PurgeQueue RemovePermission SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue",
        "ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch"
        " GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListQueues ListQueueTags"
        " ReceiveMessage SendMessage SendMessageBatch",
    ),
}
"""Prefix of the actions to what the service says. All have an operation for each call."""


@cache
def _shown(service: str, *, data: bool) -> frozenset[str]:
    """Return the actions, in lower case, that show in one kind of event of a listed service."""
    entry = SERVICES[service]
    calls = entry.data if data else entry.management or NAMES.get(service, {}).keys()
    actions = (one for call in calls for one in actions_of(f"{service}.amazonaws.com", call))
    return frozenset(str(one).lower() for one in actions)


def shows(action: Action, *, data: bool) -> bool:
    """Return whether every use of `action` leaves a management event, or with `data` one that
    is a data event at the least.
    """
    entry = SERVICES.get(action.service)
    if entry is None:
        return False
    name = str(action).lower()
    if data:
        return name in _shown(action.service, data=True)
    if entry.management is None and is_call(action):
        return True
    return name in _shown(action.service, data=False) - _shown(action.service, data=True)
