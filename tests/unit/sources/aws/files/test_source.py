# SPDX-License-Identifier: Apache-2.0
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from bartizan.errors import InputError
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Store
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.organization import Account
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, Record, RecordList
from bartizan.sources.aws.files.source import FileSource
from bartizan.sources.aws.normalise import AwsNormaliser
from tests.fakes.aws_scan import CountingProgress, MemoryDraft

ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
BUCKET = "arn:aws:s3:::ledger"
TRUST: Json = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
}
DETAILS: Json = {
    "UserDetailList": [],
    "GroupDetailList": [],
    "RoleDetailList": [
        {"Arn": ROLE, "RoleName": "deploy", "Path": "/", "AssumeRolePolicyDocument": TRUST}
    ],
    "Policies": [],
}
BUCKETS: Json = {"Buckets": [{"Name": "ledger"}, {"Name": "public"}], "Owner": {"ID": "x"}}
DOCUMENT = '{"Version":"2012-10-17","Statement":[]}'


def put(folder: Path, name: str, content: Json) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def records(*places: Path, kind: str | None = None) -> tuple[Record, ...]:
    draft = MemoryDraft()
    source = FileSource(
        places, kind=kind, key=b"k", clock=lambda: datetime(2026, 1, 2, tzinfo=UTC)
    )
    source.collect(draft, CountingProgress())
    return tuple(record for piece in draft.pieces.values() for record in piece)


def facts(*places: Path, kind: str | None = None) -> Facts:
    return AwsNormaliser()(RecordList(records(*places, kind=kind)))


def gaps(found: Facts, kind: str) -> set[tuple[str, str]]:
    return {(row.code, row.resource) for row in found.rows(Unread) if row.kind == kind}


@pytest.mark.parametrize(
    "name",
    [
        "iam-get-account-authorization-details.json",
        "iam_get-account-authorization-details.json",
        "get-account-authorization-details.json",
        "anything.json",
    ],
)
def test_a_dump_is_known_by_its_command_or_by_its_members(tmp_path: Path, name: str) -> None:
    found = facts(put(tmp_path, name, DETAILS))

    assert ROLE in {row.arn for row in found.rows(Principal)}
    assert f"{ROLE}#trust" in {row.id for row in found.rows(Policy)}
    (account,) = found.rows(Account)
    assert (account.id, account.collected) == (ACCOUNT, True)


def test_the_records_are_those_of_a_live_scan(tmp_path: Path) -> None:
    put(tmp_path, f"{ACCOUNT}/s3api-list-buckets.json", BUCKETS)

    held = [record for record in records(tmp_path) if record.kind == "AWS::S3::Bucket"]

    assert [(r.id, r.account, r.service, r.body) for r in held] == [
        (BUCKET, ACCOUNT, "s3", {"Name": "ledger"}),
        ("arn:aws:s3:::public", ACCOUNT, "s3", {"Name": "public"}),
    ]


def test_what_no_file_answers_is_unread(tmp_path: Path) -> None:
    found = facts(put(tmp_path, "iam-get-account-authorization-details.json", DETAILS))

    assert gaps(found, "AWS::IAM::Role") == set()
    assert gaps(found, "AWS::S3::Bucket") == {("skipped", "")}
    assert gaps(found, "AWS::SQS::Queue") == {("skipped", "")}
    assert gaps(found, "AWS::Organizations::Policy") == {("skipped", "")}
    accounts = {row.account for row in found.rows(Unread)}
    assert accounts == {ACCOUNT, ""}


def test_details_of_one_thing_are_matched_to_it_and_missing_ones_are_unread(
    tmp_path: Path,
) -> None:
    put(tmp_path, f"{ACCOUNT}/s3api-list-buckets.json", BUCKETS)
    put(tmp_path, f"{ACCOUNT}/get-bucket-policy--ledger.json", {"Policy": DOCUMENT})

    found = facts(tmp_path)

    assert Attachment(policy=f"{BUCKET}#resource", target=BUCKET, use="resource") in found.rows(
        Attachment
    )
    assert gaps(found, "AWS::S3::BucketPolicy") == {("skipped", "arn:aws:s3:::public")}


def test_an_empty_file_says_that_there_is_none(tmp_path: Path) -> None:
    put(tmp_path, f"{ACCOUNT}/s3api-list-buckets.json", BUCKETS)
    for name in ("ledger", "public"):
        (tmp_path / ACCOUNT / f"get-bucket-policy--{name}.json").touch()
    (tmp_path / ACCOUNT / "eu-west-1").mkdir()
    (tmp_path / ACCOUNT / "eu-west-1" / "sqs-list-queues.json").touch()

    found = facts(tmp_path)

    assert gaps(found, "AWS::S3::BucketPolicy") == set()
    assert gaps(found, "AWS::SQS::QueueUrl") == set()
    assert gaps(found, "AWS::SQS::Queue") == set()
    assert {row.type for row in found.rows(Policy)} <= {"identity"}


