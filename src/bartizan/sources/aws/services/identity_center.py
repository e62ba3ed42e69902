# SPDX-License-Identifier: Apache-2.0
"""IAM Identity Center: who of the directory may use which permission set in which account.

Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
"""

import functools
from collections.abc import Iterator, Mapping

from bartizan.model.facts.organization import Assignment
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text
from bartizan.sources.aws.service import Service

_OWN = "parent.OwnerAccountId == account"
"""Every account of an organisation sees its instance; the owner alone is asked for the rest."""

_INSTANCE = (
    "join('', ['arn:', partition, ':sso:::instance/', split({arn}, '/')[1]])"
    # arn:aws:sso:::permissionSet/ssoins-1/ps-1 is one of arn:aws:sso:::instance/ssoins-1
)


def _in(arn: str) -> dict[str, str]:
    """Return the parameters that name the permission set `arn` and its instance."""
    return {"InstanceArn": _INSTANCE.format(arn=arn), "PermissionSetArn": arn}


_call = functools.partial(Call, service="sso-admin", scope=Scope.REGION)
_of_set = functools.partial(
    _call,
    each="AWS::SSO::PermissionSet",
    parameters=_in("parent.PermissionSetArn"),
)


def _of_holders(holder: str, name: str, member: str) -> tuple[Call, Call]:
    """Return the calls that list users or groups, and what is assigned to each."""
    return (
        Call(
            service="identitystore",
            operation=f"List{name}s",
            kind=f"AWS::IdentityStore::{name}",
            scope=Scope.REGION,
            each="AWS::SSO::Instance",
            parameters={"IdentityStoreId": "parent.IdentityStoreId"},
            when=_OWN,
            items=f"{name}s",
            # The instance is part of the id, since the next call must name it.
            id=f"join('#', [parent.InstanceArn, item.{member}])",
        ),
        _call(
            operation="ListAccountAssignmentsForPrincipal",
            kind="AWS::SSO::Assignment",
            each=f"AWS::IdentityStore::{name}",
            parameters={
                "InstanceArn": "split(parent_id, '#')[0]",
                "PrincipalId": f"parent.{member}",
                "PrincipalType": f"'{holder}'",
            },
            items="AccountAssignments",
            id="join('#', [item.PermissionSetArn, item.AccountId, item.PrincipalType,"
            " item.PrincipalId])",
            action="sso:ListAccountAssignmentsForPrincipal",
        ),
    )


_CALLS = (
    _call(
        operation="ListInstances",
        kind="AWS::SSO::Instance",
        items="Instances",
        id="join('#', [item.InstanceArn, account])",
        action="sso:ListInstances",
    ),
    _call(
        operation="ListPermissionSets",
        kind="AWS::SSO::PermissionSetEntry",
        each="AWS::SSO::Instance",
        parameters={"InstanceArn": "parent.InstanceArn"},
        when=_OWN,
        items="PermissionSets[].{PermissionSetArn: @}",
        id="item.PermissionSetArn",
        action="sso:ListPermissionSets",
    ),
    _call(
        operation="DescribePermissionSet",
        kind="AWS::SSO::PermissionSet",
        each="AWS::SSO::PermissionSetEntry",
        parameters=_in("parent.PermissionSetArn"),
        items="[PermissionSet]",
        id="item.PermissionSetArn",
        action="sso:DescribePermissionSet",
    ),
    _of_set(
        operation="GetInlinePolicyForPermissionSet",
        kind="AWS::SSO::InlinePolicy",
        id="parent_id",
        action="sso:GetInlinePolicyForPermissionSet",
    ),
    _of_set(
        operation="ListManagedPoliciesInPermissionSet",
        kind="AWS::SSO::AttachedManagedPolicy",
        items="AttachedManagedPolicies",
        id="join('#', [parent_id, item.Arn])",
        action="sso:ListManagedPoliciesInPermissionSet",
    ),
    *_of_holders("USER", "User", "UserId"),
    *_of_holders("GROUP", "Group", "GroupId"),
    Call(
        service="identitystore",
        operation="ListGroupMemberships",
        kind="AWS::IdentityStore::GroupMembership",
        scope=Scope.REGION,
        each="AWS::IdentityStore::Group",
        parameters={"IdentityStoreId": "parent.IdentityStoreId", "GroupId": "parent.GroupId"},
        items="GroupMemberships",
        id="join('#', [split(parent_id, '#')[0], item.MembershipId])",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Yield who is assigned which permission set in which account."""
    names = {row.id: row for row in records.of("AWS::SSO::PermissionSet")}
    yield from rows(records, "AWS::SSO::Assignment", lambda row: _assignment(row, names))


def _assignment(record: Record, names: Mapping[str, Record]) -> Iterator[Row]:
    body = record.body
    arn = text(body, "PermissionSetArn") or record.id.partition("#")[0]
    described = names.get(arn)
    yield Assignment(
        account=text(body, "AccountId"),
        permission_set=arn,
        permission_set_name=text(described.body, "Name") if described else "",
        instance=_instance(arn),
        instance_account=record.account,
        holder_type=text(body, "PrincipalType"),
        holder=text(body, "PrincipalId"),
    )


def _instance(permission_set: str) -> str:
    """Return the ARN of the instance that a permission set's ARN names; empty for none."""
    place, _, path = permission_set.rpartition(":")
    _, found, rest = path.partition("/")
    return f"{place}:instance/{rest.split('/')[0]}" if found else ""


SERVICE = Service(name="Identity Center", calls=_CALLS, normalise=normalise)
