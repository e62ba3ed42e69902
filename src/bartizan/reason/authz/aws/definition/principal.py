# SPDX-License-Identifier: Apache-2.0
"""Whether and how a Principal element names a caller: how it is named decides what limits it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from bartizan.reason.authz.aws.definition.truth import Maybe, Truth, any_of, maybe, negation
from bartizan.reason.authz.aws.policy.document import Principals
from bartizan.reason.authz.aws.request import UNIQUE_IDS, Caller, RequestPrincipal


class Naming(Enum):
    """How a name reaches the caller, by the table "Resource-based policies and implicit denies
    in other policy types" of the page on evaluation logic.
    """

    DIRECT = "direct"
    """A user, a session, a service, a federated identity, or everyone: in the same account no
    implicit deny of another policy limits it."""
    ROLE = "role"
    """The role behind a session, or the user behind a federated session: a boundary or a
    session policy that does not allow still limits it."""
    ACCOUNT = "account"
    """The account: delegates to the account's own policies."""


class Named(Struct, frozen=True):
    """Whether an element names the caller, in each way."""

    direct: Truth = False
    role: Truth = False
    account: Truth = False

    def any(self) -> Truth:
        """Return whether it names the caller in any way."""
        if self.direct is True:
            return True
        return any_of((self.direct, self.role, self.account))


_NOBODY = Named()
EVERYONE = Named(direct=True)


@lru_cache(1 << 12)
def names(who: RequestPrincipal) -> Mapping[str, Naming]:
    """Return every name of the caller that an `AWS` entry may have; partial wildcards are none
    (section "All principals").
    """
    found: dict[str, Naming] = {}
    if who.account:
        found[who.account] = Naming.ACCOUNT
        found[f"arn:{_partition(who.arn)}:iam::{who.account}:root"] = Naming.ACCOUNT
    behind = Naming.DIRECT if who.type is Caller.USER else Naming.ROLE
    if who.type in UNIQUE_IDS:
        found[who.arn] = behind
        if who.unique_id:
            # A name that was deleted and made anew does not get back the trust of the old one.
            found[who.unique_id] = behind
    if who.session:
        found[who.session] = Naming.DIRECT
    return found


def _partition(arn: str) -> str:
    parts = arn.split(":", 2)
    return parts[1] if len(parts) > 1 else "aws"


def named(element: Principals, who: RequestPrincipal) -> Named:
    """Return how `element`, read as a Principal, names the caller."""
    if element.any:
        return EVERYONE
    match who.type:
        case Caller.SERVICE:
            return Named(direct=who.arn in element.service or "*" in element.service)
        case Caller.OIDC | Caller.SAML:
            return Named(direct=any(_same_provider(name, who.arn) for name in element.federated))
        case Caller.ANONYMOUS:
            return _NOBODY
        case Caller.ROLE | Caller.USER | Caller.ROOT | Caller.FEDERATED_USER:
            return _member(element, who)


def _member(element: Principals, who: RequestPrincipal) -> Named:
    mine = names(who)
    found: dict[Naming, Truth] = {}
    for name in element.aws:
        if name in mine:
            found[mine[name]] = True
    for way, truth in _not_known(element, who):
        found[way] = any_of((found.get(way, False), truth))
    if not found:
        return _NOBODY
    return Named(
        direct=found.get(Naming.DIRECT, False),
        role=found.get(Naming.ROLE, False),
        account=found.get(Naming.ACCOUNT, False),
    )


def _not_known(element: Principals, who: RequestPrincipal) -> Iterator[tuple[Naming, Maybe]]:
    """Yield the ways in which an id that we cannot resolve might name the caller."""
    prefix = UNIQUE_IDS.get(who.type)
    if prefix and not who.unique_id and any(name.startswith(prefix) for name in element.aws):
        way = Naming.DIRECT if who.type is Caller.USER else Naming.ROLE
        yield way, maybe(f"unique id of {who.arn}")
    for name in element.canonical:
        # A canonical id stands for an account, and no API tells which one for a foreign id.
        yield Naming.ACCOUNT, maybe(f"account of canonical user {name}")


def _same_provider(name: str, provider: str) -> bool:
    """Compare providers; one side may give an OIDC provider by its issuer alone."""
    if name in {provider, "*"}:
        return True
    if name.startswith("arn:") and provider.startswith("arn:"):
        return False
    return _issuer(name) == _issuer(provider)


def _issuer(name: str) -> str:
    _, found, issuer = name.partition(":oidc-provider/")
    return issuer if found else name


def excepted(element: Principals, who: RequestPrincipal, *, bounded: bool) -> Truth:
    """Return whether a NotPrincipal element of a Deny leaves the caller out.

    Section "Specifying NotPrincipal with Deny" of
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    asks for the account beside the user, or beside the role, and says that access may be lost
    otherwise: a list with only one of the two is not decided. A caller with a boundary
    (`bounded`) is never left out,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
    See docs/labs/not-principal.md.
    """
    if bounded:
        return False
    how = named(element, who)
    if element.any or who.type not in UNIQUE_IDS:
        return how.any()
    itself = any_of((how.direct, how.role))
    if itself is False and how.account is False:
        return False
    if itself is True and how.account is True:
        return True
    missing = [t for t in (itself, how.account) if isinstance(t, Maybe)]
    return missing[0] if missing else maybe(f"behaviour:NotPrincipal that names {who.arn} in part")


def others(element: Principals, who: RequestPrincipal) -> Named:
    """Return how a NotPrincipal element of an Allow reaches the caller: as everyone else (an old
    form that most services refuse by now).
    """
    return Named(direct=negation(named(element, who).any()))
