# SPDX-License-Identifier: Apache-2.0
"""Which accounts and services the policy of a thing could let in at all, so that others need not
be tried.

Across accounts the thing's own policy must allow the caller as well as the caller's policies do.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import functools
from collections.abc import Iterator

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.policy.document import Document, Effect, Principals

_ACCOUNT = 12
"""Digits of the id of an account."""


class Admission:
    """Finds whom a thing's own policy names."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._accounts = functools.cache(self._find)

    def could(self, account: str, thing: str, *, trust: bool = False) -> bool:
        """Say whether a caller of another `account` than the thing's might be allowed something;
        of a role's trust the same holds for callers of its own account.

        Where it says no, the definition denies every request of such a caller for `thing`.
        """
        named = self._accounts(thing, trust)
        return named is None or account in named

    def could_serve(self, service: str, role: str) -> bool:
        """Say whether a service might assume a role: only the role's own policy can let it in.

        Where it says no, the definition denies that.
        """
        trust = self._trust(role)
        named = None if trust is None else _services(trust)
        return named is None or service in named

    def accounts(self, thing: str, *, trust: bool = False) -> frozenset[str] | None:
        """Return the accounts that the policy of `thing` names; None where it may be anybody."""
        return self._accounts(thing, trust)

    def _find(self, thing: str, trust: bool) -> frozenset[str] | None:  # noqa: FBT001 - cached by position
        estate = self._estate
        if trust and (document := self._trust(thing)) is not None:
            return _accounts(document)
        place = estate.ownership.of(thing)
        policy = estate.resource_policy(thing, trust)
        unsure = (*estate.unlisted(place), *estate.unread_grants(thing))
        if unsure or not place.account or policy is None or policy.document is None:
            return None
        grantees = [account_of(grant.grantee) for grant in estate.grants(thing)]
        named = _accounts(policy.document)
        return None if named is None or not all(grantees) else named.union(grantees)

    def _trust(self, role: str) -> Document | None:
        """Return the trust of a role; None where it was not read."""
        held = self._estate.documents.of(role, "trust") if ":role/" in role else ()
        return held[0].document if held else None


def _allowing(document: Document) -> Iterator[Principals | None]:
    return (one.principal for one in document.statements if one.effect is Effect.ALLOW)


def _services(document: Document) -> frozenset[str] | None:
    """Return the services that a document names; None where it may be any."""
    found: set[str] = set()
    for principals in _allowing(document):
        if principals is None or principals.any or "*" in principals.service:
            return None
        found.update(principals.service)
    return frozenset(found)


def _accounts(document: Document) -> frozenset[str] | None:
    """Return the accounts that a document names; None for anybody, or a name without account."""
    found: set[str] = set()
    for principals in _allowing(document):
        if principals is None or principals.any or principals.canonical:
            return None
        for text in principals.aws:
            account = account_of(text) or text
            if not (len(account) == _ACCOUNT and account.isdigit()):
                return None
            found.add(account)
    return frozenset(found)
