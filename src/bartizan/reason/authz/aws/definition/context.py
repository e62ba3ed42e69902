# SPDX-License-Identifier: Apache-2.0
"""The condition keys of a request: what was said, what follows from who asks for what, what is
certainly absent, and what is not known.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.definition.truth import Maybe, maybe
from bartizan.reason.authz.aws.request import Caller, Request, RequestPrincipal

_MEMBERS = frozenset({Caller.ROLE, Caller.USER, Caller.ROOT, Caller.FEDERATED_USER})
"""Callers that belong to an account and sign with its credentials."""
_UNSIGNED = frozenset({Caller.ANONYMOUS, Caller.OIDC, Caller.SAML})
"""Callers whose requests carry no AWS signature."""

# Section "Properties of the principal" and the availability stated for each key there.
_OF_SIGNED = frozenset(
    {
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalisawsservice",
    }
)
_OF_TEMPORARY = frozenset(
    {"aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage"}
)
_OF_SERVICES = frozenset(
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
_OF_ROLES = frozenset(
    {
        "aws:assumedroot",
        "aws:ec2instancesourceprivateipv4",
        "aws:ec2instancesourcevpc",
        "aws:federatedprovider",
        "aws:sourceidentity",
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
    }
)
_TAG = "aws:principaltag/"
_UNDOCUMENTED = "aws:sourceowner"
"""Stands in the first policy of every topic and nowhere in the vendor's list of keys: what it
holds for a caller of the topic's own account is not known. See docs/labs/source-owner.md."""


class _Implied(Struct, frozen=True):
    """What follows from the caller alone."""

    values: Mapping[str, tuple[str, ...]]
    absent: frozenset[str]
    untagged: bool
    """No `aws:PrincipalTag/...` can be there."""


@lru_cache(1 << 12)
def _implied(who: RequestPrincipal) -> _Implied:
    values = {key: (value,) for key, value in _values(who).items() if value}
    absent = set(_OF_SERVICES if who.type is not Caller.SERVICE else ())
    if who.type is not Caller.ROLE:
        absent |= _OF_ROLES
    if who.type in _UNSIGNED:
        absent |= _OF_SIGNED | _OF_TEMPORARY
    if who.type is Caller.SERVICE:
        # Rule "aws:PrincipalOrgID": not there for requests of service principals.
        absent |= {"aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths"}
        absent |= _OF_TEMPORARY
    if who.type in _MEMBERS and not who.organization and who.organization_known:
        absent |= {"aws:principalorgid", "aws:principalorgpaths"}
    if who.type is not Caller.USER:
        absent.add("aws:username")
    untagged = who.type not in {Caller.ROLE, Caller.USER, Caller.FEDERATED_USER}
    return _Implied(values, frozenset(absent - values.keys()), untagged)


