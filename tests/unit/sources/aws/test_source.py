# SPDX-License-Identifier: Apache-2.0
"""The live source, end to end, against an AWS that breaks in every way that AWS breaks."""

import threading
import time
from collections.abc import Iterable
from dataclasses import replace

import pytest

from bartizan.errors import SourceError, UsageError
from bartizan.model.record import Record
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.source import AwsSettings
from tests.fakes.aws_protocol import Asked
from tests.fakes.aws_scan import (
    BUCKETS,
    KEYS,
    TABLE,
    USERS,
    VPCS,
    CountingProgress,
    MemoryDraft,
    scan,
    service,
    sign_in_as,
    user,
)
from tests.fakes.aws_server import (
    CALLER,
    FakeAws,
    Fault,
    Raw,
    Reply,
    account_of,
    credentials,
)

MEMBER = "222222222222"
ROOTS = "organizations:ListRoots"


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in_as(monkeypatch)


def users(asked: Asked) -> Reply:
    return {"Users": [user("ann", account_of(asked)), user("bob", account_of(asked))]}


def names(draft: MemoryDraft) -> list[object]:
    return [one.body["UserName"] for one in draft.records("AWS::IAM::User")]


def test_an_account_on_its_own_is_read_whole() -> None:
    with FakeAws(replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws)

    assert names(draft) == ["ann", "bob"]
    assert len(aws.asked("iam:ListAccessKeys")) == 2
    assert set(draft.pieces) == {
        "organization/Organizations",
        f"{CALLER}/global/Account",
        f"{CALLER}/global/IAM",
        f"{CALLER}/eu-west-1/EC2",
    }
    assert draft.unread() == []


def test_every_account_of_an_organisation_is_entered_as_its_role() -> None:
    with FakeAws(members=[MEMBER], replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws)

    assert {one.account for one in draft.records("AWS::IAM::User")} == {CALLER, MEMBER}
    assert [one.id for one in draft.records("AWS::STS::CallerIdentity")] == [CALLER, MEMBER]
    assumed = [one.parameters["RoleArn"] for one in aws.asked("sts:AssumeRole")]
    assert set(assumed) == {f"arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole"}
    assert draft.unread() == []


def test_records_say_who_said_so_and_hold_nothing_but_the_element() -> None:
    with FakeAws(replies={"iam:ListUsers": users}) as aws:
        ann = scan(aws).records("AWS::IAM::User")[0]

    assert (ann.source, ann.collected_at) == ("iam:ListUsers", "2026-01-02T12:00:00Z")
    assert ann.request_id
    assert ann.body == user("ann")


def test_units_below_units_are_all_found() -> None:
    arn = f"arn:aws:organizations::{CALLER}:ou/o-1/"
    below = {"r-1": ["ou-1", "ou-2"], "ou-1": ["ou-3"], "ou-3": ["ou-4"]}

    def units(asked: Asked) -> Reply:
        found = below.get(str(asked.parameters["ParentId"]), [])
        return {"OrganizationalUnits": [{"Id": u, "Arn": arn + u, "Name": u} for u in found]}

    replies: dict[str, Reply] = {"organizations:ListOrganizationalUnitsForParent": units}
    with FakeAws(members=[MEMBER], replies=replies) as aws:
        draft = scan(aws)

    found = [one.body["Id"] for one in draft.records("AWS::Organizations::OrganizationalUnit")]
    assert found == ["ou-1", "ou-2", "ou-3", "ou-4"]
    pairs = {one.id for one in draft.records("AWS::Organizations::Child")}
    assert {"r-1/ou-1", "r-1/ou-2", "ou-1/ou-3", "ou-3/ou-4"} <= pairs
    assert len(aws.asked("organizations:ListOrganizationalUnitsForParent")) == 5


def test_all_pages_of_a_listing_are_read() -> None:
    pages: Reply = [
        {"Users": [user("ann")], "IsTruncated": True, "Marker": "1"},
        {"Users": [user("bob")], "IsTruncated": True, "Marker": "2"},
        {"Users": [user("cid")], "IsTruncated": False},
    ]
    with FakeAws(replies={"iam:ListUsers": pages}) as aws:
        draft = scan(aws)

    assert names(draft) == ["ann", "bob", "cid"]
    sent = [one.parameters.get("Marker") for one in aws.asked("iam:ListUsers")]
    assert sent == [None, "1", "2"]


