# SPDX-License-Identifier: Apache-2.0
"""Service and resource control policies on the way from the root to an account.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

import functools
from collections.abc import Iterator, Mapping

from bartizan.model.facts import Facts
from bartizan.model.facts.organization import Account, Unit
from bartizan.reason.authz.aws.estate.documents import Documents
from bartizan.reason.authz.aws.estate.unread import Gaps
from bartizan.reason.authz.aws.request import Attached, Level

_ROOT = "r-"
"""How the id of a root begins.

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Root.html
"""


class Guardrails:
    """Finds the guardrails that hold in an account."""

    def __init__(
        self,
        facts: Facts,
        accounts: Mapping[str, Account],
        documents: Documents,
        gaps: Gaps,
    ) -> None:
        self._accounts = accounts
        self._documents = documents
        self._gaps = gaps
        self._units = {row.id: row for row in facts.rows(Unit)}
        self.levels = functools.cache(self._levels)
        self._level = functools.cache(self._find_level)
        self._ids = functools.cache(self._find_ids)
        self._above_ids = functools.cache(self._find_above_ids)

    def _levels(self, account: str, use: str) -> tuple[Level, ...] | None:
        """Return the levels from the root down to `account`; None where nothing limits it.

        `use` is `scp` or `rcp`.
        """
        row = self._accounts.get(account)
        if row is None:
            return None
        if not (row.scp if use == "scp" else row.rcp):
            return self._unread_organization(row)
        way = [*self._above(row)]
        levels = tuple(self._level(target, use) for target in reversed(way))
        return levels if way[-1].startswith(_ROOT) else (self._unread_level(row), *levels)

    def outline(self, account: str, use: str) -> tuple[tuple[str, ...], ...] | None:
        """Return the ids of the policies of each of the `levels`, which are not read for it; None
        where something else may stand there, or a policy was not read.
        """
        row = self._accounts.get(account)
        if row is None:
            return None
        if not (row.scp if use == "scp" else row.rcp):
            return None if self._unread_organization(row) else ()
        above, own = self._above_ids(row.parent, use), self._ids(row.id, use)
        return None if above is None or own is None else (*above, own)

    def _find_above_ids(self, unit: str, use: str) -> tuple[tuple[str, ...], ...] | None:
        """Return the ids of the policies on a unit and above it, from the root down."""
        way = [*self._ancestors(unit)]
        levels = [self._ids(target, use) for target in reversed(way)]
        told = tuple(level for level in levels if level is not None)
        rooted = bool(way) and way[-1].startswith(_ROOT)
        return told if rooted and len(told) == len(levels) else None

    def _find_ids(self, target: str, use: str) -> tuple[str, ...] | None:
        ids, policies = self._documents.ids(target, use), self._documents.policies
        rows = [policies.get(id_) for id_ in ids]
        read = all(row is not None and row.document is not None for row in rows)
        return ids if read and not self._gaps.of_guardrails(target, use) else None

    def _find_level(self, target: str, use: str) -> Level:
        policies = self._documents.of(target, use)
        gaps = self._gaps.of_guardrails(target, use)
        return Level(target=target, policies=(*policies, *(_hidden(gap) for gap in gaps)))

    def _above(self, account: Account) -> Iterator[str]:
        yield account.id
        yield from self._ancestors(account.parent)

    def _ancestors(self, unit: str) -> Iterator[str]:
        seen = set[str]()
        while unit and unit not in seen:
            yield unit
            seen.add(unit)
            row = self._units.get(unit)
            unit = row.parent if row is not None else ""

    def _unread_level(self, account: Account) -> Level:
        """Return what may stand over an account whose way up to the root is not known whole."""
        gaps = self._gaps.of_tree() or (f"organizations:ListParents of account {account.id}",)
        return Level(target="unread units", policies=tuple(_hidden(gap) for gap in gaps))

    def _unread_organization(self, account: Account) -> tuple[Level, ...] | None:
        gaps = self._gaps.of_organization(member=account.organization != "")
        if not gaps:
            return None
        return (Level(target="organization", policies=tuple(_hidden(gap) for gap in gaps)),)


def _hidden(missing: str) -> Attached:
    return Attached(id="unread guardrail", document=None, missing=missing)
