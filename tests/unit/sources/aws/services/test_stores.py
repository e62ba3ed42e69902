# SPDX-License-Identifier: Apache-2.0
"""Where data lies, who watches, and what is shared, by service."""

import json
from collections.abc import Callable, Iterable

import pytest

from bartizan.model.facts.estate import Detector, Share, Store
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.services import (
    accessanalyzer,
    apigateway,
    cloudtrail,
    config,
    dynamodb,
    ecr,
    events,
    glue,
    guardduty,
    ram,
    rds,
    securityhub,
    sns,
    sqs,
)
from tests.fakes.aws_records import ACCOUNT, arn, facts, record

DOCUMENT = '{"Version":"2012-10-17","Statement":[]}'
KEY = arn("kms", "key/k")
QUEUE = arn("sqs", "q")
TABLE = arn("dynamodb", "table/t")

Normalise = Callable[[Records], Iterable[Row]]

POLICIES: list[tuple[Normalise, Record, str]] = [
    (
        sqs.normalise,
        record("AWS::SQS::Queue", QUEUE, Attributes={"QueueArn": QUEUE, "Policy": DOCUMENT}),
        QUEUE,
    ),
    (
        sns.normalise,
        record("AWS::SNS::Topic", arn("sns", "t"), Attributes={"Policy": DOCUMENT}),
        arn("sns", "t"),
    ),
    (
        ecr.normalise,
        record("AWS::ECR::RepositoryPolicy", arn("ecr", "repository/r"), policyText=DOCUMENT),
        arn("ecr", "repository/r"),
    ),
    (
        dynamodb.normalise,
        record("AWS::DynamoDB::ResourcePolicy", TABLE, Policy=DOCUMENT),
        TABLE,
    ),
    (
        glue.normalise,
        record("AWS::Glue::ResourcePolicy", arn("glue", "catalog"), PolicyInJson=DOCUMENT),
        arn("glue", "catalog"),
    ),
    (
        events.normalise,
        record("AWS::Events::EventBus", arn("events", "event-bus/b"), Policy=DOCUMENT),
        arn("events", "event-bus/b"),
    ),
    (
        apigateway.normalise,
        record(
            "AWS::ApiGateway::RestApi",
            "arn:aws:apigateway:eu-west-1::/restapis/abc",
            id="abc",
            policy=json.dumps(DOCUMENT)[1:-1],
        ),
        arn("execute-api", "abc"),
    ),
]


@pytest.mark.parametrize(("normalise", "held", "target"), POLICIES, ids=[p[2] for p in POLICIES])
def test_a_resource_policy_is_attached_to_its_resource(
    normalise: Normalise, held: Record, target: str
) -> None:
    (policy,) = facts(normalise, Policy, held)
    (attachment,) = facts(normalise, Attachment, held)

    assert (policy.id, policy.type, policy.document) == (
        f"{target}#resource",
        "resource",
        DOCUMENT,
    )
    assert (policy.kind, policy.record) == (held.kind, held.id)
    assert attachment == Attachment(policy=policy.id, target=target, use="resource")


def test_a_queue_that_is_only_listed_is_a_store_already() -> None:
    listed = record("AWS::SQS::QueueUrl", QUEUE, QueueUrl="https://queue/q")
    described = record("AWS::SQS::Queue", QUEUE, Attributes={"KmsMasterKeyId": "alias/mine"})
    alias = record("AWS::KMS::Alias", arn("kms", "alias/mine"), TargetKeyId="k")

    assert [row.arn for row in facts(sqs.normalise, Store, listed)] == [QUEUE]
    assert [row.key for row in facts(sqs.normalise, Store, listed, described, alias)] == [KEY]


@pytest.mark.parametrize(
    ("named", "key"),
    [
        (KEY, KEY),
        ("k", KEY),
        ("alias/mine", KEY),
        (arn("kms", "alias/mine"), KEY),
        ("alias/unread", arn("kms", "alias/unread")),
        ("alias/aws/sqs", ""),
        (arn("kms", "key/theirs"), ""),
        ("", ""),
    ],
)
def test_a_key_is_found_by_each_of_its_names(named: str, key: str) -> None:
    rows = facts(
        sqs.normalise,
        Store,
        record("AWS::SQS::Queue", QUEUE, Attributes={"KmsMasterKeyId": named}),
        record("AWS::KMS::Alias", arn("kms", "alias/mine"), TargetKeyId="k"),
        record("AWS::KMS::Key", arn("kms", "key/theirs"), KeyManager="AWS"),
    )

    assert [row.key for row in rows] == [key]


def test_a_table_that_could_not_be_described_is_a_store_already() -> None:
    listed = record("AWS::DynamoDB::TableName", TABLE, TableName="t")
    described = record(
        "AWS::DynamoDB::Table", TABLE, TableName="t", SSEDescription={"KMSMasterKeyArn": KEY}
    )

    assert [row.key for row in facts(dynamodb.normalise, Store, listed)] == [""]
    assert [row.key for row in facts(dynamodb.normalise, Store, listed, described)] == [KEY]


