# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts.estate import Share
from bartizan.model.facts.identity import Credential
from bartizan.model.facts.policy import PublicAccessBlock
from bartizan.model.record import Json, Record, RecordList
from bartizan.model.remedy import BlockPublicAccess, RemoveCredential, Unshare
from bartizan.model.secret import mark
from bartizan.sources.aws.edit.editor import AwsEditor
from bartizan.sources.aws.normalise import AwsNormaliser
from tests.fakes.remedied import (
    ACCOUNT,
    BUCKET,
    FUNCTION,
    SNAPSHOT,
    USER,
    after,
    record,
    remedy,
)


def test_a_blocked_bucket_has_all_four_blocks_on() -> None:
    bucket = record("AWS::S3::Bucket", BUCKET, {"Name": "ledger"})

    for target in (BUCKET, ACCOUNT):
        facts = after(RecordList((bucket,)), BlockPublicAccess(target=target))
        assert facts.rows(PublicAccessBlock) == (
            PublicAccessBlock(
                target=target,
                block_public_acls=True,
                ignore_public_acls=True,
                block_public_policy=True,
                restrict_public_buckets=True,
            ),
        )


SHARES: list[tuple[Record, str]] = [
    (
        record(
            "AWS::EC2::SnapshotPermission",
            SNAPSHOT,
            {"CreateVolumePermissions": [{"Group": "all"}, {"UserId": "222222222222"}]},
            region="eu-west-1",
        ),
        "all",
    ),
    (
        record(
            "AWS::EC2::ImageLaunchPermission",
            "arn:aws:ec2:eu-west-1::image/ami-1",
            {"LaunchPermissions": [{"UserId": "333333333333"}, {"UserId": "222222222222"}]},
            region="eu-west-1",
        ),
        "333333333333",
    ),
    (
        record(
            "AWS::RDS::DBSnapshotAttributes",
            f"arn:aws:rds:eu-west-1:{ACCOUNT}:snapshot:s",
            {
                "DBSnapshotAttributes": [
                    {"AttributeName": "restore", "AttributeValues": ["all", "222222222222"]}
                ]
            },
            region="eu-west-1",
        ),
        "all",
    ),
    (
        record(
            "AWS::S3::BucketAcl",
            BUCKET,
            {
                "Owner": {"ID": "me"},
                "Grants": [
                    {
                        "Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
                        "Permission": "WRITE",
                    },
                    {"Grantee": {"ID": "222222222222"}, "Permission": "WRITE"},
                    {"Grantee": {"ID": "me"}, "Permission": "FULL_CONTROL"},
                ],
            },
        ),
        "anonymous",
    ),
]


@pytest.mark.parametrize(("held", "whom"), SHARES, ids=[s[0].kind for s in SHARES])
def test_one_share_goes_and_the_others_stay(held: Record, whom: str) -> None:
    records = RecordList((held,))
    change = Unshare(resource=held.id, with_whom=whom, kind=held.kind, record=held.id)

    before = {row.with_whom for row in AwsNormaliser()(records).rows(Share)}
    left = {row.with_whom for row in after(records, change).rows(Share)}

    assert before == {whom, "222222222222"}
    assert left == {"222222222222"}
    assert AwsEditor().command(remedy(change), records).splitlines()[1].startswith("aws ")


def function_with_key() -> RecordList:
    key = b"k"
    variables: dict[str, Json] = {
        "AWS_ACCESS_KEY_ID": mark("AKIAIOSFODNN7EXAMPLE", key=key),
        "AWS_SECRET_ACCESS_KEY": mark("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", key=key),
        "DB_PASSWORD": mark("correct horse battery", key=key),
    }
    body: dict[str, Json] = {"FunctionName": "pay", "Environment": {"Variables": variables}}
    access: dict[str, Json] = {
        "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "UserName": "ci",
        "Status": "Active",
    }
    user: dict[str, Json] = {"Arn": USER, "UserName": "ci"}
    return RecordList(
        (
            record("AWS::Lambda::Function", FUNCTION, body, region="eu-west-1"),
            record("AWS::IAM::AccessKey", "AKIAIOSFODNN7EXAMPLE", access),
            record("AWS::IAM::User", USER, user),
        )
    )


def test_a_removed_access_key_is_gone_from_its_place_and_switched_off() -> None:
    records = function_with_key()
    place = "Environment.Variables.AWS_SECRET_ACCESS_KEY"
    change = RemoveCredential(lies_in=FUNCTION, field=place)

    held = AwsNormaliser()(records).rows(Credential)
    overlay = AwsEditor().apply([remedy(change)], records)
    left = AwsNormaliser()(overlay).rows(Credential)

    assert {(row.field, row.authenticates) for row in held} >= {(place, USER)}
    assert {row.field for row in left} == {"Environment.Variables.DB_PASSWORD"}
    (key,) = overlay.of("AWS::IAM::AccessKey")
    assert key.body["Status"] == "Inactive"
    text = AwsEditor().command(remedy(change), records)
    assert "update-access-key --access-key-id AKIAIOSFODNN7EXAMPLE --status Inactive" in text


@pytest.mark.parametrize(
    ("kind", "name", "body"),
    [
        (
            "AWS::ECS::TaskDefinition",
            f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/t:1",
            {
                "containerDefinitions": [
                    {
                        "name": "web",
                        "environment": [
                            {"name": "A", "value": mark("fine", key=b"k")},
                            {"name": "DB_PASSWORD", "value": mark("correct horse", key=b"k")},
                        ],
                    }
                ]
            },
        ),
        (
            "AWS::EC2::LaunchTemplateVersion",
            f"arn:aws:ec2:eu-west-1:{ACCOUNT}:launch-template/lt-1#3",
            {"LaunchTemplateData": {"UserData": mark("ghp_" + "a1B2" * 9, key=b"k")}},
        ),
    ],
)
def test_a_removed_secret_is_found_by_the_place_that_the_table_names(
    kind: str, name: str, body: dict[str, Json]
) -> None:
    records = RecordList((record(kind, name, body, region="eu-west-1"),))

    (held,) = AwsNormaliser()(records).rows(Credential)
    change = RemoveCredential(lies_in=held.lies_in, field=held.field)

    assert after(records, change).rows(Credential) == ()
