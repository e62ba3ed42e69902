# SPDX-License-Identifier: Apache-2.0
"""The roles that Identity Center makes of a permission set: one in each account in which it is
assigned to somebody.

Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
"""

import copy
import hashlib
import re
from collections.abc import Iterator

from bartizan.model.arn import account_of
from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft, last
from bartizan.sources.terraform.thing import Thing, parsed
from bartizan.sources.terraform.types.iam import ROLE, attached, write_inline

INLINE_NAME = "AwsSSOInlinePolicy"
"""What the inline policy of a permission set is called in its roles."""
INLINE, ATTACHED = "AWS::SSO::InlinePolicy", "AWS::SSO::AttachedManagedPolicy"

_SAML = "AWS::IAM::SAMLProvider"
_FIRST_REGION = "us-east-1"
_AUDIENCE = "https://signin.aws.amazon.com/saml"


def _path(region: str) -> str:
    """Return the path of all roles of an instance, which names its region but for the first."""
    where = "" if region == _FIRST_REGION else f"{region}/"
    return f"/aws-reserved/sso.amazonaws.com/{where}"


def roles(thing: Thing, draft: Draft, name: str) -> Iterator[str]:
    """Yield the ARNs of the roles of the permission set called `name`; `thing` is a part of it, in
    the region of its instance.
    """
    fits = re.compile(rf"AWSReservedSSO_{re.escape(name)}_[0-9a-f]{{16}}")
    for one in draft.matching(ROLE, _path(thing.place.region), "Path"):
        if name and fits.fullmatch(last(one)):
            yield one


def new_role(thing: Thing, draft: Draft, account: str, *, set_: str, name: str) -> bool:
    """Make the role of a permission set, its ARN and name, in one more account. Return whether all
    that it may do is known: another role of the set tells, or the set is a new one.
    """
    digits = thing.made("role").rpartition("-")[2][:16]
    own = f"AWSReservedSSO_{name}_{digits}"
    path = _path(thing.place.region)
    arn = f"arn:{thing.place.partition}:iam::{account}:role{path}{own}"
    like = next(roles(thing, draft, name), "")
    body: Body = {
        "RoleName": own,
        "Path": path,
        "RoleId": f"AROA-{digits}",
        "Arn": arn,
        "AssumeRolePolicyDocument": _trust(_provider(thing, draft, account)),
        **(_copied(draft, like, account) if like else _written(draft, set_)),
    }
    draft.put(ROLE, arn, body, service="iam", account=account)
    return bool(like) or not draft.was("AWS::SSO::PermissionSet", set_)


def _trust(provider: str) -> Json:
    statement: Json = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": _AUDIENCE}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _provider(thing: Thing, draft: Draft, account: str) -> str:
    """Return what signs in to an account for Identity Center, which makes it where it lacks."""
    for one in draft.held(_SAML):
        if account_of(one) == account and last(one).startswith("AWSSSO_"):
            return one
    # There is one in each account, whoever it is first made for.
    digits = hashlib.sha256(account.encode()).hexdigest()[:16]
    found = (
        f"arn:{thing.place.partition}:iam::{account}:saml-provider/AWSSSO_{digits}_DO_NOT_DELETE"
    )
    draft.put(_SAML, found, {"Arn": found}, service="iam", account=account)
    return found


def _copied(draft: Draft, role: str, account: str) -> Body:
    """Return what a role says, with the policies of its account turned into those of another."""
    held = draft.peek(ROLE, role)
    found: Body = {
        name: copy.deepcopy(held.get(name))
        for name in ("RolePolicyList", "AttachedManagedPolicies", "PermissionsBoundary")
    }
    entries = found["AttachedManagedPolicies"]
    for entry in (*(entries if isinstance(entries, list) else ()), found["PermissionsBoundary"]):
        for name, value in entry.items() if isinstance(entry, dict) else ():
            if isinstance(entry, dict) and name.endswith("Arn") and isinstance(value, str):
                entry[name] = value.replace(f"::{account_of(role)}:", f"::{account}:", 1)
    return found


def _written(draft: Draft, set_: str) -> Body:
    """Return what the records of a permission set say of its roles."""
    body: Body = {"RolePolicyList": [], "PermissionsBoundary": None}
    text = draft.peek(INLINE, set_).get("InlinePolicy")
    if isinstance(text, str) and text:
        write_inline(body, "RolePolicyList", INLINE_NAME, parsed(text))
    body["AttachedManagedPolicies"] = [
        attached(one.partition("#")[2])
        for one in draft.held(ATTACHED)
        if one.startswith(f"{set_}#")
    ]
    return body
