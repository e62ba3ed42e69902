# SPDX-License-Identifier: Apache-2.0
"""Who may ask, as examples: one caller for each way in which two policies tell callers apart.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A caller to try."""

    who: RequestPrincipal
    fixed: Mapping[str, Held] = field(default_factory=dict)
    """What its own condition keys hold."""
    free: bool = False
    """Its own keys may hold what the search finds; `who` is then changed to fit."""

    def moved(self, account: str) -> "Example":
        """Return the same in another account."""
        return user(account) if self.who.type is Caller.USER else role(account)


def role(account: str = HOME, name: str = "example") -> Example:
    """Return a session of a role."""
    arn = f"arn:aws:iam::{account}:role/{name}"
    last = name.rsplit("/", 1)[-1]
    who = RequestPrincipal(
        arn=arn,
        type=Caller.ROLE,
        account=account,
        session=f"arn:aws:sts::{account}:assumed-role/{last}/session",
        unique_id=_ROLE_ID,
    )
    return Example(who=who, fixed=_fixed(who, "AssumedRole", userid=f"{_ROLE_ID}:session"))


def user(account: str = HOME, name: str = "example") -> Example:
    """Return a user."""
    arn = f"arn:aws:iam::{account}:user/{name}"
    who = RequestPrincipal(arn=arn, type=Caller.USER, account=account, unique_id=_USER_ID)
    last = name.rsplit("/", 1)[-1]
    return Example(who=who, fixed=_fixed(who, "User", userid=_USER_ID, username=last))


def _fixed(
    who: RequestPrincipal, kind: str, *, userid: str, username: str = ""
) -> dict[str, Held]:
    """Return the keys that the vendor fills in for a member of an account."""
    return {
        "aws:principalaccount": Held((who.account,)),
        "aws:principalarn": Held((who.arn,)),
        "aws:principalisawsservice": Held(("false",)),
        "aws:principaltype": Held((kind,)),
        "aws:userid": Held((userid,)),
        "aws:username": Held((username,) if username else None),
        "kms:calleraccount": Held((who.account,)),
    }


def somebody() -> Example:
    """Return a member of an account of whom nothing is said yet."""
    fixed = {"aws:principalisawsservice": Held(("false",))}
    return Example(who=role().who, fixed=fixed, free=True)


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