def test_a_token_that_repeats_ends_the_listing_as_truncated() -> None:
    page: Reply = {"Users": [user("ann")], "IsTruncated": True, "Marker": "again"}
    with FakeAws(replies={"iam:ListUsers": page}) as aws:
        draft = scan(aws)

    assert names(draft) == ["ann"]
    assert len(aws.asked("iam:ListUsers")) == 2
    assert draft.codes() == {
        f"{CALLER} ListUsers AWS::IAM::User": "truncated",
        f"{CALLER} ListAccessKeys AWS::IAM::AccessKey": "truncated",
    }


def test_more_pages_without_a_way_to_ask_for_them_are_a_gap() -> None:
    page: Reply = {"Users": [user("ann")], "IsTruncated": True}
    with FakeAws(replies={"iam:ListUsers": page}) as aws:
        draft = scan(aws)

    assert draft.codes()[f"{CALLER} ListUsers AWS::IAM::User"] == "truncated"


def test_throttling_that_passes_leaves_no_gap() -> None:
    slow = Fault("Throttling", 400)
    progress = CountingProgress()
    with FakeAws(replies={"iam:ListUsers": [slow, slow, slow, users]}) as aws:
        draft = scan(aws, progress=progress)

    assert names(draft) == ["ann", "bob"]
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

    assert names(draft) == ["ann", "bob"]
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

    assert names(draft) == ["ann"]
    assert draft.codes()[f"{CALLER} ListUsers AWS::IAM::User"] == "truncated"


def test_a_session_that_expires_midway_is_taken_up_again() -> None:
    expired = Fault("ExpiredToken", 403)

    def once_expired(asked: Asked) -> Reply:
        return users(asked) if len(aws.asked("sts:AssumeRole")) > 1 else expired

    settings = AwsSettings(key=b"k", accounts=frozenset({MEMBER}), concurrency=1)
    with FakeAws(members=[MEMBER], replies={"iam:ListUsers": once_expired}) as aws:
        draft = scan(aws, settings=settings)

    assert names(draft) == ["ann", "bob"]
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


