# SPDX-License-Identifier: Apache-2.0
"""S3: lists of whom a bucket lets in, ready-made or written one by one.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html
"""

from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.value import Hidden

ACL = "AWS::S3::BucketAcl"

_GROUPS = "http://acs.amazonaws.com/groups/"
_ALL, _SIGNED, _LOGS = "global/AllUsers", "global/AuthenticatedUsers", "s3/LogDelivery"
_CANNED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "private": (),
    "aws-exec-read": (),
    "bucket-owner-read": (),
    "bucket-owner-full-control": (),
    "public-read": ((_ALL, "READ"),),
    "public-read-write": ((_ALL, "READ"), (_ALL, "WRITE")),
    "authenticated-read": ((_SIGNED, "READ"),),
    "log-delivery-write": ((_LOGS, "WRITE"), (_LOGS, "READ_ACP")),
}
"""Ready-made list to the groups that it lets in beside the owner. What EC2 may read is left out.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
"""


def access_list(thing: Thing, draft: Draft, bucket: str) -> Body:
    """Return the list that a thing writes for a bucket, by its ARN. What is neither ready-made nor
    written whole is a gap.
    """
    if not thing.said("acl"):
        return _listed(thing)
    grants: list[Json] = []
    owner = draft.peek(ACL, bucket).get("Owner")
    if isinstance(owner, dict) and (canonical := owner.get("ID")):
        holder: Json = {"Type": "CanonicalUser", "ID": canonical}
        grants.append({"Grantee": holder, "Permission": "FULL_CONTROL"})
    name = thing.text("acl")
    if name and name not in _CANNED:
        thing.gaps[f"{thing.within}acl"] = Hidden.UNKNOWN
    for group, permission in _CANNED.get(name, ()):
        grants.append({"Grantee": _group(_GROUPS + group), "Permission": permission})
    return {"Grants": grants}


def _group(uri: str) -> Json:
    return {"Type": "Group", "URI": uri}


def _listed(thing: Thing) -> Body:
    """Return a list whose grants are written one by one."""
    body: Body = {}
    grants: list[Json] = []
    for policy in thing.blocks("access_control_policy"):
        for owner in policy.blocks("owner"):
            body["Owner"] = {"ID": owner.text("id")}
        for grant in policy.blocks("grant"):
            permission = grant.text("permission")
            grants += [
                {"Grantee": _grantee(grantee), "Permission": permission}
                for grantee in grant.blocks("grantee")
            ]
    return {**body, "Grants": grants}


def _grantee(grantee: Thing) -> Json:
    if grantee.text("email_address"):
        # AWS finds out whose it is, and lists that account.
        grantee.gaps[f"{grantee.within}email_address"] = Hidden.UNKNOWN
    if uri := grantee.text("uri"):
        return _group(uri)
    return {"Type": "CanonicalUser", "ID": grantee.text("id")}
