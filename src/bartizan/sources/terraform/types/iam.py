# SPDX-License-Identifier: Apache-2.0
"""IAM's own objects: roles, users, groups, policies, profiles, and what signs people in.

Records are elements of
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
and arguments those of https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, listed, parsed

ROLE, USER, GROUP = "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"
POLICY, PROFILE = "AWS::IAM::ManagedPolicy", "AWS::IAM::InstanceProfile"

_kind = functools.partial(Kind, service="iam")


def arn_of(thing: Thing, noun: str) -> str:
    """Return the ARN of a thing of IAM: as the state has it, else from its path and name.

    Raises:
        UntoldError: nothing tells its account.
    """
    held = thing.values.get("arn")
    if isinstance(held, str) and held:
        return held
    thing.account()
    path = thing.text("path") or "/"
    return thing.place.arn("iam", f"{noun}{path}{thing.name()}")


def _principal(
    thing: Thing, draft: Draft, *, kind: str, prefix: str, letters: str
) -> tuple[str, Body]:
    noun = prefix.lower()
    arn = arn_of(thing, noun)
    held = draft.peek(kind, arn).get(f"{prefix}Id") if thing.perhaps_there else None
    unique = held or thing.values.get("unique_id")
    body: Body = {
        f"{prefix}Name": thing.name(),
        "Path": thing.text("path") or "/",
        # A new object has an id that no policy names yet.
        f"{prefix}Id": unique if isinstance(unique, str) else f"{letters}-{thing.predicted()}",
        "Arn": arn,
    }
    if "tags" in thing.values or "tags_all" in thing.values:
        body["Tags"] = thing.tags()
    boundary = thing.member("permissions_boundary")
    if noun != "group":
        body["PermissionsBoundary"] = (
            {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
            if boundary
            else None
        )
    return arn, body


def _role(thing: Thing, draft: Draft) -> None:
    arn, body = _principal(thing, draft, kind=ROLE, prefix="Role", letters="AROA")
    body["AssumeRolePolicyDocument"] = parsed(thing.document("assume_role_policy"))
    draft.put(ROLE, arn, body, service="iam", account=thing.account())
    held = draft.body(ROLE, arn)
    if held is None:
        return
    # Where the code writes neither, a new role has none of them, though the plan cannot say so.
    for block in thing.blocks("inline_policy") if thing.said("inline_policy") else ():
        if name := block.text("name"):
            write_inline(held, "RolePolicyList", name, parsed(block.document("policy")))
    if thing.said("managed_policy_arns") and thing.values.get("managed_policy_arns"):
        held["AttachedManagedPolicies"] = [
            attached(policy) for policy in sorted(thing.members("managed_policy_arns"))
        ]


def _user(thing: Thing, draft: Draft) -> None:
    arn, body = _principal(thing, draft, kind=USER, prefix="User", letters="AIDA")
    draft.put(USER, arn, body, service="iam", account=thing.account())


def _group(thing: Thing, draft: Draft) -> None:
    arn, body = _principal(thing, draft, kind=GROUP, prefix="Group", letters="AGPA")
    draft.put(GROUP, arn, body, service="iam", account=thing.account())


def _policy(thing: Thing, draft: Draft) -> None:
    arn = arn_of(thing, "policy")
    document = parsed(thing.document("policy"))
    # A change makes a new version and puts it in force.
    version: Json = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document}
    body: Body = {
        "PolicyName": thing.name(),
        "Arn": arn,
        "Path": thing.text("path") or "/",
        "DefaultVersionId": "v1",
        "PolicyVersionList": [version],
    }
    draft.put(POLICY, arn, body, service="iam", account=thing.account())


def _profile(thing: Thing, draft: Draft) -> None:
    arn = arn_of(thing, "instance-profile")
    role = thing.text("role")
    held: list[Json] = []
    if role:
        found = draft.named(ROLE, thing.account(), role)
        held.append({"RoleName": role, "Arn": found or thing.place.arn("iam", f"role/{role}")})
    body: Body = {"InstanceProfileName": thing.name(), "Arn": arn, "Roles": held}
    draft.put(PROFILE, arn, body, service="iam", account=thing.account())


def _oidc(thing: Thing, draft: Draft) -> None:
    url = thing.identity("url").removeprefix("https://")
    held = thing.values.get("arn")
    arn = held if isinstance(held, str) else thing.place.arn("iam", f"oidc-provider/{url}")
    account = thing.account()
    clients = list[Json](sorted(thing.texts("client_id_list")))
    draft.put("AWS::IAM::OIDCProviderEntry", arn, {"Arn": arn}, service="iam", account=account)
    body: Body = {"Url": url, "ClientIDList": clients, "Tags": thing.tags()}
    draft.put("AWS::IAM::OIDCProvider", arn, body, service="iam", account=account)


def _no_oidc(thing: Thing, draft: Draft) -> None:
    for kind in ("AWS::IAM::OIDCProviderEntry", "AWS::IAM::OIDCProvider"):
        draft.drop(kind, thing.identity("arn", "id"))


def _saml(thing: Thing, draft: Draft) -> None:
    arn = thing.values.get("arn")
    if not isinstance(arn, str):
        thing.account()
        arn = thing.place.arn("iam", f"saml-provider/{thing.name()}")
    draft.put("AWS::IAM::SAMLProvider", arn, {"Arn": arn}, service="iam", account=thing.account())


def _names(noun: str, thing: Thing) -> Mapping[str, str]:
    """Return what a new thing of IAM will be called."""
    name, arn = thing.name(), arn_of(thing, noun)
    return {"name": name, "arn": arn, "id": arn if noun == "policy" else name}


def _drop(kind: str, thing: Thing, draft: Draft) -> None:
    draft.drop(kind, thing.identity("arn", "id"))


def write_inline(body: Body, member: str, name: str, document: Json) -> None:
    """Put an inline policy into a principal's body, in the place of one of that name."""
    held = listed(body, member)
    held[:] = [one for one in held if not (isinstance(one, dict) and one["PolicyName"] == name)]
    held.append({"PolicyName": name, "PolicyDocument": document})


def attached(policy: str) -> Json:
    """Return how a principal's body says that a managed policy is attached."""
    return {"PolicyName": policy.rpartition("/")[2], "PolicyArn": policy}


KINDS = (
    _kind(
        type="aws_iam_role",
        put=_role,
        take=functools.partial(_drop, ROLE),
        record=ROLE,
        names=functools.partial(_names, "role"),
    ),
    _kind(type="aws_iam_user", put=_user, take=functools.partial(_drop, USER), record=USER),
    _kind(type="aws_iam_group", put=_group, take=functools.partial(_drop, GROUP), record=GROUP),
    _kind(
        type="aws_iam_policy",
        put=_policy,
        take=functools.partial(_drop, POLICY),
        record=POLICY,
        names=functools.partial(_names, "policy"),
    ),
    _kind(
        type="aws_iam_instance_profile",
        put=_profile,
        take=functools.partial(_drop, PROFILE),
        record=PROFILE,
        part=True,
        names=functools.partial(_names, "instance-profile"),
    ),
    _kind(
        type="aws_iam_openid_connect_provider",
        put=_oidc,
        take=_no_oidc,
        record="AWS::IAM::OIDCProvider",
    ),
    _kind(
        type="aws_iam_saml_provider",
        put=_saml,
        take=functools.partial(_drop, "AWS::IAM::SAMLProvider"),
        record="AWS::IAM::SAMLProvider",
    ),
)
