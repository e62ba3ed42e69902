# SPDX-License-Identifier: Apache-2.0
"""Everybody of whom the kernel answers, in the order of its bits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bartizan.model.arn import account_of
from bartizan.model.facts.policy import KeyGrant
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.keys import Kind, Tags
from bartizan.reason.authz.aws.kernel.logic import packed
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

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


class Callers:
    """The callers of an estate with what the kernel asks of each."""

    def __init__(self, estate: Estate, names: Iterable[str]) -> None:
        names = dict.fromkeys(names)
        known = {name: estate.caller(name) for name in names}
        self.names: Sequence[str] = tuple(sorted(names, key=lambda name: (known[name].arn, name)))
        self.who: Sequence[RequestPrincipal] = tuple(known[name] for name in self.names)
        self.arns = [who.arn for who in self.who]
        """In order, as rows are sorted by them."""
        self.size = len(self.names)
        self.full = (1 << self.size) - 1
        self.row = {name: number for number, name in enumerate(self.names)}
        self.tags = tuple(self._tags(estate, who) for who in self.who)
        numbers: dict[Kind, int] = {}
        self.kind_of: NDArray[np.int32] = np.array(
            [
                numbers.setdefault(
                    Kind.of(who, known_account=who.account in estate.accounts), len(numbers)
                )
                for who in self.who
            ],
            dtype=np.int32,
        )
        self.kinds = tuple(numbers)

    @staticmethod
    def _tags(estate: Estate, who: RequestPrincipal) -> Tags:
        row = estate.principals.get(who.arn)
        own = {key.lower(): value for key, value in row.tags.items()} if row else {}
        return Tags(own, estate.sessions_take_tags(who.arn))

    @cached_property
    def by_account(self) -> dict[str, list[int]]:
        """Rows of the callers that belong to each account."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, who in enumerate(self.who):
            found[who.account].append(number)
        return found

    @cached_property
    def by_name(self) -> dict[str, list[tuple[int, bool]]]:
        """By ARN, session or unique id: whom it names, and whether it does so directly."""
        found: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        for number, who in enumerate(self.who):
            for name, direct in own_names(who).items():
                found[name].append((number, direct))
        return found

    def only(self, row: int) -> "Callers":
        """Return one of them as if there were no others."""
        found = copy(self)
        found.names, found.who = (self.names[row],), (self.who[row],)
        found.tags = (self.tags[row],)
        found.kinds = (self.kinds[self.kind_of[row]],)
        found.kind_of = np.zeros(1, dtype=np.int32)
        found.arns, found.size, found.full = [self.arns[row]], 1, 1
        found.row = {self.names[row]: 0}
        for name in _CACHED:
            found.__dict__.pop(name, None)
        return found

    def of_types(self, types: Iterable[Caller]) -> int:
        """Return the callers of some types."""
        wanted = frozenset(types)
        bits = 0
        for number, kind in enumerate(self.kinds):
            if kind.type in wanted:
                bits |= self.of_kind(number)
        return bits

    def of_kind(self, number: int) -> int:
        """Return the callers of one kind."""
        if number not in self._of_kind:
            self._of_kind[number] = packed(self.kind_of == number)
        return self._of_kind[number]

    @cached_property
    def _of_kind(self) -> dict[int, int]:
        return {}

    def of_rows(self, rows: Iterable[int]) -> int:
        """Return the callers in some rows."""
        bits = bytearray((self.size + 7) // 8)
        for row in rows:
            bits[row >> 3] |= 1 << (row & 7)
        return int.from_bytes(bits, "little")

    @cached_property
    def service_linked(self) -> int:
        """The service-linked roles."""
        return self.of_rows(n for n, who in enumerate(self.who) if who.service_linked)

    @cached_property
    def retagged(self) -> int:
        """Roles whose own tags a session can replace."""
        return self.of_rows(n for n, tags in enumerate(self.tags) if tags.own and tags.others)


_CACHED = ("by_account", "by_name", "service_linked", "retagged", "_of_kind")
_NAMED_BY_ARN = frozenset({Caller.ROLE, Caller.USER, Caller.FEDERATED_USER})


def own_names(who: RequestPrincipal) -> dict[str, bool]:
    """Return the names of `who` beside its account's, and whether each is direct.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    found: dict[str, bool] = {}
    if who.type in _NAMED_BY_ARN:
        direct = who.type is Caller.USER
        found[who.arn] = direct
        if who.unique_id:
            found[who.unique_id] = direct
    if who.session:
        found[who.session] = True
    return found
