# SPDX-License-Identifier: Apache-2.0
"""The live source against an AWS that breaks in every way that AWS breaks."""

import pytest

from bartizan.errors import SourceError, UsageError
from bartizan.sources.aws.live.source import AwsSettings
from tests.fakes.aws_protocol import Asked
from tests.fakes.aws_scan import (
    KEYS,
    TABLE,
    CountingProgress,
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
    Raw,
    Reply,
    credentials,
)

MEMBER = "222222222222"
ROOTS = "organizations:ListRoots"


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in_as(monkeypatch)


def test_throttling_that_passes_leaves_no_gap() -> None:
    slow = Fault("Throttling", 400)
    progress = CountingProgress()
    with FakeAws(replies={"iam:ListUsers": [slow, slow, slow, users]}) as aws:
        draft = scan(aws, progress=progress)

    assert user_names(draft) == ["ann", "bob"]
    assert draft.unread() == []
    assert progress.throttles == 3


@pytest.mark.parametrize("fault", [Fault("Throttling", 400), Fault("Odd", 429)])
def test_a_storm_of_throttling_ends_and_leaves_a_gap_for_every_call(fault: Fault) -> None:
    replies: dict[str, Reply] = {
        "iam:ListUsers": {"Users": [user(f"u{number}") for number in range(50)]},
        "iam:ListAccessKeys": fault,
    }
    with FakeAws(replies=replies) as aws:
        draft = scan(aws)

    gaps = [row for row in draft.unread() if row["operation"] == "ListAccessKeys"]
    assert {row["code"] for row in gaps} == {"throttled"}
    assert len(gaps) == 50
    # After three calls that were throttled to the end, the other 47 are not even made.
    assert len(aws.asked("iam:ListAccessKeys")) == 27


def test_servers_that_fail_in_passing_leave_no_gap() -> None:
    broken = Fault("InternalFailure", 500)
    with FakeAws(replies={"iam:ListUsers": [broken, Fault("Unavailable", 503), users]}) as aws:
        draft = scan(aws)

    assert user_names(draft) == ["ann", "bob"]
    assert draft.unread() == []


def test_a_call_that_fails_everywhere_is_tried_hard_only_once() -> None:
    replies: dict[str, Reply] = {"iam:ListUsers": Raw(b"<!doctype html>oops", 500)}
    settings = AwsSettings(key=b"k", concurrency=1)
    with FakeAws(members=[MEMBER], replies=replies) as aws:
        draft = scan(aws, settings=settings)

    assert draft.codes()[f"{CALLER} ListUsers AWS::IAM::User"] == "failed"
    assert draft.codes()[f"{MEMBER} ListUsers AWS::IAM::User"] == "failed"
    assert len(aws.asked("iam:ListUsers")) == 4 + 1


@pytest.mark.parametrize(
    "answer",
    [
        Raw(b'{"Roots": [{"Id": "r-1"'),
        Raw(b'{"Roots": [{"Id": "r-1", }}'),
        Raw(b'{"message": "please sign in to the guest network"}'),
        Raw(b"<html>please sign in to the guest network</html>"),
        Raw(b"[" * 100_000),
    ],
)
def test_an_answer_that_is_cut_or_from_somebody_else_is_no_empty_list(answer: Raw) -> None:
    with FakeAws(members=[MEMBER], replies={ROOTS: answer}) as aws:
        draft = scan(aws)

    assert draft.codes()["ListRoots AWS::Organizations::Root"] == "truncated"
    assert draft.codes()["ListChildren AWS::Organizations::Child"] == "truncated"


def test_an_xml_answer_that_is_cut_is_no_empty_list() -> None:
    cut = Raw(b"<ListUsersResponse><ListUsersResult><Users><member>")
    with FakeAws(replies={"iam:ListUsers": cut}) as aws:
        draft = scan(aws)

    assert draft.codes()[f"{CALLER} ListUsers AWS::IAM::User"] == "truncated"


def test_a_page_that_is_cut_in_the_middle_keeps_the_pages_before_it() -> None:
    pages: Reply = [
        {"Users": [user("ann")], "IsTruncated": True, "Marker": "1"},
        Raw(b"<ListUsersResponse><ListUsersResult>"),
    ]
    with FakeAws(replies={"iam:ListUsers": pages}) as aws:
        draft = scan(aws)

    assert user_names(draft) == ["ann"]
    assert draft.codes()[f"{CALLER} ListUsers AWS::IAM::User"] == "truncated"


