# SPDX-License-Identifier: Apache-2.0
"""IAM Identity Center: permission sets, what they allow, and to whom they are assigned where.

Records are answers of https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Operations.html
What changes of a set changes in the roles that it has become, too.
"""

import functools
from collections.abc import Iterator

from bartizan.model.arn import account_of
from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft, last
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, listed, parsed
from bartizan.sources.terraform.types.ec2 import without
from bartizan.sources.terraform.types.iam import ROLE, attached, write_inline
from bartizan.sources.terraform.types.reserved_role import (
    ATTACHED,
    INLINE,
    INLINE_NAME,
    new_role,
    roles,
)

_ENTRY, _SET = "AWS::SSO::PermissionSetEntry", "AWS::SSO::PermissionSet"
_ASSIGNMENT, _INSTANCE = "AWS::SSO::Assignment", "AWS::SSO::Instance"

_kind = functools.partial(Kind, service="sso-admin")
_part = functools.partial(_kind, part=True, record=_SET)


def _keep(thing: Thing, draft: Draft, kind: str, name: str, *, body: Body) -> None:
    """Put a record where the instance is owned, as a scan would find it there."""
    account = thing.account()
    for one in draft.matching(_INSTANCE, thing.identity("instance_arn"), "InstanceArn"):
        owner = draft.peek(_INSTANCE, one).get("OwnerAccountId")
        account = owner if isinstance(owner, str) and owner else account
    draft.put(kind, name, body, service="sso-admin", account=account, region=thing.place.region)


def _arn(thing: Thing) -> str:
    """Return the ARN of a permission set; AWS makes up the last part of a new one's."""
    held = thing.values.get("arn")
    if isinstance(held, str) and held:
        return held
    instance = thing.identity("instance_arn").replace(":instance/", ":permissionSet/", 1)
    return f"{instance}/{thing.made('ps')}"


def _set(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing)
    _keep(thing, draft, _ENTRY, arn, body={"PermissionSetArn": arn})
    body: Body = {"Name": thing.identity("name"), "PermissionSetArn": arn}
    _keep(thing, draft, _SET, arn, body=body)


def _no_set(thing: Thing, draft: Draft) -> None:
    arn = thing.identity("arn")
    for kind in (_ENTRY, _SET, INLINE):
        draft.drop(kind, arn)
    for one in [one for one in draft.held(ATTACHED) if one.startswith(f"{arn}#")]:
        draft.drop(ATTACHED, one)


