# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts.estate import Share, Store, Trigger
from bartizan.model.facts.policy import Attachment, Policy, PublicAccessBlock
from bartizan.model.record import Json, Record
from bartizan.sources.aws.services.s3 import SERVICE
from tests.fakes.service_records import ACCOUNT, aws_record, facts_of, rows_of

_BUCKET = "arn:aws:s3:::b"
_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
_ALL = "http://acs.amazonaws.com/groups/global/AllUsers"
_SIGNED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"


def _of_bucket(kind: str, name: str = _BUCKET, **body: Json) -> Record:
    return aws_record(f"AWS::S3::{kind}", name, body, region="")


_HERE = _of_bucket("Bucket", Name="b", BucketRegion="eu-west-1")


def _encrypted(algorithm: str, key: str | None) -> Record:
    default: dict[str, Json] = {"SSEAlgorithm": algorithm}
    if key is not None:
        default["KMSMasterKeyID"] = key
    rules: list[Json] = [{"ApplyServerSideEncryptionByDefault": default}]
    return _of_bucket("BucketEncryption", ServerSideEncryptionConfiguration={"Rules": rules})


@pytest.mark.parametrize(
    ("bucket", "location", "region"),
    [
        ({"BucketRegion": "eu-west-1"}, None, "eu-west-1"),
        ({}, {"LocationConstraint": "eu-west-2"}, "eu-west-2"),
        ({}, {"LocationConstraint": "EU"}, "eu-west-1"),
        ({}, {"LocationConstraint": None}, "us-east-1"),
        ({}, None, ""),
    ],
)
def test_a_bucket_is_in_the_region_that_s3_says(
    bucket: dict[str, Json], location: dict[str, Json] | None, region: str
) -> None:
    records = [aws_record("AWS::S3::Bucket", _BUCKET, bucket, region="")]
    if location is not None:
        records.append(aws_record("AWS::S3::BucketLocation", _BUCKET, location, region=""))
    (store,) = rows_of(SERVICE, Store, *records)

    assert store.region == region


@pytest.mark.parametrize(
    ("algorithm", "named", "key"),
    [
        ("aws:kms", _KEY, _KEY),
        ("aws:kms:dsse", "k", _KEY),
        ("aws:kms", "alias/data", _KEY),
        ("aws:kms", "alias/other", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/other"),
        ("aws:kms", "alias/aws/s3", ""),
        ("aws:kms", None, ""),
        ("AES256", None, ""),
    ],
)
def test_the_key_of_a_bucket_is_the_one_that_a_reader_needs(
    algorithm: str, named: str | None, key: str
) -> None:
    alias = aws_record(
        "AWS::KMS::Alias",
        f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/data",
        {
            "AliasName": "alias/data",
            "AliasArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/data",
            "TargetKeyId": "k",
        },
    )
    (store,) = rows_of(SERVICE, Store, _HERE, alias, _encrypted(algorithm, named))

    assert store.key == key


def test_a_buckets_policy_keeps_its_text() -> None:
    written = '{ "Statement": [] }'
    facts = facts_of(SERVICE, _HERE, _of_bucket("BucketPolicy", Policy=written))
    (policy,) = facts.rows(Policy)
    (attachment,) = facts.rows(Attachment)

    assert (policy.id, policy.document) == (f"{_BUCKET}#resource", written)
    assert (policy.kind, policy.record) == ("AWS::S3::BucketPolicy", _BUCKET)
    assert (attachment.policy, attachment.target) == (policy.id, _BUCKET)


def test_a_policy_record_without_its_text_is_a_policy_that_is_not_known() -> None:
    (policy,) = rows_of(SERVICE, Policy, _of_bucket("BucketPolicy"))

    assert policy.document is None


def test_blocks_of_public_access_are_of_a_bucket_or_of_the_account() -> None:
    block: Json = {"BlockPublicAcls": True, "RestrictPublicBuckets": True}
    found = rows_of(
        SERVICE,
        PublicAccessBlock,
        _of_bucket("BucketPublicAccessBlock", PublicAccessBlockConfiguration=block),
        _of_bucket("AccountPublicAccessBlock", ACCOUNT, PublicAccessBlockConfiguration=block),
        _of_bucket("BucketPublicAccessBlock", "arn:aws:s3:::empty"),
    )

    assert sorted((row.target, row.restrict_public_buckets) for row in found) == [
        (ACCOUNT, True),
        (_BUCKET, True),
    ]
    assert all(row.block_public_acls and not row.ignore_public_acls for row in found)


def _acl(*grants: tuple[str, str, str], bucket: str = _BUCKET) -> Record:
    listed: list[Json] = [{"Grantee": {name: who}, "Permission": may} for name, who, may in grants]
    return _of_bucket("BucketAcl", bucket, Owner={"ID": "own"}, Grants=listed)


def test_an_acl_opens_a_bucket_to_whom_it_names() -> None:
    other = aws_record(
        "AWS::S3::BucketAcl",
        "arn:aws:s3:::theirs",
        {"Owner": {"ID": "theirs"}},
        account="222222222222",
    )
    acl = _acl(
        ("URI", _ALL, "READ"),
        ("URI", _SIGNED, "WRITE"),
        ("URI", "http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE"),
        ("ID", "own", "FULL_CONTROL"),
        ("ID", "theirs", "WRITE_ACP"),
        ("ID", "stranger", "FULL_CONTROL"),
        ("ID", "stranger", "READ_ACP"),
    )
    found = rows_of(SERVICE, Share, acl, other)

    assert [(row.with_whom, row.access) for row in found] == [
        ("all", "write"),
        ("222222222222", "write"),
        ("stranger", "write"),
    ]
    assert {(row.via, row.kind, row.record) for row in found} == {
        ("acl", "AWS::S3::BucketAcl", _BUCKET)
    }


@pytest.mark.parametrize(
    ("switch", "open_to"),
    [
        (
            _of_bucket(
                "BucketOwnershipControls",
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            ),
            [],
        ),
        (
            _of_bucket(
                "BucketPublicAccessBlock",
                PublicAccessBlockConfiguration={"IgnorePublicAcls": True},
            ),
            ["stranger"],
        ),
        (
            _of_bucket(
                "AccountPublicAccessBlock",
                ACCOUNT,
                PublicAccessBlockConfiguration={"IgnorePublicAcls": True},
            ),
            ["stranger"],
        ),
        (
            _of_bucket(
                "BucketPublicAccessBlock",
                PublicAccessBlockConfiguration={"BlockPublicAcls": True},
            ),
            ["anonymous", "stranger"],
        ),
    ],
)
def test_an_acl_counts_only_where_it_has_an_effect(switch: Record, open_to: list[str]) -> None:
    acl = _acl(("URI", _ALL, "WRITE"), ("ID", "stranger", "WRITE"))

    assert [row.with_whom for row in rows_of(SERVICE, Share, acl, switch)] == open_to


def test_a_bucket_calls_the_functions_that_it_notifies() -> None:
    called = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    (trigger,) = rows_of(
        SERVICE,
        Trigger,
        _of_bucket(
            "BucketNotification", LambdaFunctionConfigurations=[{"LambdaFunctionArn": called}]
        ),
    )

    assert (trigger.workload, trigger.source) == (called, _BUCKET)
