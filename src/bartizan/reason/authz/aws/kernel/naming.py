# SPDX-License-Identifier: Apache-2.0
"""Whom a Principal element names, among all callers, and how.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.logic import NOBODY, Truth, any_of, negation, unpacked
from bartizan.reason.authz.aws.kernel.scope import MEMBERS
from bartizan.reason.authz.aws.policy.document import Effect, Principals, Statement
from bartizan.reason.authz.aws.request import UNIQUE_IDS, Caller


class Named(NamedTuple):
    """Who is named, by how."""

    direct: Truth = NOBODY
    """As user, session, service or provider, or as everyone."""
    role: Truth = NOBODY
    """As the role behind a session, or the user behind a federated one."""
    account: Truth = NOBODY

    def any(self) -> Truth:
        """Return who is named in any way."""
        return any_of(self)


class Naming:
    """Reads Principal elements for one set of callers."""

    def __init__(self, callers: Callers, *, bounded: int) -> None:
        self._callers, self._bounded = callers, bounded
        self.everyone = Named(direct=Truth(callers.full, callers.full))
        self.named = lru_cache(1 << 9)(self._named)

    def reached(self, statement: Statement) -> Named:
        """Return whom a statement is about; without such an element it is everybody."""
        if statement.principal is not None:
            named = statement.principal
            return self.everyone if named.any else self.named(named)
        if statement.not_principal is None:
            return self.everyone
        full = self._callers.full
        if statement.effect is Effect.DENY:
            return Named(direct=negation(self._excepted(statement.not_principal), full=full))
        return Named(direct=negation(self.named(statement.not_principal).any(), full=full))

    def _named(self, element: Principals) -> Named:
        if element.any:
            return self.everyone
        direct = self._of_services(element) | self._of_providers(element)
        ways: dict[str, list[int]] = defaultdict(list)
        for name in element.aws:
            for row, is_direct in self._callers.named(name):
                ways["direct" if is_direct else "role"].append(row)
            ways["account"].extend(self._of_account(name))
        sure = {way: self._callers.of_rows(rows) for way, rows in ways.items()}
        doubt = self._doubtful(element)
        direct |= sure.get("direct", 0)
        role, account = sure.get("role", 0), sure.get("account", 0)
        return Named(
            Truth(direct, direct | doubt["direct"]),
            Truth(role, role | doubt["role"]),
            Truth(account, account | doubt["account"]),
        )

    def _of_account(self, name: str) -> Iterator[int]:
        """Yield the callers whose account `name` is, as an id or as its root's ARN."""
        account = account_of(name) if name.endswith(":root") else name
        if not account:
            return
        for row in self._callers.rows_of(account):
            partition = self._callers.arns[row].split(":", 2)[1]
            if name in {account, f"arn:{partition}:iam::{account}:root"}:
                yield row

    def _of_services(self, element: Principals) -> int:
        if not element.service:
            return 0
        arns, named = self._callers.arns, element.service
        rows = (row for row in self._services if "*" in named or arns[row] in named)
        return self._callers.of_rows(rows)

    def _of_providers(self, element: Principals) -> int:
        if not element.federated:
            return 0
        arns = self._callers.arns
        return self._callers.of_rows(
            row
            for row in self._federated
            if any(_same_provider(name, arns[row]) for name in element.federated)
        )

    def _doubtful(self, element: Principals) -> dict[str, int]:
        """Return whom ids that cannot be resolved might name."""
        found = {"direct": 0, "role": 0, "account": 0}
        for type_, prefix in UNIQUE_IDS.items():
            if any(name.startswith(prefix) for name in element.aws):
                way = "direct" if type_ is Caller.USER else "role"
                found[way] |= self._callers.without_id & self._callers.of_types((type_,))
        if element.canonical:
            found["account"] = self._callers.of_types(MEMBERS)
        return found

    def _excepted(self, element: Principals) -> Truth:
        """Return whom a NotPrincipal of a Deny leaves out.

        With only one of principal and account listed this is not decided; whoever has a boundary
        is never left out.
        """
        how = self.named(element)
        spared = self._callers.full & ~self._bounded
        if element.any:
            return Truth(how.any().sure & spared, how.any().possible & spared)
        listed = self._callers.of_types(UNIQUE_IDS)
        itself, account = any_of((how.direct, how.role)), how.account
        sure = itself.sure & account.sure & listed
        possible = (itself.possible | account.possible) & listed
        whole = how.any()
        sure |= whole.sure & ~listed
        possible |= whole.possible & ~listed
        return Truth(sure & spared, possible & spared)

    @cached_property
    def _services(self) -> Sequence[int]:
        return self._rows((Caller.SERVICE,))

    @cached_property
    def _federated(self) -> Sequence[int]:
        return self._rows((Caller.OIDC, Caller.SAML))

    def _rows(self, types: Iterable[Caller]) -> Sequence[int]:
        bits = self._callers.of_types(types)
        found: list[int] = np.flatnonzero(unpacked(bits, self._callers.size)).tolist()
        return found


def _same_provider(name: str, provider: str) -> bool:
    """One side may give an OIDC provider by its issuer alone."""
    if name in {provider, "*"}:
        return True
    if name.startswith("arn:") and provider.startswith("arn:"):
        return False
    return _issuer(name) == _issuer(provider)


def _issuer(name: str) -> str:
    return name.partition(":oidc-provider/")[2] or name