def test_a_session_that_expires_midway_is_taken_up_again() -> None:
    expired = Fault("ExpiredToken", 403)

    def once_expired(asked: Asked) -> Reply:
        return users(asked) if len(aws.asked("sts:AssumeRole")) > 1 else expired

    settings = AwsSettings(key=b"k", accounts=frozenset({MEMBER}), concurrency=1)
    with FakeAws(members=[MEMBER], replies={"iam:ListUsers": once_expired}) as aws:
        draft = scan(aws, settings=settings)

    assert user_names(draft) == ["ann", "bob"]
    assert {row["code"] for row in draft.unread()} == {"skipped"}


def test_a_session_that_cannot_be_renewed_leaves_a_gap_for_all_that_remains() -> None:
    expired = Fault("ExpiredToken", 403)
    replies: dict[str, Reply] = {
        "iam:ListUsers": expired,
        "ec2:DescribeVpcs": expired,
        "sts:AssumeRole": [
            {"Credentials": credentials(MEMBER)},
            {"Credentials": credentials(MEMBER)},
            expired,
        ],
    }
    settings = AwsSettings(key=b"k", accounts=frozenset({MEMBER}), concurrency=1)
    with FakeAws(members=[MEMBER], replies=replies) as aws:
        draft = scan(aws, settings=settings)

    codes = {key: code for key, code in draft.codes().items() if key.startswith(MEMBER)}
    assert codes == {
        f"{MEMBER} ListUsers AWS::IAM::User": "expired",
        f"{MEMBER} ListAccessKeys AWS::IAM::AccessKey": "expired",
        f"{MEMBER} DescribeVpcs AWS::EC2::VPC": "expired",
    }
    # The piece after the one that found out asks nothing any more.
    assert len(aws.asked("ec2:DescribeVpcs")) == 0


def test_keys_of_the_caller_that_expire_midway_leave_a_gap_for_all_that_remains() -> None:
    with FakeAws(replies={"iam:ListUsers": Fault("ExpiredToken", 403)}) as aws:
        draft = scan(aws)

    assert draft.codes()[f"{CALLER} ListUsers AWS::IAM::User"] == "expired"
    assert len(aws.asked("iam:ListUsers")) == 1


def test_an_account_that_closes_during_the_scan_leaves_a_gap_for_all_that_remains() -> None:
    gone = Fault("InvalidClientTokenId", 403)
    replies: dict[str, Reply] = {"iam:ListUsers": gone, "ec2:DescribeVpcs": gone}
    with FakeAws(members=[MEMBER], replies=replies) as aws:
        draft = scan(aws)

    assert draft.codes()[f"{MEMBER} ListUsers AWS::IAM::User"] == "denied"
    assert draft.codes()[f"{MEMBER} DescribeVpcs AWS::EC2::VPC"] == "denied"
    assert MEMBER in {one.id for one in draft.records("AWS::STS::CallerIdentity")}


def test_a_closed_account_is_not_tried() -> None:
    accounts = [
        {
            "Id": name,
            "Arn": f"arn:aws:organizations::{CALLER}:account/o-1/{name}",
            "Status": status,
        }
        for name, status in ((CALLER, "ACTIVE"), (MEMBER, "SUSPENDED"))
    ]
    replies: dict[str, Reply] = {"organizations:ListAccounts": {"Accounts": accounts}}
    with FakeAws(members=[MEMBER], replies=replies) as aws:
        draft = scan(aws)

    assert [row["code"] for row in draft.unread()] == ["not-enabled"]
    assert draft.unread()[0]["reason"] == "the account is SUSPENDED"
    assert aws.asked("sts:AssumeRole") == []


def test_a_role_that_does_not_exist_is_one_gap_for_its_account() -> None:
    with FakeAws(members=[MEMBER], denied={"sts:AssumeRole"}) as aws:
        draft = scan(aws)

    (row,) = draft.unread()
    assert (row["account"], row["code"]) == (MEMBER, "denied")
    assert (row["action"], row["kind"]) == ("sts:AssumeRole", "AWS::STS::CallerIdentity")
    assert row["resource"] == f"arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole"
    assert not any(one.startswith(f"{MEMBER}/eu-west-1") for one in draft.pieces)


def test_a_role_that_leads_to_another_account_is_not_believed() -> None:
    wrong: Reply = {"Credentials": credentials("333333333333")}
    with FakeAws(members=[MEMBER], replies={"sts:AssumeRole": wrong}) as aws:
        draft = scan(aws)

    (row,) = draft.unread()
    assert (row["account"], row["code"]) == (MEMBER, "failed")
    assert row["reason"] == "the role signs in to account 333333333333"
    assert {one.account for one in draft.records("AWS::STS::CallerIdentity")} == {CALLER}


