# SPDX-License-Identifier: Apache-2.0
"""Everybody who can make requests: principals of the estate, its administrators, and strangers."""

import re
from collections.abc import Iterable, Iterator

from bartizan.model.arn import account_of
from bartizan.model.facts.estate import PodIdentity
from bartizan.model.facts.policy import Policy
from bartizan.model.step import Ability, Foothold
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.technique import Actor

_ACCOUNT = re.compile(r"\d{12}")
ANY_ACCOUNT = Foothold(Ability.START.value, "any-aws-account")
INTERNET = Foothold(Ability.START.value, "internet")


def actor(estate: Estate, name: str, foothold: Foothold | None = None) -> Actor:
    """Return the caller `name`, whom an attacker is by `foothold` or else by acting as it."""
    who = estate.caller(name)
    return Actor(
        name=name,
        foothold=foothold or Foothold(Ability.ACT_AS.value, name),
        who=who,
        account=estate.accounts.get(who.account),
    )


def insiders(estate: Estate) -> Iterator[Actor]:
    """Yield users, roles, root users and limited pods, then the administrators of accounts."""
    for arn in sorted(estate.principals):
        row = estate.principals[arn]
        if row.type != "group" and not row.service_linked:
            yield actor(estate, arn)
    for pod in estate.facts.rows(PodIdentity):
        if pods_are_limited(estate, pod):
            held = Foothold(Ability.ACT_AS.value, pod.arn)
            yield actor(estate, caller.limited(pod.role, pod.arn), held)
    for account in sorted(estate.accounts.values(), key=lambda row: row.id):
        name = caller.administrator(account.id, partition=account.partition)
        yield actor(estate, name, Foothold(Ability.ADMINISTER.value, account.id))


def households(estate: Estate) -> dict[str, list[tuple[str, Foothold | None]]]:
    """Return the names of all insiders by their accounts, with their footholds where those are
    not acting as them.
    """
    found: dict[str, list[tuple[str, Foothold | None]]] = {}
    for arn in sorted(estate.principals):
        row = estate.principals[arn]
        if row.type != "group" and not row.service_linked:
            found.setdefault(account_of(arn), []).append((arn, None))
    for pod in estate.facts.rows(PodIdentity):
        if pods_are_limited(estate, pod):
            held = Foothold(Ability.ACT_AS.value, pod.arn)
            name = caller.limited(pod.role, pod.arn)
            found.setdefault(account_of(pod.role), []).append((name, held))
    for account in sorted(estate.accounts.values(), key=lambda row: row.id):
        name = caller.administrator(account.id, partition=account.partition)
        held = Foothold(Ability.ADMINISTER.value, account.id)
        found.setdefault(account.id, []).append((name, held))
    return found


def pods_are_limited(estate: Estate, pod: PodIdentity) -> bool:
    """The pods of this association have less than their role, so they are actors of their own.

    Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html
    """
    return bool(estate.documents.of(pod.arn, "session"))


def strangers(estate: Estate) -> Iterator[Actor]:
    """Yield anybody, anybody with an account of AWS, and the accounts that policies name."""
    yield actor(estate, caller.ANONYMOUS, INTERNET)
    yield actor(estate, caller.outsider(), ANY_ACCOUNT)
    for account, names in sorted(_named(estate).items()):
        foothold = Foothold(Ability.START.value, account)
        for name in (caller.outsider(account), *sorted(names)):
            yield actor(estate, name, foothold)


def _named(estate: Estate) -> dict[str, set[str]]:
    """Return the accounts outside that trust and resource policies name, with their principals."""
    found: dict[str, set[str]] = {}
    for account, name in named_outside(estate.documents.policies.values(), estate):
        names = found.setdefault(account, set())
        if name:
            names.add(name)
    return found


def named_outside(policies: Iterable[Policy], estate: Estate) -> Iterator[tuple[str, str]]:
    """Yield the accounts outside the estate that the trust and resource policies among `policies`
    name, each with the principal of it that is named, empty where it is the account.
    """
    for policy in policies:
        if policy.type not in {"trust", "resource"} or not _may_name(policy.document, estate):
            continue
        document = estate.documents.read(policy).document
        for statement in document.statements if document else ():
            for text in statement.principal.aws if statement.principal else ():
                account = account_of(text) or text
                if not (len(account) == 12 and account.isdigit()):  # noqa: PLR2004 - an account id
                    continue
                if account not in estate.accounts:
                    whole = not text.startswith("arn:") or text.endswith(":root")
                    yield account, "" if whole else text


def _may_name(text: str | None, estate: Estate) -> bool:
    """Say whether a document could name an account outside; JSON may spell it in escapes."""
    if text is None:
        return False
    return "\\u" in text or any(id_ not in estate.accounts for id_ in _ACCOUNT.findall(text))
