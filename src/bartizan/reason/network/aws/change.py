# SPDX-License-Identifier: Apache-2.0
"""Says what the facts of networks would be once changes are made."""

from collections.abc import Iterable
from typing import assert_never

from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface, Rule
from bartizan.model.facts.routing import Route
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    DropRoute,
    NetworkChange,
    ReleaseAddress,
    RevokeRule,
)
from bartizan.model.table import to_arrow


def changed(facts: Facts, changes: Iterable[NetworkChange]) -> Facts:
    """Return the facts with all changes made; tables that none of them touches are shared."""
    rules: tuple[Rule, ...] | None = None
    routes: tuple[Route, ...] | None = None
    interfaces: tuple[Interface, ...] | None = None
    for change in changes:
        match change:
            case RevokeRule() | AuthorizeRule():
                rules = _rules(facts.rows(Rule) if rules is None else rules, change)
            case DropRoute() | AddRoute():
                routes = _routes(facts.rows(Route) if routes is None else routes, change)
            case ReleaseAddress() | AssociateAddress():
                held = facts.rows(Interface) if interfaces is None else interfaces
                interfaces = tuple(_interface(row, change) for row in held)
            case _:
                assert_never(change)
    tables = {}
    if rules is not None:
        tables[Rule.table] = to_arrow(Rule, rules)
    if routes is not None:
        tables[Route.table] = to_arrow(Route, routes)
    if interfaces is not None:
        tables[Interface.table] = to_arrow(Interface, interfaces)
    return facts.replaced(tables)


def revoking(rule: Rule) -> RevokeRule:
    """Return the change that takes a rule out."""
    return RevokeRule(
        owner=rule.owner,
        rule=rule.id,
        direction=rule.direction,
        number=rule.number,
        protocol=rule.protocol,
        first=rule.first,
        last=rule.last,
        peer_kind=rule.peer_kind,
        peer=rule.peer,
    )


def _rules(rows: tuple[Rule, ...], change: RevokeRule | AuthorizeRule) -> tuple[Rule, ...]:
    if isinstance(change, RevokeRule):
        return tuple(row for row in rows if (row.owner, row.id) != (change.owner, change.rule))
    added = Rule(
        owner=change.owner,
        id=_new_id(change),
        direction=change.direction,
        number=change.number,
        allow=True,
        protocol=change.protocol,
        first=change.first,
        last=change.last,
        peer_kind=change.peer_kind,
        peer=change.peer,
        description="",
    )
    return (*rows, added)


def _new_id(change: AuthorizeRule) -> str:
    """Return the id that the rule will have in the `rule` table."""
    if change.owner.startswith("acl-"):
        return f"{change.owner}#{change.direction}/{change.number}"
    ports = f"{change.protocol}/{change.first}-{change.last}"
    return f"{change.owner}#{change.direction}/{ports}/{change.peer}"


def _routes(rows: tuple[Route, ...], change: DropRoute | AddRoute) -> tuple[Route, ...]:
    def goes(row: Route) -> bool:
        there = (row.owner, row.destination) == (change.owner, change.destination)
        if not there or row.propagated:
            return False
        return isinstance(change, AddRoute) or row.target == change.target

    kept = tuple(row for row in rows if not goes(row))
    if isinstance(change, DropRoute):
        return kept
    added = Route(
        owner=change.owner,
        destination=change.destination,
        target_kind=change.target_kind,
        target=change.target,
        blackhole=False,
        propagated=False,
    )
    return (*kept, added)


def _interface(row: Interface, change: ReleaseAddress | AssociateAddress) -> Interface:
    if row.id != change.interface:
        return row
    public = dict(row.public)
    if isinstance(change, ReleaseAddress):
        public.pop(change.private, None)
    else:
        public[change.private] = change.public
    return structs.replace(row, public=public)