def test_a_denied_call_names_its_permission_and_all_that_hangs_on_it() -> None:
    with FakeAws(denied={"iam:ListUsers"}) as aws:
        draft = scan(aws)

    rows = {str(row["kind"]): row for row in draft.unread()}
    assert set(rows) == {"AWS::IAM::User", "AWS::IAM::AccessKey"}
    assert {row["action"] for row in rows.values()} == {"iam:ListUsers"}
    assert {row["code"] for row in rows.values()} == {"denied"}
    assert str(rows["AWS::IAM::AccessKey"]["reason"]).startswith("needs `ListUsers`: ")


def test_a_detail_that_is_denied_names_the_thing_it_is_missing_of() -> None:
    with FakeAws(replies={"iam:ListUsers": users}, denied={"iam:ListAccessKeys"}) as aws:
        draft = scan(aws)

    assert {row["resource"] for row in draft.unread()} == {
        f"arn:aws:iam::{CALLER}:user/ann",
        f"arn:aws:iam::{CALLER}:user/bob",
    }


def test_a_denial_that_is_only_a_status_is_one() -> None:
    with FakeAws(members=[MEMBER], replies={ROOTS: Raw(b"<Error>no</Error>", 403)}) as aws:
        draft = scan(aws)

    assert draft.codes()["ListRoots AWS::Organizations::Root"] == "denied"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("OptInRequired", 403), "not-enabled"),
        (Fault("AuthFailure", 401), "denied"),
        (Fault("UnsupportedOperation", 400), "unsupported"),
        (Fault("InvalidAction", 400), "unsupported"),
        (Raw(b"<!doctype html>", 404), "unsupported"),
        (Raw(b"", 501), "unsupported"),
        (Fault("InvalidParameterValue", 400), "failed"),
    ],
)
def test_each_way_of_refusing_has_its_code(fault: Reply, code: str) -> None:
    with FakeAws(replies={"ec2:DescribeVpcs": fault}) as aws:
        draft = scan(aws)

    assert draft.codes()[f"{CALLER} DescribeVpcs AWS::EC2::VPC"] == code


def test_a_clock_that_is_off_is_said_so() -> None:
    skewed = Fault("SignatureDoesNotMatch", 403, "Signature expired: 20260102T120000Z is now")
    with (
        FakeAws(replies={"sts:GetCallerIdentity": skewed}) as aws,
        pytest.raises(SourceError, match="cannot sign in") as caught,
    ):
        scan(aws)

    assert "clock" in caught.value.hint


def test_credentials_that_do_not_work_are_said_so() -> None:
    with (
        FakeAws(denied={"sts:GetCallerIdentity"}) as aws,
        pytest.raises(SourceError, match="cannot sign in") as caught,
    ):
        scan(aws)

    assert "check the credentials" in caught.value.hint


def test_an_endpoint_that_is_not_there_is_said_so() -> None:
    with FakeAws() as aws:
        settings = AwsSettings(key=b"k")
    with pytest.raises(SourceError, match="no connection to the endpoint"):
        scan(aws, settings=settings)


def test_an_endpoint_that_is_not_of_aws_is_said_so() -> None:
    with (
        FakeAws(replies={"sts:GetCallerIdentity": {}}) as aws,
        pytest.raises(SourceError, match="names no account"),
    ):
        scan(aws)


def test_no_credentials_are_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with FakeAws() as aws, pytest.raises(SourceError, match="there are no AWS credentials"):
        scan(aws)


def test_a_profile_that_is_not_there_is_said_so() -> None:
    settings = AwsSettings(key=b"k", profile="nobody")
    with FakeAws() as aws, pytest.raises(SourceError, match="no AWS profile `nobody`"):
        scan(aws, settings=settings)


def test_a_service_that_is_not_in_the_table_is_said_so() -> None:
    settings = AwsSettings(key=b"k", services=frozenset({"Abacus"}))
    with FakeAws() as aws, pytest.raises(UsageError, match="no service `Abacus`") as caught:
        scan(aws, settings=settings)

    assert "EC2" in caught.value.hint


def test_a_table_that_hangs_in_the_air_is_said_so() -> None:
    with FakeAws() as aws, pytest.raises(SourceError, match="needs `AWS::IAM::User`"):
        scan(aws, table=(*TABLE[:2], service("IAM", KEYS)))


def test_the_configured_endpoint_of_the_environment_is_honoured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FakeAws(replies={"iam:ListUsers": users}) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        draft = scan(aws, endpoint="")

    assert user_names(draft) == ["ann", "bob"]
