# SPDX-License-Identifier: Apache-2.0
"""Condition keys that follow from the caller: those that it fixes, and those it never has.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from bartizan.reason.authz.aws.kernel.scope import MEMBERS
from bartizan.reason.authz.aws.kernel.values import State, Values
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

TAG = "aws:principaltag/"
OWNER_KEYS = frozenset({"aws:resourceaccount", "s3:resourceaccount"})
"""They hold the account of the resource."""
ORGANIZATION_KEYS = frozenset({"aws:resourceorgid", "aws:resourceorgpaths"})
SOURCE_OWNER = "aws:sourceowner"

_TAGGED = frozenset({Caller.ROLE, Caller.USER, Caller.FEDERATED_USER})
_UNSIGNED = frozenset({Caller.ANONYMOUS, Caller.OIDC, Caller.SAML})
_TEMPORARY = frozenset(
    {"aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage"}
)
_ORGANIZATION = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
_IDENTITY = frozenset({"aws:principalarn", "aws:principalaccount", "aws:principalisawsservice"})
_BY_SERVICES = frozenset(
    {
        *("aws:principalservicename", "aws:principalservicenameslist", "aws:sourceaccount"),
        *("aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", SOURCE_OWNER),
    }
)
_BY_ROLES = frozenset(
    {
        *("aws:assumedroot", "aws:ec2instancesourceprivateipv4", "aws:ec2instancesourcevpc"),
        *("aws:federatedprovider", "aws:sourceidentity", "ec2:roledelivery"),
        "ec2:sourceinstancearn",
    }
)
_USER_NAME = "aws:username"

_LACKING = (
    (_BY_SERVICES, frozenset(Caller) - {Caller.SERVICE}),
    (_BY_ROLES, frozenset(Caller) - {Caller.ROLE}),
    (frozenset({_USER_NAME}), frozenset(Caller) - {Caller.USER}),
    (_TEMPORARY, _UNSIGNED | {Caller.SERVICE}),
    (_ORGANIZATION | {"aws:principalaccount"}, _UNSIGNED | {Caller.SERVICE}),
    (_IDENTITY, _UNSIGNED),
)
"""Keys with the types of callers whose requests have none of them."""

SENSITIVE = frozenset({
    *_TEMPORARY, *_ORGANIZATION, *_IDENTITY, *_BY_SERVICES, *_BY_ROLES, _USER_NAME, "aws:userid",
    *OWNER_KEYS, *ORGANIZATION_KEYS, "aws:requestedregion", "aws:viaawsservice",
    "aws:principaltype", "kms:calleraccount",
})  # fmt: skip
"""Keys of which callers of different kinds have different ones, or which follow from them."""


def fixed(who: RequestPrincipal) -> dict[str, Values]:
    """Return what the vendor fills in for `who`, which no request can choose.

    Table "Principal key values" of
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    found: dict[str, str]
    match who.type:
        case Caller.ANONYMOUS:
            found = {"aws:principaltype": "Anonymous", "aws:userid": "anonymous"}
        case Caller.OIDC | Caller.SAML:
            found = {}
        case Caller.SERVICE:
            found = {"aws:principalisawsservice": "true", "aws:principalservicename": who.arn}
        case Caller.ROLE | Caller.USER | Caller.ROOT | Caller.FEDERATED_USER:
            found = _of_member(who)
    return {key: (value,) for key, value in found.items() if value}


def _of_member(who: RequestPrincipal) -> dict[str, str]:
    session = who.session.rpartition("/")[2]
    found = {
        "aws:principalarn": who.arn,
        "aws:principalisawsservice": "false",
        "aws:principalaccount": who.account,
        "aws:principalorgid": who.organization,
        "aws:principalorgpaths": who.organization_path,
        "kms:calleraccount": who.account,
    }
    if who.type is Caller.ROLE:
        named = f"{who.unique_id}:{session}" if who.unique_id and session else ""
        return {**found, "aws:principaltype": "AssumedRole", "aws:userid": named}
    if who.type is Caller.USER:
        name = who.arn.rpartition("/")[2]
        return {
            **found,
            "aws:principaltype": "User",
            "aws:userid": who.unique_id,
            _USER_NAME: name,
        }
    if who.type is Caller.ROOT:
        return {**found, "aws:principaltype": "Account", "aws:userid": who.account}
    return {
        **found,
        "aws:principalarn": who.session,
        "aws:principaltype": "FederatedUser",
        "aws:userid": f"{who.account}:{session}" if session else "",
    }


@cache
def _lacking(type_: Caller) -> frozenset[str]:
    """Return the keys that no request of a type of caller has."""
    return frozenset(key for keys, types in _LACKING if type_ in types for key in keys)


class Kind(Struct, frozen=True):
    """What callers share that have and lack the same keys."""

    type: Caller
    partition: str
    """Of its ARN; empty where it has none."""
    alone: bool
    """Its account is in no organisation."""
    known_account: bool
    """Its account is one of the estate's."""

    @classmethod
    def of(cls, who: RequestPrincipal, *, known_account: bool) -> "Kind":
        """Return the kind of a caller."""
        partition = who.arn.split(":", 2)[1] if who.arn.startswith("arn:") else ""
        alone = who.type in MEMBERS and not who.organization and who.organization_known
        return cls(who.type, partition, alone, known_account)

    def lacks(self, key: str) -> bool:
        """No request of such a caller has `key`, in lower case, unless one says it has."""
        if key.startswith(TAG):
            return self.type not in _TAGGED
        return key in _lacking(self.type) or (self.alone and key in _ORGANIZATION)


class Tags(Struct, frozen=True):
    """What is known of the tags of one caller's requests."""

    own: Mapping[str, str]
    """Names in lower case."""
    others: bool
    """Its sessions may bring others."""

    def values(
        self, key: str, *, said: Mapping[str, Values], complete: bool, replaced: bool
    ) -> Values:
        """Return what the tag `key` holds. `said`: what the request states; `replaced`: a session
        has others in the place of the role's own.
        """
        name = key.removeprefix(TAG)
        own = self.own.get(name)
        stated = said.get(key, (own,) if own is not None else None)
        if stated is not None and not (replaced and own is not None and stated == (own,)):
            return stated or State.ABSENT
        return State.ABSENT if complete or not self.others else State.UNKNOWN