def _values(who: RequestPrincipal) -> dict[str, str]:
    """Return the keys that the caller's identity fixes; an empty value is not known.

    Table "Principal key values" of
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    if who.type is Caller.ANONYMOUS:
        return {"aws:principaltype": "Anonymous", "aws:userid": "anonymous"}
    if who.type in _UNSIGNED:
        return {}
    if who.type is Caller.SERVICE:
        return {"aws:principalisawsservice": "true", "aws:principalservicename": who.arn}
    return {
        **_member_values(who),
        "aws:principalisawsservice": "false",
        "aws:principalaccount": who.account,
        "aws:principalorgid": who.organization,
        "aws:principalorgpaths": who.organization_path,
    }


def _member_values(who: RequestPrincipal) -> dict[str, str]:
    """Return what the same table has for principals of an account."""
    session_name = who.session.rsplit("/", 1)[-1]
    values = {"aws:principalarn": who.arn}
    if who.type is Caller.ROLE:
        # A session's `aws:PrincipalArn` is its role's.
        values["aws:principaltype"] = "AssumedRole"
        if who.unique_id and session_name:
            values["aws:userid"] = f"{who.unique_id}:{session_name}"
    elif who.type is Caller.USER:
        values["aws:principaltype"] = "User"
        values["aws:userid"] = who.unique_id
        values["aws:username"] = who.arn.rsplit("/", 1)[-1]
    elif who.type is Caller.ROOT:
        values["aws:principaltype"] = "Account"
        values["aws:userid"] = who.account
    else:
        values["aws:principalarn"] = who.session
        values["aws:principaltype"] = "FederatedUser"
        if session_name:
            values["aws:userid"] = f"{who.account}:{session_name}"
    return values


Values: TypeAlias = tuple[str, ...] | Maybe | None


class Looked(NamedTuple):
    """What was found of condition keys, by how they were asked for."""

    values: dict[str, Values]
    many: dict[str, bool]
    """Whether the request may hold many values of a key."""


class Surroundings:
    """Answers what a condition key holds in one request."""

    __slots__ = ("_absent", "_implied", "_of_resource", "_request", "_said", "looked")

    def __init__(self, request: Request) -> None:
        self._request = request
        self.looked = Looked({}, {})
        self._implied: _Implied | None = None
        self._said: dict[str, tuple[str, ...]] = {}
        self._absent: frozenset[str] = frozenset()
        self._of_resource: dict[str, str] = {}

    def _gather(self) -> _Implied:
        """Bring all sources together, once and only when a condition asks."""
        request = self._request
        context = request.context
        implied = self._implied = _implied(request.principal)
        self._said = {
            key.lower(): (value,) if isinstance(value, str) else tuple(value)
            for key, value in context.values.items()
        }
        self._absent = frozenset(key.lower() for key in context.absent)
        self._of_resource = _of_resource(request)
        return implied

    def values(self, key: str) -> Values:
        """Return the values of `key`, in any case; None where it is absent. No values at all
        are the same as an absent key.
        """
        found = self.looked.values[key] = self._find(key)
        return found

    def hold(self, looked: Looked) -> bool:
        """Return whether all would be found here that was found in another request."""
        for key, found in looked.values.items():
            if self._find(key) != found:
                return False
        for key, many in looked.many.items():  # noqa: SIM110 - asked for every reading
            if self._may_be_many(key) is not many:
                return False
        return True

    def _find(self, key: str) -> Values:
        implied = self._implied or self._gather()
        name = key.lower()
        # (1) What the vendor itself fills in cannot be chosen by anybody.
        if name in implied.values:
            return implied.values[name]
        if name in self._of_resource:
            return (self._of_resource[name],)
        # (2) What was said of this request.
        if name in self._said:
            return self._said[name] or None
        # (3) What is certainly not there.
        if self._request.context.complete or name in self._absent:
            return None
        return None if self._is_never(name, implied) else maybe(f"context:{key}")

    def _is_never(self, name: str, implied: _Implied) -> bool:
        """No request of this caller has the key."""
        if name == _UNDOCUMENTED and self._is_at_home():
            return False
        return name in implied.absent or (implied.untagged and name.startswith(_TAG))

    def _is_at_home(self) -> bool:
        """The caller asks within its own account."""
        account = self._request.principal.account
        return account != "" and account == self._request.resource.account

    def starting_with(self, prefix: str) -> tuple[frozenset[str], bool]:
        """Return what follows `prefix`, in lower case, in the keys that are there, and whether
        there can be no others.
        """
        if self._implied is None:
            self._gather()
        found = (name[len(prefix) :] for name in self._said if name.startswith(prefix))
        # Who has no key that lists them has no others than were stated.
        listed = self._find(f"{prefix.removesuffix(':')}keys")
        return frozenset(found), self._request.context.complete or listed is None

    def multivalued(self, key: str) -> bool:
        """Return whether the request may hold many values of `key` at once."""
        found = self.looked.many[key] = self._may_be_many(key)
        return found

    def _may_be_many(self, key: str) -> bool:
        known = catalogue.condition_key(key)
        if known is not None:
            return known.multivalued
        given = self._request.context.values
        return any(
            name.lower() == key.lower() and isinstance(given[name], tuple) for name in given
        )


def _of_resource(request: Request) -> dict[str, str]:
    """Return the keys that the resource and its account fix (section "Properties of the
    resource").
    """
    owner, who = request.resource.account, request.principal
    found = {}
    if owner.isdigit():
        found["aws:resourceaccount"] = owner
        found["s3:resourceaccount"] = owner
    if who.type in _MEMBERS:
        found["kms:calleraccount"] = who.account
        if owner == who.account and who.organization:
            found["aws:resourceorgid"] = who.organization
            found["aws:resourceorgpaths"] = who.organization_path
    return {key: value for key, value in found.items() if value}
