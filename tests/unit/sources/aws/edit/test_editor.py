# SPDX-License-Identifier: Apache-2.0
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.errors import SourceError
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Json, RecordList
from bartizan.model.remedy import (
    BlockPublicAccess,
    Change,
    Detach,
    DropStatement,
    Forbid,
    Guard,
    RemoveCredential,
    Unshare,
    Untrust,
)
from bartizan.sources.aws.edit.editor import AwsEditor
from bartizan.sources.aws.normalise import AwsNormaliser
from tests.fakes.remedied import (
    ACCOUNT,
    BUCKET,
    FUNCTION,
    MANAGED,
    ROLE,
    SNAPSHOT,
    after,
    allow,
    document,
    policies,
    record,
    remedy,
    role,
    sids,
    written,
)


def test_statements_go_by_their_original_positions_however_many_go() -> None:
    records = RecordList((role(("p", document(allow("a"), allow("b"), allow("c")))),))
    policy = f"{ROLE}#inline/p"

    facts = after(
        records,
        DropStatement(policy=policy, statement=2),
        DropStatement(policy=policy, statement=0),
        DropStatement(policy=policy, statement=0),
    )

    assert sids(facts, policy) == ["b"]


def test_nothing_else_of_a_record_changes_and_the_original_stays_as_it_was() -> None:
    before = role(("p", document(allow("a"), allow("b"))), ("q", document(allow("c"))))
    kept = json.dumps(dict(before.body))
    change = DropStatement(policy=f"{ROLE}#inline/p", statement=0)

    overlay = AwsEditor().apply([remedy(change)], RecordList((before,)))
    (changed,) = overlay.of("AWS::IAM::Role")

    assert json.dumps(dict(before.body)) == kept
    expected = json.loads(kept)
    del expected["RolePolicyList"][0]["PolicyDocument"]["Statement"][0]
    assert changed.body == expected


def test_an_inline_policy_without_statements_goes_with_its_attachment() -> None:
    records = RecordList(
        (role(("p", document(allow("a"))), ("q", document(allow("b"), allow("c")))),)
    )

    facts = after(
        records,
        DropStatement(policy=f"{ROLE}#inline/p", statement=0),
        DropStatement(policy=f"{ROLE}#inline/q", statement=0),
    )

    assert f"{ROLE}#inline/p" not in policies(facts)
    assert sids(facts, f"{ROLE}#inline/q") == ["c"]


def test_a_role_keeps_a_trust_policy_that_keeps_everybody_out() -> None:
    facts = after(RecordList((role(),)), DropStatement(policy=f"{ROLE}#trust", statement=0))

    assert written(facts, f"{ROLE}#trust") == [
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    ]


def test_only_the_version_in_force_of_a_managed_policy_is_edited() -> None:
    versions: list[Json] = [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": document(allow("old"))},
        {
            "VersionId": "v2",
            "IsDefaultVersion": True,
            "Document": document(allow("a"), allow("b")),
        },
    ]
    body: dict[str, Json] = {
        "Arn": MANAGED,
        "DefaultVersionId": "v2",
        "PolicyVersionList": versions,
    }
    held = record("AWS::IAM::ManagedPolicy", MANAGED, body)

    overlay = AwsEditor().apply(
        [remedy(DropStatement(policy=MANAGED, statement=0))], RecordList((held,))
    )

    assert sids(AwsNormaliser()(overlay), MANAGED) == ["b"]
    (changed,) = overlay.of("AWS::IAM::ManagedPolicy")
    assert json.dumps(changed.body["PolicyVersionList"]).count('"old"') == 1


def test_a_managed_policy_without_statements_stays_and_grants_nothing() -> None:
    versions: list[Json] = [{"IsDefaultVersion": True, "Document": document(allow("a"))}]
    held = record("AWS::IAM::ManagedPolicy", MANAGED, {"PolicyVersionList": versions})

    facts = after(RecordList((held,)), DropStatement(policy=MANAGED, statement=0))

    assert written(facts, MANAGED) == [{"Effect": "Deny", "Action": "none:null", "Resource": "*"}]


