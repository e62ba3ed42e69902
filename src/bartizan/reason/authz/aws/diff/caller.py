# SPDX-License-Identifier: Apache-2.0
"""Who may ask, as examples: one caller for each way in which two policies tell callers apart.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws.diff.context import Held
from bartizan.reason.authz.aws.diff.glob import globbed
from bartizan.reason.authz.aws.diff.text import OneOf
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

HOME = "111111111111"
_ROLE_ID, _USER_ID = "AROAEXAMPLEEXAMPLE000", "AIDAEXAMPLEEXAMPLE000"

OWN_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principaltype",
        "aws:userid",
        "aws:username",
        "kms:calleraccount",
    }
)
"""Condition keys that follow from who asks."""
BASES: Mapping[str, OneOf] = {
    "aws:principalarn": tuple(
        globbed(f"arn:aws:iam::{account}:{name}/?*")
        for account in (HOME, "?" * 12)
        for name in ("role", "user")
    )
}
"""What such a key can hold at all."""


class Example(Struct, frozen=True, kw_only=True):
    """A caller to try."""

    who: RequestPrincipal
    fixed: Mapping[str, Held] = field(default_factory=dict)
    """What its own condition keys hold."""
    free: bool = False
    """Its own keys may hold what the search finds; `who` is then changed to fit."""

    def within(self, partition: str) -> "Example":
        """Return the same in another partition."""
        begin = f"arn:{partition}:"
        who = self.who
        moved = replace(
            who,
            arn=who.arn.replace("arn:aws:", begin),
            session=who.session.replace("arn:aws:", begin),
        )
        fixed = dict(self.fixed)
        if not self.free:
            fixed["aws:principalarn"] = Held((moved.arn,))
        return replace(self, who=moved, fixed=fixed)

    def moved(self, account: str) -> "Example":
        """Return the same in another account."""
        return user(account) if self.who.type is Caller.USER else role(account)


def role(account: str = HOME, name: str = "example", *, unique_id: str = _ROLE_ID) -> Example:
    """Return a session of a role; `name` has the role's path."""
    who = RequestPrincipal(
        arn=f"arn:aws:iam::{account}:role/{name}",
        type=Caller.ROLE,
        account=account,
        session=f"arn:aws:sts::{account}:assumed-role/{_last(name)}/session",
        unique_id=unique_id,
    )
    return _member(who, "AssumedRole", userid=f"{unique_id}:session")


def user(account: str = HOME, name: str = "example", *, unique_id: str = _USER_ID) -> Example:
    """Return a user; `name` has its path."""
    arn = f"arn:aws:iam::{account}:user/{name}"
    who = RequestPrincipal(arn=arn, type=Caller.USER, account=account, unique_id=unique_id)
    return _member(who, "User", userid=unique_id, username=_last(name))


def root(account: str) -> Example:
    """Return an account's root user."""
    arn = f"arn:aws:iam::{account}:root"
    who = RequestPrincipal(arn=arn, type=Caller.ROOT, account=account)
    return _member(who, "Account", userid=account)


def session(account: str, name: str, of: str) -> Example:
    """Return the session `name` of the role `of`, whose path the session's ARN does not tell."""
    found = role(account, of)
    arn = f"arn:aws:sts::{account}:assumed-role/{_last(of)}/{name}"
    who = replace(found.who, session=arn)
    return _member(who, "AssumedRole", userid=f"{_ROLE_ID}:{name}")


def federated_user(account: str, name: str) -> Example:
    """Return a session of a federated user."""
    who = RequestPrincipal(
        arn=f"arn:aws:iam::{account}:user/example",
        type=Caller.FEDERATED_USER,
        account=account,
        session=f"arn:aws:sts::{account}:federated-user/{name}",
        unique_id=_USER_ID,
    )
    found = _member(who, "FederatedUser", userid=f"{account}:{name}")
    return replace(found, fixed={**found.fixed, "aws:principalarn": Held((who.session,))})


def service(name: str) -> Example:
    """Return a service of the vendor."""
    fixed = {
        "aws:principalisawsservice": Held(("true",)),
        "aws:principalservicename": Held((name,)),
        **dict.fromkeys(("aws:principalaccount", "aws:principalorgid"), Held(None)),
    }
    return Example(who=RequestPrincipal(arn=name, type=Caller.SERVICE), fixed=fixed)


def provider(name: str) -> Example:
    """Return somebody whom an identity provider has told who it is."""
    kind = Caller.SAML if ":saml-provider/" in name else Caller.OIDC
    return Example(who=RequestPrincipal(arn=name, type=kind), fixed=_UNSIGNED)


def anonymous() -> Example:
    """Return somebody without credentials."""
    fixed = {
        **_UNSIGNED,
        "aws:principaltype": Held(("Anonymous",)),
        "aws:userid": Held(("anonymous",)),
    }
    return Example(who=RequestPrincipal(arn="", type=Caller.ANONYMOUS), fixed=fixed)


_UNSIGNED: Mapping[str, Held] = dict.fromkeys(
    ("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:username"), Held(None)
)


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _member(who: RequestPrincipal, kind: str, *, userid: str, username: str = "") -> Example:
    """Fill in the keys that the vendor fills in for a member of an account."""
    fixed = {
        "aws:principalaccount": Held((who.account,)),
        "aws:principalarn": Held((who.arn,)),
        "aws:principalisawsservice": Held(("false",)),
        "aws:principaltype": Held((kind,)),
        "aws:userid": Held((userid,)),
        "aws:username": Held((username,) if username else None),
        "kms:calleraccount": Held((who.account,)),
    }
    return Example(who=who, fixed=fixed)


def somebody(account: str = HOME) -> Example:
    """Return a member of an account of whom nothing is said yet."""
    fixed = {"aws:principalisawsservice": Held(("false",))}
    return Example(who=role(account).who, fixed=fixed, free=True)


def fitted(example: Example, keys: Mapping[str, Held]) -> RequestPrincipal:
    """Return the caller whose own condition keys are `keys`, as nearly as there is one."""
    who = example.who
    if not example.free:
        return who
    said = {key: held.values[0] for key, held in keys.items() if held.values}
    arn = said.get("aws:principalarn", "")
    account = said.get("aws:principalaccount") or account_of(arn) or who.account
    kind, identity = said.get("aws:principaltype", ""), said.get("aws:userid", "")
    name = said.get("aws:username", "")
    if kind == "Account" or arn.endswith(":root"):
        arn = arn or f"arn:aws:iam::{account}:root"
        return replace(who, arn=arn, type=Caller.ROOT, account=account, session="", unique_id="")
    if kind == "User" or name or ":user/" in arn or (identity and ":" not in identity):
        arn = arn or f"arn:aws:iam::{account}:user/{name or 'example'}"
        unique = identity or _USER_ID
        return replace(
            who, arn=arn, type=Caller.USER, account=account, session="", unique_id=unique
        )
    arn = arn or f"arn:aws:iam::{account}:role/example"
    unique, _, session = identity.partition(":")
    last = arn.rsplit("/", 1)[-1]
    return replace(
        who,
        arn=arn,
        account=account,
        session=f"arn:aws:sts::{account}:assumed-role/{last}/{session or 'session'}",
        unique_id=unique or _ROLE_ID,
    )
