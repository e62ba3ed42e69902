# SPDX-License-Identifier: Apache-2.0
"""The live source against a served AWS: whatever it cannot serve is named, all else is read."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from msgspec import Struct
from msgspec.structs import replace

from bartizan.example.emulator import emulator
from bartizan.model.record import RecordList
from bartizan.sources.aws.call import Scope
from bartizan.sources.aws.live.source import AwsSettings, AwsSource
from bartizan.sources.aws.services import SERVICES, account, organizations
from tests.fakes.aws_proxy import DenyingProxy
from tests.fakes.aws_scan import CountingProgress, MemoryDraft

REGION = "eu-central-1"


class Served(Struct, frozen=True):
    """A small organisation: one account at the root, one in a unit below a unit."""

    url: str
    shop: str
    data: str


def client(service: str, url: str, credentials: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - boto3 has no types
    given = credentials or {}
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=given.get("AccessKeyId", "testing"),
        aws_secret_access_key=given.get("SecretAccessKey", "testing"),
        aws_session_token=given.get("SessionToken"),
    )


def build(url: str) -> Served:
    org = client("organizations", url)
    org.create_organization(FeatureSet="ALL")
    root = org.list_roots()["Roots"][0]["Id"]
    org.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    prod = org.create_organizational_unit(ParentId=root, Name="prod")["OrganizationalUnit"]["Id"]
    deep = org.create_organizational_unit(ParentId=prod, Name="deep")["OrganizationalUnit"]["Id"]
    ids = [
        org.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        for name in ("shop", "data")
    ]
    shop, data = (one["AccountId"] for one in ids)
    org.move_account(AccountId=data, SourceParentId=root, DestinationParentId=deep)
    deny = {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}
    guard = org.create_policy(
        Name="guard",
        Description="",
        Type="SERVICE_CONTROL_POLICY",
        Content=json.dumps({"Version": "2012-10-17", "Statement": [deny]}),
    )["Policy"]["PolicySummary"]["Id"]
    org.attach_policy(PolicyId=guard, TargetId=prod)
    for name in (shop, data):
        role = f"arn:aws:iam::{name}:role/OrganizationAccountAccessRole"
        answer = client("sts", url).assume_role(RoleArn=role, RoleSessionName="build")
        client("iam", url, answer["Credentials"]).create_user(UserName=f"user-of-{name}")
        client("s3", url, answer["Credentials"]).create_bucket(
            Bucket=f"bucket-of-{name}",
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )
    return Served(url, shop, data)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with emulator() as url:
        yield build(url)


def scan(served: Served, **settings: Any) -> MemoryDraft:  # noqa: ANN401 - any setting
    chosen = {"services": frozenset({"IAM", "S3"}), "regions": frozenset({REGION})} | settings
    draft = MemoryDraft()
    AwsSource(
        AwsSettings(key=b"k", endpoint_url=served.url, **chosen), wait=lambda _: None
    ).collect(draft, CountingProgress())
    return draft


def test_users_and_buckets_of_every_account_are_found(served: Served) -> None:
    draft = scan(served)

    users = {(one.account, one.body["UserName"]) for one in draft.records("AWS::IAM::User")}
    assert users == {(name, f"user-of-{name}") for name in (served.shop, served.data)}
    buckets = {(one.account, one.body["Name"]) for one in draft.records("AWS::S3::Bucket")}
    assert buckets == {(name, f"bucket-of-{name}") for name in (served.shop, served.data)}


def test_accounts_know_their_place_and_guardrails(served: Served) -> None:
    draft = scan(served)
    records = RecordList(tuple(one for piece in draft.pieces.values() for one in piece))
    facts = [*account.normalise(records), *organizations.normalise(records)]

    rows = {getattr(row, "id", ""): row for row in facts}
    units = getattr(rows[served.data], "organization_path", "").split("/")
    assert [part.partition("-")[0] for part in units] == ["o", "r", "ou", "ou", ""]
    targets = {getattr(row, "target", "") for row in facts if "guard" not in repr(row)}
    assert units[2] in targets
    assert all(getattr(rows[name], "collected", False) for name in (served.shop, served.data))


def test_two_scans_give_the_same_records(served: Served) -> None:
    # The emulator makes the credential report anew each time, with new times in it.
    told = [
        {
            name: [
                (one.key, one.body) for one in records if one.kind != "AWS::IAM::CredentialReport"
            ]
            for name, records in scan(served).pieces.items()
        }
        for _ in range(2)
    ]

    assert told[0] == told[1]


def test_nothing_is_unread_but_what_was_left_out_or_is_not_served(served: Served) -> None:
    codes = {(str(row["code"]), str(row["operation"])) for row in scan(served).unread()}

    not_served = {operation for code, operation in codes if code != "skipped"}
    assert not_served <= {"DescribeResourcePolicy"}


@pytest.mark.slow
def test_every_service_of_the_table_is_asked_in_the_region(served: Served) -> None:
    draft = scan(served, services=frozenset(), accounts=frozenset({served.shop}))

    asked = {name.split("/")[2] for name in draft.pieces if name.startswith(f"{served.shop}/")}
    regional = {
        service.name
        for service in SERVICES
        if any(call.scope is not Scope.ORGANIZATION for call in service.calls)
    }
    assert asked == regional


@pytest.mark.parametrize(
    ("denied", "kind"),
    [
        ("s3:ListBuckets", "AWS::S3::BucketPolicy"),
        ("iam:GetAccountAuthorizationDetails", "AWS::IAM::Role"),
        ("organizations:ListTargetsForPolicy", "AWS::Organizations::PolicyTarget"),
        ("ec2:DescribeRegions", "AWS::EC2::Region"),
    ],
)
def test_a_call_that_is_denied_on_its_way_is_a_gap_of_all_that_it_tells(
    served: Served, denied: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The emulator is its own proxy; here another one stands before it.
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with DenyingProxy(served.url, denied={denied}) as proxy:
        draft = scan(replace(served, url=proxy.url))

    gaps = [row for row in draft.unread() if row["kind"] == kind and row["code"] == "denied"]
    assert gaps
    assert denied in proxy.asked
