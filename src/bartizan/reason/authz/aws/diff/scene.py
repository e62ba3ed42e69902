# SPDX-License-Identifier: Apache-2.0
"""Which callers have to be tried for two policies that name principals, and whom each statement
reaches.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from bartizan.reason.authz.aws.diff import caller
from bartizan.reason.authz.aws.diff.caller import Example
from bartizan.reason.authz.aws.diff.region import Region
from bartizan.reason.authz.aws.policy.document import Effect, Principals
from bartizan.reason.authz.aws.request import Caller

_NAMED_IN_PAIRS = frozenset({Caller.ROLE, Caller.USER, Caller.FEDERATED_USER})
MEMBERS = _NAMED_IN_PAIRS | {Caller.ROOT}
_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:(?P<account>[^:]*):(?P<kind>[^/]+)(?:/(?P<name>.+))?")


class Scene(Struct, frozen=True):
    """A caller, and whose resources it asks for."""

    example: Example
    home: bool | None = None
    """Those of its own account, or those of others; None where it makes no difference."""


def examples(regions: Iterable[Region], *, stranger: str) -> Iterator[Example]:
    """Yield a caller for each name in the principals of `regions`, and strangers."""
    yield caller.role(stranger)
    yield caller.user(stranger)
    elements = [r.principal or r.not_principal or Principals() for r in regions]
    names = tuple(dict.fromkeys(name for element in elements for name in element.aws))
    for name in names:
        if _ARN.match(name):
            yield from _of_arn(name, names)
        elif name.isdigit():
            yield from _of_account(name)
        else:
            yield from _of_id(name, names, stranger)
    for name in dict.fromkeys(name for element in elements for name in element.service):
        yield caller.service(name if name != "*" else "example.amazonaws.com")
    for name in dict.fromkeys(name for element in elements for name in element.federated):
        yield caller.provider(name)
    yield caller.service("other.amazonaws.com")
    yield caller.anonymous()
    yield caller.somebody(stranger)


def _of_id(name: str, names: tuple[str, ...], stranger: str) -> Iterator[Example]:
    """Yield whom a unique id may stand for: nobody that is named, or any of those."""
    kind = {"AROA": "role", "AIDA": "user"}.get(name[:4], "")
    make = caller.role if kind == "role" else caller.user
    if kind:
        yield make(stranger, unique_id=name)
        for account, other in _named(names, kind):
            yield make(account, other, unique_id=name)


def _of_account(account: str) -> Iterator[Example]:
    yield caller.role(account)
    yield caller.user(account)
    yield caller.root(account)
    yield caller.somebody(account)


def _of_arn(arn: str, names: tuple[str, ...]) -> Iterator[Example]:
    _, partition, _, _, account, resource = arn.split(":", 5)
    found = _of_resource(account, resource, names)
    yield from found if partition == "aws" else (one.within(partition) for one in found)


def _of_resource(account: str, resource: str, names: tuple[str, ...]) -> Iterator[Example]:
    kind, _, name = resource.partition("/")
    if resource == "root":
        yield from _of_account(account)
    elif kind == "role" and name:
        yield caller.role(account, name)
        yield caller.role(account)
    elif kind == "user" and name:
        yield caller.user(account, name)
        yield caller.user(account)
    elif kind == "assumed-role" and "/" in name:
        of, _, last = name.partition("/")
        yield caller.session(account, last, of)
        yield caller.role(account, of)
        for home, path in _named(names, "role"):
            if home == account and path.endswith(f"/{of}"):
                yield caller.session(account, last, path)
    elif kind == "federated-user" and name:
        yield caller.federated_user(account, name)


@lru_cache(8)
def _named(names: tuple[str, ...], kind: str) -> tuple[tuple[str, str], ...]:
    """Return account and name of all roles, or users, that are named."""
    hits = (_ARN.match(name) for name in names)
    return tuple((hit["account"], hit["name"]) for hit in hits if hit and hit["kind"] == kind)


def hears(region: Region, scene: Scene, effect: Effect) -> bool | None:
    """Return whether a statement reaches a caller; None where nobody knows."""
    if region.principal is not None:
        if effect is Effect.ALLOW and scene.home and not region.principal.any:
            return _apart_from_account(region.principal, scene.example)
        return _reaches(region.principal, scene.example)
    if region.not_principal is None:
        return True
    if effect is Effect.DENY:
        left_out = _left_out(region.not_principal, scene.example)
    else:
        left_out = _reaches(region.not_principal, scene.example)
    return None if left_out is None else not left_out


def delegates(region: Region, example: Example) -> bool:
    """Return whether the name of the account is all that reaches the caller."""
    element = region.principal
    return (
        element is not None
        and _reaches(element, example) is True
        and _apart_from_account(element, example) is not True
    )


def _reaches(element: Principals, example: Example) -> bool | None:
    """Section "All principals" and the ones below it."""
    who = example.who
    if element.any:
        return True
    match who.type:
        case Caller.SERVICE:
            return who.arn in element.service or "*" in element.service
        case Caller.OIDC | Caller.SAML:
            return any(_same_provider(name, who.arn) for name in element.federated)
        case Caller.ANONYMOUS:
            return False
        case Caller.ROLE | Caller.USER | Caller.ROOT | Caller.FEDERATED_USER:
            if not _account_names(example).isdisjoint(_names(element)):
                return True
            return _apart_from_account(element, example)


def _apart_from_account(element: Principals, example: Example) -> bool | None:
    """Return whether an element names the caller by more than its account."""
    who = example.who
    if element.any or who.type not in MEMBERS:
        return _reaches(element, example)
    mine = {who.session, who.unique_id} - {""}
    if who.type is not Caller.ROOT:
        mine.add(who.arn)
    if not mine.isdisjoint(_names(element)):
        return True
    # A canonical id stands for an account, and no API tells which one.
    return None if element.canonical else False


@lru_cache(1 << 10)
def _names(element: Principals) -> frozenset[str]:
    return frozenset(element.aws)


def _account_names(example: Example) -> frozenset[str]:
    account = example.who.account
    partition = example.who.arn.split(":", 2)[1]
    return frozenset({account, f"arn:{partition}:iam::{account}:root"})


def _left_out(element: Principals, example: Example) -> bool | None:
    """Return whether a NotPrincipal element of a Deny leaves the caller out; see
    docs/labs/not-principal.md.
    """
    how = _reaches(element, example)
    if element.any or example.who.type not in _NAMED_IN_PAIRS:
        return how
    itself = _apart_from_account(element, example)
    account = not _account_names(example).isdisjoint(_names(element))
    if itself is None or itself is account:
        return itself
    return None


def _same_provider(name: str, provider: str) -> bool:
    if name in {provider, "*"}:
        return True
    if name.startswith("arn:") and provider.startswith("arn:"):
        return False
    return _issuer(name) == _issuer(provider)


def _issuer(name: str) -> str:
    _, found, issuer = name.partition(":oidc-provider/")
    return issuer if found else name
