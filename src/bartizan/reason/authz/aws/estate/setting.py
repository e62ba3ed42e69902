# SPDX-License-Identifier: Apache-2.0
"""Condition keys whose values follow from the estate, whoever sends the request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping

from bartizan.model.facts.organization import Account
from bartizan.reason.authz.aws.estate.ownership import Place
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

Values = Mapping[str, str | tuple[str, ...]]

_FORWARDED = frozenset(
    {
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "kms:viaservice",
    }
)
"""Present only when a service forwards a request (forward access sessions)."""

_FROM_SERVICES = frozenset(
    {
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
    }
)
"""Present only when a service principal asks."""

_OF_RESOURCE = frozenset({"aws:resourceorgid", "aws:resourceorgpaths"})
_ANY_TAG, _BUCKET_TAG = ":resourcetag/", "s3:buckettag/"
"""The first is in the keys of the services and in the one of all."""
_GLOBAL_REGION = {
    ("aws", "iam"): "us-east-1",
    ("aws", "organizations"): "us-east-1",
    ("aws-us-gov", "iam"): "us-gov-west-1",
    ("aws-us-gov", "organizations"): "us-gov-west-1",
    ("aws-cn", "iam"): "cn-north-1",
    ("aws-cn", "organizations"): "cn-northwest-1",
}
"""Where the services without regions have their one endpoint, by partition.

Source: https://docs.aws.amazon.com/general/latest/gr/rande.html
"""


_OF_ONE_REGION = frozenset(service for _, service in _GLOBAL_REGION)


def is_principal_tag(key: str) -> bool:
    """`key`, in lower case, is a tag of the caller."""
    return key.startswith("aws:principaltag/")


def is_resource_tag(key: str) -> bool:
    """`key`, in lower case, is a tag of the thing asked for."""
    return _ANY_TAG in key or _BUCKET_TAG in key


def is_of_organization(key: str) -> bool:
    """`key`, in lower case, tells the organisation of the resource."""
    return key in _OF_RESOURCE


def is_forwarded(values: Values) -> bool:
    """A service sends the request on behalf of the caller.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
    """
    return any(
        key.lower() == "aws:viaawsservice" and value == "true" for key, value in values.items()
    )


def tells_tags(action: str) -> bool:
    """`action` carries the tags of what it asks for. A bucket's count only once it is switched on
    for the bucket, and a role's not for passing it.

    Sources:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    return not action.lower().startswith("s3:") and action.lower() != "iam:passrole"


def is_of_one_region(service: str) -> bool:
    """`service` has one endpoint, whose region its requests hold."""
    return service in _OF_ONE_REGION


def known(
    who: RequestPrincipal,
    place: Place,
    owner: Account | None,
    *,
    tags: Mapping[str, str],
    action: str,
) -> dict[str, str | tuple[str, ...]]:
    """Return the keys that have one value only; the caller's own keys are the definition's."""
    service = action.split(":", 1)[0]
    values: dict[str, str | tuple[str, ...]] = {"aws:SecureTransport": "true"}
    if who.type is not Caller.SERVICE:
        values["aws:ViaAWSService"] = "false"
    values |= {f"aws:PrincipalTag/{key}": value for key, value in tags.items()}
    shown = place.tags if place.tags and tells_tags(action) else {}
    for key, value in shown.items():
        values[f"aws:ResourceTag/{key}"] = value
        values[f"{service}:ResourceTag/{key}"] = value
    partition = who.arn.split(":", 2)[1] if who.arn.startswith("arn:") else ""
    region = place.region or _GLOBAL_REGION.get((partition, service), "")
    if region:
        values["aws:RequestedRegion"] = region
    if owner is not None and owner.organization:
        values["aws:ResourceOrgID"] = owner.organization
        values["aws:ResourceOrgPaths"] = (owner.organization_path,)
    return values


def surely_absent(
    key: str,
    who: RequestPrincipal,
    place: Place,
    owner: Account | None,
    *,
    tagged: bool,
    forwarded: bool = False,
) -> bool:
    """`key`, in lower case, cannot be in the request. `tagged`: sessions may have tags;
    `forwarded`: a service sends the request on somebody's behalf.
    """
    if key in _FORWARDED:
        return not forwarded
    if key in _FROM_SERVICES:
        return who.type is not Caller.SERVICE
    if is_principal_tag(key):
        return not tagged
    if is_resource_tag(key):
        name = key.partition("tag/")[2]
        return place.tags is not None and name not in {tag.lower() for tag in place.tags}
    if key in _OF_RESOURCE:
        return owner is not None and not owner.organization
    return False
