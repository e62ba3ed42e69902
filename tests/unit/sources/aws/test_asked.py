# SPDX-License-Identifier: Apache-2.0
"""What nobody asked of an account is unread, however old its snapshot is."""

from collections.abc import Iterable

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Overlay, Record, RecordList, Records
from bartizan.model.verdict import Allowed, Unknown, Verdict
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.sources.aws.asked import asked_records, name
from bartizan.sources.aws.call import Call
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.aws.services import SERVICES
from bartizan.sources.aws.unread import unasked_row, unread_record
from tests.fakes.asked import all_asked
from tests.fakes.aws_records import ACCOUNT, record
from tests.fakes.aws_scan import scan, sign_in_as
from tests.fakes.aws_server import CALLER, FakeAws
from tests.fakes.gate_case import organization
from tests.fakes.statements import allow, trusts

OTHER = "222222222222"
CALLS = tuple(call for service in SERVICES for call in service.calls)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
RCP = "AWS::Organizations::PolicySummary  Filter='RESOURCE_CONTROL_POLICY'"


def caller(account: str = ACCOUNT) -> Record:
    arn = f"arn:aws:iam::{account}:root"
    made = record("AWS::STS::CallerIdentity", account, Account=account, Arn=arn)
    return of(made, account)


def of(made: Record, account: str) -> Record:
    return Record(
        provider=made.provider, account=account, region=made.region, service=made.service,
        kind=made.kind, id=made.id, body=made.body,
    )  # fmt: skip


def asked(*accounts: str, less: Iterable[str]) -> tuple[Record, ...]:
    """What a tool leaves that knew all calls but those of some kinds."""
    kinds = frozenset(less)
    made = (call for call in CALLS if call.kind not in kinds)
    return tuple(asked_records(("", *accounts), made, at=""))


def unread(*records: Record, over: Records | None = None) -> list[Unread]:
    return list(AwsNormaliser()(over or RecordList(records)).rows(Unread))


def kinds(rows: Iterable[Unread]) -> set[str]:
    return {row.kind for row in rows}


def test_nothing_is_unread_of_an_account_that_was_asked_everything() -> None:
    assert unread(caller(), *all_asked(ACCOUNT), *organization()) == []


@pytest.mark.parametrize(
    "kind", ["AWS::ECR::Repository", "AWS::SSM::Association", "AWS::EC2::NetworkInterface"]
)
def test_a_kind_that_the_list_lacks_is_unread_in_each_account(kind: str) -> None:
    rows = unread(caller(), caller(OTHER), *asked(ACCOUNT, OTHER, less=[kind]))

    found = {(row.account, row.code) for row in rows if row.kind == kind}
    assert found == {(ACCOUNT, "skipped"), (OTHER, "skipped")}
    assert {row.service for row in rows} == {
        call.service for call in CALLS if kind in {call.kind, call.each}
    }


def test_what_is_asked_of_things_that_nobody_listed_is_unread_too() -> None:
    listed = {call.kind for call in CALLS if call.each == "AWS::ECR::Repository"}
    assert listed

    rows = unread(caller(), *asked(ACCOUNT, less=["AWS::ECR::Repository", *listed]))

    assert kinds(rows) == {"AWS::ECR::Repository"} | listed


def test_nobody_had_to_ask_for_details_of_what_there_is_none_of() -> None:
    details = {call.kind for call in CALLS if call.each == "AWS::ECR::Repository"}
    repository = record("AWS::ECR::Repository", "arn:r", repositoryArn="arn:r")

    none = unread(caller(), *asked(ACCOUNT, less=details))
    one = unread(caller(), repository, *asked(ACCOUNT, less=details))

    assert not kinds(none) & details
    assert kinds(one) >= details


def test_a_policy_type_that_nobody_listed_is_unread() -> None:
    made = [call for call in CALLS if not name(call).endswith(RCP)]
    assert len(made) == len(CALLS) - 1

    rows = unread(caller(), *organization(), *asked_records(("", ACCOUNT), made, at=""))

    assert [(row.account, row.operation) for row in rows] == [("", "ListPolicies")]


def test_calls_of_an_organisation_that_there_is_not_are_not_missed() -> None:
    made = [call for call in CALLS if not name(call).endswith(RCP)]

    assert unread(caller(), *asked_records(("", ACCOUNT), made, at="")) == []


def test_without_a_list_what_left_neither_a_record_nor_a_row_is_unread() -> None:
    role = record("AWS::IAM::Role", ROLE, RoleName="r", Arn=ROLE, Path="/")
    queues = next(call for call in CALLS if call.kind == "AWS::SQS::QueueUrl")
    row = unread_record(unasked_row(queues, ACCOUNT, "eu-west-1", reason="denied"), at="")

    found = kinds(unread(caller(), role, row))

    assert {"AWS::ECR::Repository", "AWS::SSM::Association", "AWS::SSM::Document"} <= found
    assert "AWS::IAM::Role" not in found
    assert not any(kind.startswith("AWS::Organizations") for kind in found)
    told = [one for one in unread(caller(), role, row) if one.kind == "AWS::SQS::QueueUrl"]
    assert [one.region for one in told] == ["eu-west-1"]


