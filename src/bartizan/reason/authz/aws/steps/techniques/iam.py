# SPDX-License-Identifier: Apache-2.0
"""Techniques that change who may do what, or make new ways to sign in.

A rewritten policy serves whoever acts as its holder, so rewriting is a foothold of its own
(`write` over the user, role, group or policy) that is joined with acting as the holder.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from bartizan.model.step import Ability, Condition
from bartizan.reason.authz.aws.steps.over import once
from bartizan.reason.authz.aws.steps.people_over import (
    customer_policies,
    groups,
    holders,
    retrusted,
    users,
    users_and_groups,
)
from bartizan.reason.authz.aws.steps.technique import Need, Over, Technique

_ADMIN = "arn:{partition}:iam::aws:policy/AdministratorAccess"
_ATTACH = (("iam:PolicyARN", _ADMIN),)
_UNBOUND = (("iam:PermissionsBoundary", None),)
_ROLE = "arn:{partition}:iam::{account}:role/{new}"
_USER = "arn:{partition}:iam::{account}:user/{new}"
_SECOND_FACTOR = Condition(
    text="has the user's second factor", key="assume:second-factor", effort=3
)


def _write(id_: str, title: str, need: Need, over: Over, *, refs: tuple[str, ...]) -> Technique:
    return Technique(
        id=id_,
        title=title,
        attack="T1098.003",
        references=refs,
        explanation="Whoever acts as a holder of the policy can then do everything that no "
        "boundary or guardrail forbids. Close it by naming, in the statement that allows the "
        "call, only principals and policies that may do no more than their keepers.",
        effort=1,
        over=over,
        needs=(need,),
        grants=Ability.WRITE,
        entity="{target}",
    )


def _sign_in(
    id_: str,
    title: str,
    *needs: Need,
    over: Over,
    refs: tuple[str, ...],
    attack: str = "T1098.001",
    effort: int = 1,
) -> Technique:
    return Technique(
        id=id_,
        title=title,
        attack=attack,
        references=refs,
        explanation="The attacker then signs in as the other principal, whose own rights and "
        "limits hold. Close it by denying the call on principals that can do more.",
        effort=effort,
        over=over,
        needs=needs,
        grants=Ability.ACT_AS,
        entity="{target}",
        administrator=True,
    )


def _administer(id_: str, title: str, *needs: Need) -> Technique:
    return Technique(
        id=id_,
        title=title,
        attack="T1098.003",
        explanation="Somebody who may make a new principal without a boundary and give it every "
        "permission administers the account: no limit but guardrails holds for the new "
        "principal. Close it by detaching what allows it.",
        effort=1,
        over=once,
        needs=needs,
        grants=Ability.ADMINISTER,
        entity="{account}",
    )


_T = "{target}"
ADMINISTRATION = (
    _administer(
        "iam-administrator-by-role",
        "Make a role that may do everything",
        Need(action="iam:CreateRole", resource=_ROLE, context=_UNBOUND),
        Need(action="iam:PutRolePolicy", resource=_ROLE, context=_UNBOUND),
    ),
    _administer(
        "iam-administrator-by-managed-role",
        "Make a role with the administrator's policy",
        Need(action="iam:CreateRole", resource=_ROLE, context=_UNBOUND),
        Need(action="iam:AttachRolePolicy", resource=_ROLE, context=(*_UNBOUND, *_ATTACH)),
    ),
    _administer(
        "iam-administrator-by-user",
        "Make a user that may do everything",
        Need(action="iam:CreateUser", resource=_USER, context=_UNBOUND),
        Need(action="iam:PutUserPolicy", resource=_USER, context=_UNBOUND),
        Need(action="iam:CreateAccessKey", resource=_USER),
    ),
    _administer(
        "iam-administrator-by-managed-user",
        "Make a user with the administrator's policy",
        Need(action="iam:CreateUser", resource=_USER, context=_UNBOUND),
        Need(action="iam:AttachUserPolicy", resource=_USER, context=(*_UNBOUND, *_ATTACH)),
        Need(action="iam:CreateAccessKey", resource=_USER),
    ),
)
"""Who administers an account: whoever may make a new principal of unlimited permissions."""

TECHNIQUES = (
    _write(
        "iam-put-role-policy",
        "Write a role's policy",
        Need(action="iam:PutRolePolicy", resource=_T),
        holders("role"),
        refs=("iam-005", "iam-017", "iam-021"),
    ),
    _write(
        "iam-attach-role-policy",
        "Attach the administrator's policy to a role",
        Need(action="iam:AttachRolePolicy", resource=_T, context=_ATTACH),
        holders("role"),
        refs=("iam-009", "iam-014", "iam-019"),
    ),
    _write(
        "iam-put-user-policy",
        "Write a user's policy",
        Need(action="iam:PutUserPolicy", resource=_T),
        holders("user"),
        refs=("iam-007", "iam-018"),
    ),
    _write(
        "iam-attach-user-policy",
        "Attach the administrator's policy to a user",
        Need(action="iam:AttachUserPolicy", resource=_T, context=_ATTACH),
        holders("user"),
        refs=("iam-008", "iam-015"),
    ),
    _write(
        "iam-put-group-policy",
        "Write a group's policy",
        Need(action="iam:PutGroupPolicy", resource=_T),
        groups,
        refs=("iam-011",),
    ),
    _write(
        "iam-attach-group-policy",
        "Attach the administrator's policy to a group",
        Need(action="iam:AttachGroupPolicy", resource=_T, context=_ATTACH),
        groups,
        refs=("iam-010",),
    ),
    _write(
        "iam-create-policy-version",
        "Make a new default version of a managed policy",
        Need(action="iam:CreatePolicyVersion", resource=_T),
        customer_policies,
        refs=("iam-001", "iam-016", "iam-020"),
    ),
    _sign_in(
        "iam-update-trust",
        "Let oneself into a role's trust policy",
        Need(action="iam:UpdateAssumeRolePolicy", resource=_T),
        over=retrusted,
        refs=("iam-012", "iam-019", "iam-020", "iam-021"),
        attack="T1098.003",
    ),
    _sign_in(
        "iam-create-access-key",
        "Make an access key for a user",
        Need(action="iam:CreateAccessKey", resource=_T),
        over=users(room_for_key=True),
        refs=("iam-002", "iam-015", "iam-018"),
    ),
    _sign_in(
        "iam-replace-access-key",
        "Replace an access key of a user",
        Need(action="iam:DeleteAccessKey", resource=_T),
        Need(action="iam:CreateAccessKey", resource=_T),
        over=users(room_for_key=False),
        refs=("iam-003",),
        effort=3,
    ),
    _sign_in(
        "iam-create-login",
        "Give a user a password",
        Need(action="iam:CreateLoginProfile", resource=_T),
        over=users(console=False),
        refs=("iam-004",),
    ),
    _sign_in(
        "iam-update-login",
        "Change a user's password",
        Need(action="iam:UpdateLoginProfile", resource=_T),
        over=users(console=True, second_factor=_SECOND_FACTOR),
        refs=("iam-006",),
        effort=3,
    ),
    Technique(
        id="iam-add-to-group",
        title="Put a user into a group",
        attack="T1098.003",
        references=("iam-013",),
        explanation="The user then has what the group's policies allow, within its own boundary. "
        "Close it by allowing the call only on groups that may do no more.",
        effort=1,
        over=users_and_groups,
        needs=(Need(action="iam:AddUserToGroup", resource="{group}"),),
        grants=Ability.ACT_AS,
        entity=_T,
    ),
)
