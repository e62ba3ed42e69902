# SPDX-License-Identifier: Apache-2.0
"""Names everybody that an answer can speak of."""

from collections.abc import Iterable, Iterator

from bartizan.model.arn import account_of
from bartizan.model.facts.policy import KeyGrant
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.estate import Estate

_ACCOUNT_DIGITS = 12


def universe(estate: Estate) -> Iterator[str]:
    """Name everybody that an answer can speak of, some perhaps twice.

    Users, roles (as any of their sessions) and root users; sessions, services, providers and
    foreign accounts that policies name; anybody, and anybody with an account.
    """
    yield caller.ANONYMOUS
    yield caller.outsider()
    for row in estate.principals.values():
        if row.type != "group":
            yield row.arn
    for account in estate.accounts.values():
        yield f"arn:{account.partition}:iam::{account.id}:root"
    yield from estate.providers
    for policy in estate.documents.policies.values():
        if policy.type not in {"trust", "resource"}:
            continue
        document = estate.documents.policy(policy.id).document
        for statement in document.statements if document else ():
            for element in (statement.principal, statement.not_principal):
                if element is not None:
                    yield from _of_names(element.aws, estate)
                    yield from (name for name in element.service if caller.is_service(name))
                    yield from (n for n in element.federated if "-provider/" in n)
    for grant in estate.facts.rows(KeyGrant):
        yield from _of_names((grant.grantee,), estate)


def _of_names(names: Iterable[str], estate: Estate) -> Iterator[str]:
    """Yield the callers that `AWS` entries speak of, beside those that exist anyway."""
    for name in names:
        if caller.is_service(name):
            yield name
            continue
        account = account_of(name) or name
        if len(account) != _ACCOUNT_DIGITS or not account.isdigit():
            continue
        if account not in estate.accounts:
            partition = name.split(":", 2)[1] if name.startswith("arn:") else "aws"
            yield caller.outsider(account, partition=partition)
        if _is_of_session(name) or (account not in estate.accounts and _is_of_person(name)):
            yield name


def _is_of_session(name: str) -> bool:
    return ":sts:" in name and (":assumed-role/" in name or ":federated-user/" in name)


def _is_of_person(name: str) -> bool:
    return ":iam:" in name and (":role/" in name or ":user/" in name)