def test_an_account_may_be_said_to_be_in_no_organisation(tmp_path: Path) -> None:
    put(tmp_path, f"{ACCOUNT}/iam-get-account-authorization-details.json", DETAILS)
    (tmp_path / ACCOUNT / "organizations-describe-organization.json").touch()

    found = facts(tmp_path)

    assert not [row for row in found.rows(Unread) if row.service == "organizations"]
    assert [row.organization for row in found.rows(Account)] == [""]


def test_a_listing_that_lacks_its_member_is_no_empty_listing(tmp_path: Path) -> None:
    partial: Json = {"RoleDetailList": [{"Arn": ROLE}]}

    found = facts(put(tmp_path, "iam-get-account-authorization-details.json", partial))

    assert gaps(found, "AWS::IAM::Role") == set()
    assert gaps(found, "AWS::IAM::User") == {("skipped", "")}


def test_pages_are_joined_and_a_missing_last_page_is_unread(tmp_path: Path) -> None:
    one: Json = {"Buckets": [{"Name": "a"}], "NextToken": "more"}
    put(tmp_path, f"{ACCOUNT}/list-buckets.1.json", one)
    whole = put(tmp_path, f"{ACCOUNT}/list-buckets.2.json", {"Buckets": [{"Name": "b"}]})

    both = facts(tmp_path)
    whole.unlink()
    half = facts(tmp_path)

    assert {row.name for row in both.rows(Store)} == {"a", "b"}
    assert gaps(both, "AWS::S3::Bucket") == set()
    assert gaps(half, "AWS::S3::Bucket") == {("truncated", "")}


def test_secrets_of_a_dump_never_enter_a_record(tmp_path: Path) -> None:
    function: Json = {
        "FunctionName": "f",
        "FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f",
        "Environment": {"Variables": {"TOKEN": "ghp_" + "a1B2" * 9}},
    }
    put(tmp_path, "lambda-list-functions.json", {"Functions": [function]})

    assert "a1B2a1B2" not in repr(records(tmp_path))


def test_each_region_of_an_account_is_its_own(tmp_path: Path) -> None:
    for region in ("eu-west-1", "us-east-1"):
        name = f"{ACCOUNT}/{region}/sns-list-topics.json"
        put(tmp_path, name, {"Topics": [{"TopicArn": f"arn:aws:sns:{region}:{ACCOUNT}:t"}]})
    put(tmp_path, f"{ACCOUNT}/us-east-1/ecs-list-clusters.json", {"clusterArns": []})

    found = facts(tmp_path)

    assert {row.region for row in found.rows(Store)} == {"eu-west-1", "us-east-1"}
    unlisted = [r for r in found.rows(Unread) if r.kind == "AWS::ECS::ClusterArn"]
    assert [row.region for row in unlisted] == ["eu-west-1"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("list-buckets.json", BUCKETS, "which account"),
        (f"{ACCOUNT}/sqs-list-queues.json", {"QueueUrls": []}, "which region"),
        (f"{ACCOUNT}/eu-west-1/list-clusters.json", {}, "several services"),
        (f"{ACCOUNT}/get-bucket-policy--none.json", {"Policy": DOCUMENT}, "in the other files"),
        (f"{ACCOUNT}/x.json", {"Unheard": 1}, "nothing to load"),
        (f"{ACCOUNT}/x.json", [], "no object"),
        (
            f"{ACCOUNT}/get-account-authorization-details.json",
            {"Policies": [{}]},
            "something else",
        ),
    ],
)
def test_what_cannot_be_told_is_an_error_with_a_remedy(
    tmp_path: Path, name: str, content: Json, says: str
) -> None:
    path = put(tmp_path, name, content)

    with pytest.raises(InputError, match=says) as caught:
        records(path)

    assert caught.value.at is not None
    assert caught.value.hint or "object" in says