def test_only_who_restores_a_snapshot_needs_its_key() -> None:
    rows = facts(
        rds.normalise,
        Store,
        record("AWS::RDS::DBInstance", arn("rds", "db:d"), KmsKeyId=KEY),
        record("AWS::RDS::DBSnapshot", arn("rds", "snapshot:s"), KmsKeyId=KEY),
        record("AWS::RDS::DBClusterSnapshot", arn("rds", "cluster-snapshot:s"), KmsKeyId=KEY),
    )

    assert [row.key for row in rows] == ["", KEY, KEY]


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("AWS::RDS::DBSnapshotAttributes", "DBSnapshotAttributes"),
        ("AWS::RDS::DBClusterSnapshotAttributes", "DBClusterSnapshotAttributes"),
    ],
)
def test_a_snapshot_is_shared_with_those_who_may_restore_it(kind: str, member: str) -> None:
    attributes: Json = [
        {"AttributeName": "restore", "AttributeValues": ["all", "222222222222"]},
        {"AttributeName": "other", "AttributeValues": ["333333333333"]},
    ]
    held = record(kind, arn("rds", "snapshot:s"), **{member: attributes})

    rows = facts(rds.normalise, Share, held)

    assert [(row.resource, row.with_whom, row.access) for row in rows] == [
        (held.id, "all", "read"),
        (held.id, "222222222222", "read"),
    ]


@pytest.mark.parametrize(
    ("principal", "whom"),
    [
        ("222222222222", "222222222222"),
        (f"arn:aws:organizations::{ACCOUNT}:ou/o-1/ou-2", "ou-2"),
        (f"arn:aws:organizations::{ACCOUNT}:organization/o-1", "o-1"),
        ("arn:aws:iam::222222222222:role/r", "arn:aws:iam::222222222222:role/r"),
    ],
)
def test_every_thing_of_an_active_share_is_shared_with_every_principal(
    principal: str, whom: str
) -> None:
    active, ended = arn("ram", "resource-share/1"), arn("ram", "resource-share/2")
    held = [
        record("AWS::RAM::ResourceShare", active, status="ACTIVE"),
        record("AWS::RAM::ResourceShare", ended, status="DELETED"),
    ]
    for share in (active, ended):
        held += [
            record("AWS::RAM::Resource", f"{share}|thing", resourceShareArn=share, arn="thing"),
            record(
                "AWS::RAM::Principal", f"{share}|{principal}", resourceShareArn=share, id=principal
            ),
        ]

    rows = facts(ram.normalise, Share, *held)

    assert [(row.resource, row.with_whom, row.record) for row in rows] == [
        ("thing", whom, f"{active}|{principal}")
    ]


TRAIL = arn("cloudtrail", "trail/t")
RECORDER = arn("config", "recorder/default")


@pytest.mark.parametrize(
    ("normalise", "held", "on", "region"),
    [
        (
            cloudtrail.normalise,
            [
                record("AWS::CloudTrail::Trail", TRAIL, IsMultiRegionTrail=True),
                record("AWS::CloudTrail::TrailStatus", TRAIL, IsLogging=True),
            ],
            True,
            "*",
        ),
        (cloudtrail.normalise, [record("AWS::CloudTrail::Trail", TRAIL)], False, "eu-west-1"),
        (
            config.normalise,
            [
                record("AWS::Config::ConfigurationRecorder", RECORDER),
                record("AWS::Config::ConfigurationRecorderStatus", RECORDER, recording=True),
            ],
            True,
            "eu-west-1",
        ),
        (
            guardduty.normalise,
            [
                record(
                    "AWS::GuardDuty::Detector", arn("guardduty", "detector/d"), Status="DISABLED"
                )
            ],
            False,
            "eu-west-1",
        ),
        (
            accessanalyzer.normalise,
            [
                record(
                    "AWS::AccessAnalyzer::Analyzer", arn("access-analyzer", "a"), status="ACTIVE"
                )
            ],
            True,
            "eu-west-1",
        ),
        (
            securityhub.normalise,
            [record("AWS::SecurityHub::Hub", arn("securityhub", "hub/default"))],
            True,
            "eu-west-1",
        ),
    ],
)
def test_a_detector_is_on_where_its_service_says_so(
    normalise: Normalise, held: list[Record], region: str, *, on: bool
) -> None:
    (row,) = facts(normalise, Detector, *held)

    assert (row.arn, row.on, row.region) == (held[0].id, on, region)


def test_a_malformed_record_is_unread_and_harms_no_other() -> None:
    bad = record("AWS::SQS::Queue", arn("sqs", "bad"), Attributes=["no", "object"])
    good = record("AWS::SQS::Queue", QUEUE, Attributes={})

    assert [row.arn for row in facts(sqs.normalise, Store, bad, good)] == [QUEUE]
    assert [(row.code, row.kind, row.resource) for row in facts(sqs.normalise, Unread, bad)] == [
        ("malformed", "AWS::SQS::Queue", bad.id)
    ]


@pytest.mark.parametrize(
    ("setting", "filters", "fixed", "loose"),
    [
        ("MUTABLE", [], (), ()),
        ("IMMUTABLE", [], ("*",), ()),
        ("IMMUTABLE_WITH_EXCLUSION", ["dev-*"], ("*",), ("dev-*",)),
        ("MUTABLE_WITH_EXCLUSION", ["v*"], ("v*",), ()),
    ],
)
def test_a_repository_says_which_tags_are_overwritten(
    setting: str, filters: list[str], fixed: tuple[str, ...], loose: tuple[str, ...]
) -> None:
    held = record(
        "AWS::ECR::Repository",
        arn("ecr", "repository/r"),
        imageTagMutability=setting,
        imageTagMutabilityExclusionFilters=[
            {"filterType": "WILDCARD", "filter": one} for one in filters
        ],
    )

    (row,) = facts(ecr.normalise, Store, held)

    assert (row.fixed, row.loose) == (fixed, loose)
