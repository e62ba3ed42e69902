# SPDX-License-Identifier: Apache-2.0
"""Runs the live source against a made-up AWS, with a draft and a progress in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bartizan.model.record import UNREAD_KIND, Record
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.live.source import AwsSettings, AwsSource
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import account, organizations
from tests.fakes.aws_protocol import Asked
from tests.fakes.aws_server import CALLER, FakeAws, Reply, account_of

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass
class MemoryDraft:
    """Keeps pieces in memory; `broken_after` makes the disk refuse."""

    pieces: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    broken_after: int | None = None
    error: Exception = field(default_factory=lambda: OSError("disk full"))

    def finished(self) -> frozenset[str]:
        return frozenset(self.pieces)

    def write(self, piece: str, records: Iterable[Record]) -> None:
        if self.broken_after is not None and len(self.written) >= self.broken_after:
            raise self.error
        self.pieces[piece] = tuple(records)
        self.written.append(piece)

    def read(self, piece: str) -> Sequence[Record]:
        return self.pieces[piece]

    def records(self, kind: str) -> list[Record]:
        """Return the records of a kind, of all pieces."""
        found = [one for piece in self.pieces.values() for one in piece if one.kind == kind]
        return sorted(found, key=lambda one: one.id)

    def unread(self) -> list[Mapping[str, object]]:
        """Return what could not be read."""
        return [one.body for one in self.records(UNREAD_KIND)]

    def codes(self) -> dict[str, str]:
        """Return the code of each gap, by account, operation, kind and resource."""
        return {
            " ".join(
                str(row[name]) for name in ("account", "operation", "kind", "resource")
            ).strip(): str(row["code"])
            for row in self.unread()
        }


@dataclass
class CountingProgress:
    """Counts what it is told."""

    pieces: int = 0
    begun: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    calls: int = 0
    throttles: int = 0

    def total(self, pieces: int) -> None:
        self.pieces = pieces

    def started(self, piece: str) -> None:
        self.begun.append(piece)

    def finished(self, piece: str, *, records: int, unread: int) -> None:
        assert records + unread >= 0
        self.done.append(piece)

    def called(self, *, throttled: bool = False) -> None:
        self.calls += 1
        self.throttles += throttled


USERS = Call(
    service="iam",
    operation="ListUsers",
    kind="AWS::IAM::User",
    scope=Scope.ACCOUNT,
    items="Users",
    id="item.Arn",
)
KEYS = Call(
    service="iam",
    operation="ListAccessKeys",
    kind="AWS::IAM::AccessKey",
    scope=Scope.ACCOUNT,
    items="AccessKeyMetadata",
    id="item.AccessKeyId",
    each="AWS::IAM::User",
    parameters={"UserName": "parent.UserName"},
)
VPCS = Call(
    service="ec2",
    operation="DescribeVpcs",
    kind="AWS::EC2::VPC",
    scope=Scope.REGION,
    items="Vpcs",
    id="join('/', [account, region, item.VpcId])",
)
BUCKETS = Call(
    service="s3",
    operation="ListBuckets",
    kind="AWS::S3::Bucket",
    scope=Scope.ACCOUNT,
    items="Buckets",
    id="item.Name",
    action="s3:ListAllMyBuckets",
)


def service(name: str, *calls: Call) -> Service:
    """Return a service of a table."""
    return Service(name=name, calls=calls, normalise=lambda _: ())


TABLE = (
    organizations.SERVICE,
    account.SERVICE,
    service("IAM", USERS, KEYS),
    service("EC2", VPCS),
)


def user(name: str, account_id: str = CALLER) -> dict[str, str]:
    """Return a user as IAM lists it."""
    return {
        "UserName": name,
        "UserId": f"AIDA{name}",
        "Arn": f"arn:aws:iam::{account_id}:user/{name}",
        "Path": "/",
    }


def source(
    endpoint: str, *, table: Sequence[Service] = TABLE, settings: AwsSettings | None = None
) -> AwsSource:
    """Return a source that reads a made-up AWS and never waits."""
    made = settings or AwsSettings(key=b"k", concurrency=4)
    made = replace(made, endpoint_url=endpoint, clock=lambda: NOON)
    return AwsSource(made, services=tuple(table), wait=lambda _: None)


def sign_in_as(monkeypatch: pytest.MonkeyPatch, account_id: str = CALLER) -> None:
    """Give the process keys of an account, and nothing else that botocore could find."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"AKIA{account_id}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def scan(
    aws: FakeAws,
    *,
    table: Sequence[Service] = TABLE,
    settings: AwsSettings | None = None,
    draft: MemoryDraft | None = None,
    progress: CountingProgress | None = None,
    endpoint: str | None = None,
) -> MemoryDraft:
    """Read `aws` and return what was written."""
    held = draft or MemoryDraft()
    place = aws.url if endpoint is None else endpoint
    source(place, table=table, settings=settings).collect(held, progress or CountingProgress())
    return held


def users(asked: Asked) -> Reply:
    """Answer `ListUsers` with two users of the account that asks."""
    return {"Users": [user("ann", account_of(asked)), user("bob", account_of(asked))]}


def user_names(draft: MemoryDraft) -> list[object]:
    """Return the names of the users that were read."""
    return [one.body["UserName"] for one in draft.records("AWS::IAM::User")]
