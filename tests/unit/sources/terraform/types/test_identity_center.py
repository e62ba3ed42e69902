# SPDX-License-Identifier: Apache-2.0
"""Permission sets in code become records, and the roles that Identity Center makes of them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bartizan.model.facts.organization import Assignment
from bartizan.model.laid import Laid
from bartizan.model.record import Json, Record
from tests.fakes.aws_records import record
from tests.fakes.fitting import misfits
from tests.fakes.new_objects import facts, laid, new, operations
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, referring

OWNER, MEMBER, OTHER = "999999999999", "222222222222", "333333333333"
INSTANCE = "arn:aws:sso:::instance/ssoins-1"
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
PATH = f"/aws-reserved/sso.amazonaws.com/{REGION}/"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
ALL = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
OWN: Described = {"instance_arn": INSTANCE, "permission_set_arn": SET}
ASSIGNED = OWN | {
    "principal_id": "g-1",
    "principal_type": "GROUP",
    "target_id": MEMBER,
    "target_type": "AWS_ACCOUNT",
}
BLOCK = [{"name": "guard", "path": "/own/"}]


def role(account: str, name: str = "Ops", digits: str = "0123456789abcdef") -> Record:
    own = f"AWSReservedSSO_{name}_{digits}"
    arn = f"arn:aws:iam::{account}:role{PATH}{own}"
    boundary: Json = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": f"arn:aws:iam::{account}:policy/edge",
    }
    return record(
        "AWS::IAM::Role", arn, RoleName=own, Path=PATH, Arn=arn, RolePolicyList=[],
        AttachedManagedPolicies=[], PermissionsBoundary=boundary,
    )  # fmt: skip


HELD = (
    record(
        "AWS::SSO::Instance", f"{INSTANCE}#{OWNER}", InstanceArn=INSTANCE, OwnerAccountId=OWNER,
        IdentityStoreId="d-1",
    ),
    record("AWS::SSO::PermissionSetEntry", SET, PermissionSetArn=SET),
    record("AWS::SSO::PermissionSet", SET, PermissionSetArn=SET, Name="Ops"),
    record(
        "AWS::SSO::Assignment", f"{SET}#{OTHER}#GROUP#g-1", AccountId=OTHER,
        PermissionSetArn=SET, PrincipalId="g-1", PrincipalType="GROUP",
    ),
    role(OTHER),
    role(OTHER, "Ops_Net"),
)  # fmt: skip


def every(found: Laid) -> tuple[Record, ...]:
    """All records afterwards."""
    overlay = found.overlay
    return tuple(row for kind in overlay.kinds() for row in overlay.of(kind))


def roles(found: Laid) -> dict[str, Mapping[str, Any]]:
    """The roles of the permission set `Ops`, by account."""
    assert not found.overlay.put or misfits(found) == []
    return {
        row.id.split(":")[4]: row.body
        for row in found.overlay.of("AWS::IAM::Role")
        if "_Ops_" in row.id and "_Net_" not in row.id
    }


def inline(document: str) -> list[Json]:
    return [{"PolicyName": "AwsSSOInlinePolicy", "PolicyDocument": json.loads(document)}]


def test_a_new_set_that_is_assigned_becomes_a_role_with_what_it_says() -> None:
    made = new("aws_ssoadmin_permission_set.s", instance_arn=INSTANCE, name="Ops")
    arn = referring("aws_ssoadmin_permission_set.s.arn")
    parts = [
        change(
            f"aws_ssoadmin_{kind}.p",
            after={name: value for name, value in after.items() if name != "permission_set_arn"},
            unknown={"permission_set_arn": True},
            refers={"permission_set_arn": arn},
        )
        for kind, after in (
            ("account_assignment", ASSIGNED),
            ("permission_set_inline_policy", OWN | {"inline_policy": ALL}),
            ("managed_policy_attachment", OWN | {"managed_policy_arn": ADMIN}),
            (
                "customer_managed_policy_attachment",
                OWN | {"customer_managed_policy_reference": BLOCK},
            ),
            (
                "permissions_boundary_attachment",
                OWN | {"permissions_boundary": [{"customer_managed_policy_reference": BLOCK}]},
            ),
        )
    ]

    found = laid(made, *parts, records=HELD[:1])
    (body,) = roles(found).values()
    (row,) = facts(found).rows(Assignment)

    guard = f"arn:aws:iam::{MEMBER}:policy/own/guard"
    assert found.gaps == ()
    assert body["Arn"].startswith(f"arn:aws:iam::{MEMBER}:role{PATH}AWSReservedSSO_Ops_")
    assert body["RolePolicyList"] == inline(ALL)
    assert [one["PolicyArn"] for one in body["AttachedManagedPolicies"]] == [guard, ADMIN]
    assert body["PermissionsBoundary"]["PermissionsBoundaryArn"] == guard
    assert body["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Federated"].startswith(
        f"arn:aws:iam::{MEMBER}:saml-provider/AWSSSO_"
    )
    assert (row.account, row.permission_set_name, row.instance) == (MEMBER, "Ops", INSTANCE)
    assert (row.instance_account, row.holder_type, row.holder) == (OWNER, "GROUP", "g-1")


PARTS: list[tuple[str, Described, str, Json]] = [
    (
        "permission_set_inline_policy",
        OWN | {"inline_policy": ALL},
        "RolePolicyList",
        inline(ALL),
    ),
    (
        "managed_policy_attachment",
        OWN | {"managed_policy_arn": ADMIN},
        "AttachedManagedPolicies",
        [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMIN}],
    ),
    (
        "customer_managed_policy_attachment",
        OWN | {"customer_managed_policy_reference": BLOCK},
        "AttachedManagedPolicies",
        [{"PolicyName": "guard", "PolicyArn": f"arn:aws:iam::{OTHER}:policy/own/guard"}],
    ),
    (
        "permissions_boundary_attachment",
        OWN | {"permissions_boundary": [{"managed_policy_arn": ADMIN}]},
        "PermissionsBoundary",
        {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": ADMIN},
    ),
]


@pytest.mark.parametrize(
    ("kind", "after", "member", "value"), PARTS, ids=lambda one: str(one)[:30]
)
def test_a_part_of_a_set_changes_its_roles_until_it_goes(
    kind: str, after: Described, member: str, value: Json
) -> None:
    address = f"aws_ssoadmin_{kind}.p"
    there = laid(change(address, after=after), records=HELD)
    gone = laid(change(address, before=after), records=every(there))

    assert there.gaps == ()
    assert roles(there)[OTHER][member] == value
    assert not roles(gone)[OTHER][member]
    (other,) = (row for row in there.overlay.of("AWS::IAM::Role") if "_Net_" in row.id)
    assert other.body == role(OTHER, "Ops_Net").body


@pytest.mark.parametrize(
    ("kind", "after", "member", "value"), PARTS, ids=lambda one: str(one)[:30]
)
def test_a_part_of_an_unknown_set_is_told(
    kind: str, after: Described, member: str, value: Json
) -> None:
    address = f"aws_ssoadmin_{kind}.p"
    found = laid(change(address, after=after), records=())

    assert operations(found) == [f"{address}.permission_set_arn"], (member, value)


def test_a_policy_that_is_not_known_yet_is_no_absent_one() -> None:
    found = laid(
        change(
            "aws_ssoadmin_permission_set_inline_policy.p",
            after=OWN,
            unknown={"inline_policy": True},
        ),
        records=HELD,
    )

    assert operations(found) == ["aws_ssoadmin_permission_set_inline_policy.p.inline_policy"]
    assert roles(found)[OTHER]["RolePolicyList"][0]["PolicyDocument"] is None


def test_a_set_in_one_more_account_has_there_what_it_has_elsewhere() -> None:
    found = laid(change("aws_ssoadmin_account_assignment.a", after=ASSIGNED), records=HELD)

    assert found.gaps == ()
    assert roles(found)[MEMBER]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": f"arn:aws:iam::{MEMBER}:policy/edge",
    }


def test_one_more_holder_in_an_account_makes_no_other_role() -> None:
    after = ASSIGNED | {"target_id": OTHER, "principal_id": "g-2"}

    found = laid(change("aws_ssoadmin_account_assignment.a", after=after), records=HELD)

    before = {row.id for row in HELD if row.kind == "AWS::IAM::Role"}
    assert {row.id for row in found.overlay.of("AWS::IAM::Role")} == before
    assert len(facts(found).rows(Assignment)) == 2


def test_what_a_set_may_do_that_is_a_role_nowhere_is_not_guessed() -> None:
    """Policies by their names in each account, and the boundary, are in no record of the set."""
    found = laid(change("aws_ssoadmin_account_assignment.a", after=ASSIGNED), records=HELD[:3])

    assert operations(found) == ["aws_ssoadmin_account_assignment.a.permission_set_arn"]
    assert roles(found).keys() == {MEMBER}


def test_the_role_goes_with_the_last_holder_in_an_account() -> None:
    one = ASSIGNED | {"target_id": OTHER}
    two = one | {"principal_id": "g-2"}
    both = laid(change("aws_ssoadmin_account_assignment.b", after=two), records=HELD)
    records = every(both)

    first = laid(change("aws_ssoadmin_account_assignment.a", before=one), records=records)
    last = laid(
        change("aws_ssoadmin_account_assignment.a", before=one),
        change("aws_ssoadmin_account_assignment.b", before=two),
        records=records,
    )

    assert roles(first).keys() == {OTHER}
    assert [row.id for row in last.overlay.of("AWS::IAM::Role")] == [role(OTHER, "Ops_Net").id]
    assert facts(last).rows(Assignment) == ()


def test_a_set_that_goes_leaves_no_record_of_it() -> None:
    before = {"arn": SET, "name": "Ops", "instance_arn": INSTANCE}
    made = laid(*(change(f"aws_ssoadmin_{kind}.p", after=after) for kind, after, *_ in PARTS),
                records=HELD)  # fmt: skip

    gone = laid(change("aws_ssoadmin_permission_set.s", before=before),
                records=every(made))  # fmt: skip

    left = {kind for kind in gone.overlay.kinds() if [*gone.overlay.of(kind)]}
    assert left == {"AWS::SSO::Instance", "AWS::SSO::Assignment", "AWS::IAM::Role"}


def test_sets_of_the_first_region_have_roles_without_its_name() -> None:
    after = ASSIGNED | {"region": "us-east-1"}

    found = laid(change("aws_ssoadmin_account_assignment.a", after=after), records=HELD[:3])

    assert roles(found)[MEMBER]["Path"] == "/aws-reserved/sso.amazonaws.com/"


DIRECTORY: list[tuple[str, Described, str]] = [
    ("aws_identitystore_user.u", {"user_name": "ann"}, "user_id"),
    ("aws_identitystore_group.g", {"display_name": "ops"}, "group_id"),
    ("aws_identitystore_group_membership.m", {"group_id": "g", "member_id": "u"}, "membership_id"),
]


@pytest.mark.parametrize(("address", "after", "own"), DIRECTORY, ids=lambda one: str(one)[:30])
def test_the_directory_has_what_is_written(address: str, after: Described, own: str) -> None:
    whole = after | {"identity_store_id": "d-1"}
    made = laid(new(address, own, **whole), records=HELD[:1])
    (row,) = made.overlay.put.values()
    name = row.id.partition("#")[2]

    gone = laid(change(address, before=whole | {own: name}), records=(row,))

    assert misfits(made) == []
    assert made.gaps == ()
    assert row.id.startswith(f"{INSTANCE}#")
    assert row.account == ACCOUNT
    alone = laid(new(address, own, **whole), records=())
    assert [one.id for one in alone.overlay.put.values()] == [f"d-1#{name}"]
    assert gone.overlay.dropped == frozenset() or not [*gone.overlay.of(row.kind)]


def test_a_new_member_of_a_new_group_is_one_of_it() -> None:
    group = new("aws_identitystore_group.g", "group_id", identity_store_id="d-1", display_name="o")
    member = change(
        "aws_identitystore_group_membership.m",
        after={"identity_store_id": "d-1", "member_id": "u-1"},
        unknown={"group_id": True, "membership_id": True},
        refers={"group_id": referring("aws_identitystore_group.g.group_id")},
    )

    found = laid(group, member, records=HELD[:1])

    (made,) = found.overlay.of("AWS::IdentityStore::Group")
    (held,) = found.overlay.of("AWS::IdentityStore::GroupMembership")
    assert held.body["GroupId"] == made.body["GroupId"]