def test_one_account_shows_what_was_asked_of_the_others_of_the_same_scan() -> None:
    queue = of(record("AWS::SQS::QueueUrl", "q", QueueUrl="q"), OTHER)

    assert "AWS::SQS::QueueUrl" not in kinds(unread(caller(), caller(OTHER), queue))


def test_what_a_newer_scan_asked_of_its_account_shows_nothing_of_an_older_one() -> None:
    queue = of(record("AWS::SQS::QueueUrl", "q", QueueUrl="q"), OTHER)
    newer = all_asked(OTHER)
    both = RecordList((caller(), *asked(ACCOUNT, less=["AWS::SQS::QueueUrl"])))
    put = {one.key: one for one in (caller(OTHER), queue, *newer)}

    rows = unread(over=Overlay(both, put))
    silent = unread(over=Overlay(RecordList((caller(),)), put))

    for found in (rows, silent):
        about = [row.account for row in found if row.kind == "AWS::SQS::QueueUrl"]
        assert about == [ACCOUNT]


@pytest.mark.parametrize("body", [{}, {"calls": "unknown"}, {"calls": ["a"]}])
def test_a_list_that_cannot_be_found_is_none(body: dict[str, object]) -> None:
    told = record("Bartizan::Asked", ACCOUNT, **body)  # type: ignore[arg-type] # some are wrong

    assert "AWS::ECR::Repository" in kinds(unread(caller(), told))


def test_nothing_is_said_of_accounts_that_were_not_entered() -> None:
    user = record("AWS::IAM::User", f"arn:aws:iam::{ACCOUNT}:user/u", UserName="u")

    assert unread(user) == []


def _with_rcps() -> list[Record]:
    """An organisation that uses resource control policies, none of which is among the records."""
    return [one for one in organization() if "resource_control_policy" not in one.id]


def _verdict(*records: Record) -> Verdict:
    trust: Json = {"Version": "2012-10-17", "Statement": [trusts({"AWS": ROLE})]}
    policy: Json = {"Version": "2012-10-17", "Statement": [allow("s3:GetObject")]}
    role = record(
        "AWS::IAM::Role", ROLE, RoleName="r", RoleId="AROAR", Arn=ROLE, Path="/",
        AssumeRolePolicyDocument=trust,
        RolePolicyList=[{"PolicyName": "p", "PolicyDocument": policy}],
    )  # fmt: skip
    bucket = record("AWS::S3::Bucket", "arn:aws:s3:::b", Name="b")
    full = next(one.id for one in records if one.kind == "AWS::Organizations::Policy")
    attached = record("AWS::Organizations::PolicyTarget", f"{full}/{ACCOUNT}", TargetId=ACCOUNT)
    facts = AwsNormaliser()(RecordList((caller(), role, bucket, attached, *records)))
    return decide(
        Estate(facts), ROLE, "s3:GetObject", "arn:aws:s3:::b/k", chosen={}, complete=True
    ).verdict


def test_guardrails_on_resources_that_an_old_scan_did_not_list_leave_access_open() -> None:
    made = [call for call in CALLS if not name(call).endswith(RCP)]
    listed = asked_records(("", ACCOUNT), made, at="")

    found = _verdict(*organization(), *listed)

    assert isinstance(_verdict(*organization(), *all_asked(ACCOUNT)), Allowed)
    assert isinstance(found, Unknown)
    assert any("organizations:ListPolicies" in one for one in found.missing)


def test_without_a_list_a_type_of_policy_in_use_of_which_none_is_there_was_not_asked_for() -> None:
    found = unread(caller(), *_with_rcps())

    assert "ListPolicies" in {row.operation for row in found}
    assert "ListPolicies" not in {row.operation for row in unread(caller(), *organization())}


def test_a_scan_says_what_it_asked_of_each_account(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in_as(monkeypatch)
    with FakeAws(members=[OTHER]) as aws:
        draft = scan(aws)
    rows = tuple(one for piece in draft.pieces.values() for one in piece)

    told = {one.account for one in draft.records("Bartizan::Asked")}
    found = unread(*{one.key: one for one in rows}.values())

    assert told == {"", CALLER, OTHER}
    assert {row.account for row in found if row.kind == "AWS::ECR::Repository"} == {CALLER, OTHER}
    assert not {"AWS::IAM::User", "AWS::EC2::VPC"} & kinds(found)


def test_names_tell_calls_apart_that_list_different_things() -> None:
    names = [name(call) for call in CALLS]
    assert len(set(names)) == len({_what(call) for call in CALLS})


def _what(call: Call) -> tuple[object, ...]:
    return call.kind, call.each, str(sorted(call.parameters.items()))
