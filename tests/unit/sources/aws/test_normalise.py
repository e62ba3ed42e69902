# SPDX-License-Identifier: Apache-2.0
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Credential
from bartizan.model.record import UNREAD_KIND, RecordList
from bartizan.model.secret import mark
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.aws.unread import unread_record
from tests.fakes.service_records import ACCOUNT, aws_record

_GAP = Unread(
    provider="aws",
    account=ACCOUNT,
    region="eu-west-1",
    service="s3",
    operation="GetBucketPolicy",
    action="s3:GetBucketPolicy",
    kind="AWS::S3::BucketPolicy",
    resource="arn:aws:s3:::b",
    code="denied",
    reason="AccessDenied",
)


def test_what_could_not_be_read_stays_visible() -> None:
    facts = AwsNormaliser()(RecordList((unread_record(_GAP, at=""),)))

    assert facts.rows(Unread) == (_GAP,)


def test_a_damaged_gap_is_a_gap_still() -> None:
    record = aws_record(UNREAD_KIND.replace("Bartizan", "AWS"), "x")
    damaged = aws_record(UNREAD_KIND, "x", {"account": 1, "kind": None, "code": ["x"]})
    facts = AwsNormaliser()(RecordList((record, damaged)))

    (row,) = facts.rows(Unread)
    assert (row.account, row.region, row.code, row.kind) == (ACCOUNT, "eu-west-1", "failed", "")


def test_every_service_has_its_say_and_secrets_become_credentials() -> None:
    function = aws_record(
        "AWS::Lambda::Function",
        f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f",
        {
            "FunctionName": "f",
            "Environment": {"Variables": {"DB_PASSWORD": mark("hunter2", key=b"k")}},
        },
    )
    facts = AwsNormaliser()(RecordList((function,)))

    assert [row.name for row in facts.rows(Workload)] == ["f"]
    assert [row.lies_in for row in facts.rows(Credential)] == [function.id]