@pytest.mark.parametrize(
    ("principal", "taken", "left"),
    [
        ({"AWS": ["a", "b"]}, ["a"], [{"AWS": "b"}]),
        ({"AWS": ["a", "b", "c"]}, ["a"], [{"AWS": ["b", "c"]}]),
        ({"AWS": "a", "Service": "s"}, ["a"], [{"Service": "s"}]),
        ({"AWS": "a", "Service": ["s", "t"]}, ["s"], [{"AWS": "a", "Service": "t"}]),
        ({"AWS": ["a", "b"]}, ["a", "b"], [None]),
        ("*", ["*"], [None]),
        ({"AWS": "*"}, ["*"], [None]),
    ],
)
def test_a_principal_goes_and_with_the_last_its_statement(
    principal: Json, taken: list[str], left: list[Json]
) -> None:
    statement: Json = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    records = RecordList((role(trust=document(statement, allow("kept", {"AWS": "x"}))),))
    changes = [Untrust(policy=f"{ROLE}#trust", statement=0, principal=p) for p in taken]

    found = written(after(records, *changes), f"{ROLE}#trust")

    assert [one["Principal"] for one in found[:-1]] == [one for one in left if one is not None]
    assert found[-1]["Sid"] == "kept"


def test_a_detached_policy_is_no_longer_attached_and_others_are() -> None:
    facts = after(RecordList((role(),)), Detach(policy=MANAGED, target=ROLE))

    assert {row.policy for row in facts.rows(Attachment) if row.use == "identity"} == {
        f"{MANAGED}2"
    }


def test_what_is_forbidden_twice_meets_in_one_policy() -> None:
    one = Forbid(principal=ROLE, actions=("iam:PassRole",), resources=("*",))
    two = Forbid(principal=ROLE, actions=("s3:GetObject",), resources=(f"{BUCKET}/*",))

    facts = after(RecordList((role(("p", document(allow("a")))),)), two, one, one)

    assert written(facts, f"{ROLE}#inline/BartizanForbid") == [
        {"Effect": "Deny", "Action": ["iam:PassRole"], "Resource": ["*"]},
        {"Effect": "Deny", "Action": ["s3:GetObject"], "Resource": [f"{BUCKET}/*"]},
    ]
    assert sids(facts, f"{ROLE}#inline/p") == ["a"]


def test_a_guardrail_is_a_policy_of_the_organisation_with_its_target() -> None:
    organization = record(
        "AWS::Organizations::Organization",
        f"arn:aws:organizations::{ACCOUNT}:organization/o-abc",
        {"Id": "o-abc"},
    )
    change = Guard(target="ou-x-1", actions=("iam:CreateUser",), resources=("*",))

    facts = after(RecordList((organization,)), change)

    (policy,) = facts.rows(Policy)
    assert (policy.type, json.loads(policy.document or "")["Statement"]) == (
        "scp",
        [{"Effect": "Deny", "Action": ["iam:CreateUser"], "Resource": ["*"]}],
    )
    assert facts.rows(Attachment) == (Attachment(policy=policy.id, target="ou-x-1", use="scp"),)


@pytest.mark.parametrize(
    "change",
    [
        DropStatement(policy=f"{ROLE}#inline/none", statement=0),
        DropStatement(policy=f"{ROLE}#trust", statement=7),
        DropStatement(policy="arn:aws:iam::aws:policy/AdministratorAccess", statement=0),
        Untrust(policy=f"{ROLE}#trust", statement=0, principal="nobody"),
        Detach(policy="arn:aws:iam::aws:policy/None", target=ROLE),
        Forbid(principal=f"{ROLE}x", actions=("s3:*",), resources=("*",)),
        Unshare(resource=SNAPSHOT, with_whom="all", kind="AWS::EC2::Snapshot", record=SNAPSHOT),
        BlockPublicAccess(target=BUCKET),
        RemoveCredential(lies_in=FUNCTION, field="Environment.Variables.X"),
        Guard(target=ACCOUNT, actions=("s3:*",), resources=("*",)),
    ],
    ids=lambda change: type(change).__name__,
)
def test_a_remedy_that_fits_no_record_is_an_error_and_no_silence(change: Change) -> None:
    with pytest.raises(SourceError):
        AwsEditor().apply([remedy(change)], RecordList((role(),)))


@given(st.lists(st.integers(min_value=0, max_value=5), max_size=8))
def test_what_is_left_is_what_was_not_dropped_in_its_order(positions: list[int]) -> None:
    names = [f"s{number}" for number in range(6)]
    records = RecordList((role(("p", document(*map(allow, names)))),))
    policy = f"{ROLE}#inline/p"
    changes = [DropStatement(policy=policy, statement=number) for number in positions]

    facts = after(records, *changes)

    left = [name for number, name in enumerate(names) if number not in positions]
    assert (sids(facts, policy) if left else []) == left
    assert (policy in policies(facts)) is bool(left)


def test_two_policies_are_detached_wherever_they_stand_in_the_list() -> None:
    changes = [Detach(policy=policy, target=ROLE) for policy in (MANAGED, f"{MANAGED}2")]

    facts = after(RecordList((role(),)), *changes)

    assert not [row for row in facts.rows(Attachment) if row.use == "identity"]
