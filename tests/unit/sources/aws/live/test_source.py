# SPDX-License-Identifier: Apache-2.0
"""The live source, end to end: who and what is read, in which order, and how it is taken up."""

import threading
import time
from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from bartizan.model.record import Record
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.live.source import AwsSettings
from tests.fakes.aws_protocol import Asked
from tests.fakes.aws_scan import (
    TABLE,
    CountingProgress,
    MemoryDraft,
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
    credentials,
)

MEMBER = "222222222222"
ROOTS = "organizations:ListRoots"


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in_as(monkeypatch)


def test_an_account_on_its_own_is_read_whole() -> None:
    with FakeAws(replies={"iam:ListUsers": users}) as aws:
        draft = scan(aws)

    assert user_names(draft) == ["ann", "bob"]
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

    assert user_names(draft) == ["ann", "bob", "cid"]
    sent = [one.parameters.get("Marker") for one in aws.asked("iam:ListUsers")]
    assert sent == [None, "1", "2"]


def test_a_token_that_repeats_ends_the_listing_as_truncated() -> None:
    page: Reply = {"Users": [user("ann")], "IsTruncated": True, "Marker": "again"}
    with FakeAws(replies={"iam:ListUsers": page}) as aws:
        draft = scan(aws)

    assert user_names(draft) == ["ann"]
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

    assert user_names(draft) == ["ann", "bob"]
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
