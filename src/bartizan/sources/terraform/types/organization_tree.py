# SPDX-License-Identifier: Apache-2.0
"""Organizations: the organisation, its units and accounts, and who administers it for all.

Records are answers of https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
and the ARNs those of
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

import functools
import json

from bartizan.model.arn import account_of
from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft, last
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError
from bartizan.sources.terraform.types.iam import ROLE, attached
from bartizan.sources.terraform.types.organization import POLICY, SUMMARY, TARGET
from bartizan.sources.terraform.value import Hidden

_ORGANIZATION, _ROOT = "AWS::Organizations::Organization", "AWS::Organizations::Root"
_UNIT, _ACCOUNT = "AWS::Organizations::OrganizationalUnit", "AWS::Organizations::Account"
_CHILD = "AWS::Organizations::Child"
_ADMINISTRATOR = "AWS::Organizations::DelegatedAdministrator"
_DELEGATED = "AWS::Organizations::DelegatedService"
_RESOURCE_POLICY = "AWS::Organizations::ResourcePolicy"

_FULL = {
    "SERVICE_CONTROL_POLICY": ("FullAWSAccess", {}),
    "RESOURCE_CONTROL_POLICY": ("RCPFullAWSAccess", {"Principal": "*"}),
}
"""Type of policy to the one of AWS's that is attached to all there is, and what it has beside.

Sources: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
and https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""
_ADMINISTRATOR_POLICY = "iam::aws:policy/AdministratorAccess"
_ENTRY_ROLE = "OrganizationAccountAccessRole"

_kind = functools.partial(Kind, service="organizations")
_keep = functools.partial(Draft.put, service="organizations", account="")


def _arn(thing: Thing, draft: Draft, noun: str, name: str) -> str:
    """Return the ARN of a part of the organisation.

    Raises:
        UntoldError: no organisation is in the snapshot or in the change.
    """
    held = thing.values.get("arn")
    if isinstance(held, str) and held:
        return held
    organization = next(iter(draft.held(_ORGANIZATION)), "")
    if not organization:
        raise UntoldError("arn")
    place, _, within = organization.rpartition(":")
    return f"{place}:{noun}/{within.partition('/')[2]}/{name}"


def _own(thing: Thing, prefix: str) -> str:
    """Return an id; a new thing has one like AWS makes."""
    held = thing.values.get("id")
    if isinstance(held, str) and held:
        return held
    made = thing.made(prefix)
    if prefix == "account":
        return str(int(made.rpartition("-")[2], 16) % 10**12).zfill(12)
    return made


def _full(draft: Draft, type_: str) -> str:
    """Return the ARN of the policy of AWS's that lets all through; empty where it is not there."""
    name = f"p-{_FULL[type_][0]}"
    return next((one for one in draft.held(SUMMARY) if last(one) == name), "")


def _let_through(draft: Draft, type_: str, name: str, kind: str) -> None:
    if policy := _full(draft, type_):
        _keep(draft, TARGET, f"{policy}/{name}", {"TargetId": name, "Type": kind})


def _under(draft: Draft, parent: str, name: str, body: Body) -> None:
    """Put something right below a parent, and nowhere else; below nothing that is known where the
    parent is hidden.
    """
    for one in draft.found(_CHILD, name):
        draft.drop(_CHILD, one)
    if parent:
        _keep(draft, _CHILD, f"{parent}/{name}", body)


def _gone(draft: Draft, name: str) -> None:
    for kind in (_CHILD, TARGET):
        for one in draft.found(kind, name):
            draft.drop(kind, one)