def test_only_enabled_regions_are_read() -> None:
    regions = [
        {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required"},
        {"RegionName": "af-south-1", "OptInStatus": "not-opted-in"},
        {"RegionName": "me-south-1", "OptInStatus": "opted-in"},
        {"RegionName": "cn-north-1", "OptInStatus": "opt-in-not-required"},
        {"RegionName": "evil.example/x-1", "OptInStatus": "opted-in"},
    ]
    with FakeAws(replies={"ec2:DescribeRegions": {"Regions": regions}}) as aws:
        scan(aws)

    assert {one.region for one in aws.asked("ec2:DescribeVpcs")} == {"eu-west-1", "me-south-1"}


def test_unknown_regions_are_a_gap_and_those_that_are_always_on_are_read() -> None:
    with FakeAws(denied={"ec2:DescribeRegions"}) as aws:
        draft = scan(aws)

    assert draft.codes() == {f"{CALLER} DescribeRegions AWS::EC2::Region": "denied"}
    asked = {one.region for one in aws.asked("ec2:DescribeVpcs")}
    assert len(asked) == 17
    assert "us-east-1" in asked


def test_what_is_left_out_on_purpose_is_named() -> None:
    settings = AwsSettings(
        key=b"k",
        accounts=frozenset({CALLER}),
        regions=frozenset({"me-south-1"}),
        services=frozenset({"ec2"}),
    )
    with FakeAws(members=[MEMBER], replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws, settings=settings)

    role = f"arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole"
    rows = {key: code for key, code in draft.codes().items() if "Organizations::" not in key}
    assert rows == {
        f"{MEMBER} AssumeRole AWS::STS::CallerIdentity {role}": "skipped",
        f"{CALLER} DescribeRegions AWS::EC2::Region eu-west-1": "skipped",
        f"{CALLER} DescribeRegions AWS::EC2::Region me-south-1": "not-enabled",
        f"{CALLER} ListUsers AWS::IAM::User": "skipped",
        f"{CALLER} ListAccessKeys AWS::IAM::AccessKey": "skipped",
    }
    assert aws.asked("iam:ListUsers") == []


def test_a_list_of_accounts_that_lacks_the_caller_is_a_gap() -> None:
    with FakeAws(members=[MEMBER], replies={"organizations:ListAccounts": {}}) as aws:
        draft = scan(aws)

    assert draft.codes() == {"ListAccounts AWS::Organizations::Account": "denied"}


def test_accounts_that_may_not_be_listed_are_found_below_their_units() -> None:
    with FakeAws(members=[MEMBER], denied={"organizations:ListAccounts"}) as aws:
        draft = scan(aws)

    assert [one.id for one in draft.records("AWS::STS::CallerIdentity")] == [CALLER, MEMBER]


def test_a_member_that_may_not_list_accounts_reads_its_own() -> None:
    denied = {"organizations:ListAccounts", "organizations:ListRoots"}
    with FakeAws(members=[MEMBER], denied=denied, replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws)

    assert names(draft) == ["ann", "bob"]
    assert draft.codes()["ListAccounts AWS::Organizations::Account"] == "denied"


def test_two_scans_of_one_estate_give_the_same_records() -> None:
    reason = "no identity-based policy allows it (Request ID: {0})"
    replies: dict[str, Reply] = {
        "iam:ListUsers": users,
        "iam:ListAccessKeys": lambda asked: Fault(
            "AccessDenied", 403, reason.format(f"{len(aws.calls)}-{asked.key}")
        ),
    }
    with FakeAws(members=[MEMBER], replies=replies) as aws:
        first, second = scan(aws), scan(aws)

    assert first.unread()
    for name, records in first.pieces.items():
        again = [replace(one, request_id="") for one in second.pieces[name]]
        assert [replace(one, request_id="") for one in records] == again


def test_the_scan_leaves_no_trace_of_its_own_role() -> None:
    names = ("reader", "OrganizationAccountAccessRole", "other")
    used = {"LastUsedDate": "2026-01-02T03:04:05Z"}
    held = [{"RoleName": n, "Arn": f"arn:role/{n}", "RoleLastUsed": used} for n in names]
    roles = Call(
        service="iam",
        operation="GetAccountAuthorizationDetails",
        kind="AWS::IAM::Role",
        scope=Scope.ACCOUNT,
        items="RoleDetailList",
        id="join('#', [item.Arn, account])",
    )
    replies: dict[str, Reply] = {"iam:GetAccountAuthorizationDetails": {"RoleDetailList": held}}
    with FakeAws(members=[MEMBER], replies=replies) as aws:
        draft = scan(aws, table=(*TABLE[:2], service("IAM", roles)))

    kept = {one.id for one in draft.records("AWS::IAM::Role") if "RoleLastUsed" in one.body}
    assert kept == {
        f"arn:role/other#{CALLER}",
        f"arn:role/other#{MEMBER}",
        f"arn:role/OrganizationAccountAccessRole#{CALLER}",
        f"arn:role/reader#{MEMBER}",
    }


def test_a_scan_that_is_taken_up_asks_only_for_what_is_not_safe_yet() -> None:
    with FakeAws(members=[MEMBER], replies={"iam:ListUsers": users}) as aws:
        whole = scan(aws)
        left = dict(whole.pieces)
        del left[f"{MEMBER}/global/IAM"]
        aws.calls.clear()
        again = scan(aws, draft=MemoryDraft(pieces=left))

    assert again.written == [f"{MEMBER}/global/IAM"]
    asked = {f"{one.service}:{one.operation}" for one in aws.calls}
    assert asked == {
        "sts:GetCallerIdentity",
        "sts:AssumeRole",
        "iam:ListUsers",
        "iam:ListAccessKeys",
    }
    assert {name: [r.key for r in held] for name, held in again.pieces.items()} == {
        name: [r.key for r in held] for name, held in whole.pieces.items()
    }


def test_a_scan_that_was_complete_asks_only_who_it_is() -> None:
    with FakeAws(members=[MEMBER]) as aws:
        whole = scan(aws)
        aws.calls.clear()
        scan(aws, draft=MemoryDraft(pieces=dict(whole.pieces)))

    assert [one.operation for one in aws.calls] == ["GetCallerIdentity"]


def test_a_disk_that_refuses_ends_the_scan_with_its_error() -> None:
    draft = MemoryDraft(broken_after=2)
    with FakeAws(members=[MEMBER]) as aws, pytest.raises(OSError, match="disk full"):
        scan(aws, draft=draft)

    assert len(draft.written) == 2


def test_a_piece_that_was_cut_short_by_an_error_elsewhere_is_not_made_safe() -> None:
    broke = threading.Event()

    class Breaking(MemoryDraft):
        def write(self, piece: str, records: Iterable[Record]) -> None:
            if piece.endswith("/EC2"):
                broke.set()
                raise OSError("disk full")
            super().write(piece, records)

    def late(asked: Asked) -> Reply:
        broke.wait(10)
        time.sleep(0.2)
        return users(asked)

    draft = Breaking()
    with FakeAws(replies={"iam:ListUsers": late}) as aws, pytest.raises(OSError, match="disk"):
        scan(aws, draft=draft)

    assert f"{CALLER}/global/Account" in draft.pieces
    assert f"{CALLER}/global/IAM" not in draft.pieces


def test_progress_is_told_of_every_piece_and_call() -> None:
    progress = CountingProgress()
    with FakeAws(members=[MEMBER], replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws, progress=progress)

    assert progress.pieces == len(draft.pieces) == len(progress.done)
    assert sorted(progress.begun) == sorted(progress.done)
    assert progress.calls == len(aws.calls)


def test_roles_are_assumed_one_from_the_other_with_the_external_id() -> None:
    hub = "arn:aws:iam::333333333333:role/hub"
    settings = AwsSettings(
        key=b"k", chain=(hub,), external_id="x-1", role_name="path/reader", concurrency=1
    )
    with FakeAws(members=[MEMBER]) as aws:
        scan(aws, settings=settings)

    assumed = aws.asked("sts:AssumeRole")
    assert assumed[0].parameters["RoleArn"] == hub
    assert "Policy" not in assumed[0].parameters
    assert assumed[1].key == "ASIA333333333333"
    roles = {one.parameters["RoleArn"] for one in assumed[1:]}
    assert roles == {f"arn:aws:iam::{one}:role/path/reader" for one in (CALLER, MEMBER)}
    assert {one.parameters["ExternalId"] for one in assumed} == {"x-1"}


def test_sessions_are_cut_down_to_what_the_calls_take() -> None:
    with FakeAws(members=[MEMBER]) as aws:
        scan(aws)

    policy = str(aws.asked("sts:AssumeRole")[0].parameters["Policy"])
    assert "iam:ListUsers" in policy
    assert "iam:*" not in policy


def test_a_session_policy_that_is_too_large_once_packed_gives_way_to_a_shorter_one() -> None:
    too_large = Fault("PackedPolicyTooLarge", 400)
    answer: Reply = {"Credentials": credentials(MEMBER)}
    with FakeAws(members=[MEMBER], replies={"sts:AssumeRole": [too_large, answer]}) as aws:
        draft = scan(aws)

    first, second, *_ = (str(one.parameters["Policy"]) for one in aws.asked("sts:AssumeRole"))
    assert len(second) < len(first)
    assert draft.unread() == []


def test_equal_requests_are_sent_once() -> None:
    names_only = replace(USERS, kind="AWS::IAM::UserName", items="Users[].{Name: UserName}")
    table = (*TABLE[:2], service("IAM", USERS, replace(names_only, id="item.Name")))
    with FakeAws(replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws, table=table)

    assert len(aws.asked("iam:ListUsers")) == 1
    assert [one.id for one in draft.records("AWS::IAM::UserName")] == ["ann", "bob"]
    assert names(draft) == ["ann", "bob"]


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
    assert names(draft) == ["ann"]


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

    assert names(draft) == ["ann", "bob"]