def test_an_ambiguous_command_is_told_by_its_members(tmp_path: Path) -> None:
    put(tmp_path, f"{ACCOUNT}/eu-west-1/list-clusters.json", {"clusters": ["prod"]})

    names = [r.id for r in records(tmp_path) if r.kind == "AWS::EKS::ClusterName"]

    assert names == [f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/prod"]


def test_a_file_that_nobody_understands_shows_in_the_snapshot(tmp_path: Path) -> None:
    put(tmp_path, "iam-get-account-authorization-details.json", DETAILS)
    put(tmp_path, "notes.json", {"hello": "there"})

    odd = [row for row in facts(tmp_path).rows(Unread) if row.code == "unsupported"]

    assert [row.operation for row in odd] == ["notes.json"]


@pytest.mark.parametrize(
    ("content", "says", "place"),
    [
        (b'{\n  "a": 1,\n  "a": 2\n}', "given twice", ":3:3"),
        (b'{\n  "a": ]\n}', "no JSON", ":2:8"),
        (b"[" * 200, "levels deep", ":1:101"),
        (b'{"a": NaN}', "`NaN` is no JSON number", ""),
        (b"\xff", "no UTF-8", ""),
        (b"\xff\xfe{", "no UTF-16", ""),
        (gzip.compress(b"{}", mtime=0)[:-9], "cut short", ""),
        (gzip.compress(b"{}", mtime=0) * 2, "more than one gzip", ""),
    ],
)
def test_a_hostile_file_is_refused_at_its_place(
    tmp_path: Path, content: bytes, says: str, place: str
) -> None:
    path = tmp_path / "iam-list-users.json"
    path.write_bytes(content)

    with pytest.raises(InputError, match=says) as caught:
        records(path)

    assert str(caught.value.at) == f"{path}{place}"


def config_item(kind: str, name: str, arn: str, configuration: Json, **more: Json) -> Json:
    return {
        "resourceType": kind,
        "resourceName": name,
        "resourceId": name,
        "ARN": arn,
        "awsAccountId": ACCOUNT,
        "awsRegion": "eu-west-1",
        "configurationItemStatus": "OK",
        "configuration": configuration,
        **more,
    }


def snapshot() -> Json:
    trust = quote(json.dumps(TRUST))
    role: Json = {
        "path": "/",
        "roleName": "deploy",
        "arn": ROLE,
        "assumeRolePolicyDocument": trust,
        "rolePolicyList": [{"policyName": "p", "policyDocument": quote(DOCUMENT)}],
        "attachedManagedPolicies": [{"policyName": "a", "policyArn": "arn:aws:iam::aws:policy/a"}],
    }
    policy: Json = {"BucketPolicy": json.dumps({"policyText": DOCUMENT})}
    nothing: Json = {"BucketPolicy": {"policyText": None}}
    return {
        "fileVersion": "1.0",
        "configurationItems": [
            config_item("AWS::IAM::Role", "deploy", ROLE, role),
            config_item(
                "AWS::S3::Bucket", "ledger", BUCKET, "{}", supplementaryConfiguration=policy
            ),
            config_item(
                "AWS::S3::Bucket",
                "public",
                "arn:aws:s3:::public",
                {"name": "public"},
                supplementaryConfiguration=nothing,
            ),
            config_item("AWS::Odd::Thing", "o", "", {}),
            {
                "resourceType": "AWS::IAM::Role",
                "awsAccountId": ACCOUNT,
                "configurationItemStatus": "ResourceDeleted",
            },
        ],
    }


@pytest.mark.parametrize("packed", [False, True])
def test_a_config_snapshot_gives_the_facts_that_the_apis_would_give(
    tmp_path: Path, *, packed: bool
) -> None:
    path = put(tmp_path, "snapshot.json", snapshot())
    if packed:
        path = tmp_path / "snapshot.json.gz"
        path.write_bytes(gzip.compress(json.dumps(snapshot()).encode()))

    found = facts(path)

    written = {row.id: row.document for row in found.rows(Policy)}
    assert json.loads(written[f"{ROLE}#trust"] or "") == TRUST
    assert written[f"{ROLE}#inline/p"] == DOCUMENT
    assert written[f"{BUCKET}#resource"] == DOCUMENT
    assert "arn:aws:s3:::public#resource" not in written
    assert {row.arn for row in found.rows(Store)} == {BUCKET, "arn:aws:s3:::public"}


def test_what_a_config_snapshot_lacks_is_unread(tmp_path: Path) -> None:
    found = facts(put(tmp_path, "snapshot.json", snapshot()))

    assert gaps(found, "AWS::Odd::Thing") == {("unsupported", "")}
    assert gaps(found, "AWS::IAM::User") == {("skipped", "")}
    assert gaps(found, "AWS::IAM::Role") == set()
    assert gaps(found, "AWS::S3::BucketPolicy") == set()
    assert gaps(found, "AWS::S3::BucketAcl") == {
        ("skipped", BUCKET),
        ("skipped", "arn:aws:s3:::public"),
    }


def test_a_file_that_is_said_to_be_a_snapshot_and_is_none_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "list-buckets.json", BUCKETS)

    with pytest.raises(InputError, match="configurationItems"):
        records(path, kind="aws-config")