def _organization(thing: Thing, draft: Draft) -> None:
    own = _own(thing, "o")
    held = thing.values.get("arn")
    arn = (
        held if isinstance(held, str) else thing.place.arn("organizations", f"organization/{own}")
    )
    body: Body = {
        "Id": own,
        "Arn": arn,
        "FeatureSet": thing.text("feature_set") or "ALL",
        "MasterAccountId": account_of(arn) or thing.account(),
    }
    _keep(draft, _ORGANIZATION, arn, body)
    for root in thing.blocks("roots") if thing.said("roots") else ():
        _root(thing, draft, root.identity("arn"), root.identity("id"))
    if not thing.said("roots"):
        name = thing.made("r")
        _root(thing, draft, _within(arn, "root", name), name)


def _within(organization: str, noun: str, name: str) -> str:
    place, _, within = organization.rpartition(":")
    return f"{place}:{noun}/{within.partition('/')[2]}/{name}"


def _root(thing: Thing, draft: Draft, arn: str, name: str) -> None:
    held = draft.peek(_ROOT, arn).get("PolicyTypes")
    before = {
        str(one.get("Type"))
        for one in (held if isinstance(held, list) else ())
        if isinstance(one, dict) and one.get("Status") == "ENABLED"
    }
    types = sorted(thing.texts("enabled_policy_types"))
    enabled: list[Json] = [{"Type": one, "Status": "ENABLED"} for one in types]
    _keep(draft, _ROOT, arn, {"Id": name, "Arn": arn, "Name": "Root", "PolicyTypes": enabled})
    for type_ in sorted(set(types) & _FULL.keys() - before):
        _switch_on(draft, type_, name)


def _switch_on(draft: Draft, type_: str, root: str) -> None:
    """Attach what lets all through to all there is, as AWS does when a type is switched on."""
    name, beside = _FULL[type_]
    arn = f"arn:aws:organizations::aws:policy/{type_.lower()}/p-{name}"
    summary: Body = {
        "Id": f"p-{name}",
        "Arn": arn,
        "Name": name,
        "Type": type_,
        "AwsManaged": True,
    }
    _keep(draft, SUMMARY, arn, dict(summary))
    allow: Json = {"Effect": "Allow", **beside, "Action": "*", "Resource": "*"}
    content = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    _keep(draft, POLICY, arn, {"PolicySummary": summary, "Content": content})
    for kind, noun in ((_UNIT, "ORGANIZATIONAL_UNIT"), (_ACCOUNT, "ACCOUNT")):
        for one in draft.held(kind):
            _let_through(draft, type_, last(one), noun)
    _let_through(draft, type_, root, "ROOT")


def _no_organization(_thing: Thing, draft: Draft) -> None:
    for kind in (_ORGANIZATION, _ROOT):
        for one in [*draft.held(kind)]:
            draft.drop(kind, one)


def _unit(thing: Thing, draft: Draft) -> None:
    own = _own(thing, "ou")
    arn, parent = _arn(thing, draft, "ou", own), thing.text("parent_id")
    fresh = not draft.peek(_UNIT, arn)
    body: Body = {"Id": own, "Arn": arn, "Name": thing.text("name")}
    _keep(draft, _UNIT, arn, body)
    _under(draft, parent, own, {"Id": own, "Type": "ORGANIZATIONAL_UNIT"})
    for type_ in _FULL if fresh else ():
        _let_through(draft, type_, own, "ORGANIZATIONAL_UNIT")


def _no_unit(thing: Thing, draft: Draft) -> None:
    draft.drop(_UNIT, thing.identity("arn"))
    _gone(draft, thing.identity("id"))


def _parent(thing: Thing, draft: Draft) -> str:
    """Return what an account is under: the root, unless another unit is written; empty where that
    is hidden.

    Raises:
        UntoldError: the root was not read.
    """
    if thing.said("parent_id"):
        return thing.text("parent_id")
    root = next((draft.peek(_ROOT, one).get("Id") for one in draft.held(_ROOT)), None)
    if not isinstance(root, str):
        raise UntoldError("parent_id")
    return root


