# SPDX-License-Identifier: Apache-2.0
"""Condition keys whose values follow from the estate, whoever sends the request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping

from bartizan.model.facts.organization import Account
from bartizan.reason.authz.aws.ownership import Place
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

Values = Mapping[str, str | tuple[str, ...]]

_FORWARDED = frozenset(
    {
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "kms:viaservice",
        "kms:calleraccount",
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
        "aws:sourceowner",
    }
)
"""Present only when a service principal asks."""

_OF_RESOURCE = frozenset({"aws:resourceorgid", "aws:resourceorgpaths"})
_TAGS = ("aws:resourcetag/", ":resourcetag/", "s3:buckettag/")
_GLOBAL_REGION = {"iam": "us-east-1", "organizations": "us-east-1", "sso": ""}


def is_principal_tag(key: str) -> bool:
    """`key`, in lower case, is a tag of the caller."""
    return key.startswith("aws:principaltag/")


def is_resource_tag(key: str) -> bool:
    """`key`, in lower case, is a tag of the thing asked for."""
    return any(part in key for part in _TAGS)


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
    for key, value in (place.tags or {}).items():
        values[f"aws:ResourceTag/{key}"] = value
        values[f"{service}:ResourceTag/{key}"] = value
    region = place.region or _GLOBAL_REGION.get(service, "")
    if region:
        values["aws:RequestedRegion"] = region
    if owner is not None and owner.organization:
        values["aws:ResourceOrgID"] = owner.organization
        values["aws:ResourceOrgPaths"] = (owner.organization_path,)
    return values


def surely_absent(
    key: str, who: RequestPrincipal, place: Place, owner: Account | None, *, tagged: bool
) -> bool:
    """`key`, in lower case, cannot be in the request; `tagged`: sessions may have tags."""
    if key in _FORWARDED:
        return True
    if key in _FROM_SERVICES:
        return who.type is not Caller.SERVICE
    if is_principal_tag(key):
        return not tagged
    if is_resource_tag(key):
        return place.tags is not None
    if key in _OF_RESOURCE:
        return owner is not None and not owner.organization
    return False