def _of(thing: Thing, draft: Draft) -> tuple[str, str]:
    """Return ARN and name of the permission set that a thing is a part of.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    arn = thing.identity("permission_set_arn")
    name = draft.peek(_SET, arn).get("Name")
    if not isinstance(name, str):
        raise UntoldError("permission_set_arn")
    return arn, name


def _bodies(thing: Thing, draft: Draft) -> Iterator[tuple[str, Body]]:
    """Yield account and body of each role of the set that a thing is a part of."""
    for one in [*roles(thing, draft, _of(thing, draft)[1])]:
        if (body := draft.body(ROLE, one)) is not None:
            yield account_of(one), body


def _inline(thing: Thing, draft: Draft) -> None:
    text = thing.document("inline_policy")
    _keep(thing, draft, INLINE, _of(thing, draft)[0], body={"InlinePolicy": text})
    for _, body in _bodies(thing, draft):
        write_inline(body, "RolePolicyList", INLINE_NAME, parsed(text))


def _no_inline(thing: Thing, draft: Draft) -> None:
    draft.drop(INLINE, thing.identity("permission_set_arn"))
    for _, body in _bodies(thing, draft):
        without(listed(body, "RolePolicyList"), "PolicyName", [INLINE_NAME])


def _policies(thing: Thing, account: str) -> Iterator[str]:
    """Yield the ARNs of the policies that a thing names, in an account: that of its own, or one
    that each account has under the same name.
    """
    if "managed_policy_arn" in thing.values and thing.values["managed_policy_arn"] is not None:
        yield thing.identity("managed_policy_arn")
    for block in thing.blocks("customer_managed_policy_reference"):
        path = (block.text("path") if block.said("path") else "") or "/"
        yield f"arn:{thing.place.partition}:iam::{account}:policy{path}{block.identity('name')}"


def _attach(thing: Thing, draft: Draft) -> None:
    for account, body in _bodies(thing, draft):
        held = listed(body, "AttachedManagedPolicies")
        for policy in _policies(thing, account):
            without(held, "PolicyArn", [policy])
            held.append(attached(policy))


def _detach(thing: Thing, draft: Draft) -> None:
    for account, body in _bodies(thing, draft):
        without(listed(body, "AttachedManagedPolicies"), "PolicyArn", _policies(thing, account))


def _managed(thing: Thing, draft: Draft) -> None:
    policy, (arn, _) = thing.identity("managed_policy_arn"), _of(thing, draft)
    _keep(thing, draft, ATTACHED, f"{arn}#{policy}", body={"Name": last(policy), "Arn": policy})
    _attach(thing, draft)


def _no_managed(thing: Thing, draft: Draft) -> None:
    policy = thing.identity("managed_policy_arn")
    draft.drop(ATTACHED, f"{thing.identity('permission_set_arn')}#{policy}")
    _detach(thing, draft)


def _boundary(thing: Thing, draft: Draft) -> None:
    for block in thing.blocks("permissions_boundary"):
        for account, body in _bodies(thing, draft):
            for policy in _policies(block, account):
                body["PermissionsBoundary"] = _bounded(policy)


def _bounded(policy: str) -> Json:
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": policy}


def _no_boundary(thing: Thing, draft: Draft) -> None:
    for _, body in _bodies(thing, draft):
        body["PermissionsBoundary"] = None


def _assignment(thing: Thing) -> str:
    return "#".join(
        thing.identity(one)
        for one in ("permission_set_arn", "target_id", "principal_type", "principal_id")
    )


def _assign(thing: Thing, draft: Draft) -> None:
    account, (arn, name) = thing.identity("target_id"), _of(thing, draft)
    body: Body = {
        "AccountId": account,
        "PermissionSetArn": arn,
        "PrincipalId": thing.identity("principal_id"),
        "PrincipalType": thing.identity("principal_type"),
    }
    _keep(thing, draft, _ASSIGNMENT, _assignment(thing), body=body)
    if any(account_of(one) == account for one in roles(thing, draft, name)):
        return
    if not new_role(thing, draft, account, set_=arn, name=name):
        # What of a set is written by the account's own names no record of the set tells.
        raise UntoldError("permission_set_arn")


def _unassign(thing: Thing, draft: Draft) -> None:
    """Take an assignment away, and the set's role with the last one in an account."""
    account, (arn, name) = thing.identity("target_id"), _of(thing, draft)
    draft.drop(_ASSIGNMENT, _assignment(thing))
    if any(one.startswith(f"{arn}#{account}#") for one in draft.held(_ASSIGNMENT)):
        return
    for role in [one for one in roles(thing, draft, name) if account_of(one) == account]:
        draft.drop(ROLE, role)


KINDS = (
    _kind(
        type="aws_ssoadmin_permission_set",
        put=_set,
        take=_no_set,
        record=_SET,
        names=lambda thing: {
            "arn": _arn(thing),
            "id": f"{_arn(thing)},{thing.identity('instance_arn')}",
        },
    ),
    # Roles are made first, so that what the set says is written into new ones, too.
    _part(type="aws_ssoadmin_account_assignment", put=_assign, take=_unassign),
    _part(type="aws_ssoadmin_permission_set_inline_policy", put=_inline, take=_no_inline, rank=1),
    _part(type="aws_ssoadmin_managed_policy_attachment", put=_managed, take=_no_managed, rank=1),
    _part(
        type="aws_ssoadmin_customer_managed_policy_attachment",
        put=_attach,
        take=_detach,
        rank=1,
    ),
    _part(
        type="aws_ssoadmin_permissions_boundary_attachment",
        put=_boundary,
        take=_no_boundary,
        rank=1,
    ),
)