def _account(thing: Thing, draft: Draft) -> None:
    own = _own(thing, "account")
    arn, parent = _arn(thing, draft, "account", own), _parent(thing, draft)
    fresh = not draft.peek(_ACCOUNT, arn)
    body: Body = {"Id": own, "Arn": arn, "Name": thing.text("name"), "Status": "ACTIVE"}
    _keep(draft, _ACCOUNT, arn, body)
    _under(draft, parent, own, {"Id": own, "Type": "ACCOUNT"})
    for type_ in _FULL if fresh else ():
        _let_through(draft, type_, own, "ACCOUNT")
    if fresh and isinstance(thing.values.get("joined_timestamp"), Hidden):
        _entry(thing, draft, own, management=account_of(arn))


def _entry(thing: Thing, draft: Draft, account: str, *, management: str) -> None:
    """Make the role by which the management account enters an account that it made.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
    """
    name = (thing.text("role_name") if thing.said("role_name") else "") or _ENTRY_ROLE
    partition = thing.place.partition
    arn = f"arn:{partition}:iam::{account}:role/{name}"
    trust: Json = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{management}:root"},
        "Action": "sts:AssumeRole",
    }
    body: Body = {
        "RoleName": name,
        "Path": "/",
        "RoleId": f"AROA-{thing.predicted()}",
        "Arn": arn,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "RolePolicyList": [],
        "AttachedManagedPolicies": [attached(f"arn:{partition}:{_ADMINISTRATOR_POLICY}")],
        "PermissionsBoundary": None,
    }
    draft.put(ROLE, arn, body, service="iam", account=account)


def _no_account(thing: Thing, draft: Draft) -> None:
    draft.drop(_ACCOUNT, thing.identity("arn"))
    _gone(draft, thing.identity("id"))


def _delegate(thing: Thing, draft: Draft) -> None:
    account, service = thing.identity("account_id"), thing.identity("service_principal")
    arn = _arn(thing, draft, "account", account)
    _keep(draft, _ADMINISTRATOR, arn, {"Id": account, "Arn": arn, "Status": "ACTIVE"})
    _keep(draft, _DELEGATED, f"{arn}/{service}", {"ServicePrincipal": service})


def _undelegate(thing: Thing, draft: Draft) -> None:
    arn = _arn(thing, draft, "account", thing.identity("account_id"))
    draft.drop(_DELEGATED, f"{arn}/{thing.identity('service_principal')}")
    if not any(one.startswith(f"{arn}/") for one in draft.held(_DELEGATED)):
        draft.drop(_ADMINISTRATOR, arn)


def _resource_policy(thing: Thing, draft: Draft) -> None:
    own = _own(thing, "rp")
    arn = _arn(thing, draft, "resourcepolicy", own)
    body: Body = {
        "ResourcePolicySummary": {"Id": own, "Arn": arn},
        "Content": thing.document("content"),
    }
    _keep(draft, _RESOURCE_POLICY, arn, body)


KINDS = (
    _kind(
        type="aws_organizations_organization",
        put=_organization,
        take=_no_organization,
        record=_ORGANIZATION,
    ),
    _kind(
        type="aws_organizations_organizational_unit",
        put=_unit,
        take=_no_unit,
        record=_UNIT,
        rank=1,
        names=lambda thing: {"id": _own(thing, "ou")},
    ),
    _kind(
        type="aws_organizations_account",
        put=_account,
        take=_no_account,
        record=_ACCOUNT,
        rank=1,
        names=lambda thing: {"id": _own(thing, "account")},
    ),
    _kind(
        type="aws_organizations_delegated_administrator",
        put=_delegate,
        take=_undelegate,
        record=_DELEGATED,
        rank=2,
    ),
    _kind(
        type="aws_organizations_resource_policy",
        put=_resource_policy,
        take=lambda thing, draft: draft.drop(_RESOURCE_POLICY, thing.identity("arn")),
        record=_RESOURCE_POLICY,
        rank=1,
    ),
)
