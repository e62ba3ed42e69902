# SPDX-License-Identifier: Apache-2.0
"""The live source against answers of every shape: pages, secrets, times, what is not there."""

import pytest
from msgspec.structs import replace

from bartizan.sources.aws.call import Call, Scope
from tests.fakes.aws_scan import (
    BUCKETS,
    KEYS,
    TABLE,
    USERS,
    VPCS,
    scan,
    service,
    sign_in_as,
    user,
    user_names,
    users,
)
from tests.fakes.aws_server import (
    CALLER,
    FakeAws,
    Fault,
    Reply,
)

MEMBER = "222222222222"
ROOTS = "organizations:ListRoots"


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in_as(monkeypatch)


def test_equal_requests_are_sent_once() -> None:
    names_only = replace(USERS, kind="AWS::IAM::UserName", items="Users[].{Name: UserName}")
    table = (*TABLE[:2], service("IAM", USERS, replace(names_only, id="item.Name")))
    with FakeAws(replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws, table=table)

    assert len(aws.asked("iam:ListUsers")) == 1
    assert [one.id for one in draft.records("AWS::IAM::UserName")] == ["ann", "bob"]
    assert user_names(draft) == ["ann", "bob"]


def test_a_flat_answer_of_many_pages_is_one_record() -> None:
    pages: Reply = [
        {"Users": [user("ann")], "IsTruncated": True, "Marker": "1"},
        {"Users": [user("bob")], "IsTruncated": False},
    ]
    flat = replace(USERS, kind="AWS::IAM::Users", items="", id="account")
    with FakeAws(replies={"iam:ListUsers": pages}) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", flat)))

    (record,) = draft.records("AWS::IAM::Users")
    assert record.body == {"Users": [user("ann"), user("bob")]}


def test_a_flat_answer_that_breaks_off_is_no_record() -> None:
    pages: Reply = [{"Users": [user("ann")], "IsTruncated": True, "Marker": "1"}, Fault("No", 403)]
    flat = replace(USERS, kind="AWS::IAM::Users", items="", id="account")
    with FakeAws(replies={"iam:ListUsers": pages}) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", flat)))

    assert draft.records("AWS::IAM::Users") == []
    assert draft.codes() == {f"{CALLER} ListUsers AWS::IAM::Users": "denied"}


def test_what_is_asked_only_where_it_makes_sense_is_not_asked_elsewhere() -> None:
    keys = replace(KEYS, when="parent.UserName == 'bob'")
    with FakeAws(replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", USERS, keys)))

    assert [one.parameters["UserName"] for one in aws.asked("iam:ListAccessKeys")] == ["bob"]
    assert draft.unread() == []


def test_an_error_that_means_there_is_none_leaves_no_gap() -> None:
    keys = replace(KEYS, absent=("NoSuchEntity",))
    replies: dict[str, Reply] = {
        "iam:ListUsers": users,
        "iam:ListAccessKeys": Fault("NoSuchEntity", 404),
    }
    with FakeAws(replies=replies) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", USERS, keys)))

    assert draft.unread() == []


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (replace(USERS, items="Users[].UserName"), "an element is no object"),
        (replace(USERS, id="item.Nothing"), "an element has no id"),
        (replace(USERS, id="item.Path"), "two elements have this id"),
        (replace(USERS, items="keys(Nothing)"), "`keys(Nothing)` cannot be evaluated"),
    ],
)
def test_an_answer_of_another_shape_is_a_gap(call: Call, reason: str) -> None:
    with FakeAws(replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", call)))

    assert {row["code"] for row in draft.unread()} == {"malformed"}
    assert str(draft.unread()[0]["reason"]).startswith(reason)


@pytest.mark.parametrize(
    "call",
    [
        replace(VPCS, operation="DescribeTomorrow"),
        replace(VPCS, service="tomorrow", operation="ListThings"),
        replace(VPCS, operation="DescribeVpcAttribute"),
    ],
)
def test_a_call_that_the_installed_library_cannot_make_is_unsupported_or_failed(
    call: Call,
) -> None:
    with FakeAws() as aws:
        draft = scan(aws, table=(*TABLE[:2], service("EC2", call)))

    (row,) = draft.unread()
    assert row["operation"] == call.operation
    expected = "failed" if call.operation == "DescribeVpcAttribute" else "unsupported"
    assert row["code"] == expected


def test_values_that_may_be_secret_never_reach_a_record() -> None:
    users_with_secret = replace(USERS, secrets=("Path",))
    secret: Reply = {"Users": [{**user("ann"), "Path": "hunter2-hunter2"}]}
    with FakeAws(replies={"iam:ListUsers": secret}) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", users_with_secret)))

    assert "hunter2" not in repr(draft.pieces)
    assert user_names(draft) == ["ann"]


def test_times_and_binary_data_are_text() -> None:
    created: Reply = {"Users": [{**user("ann"), "CreateDate": "2026-01-02T03:04:05.000Z"}]}
    report: Reply = {"Content": "YSxi", "ReportFormat": "text/csv"}
    reported = Call(
        service="iam",
        operation="GetCredentialReport",
        kind="AWS::IAM::CredentialReport",
        scope=Scope.ACCOUNT,
        id="account",
    )
    replies = {"iam:ListUsers": created, "iam:GetCredentialReport": report}
    with FakeAws(replies=replies) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", USERS, reported)))

    assert draft.records("AWS::IAM::User")[0].body["CreateDate"] == "2026-01-02T03:04:05Z"
    assert draft.records("AWS::IAM::CredentialReport")[0].body["Content"] == "YSxi"


def test_something_that_is_still_being_made_is_waited_for() -> None:
    made: Reply = {"Content": "YSxi", "ReportFormat": "text/csv"}
    reported = Call(
        service="iam",
        operation="GetCredentialReport",
        kind="AWS::IAM::CredentialReport",
        scope=Scope.ACCOUNT,
        id="account",
    )
    replies: dict[str, Reply] = {"iam:GetCredentialReport": [Fault("ReportInProgress", 404), made]}
    with FakeAws(replies=replies) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", reported)))

    assert len(draft.records("AWS::IAM::CredentialReport")) == 1
    assert draft.unread() == []


def test_buckets_are_listed_over_the_rest_protocol() -> None:
    held: Reply = {"Buckets": [{"Name": "data"}]}
    with FakeAws(replies={"s3:ListBuckets": held}) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("S3", BUCKETS)))

    assert [one.id for one in draft.records("AWS::S3::Bucket")] == ["data"]


def test_calls_that_carry_the_account_in_the_hosts_name_reach_a_bare_address() -> None:
    block = Call(
        service="s3control",
        operation="GetPublicAccessBlock",
        kind="AWS::S3::AccountPublicAccessBlock",
        scope=Scope.ACCOUNT,
        parameters={"AccountId": "account"},
        items="[PublicAccessBlockConfiguration]",
        id="account",
    )
    held: Reply = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
    services = ("sts", "organizations", "ec2", "iam", "s3control")
    with FakeAws(services=services, replies={"s3control:GetPublicAccessBlock": held}) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("S3", block)))

    (record,) = draft.records("AWS::S3::AccountPublicAccessBlock")
    assert record.body == {"BlockPublicAcls": True}
