# SPDX-License-Identifier: Apache-2.0
"""Joins statements that differ in one element."""

from collections.abc import Callable, Hashable, Iterator, Sequence

from msgspec.structs import replace

from bartizan.reason.authz.aws.check.pattern import resource_within
from bartizan.reason.authz.aws.policy.document import Document, Principals, Statement
from bartizan.reason.authz.aws.policy.operator import Kind, Quantifier, operator
from bartizan.reason.authz.aws.rewrite.change import Change, name, pair
from bartizan.reason.authz.aws.rewrite.cover import action_within
from bartizan.reason.authz.aws.rewrite.tidy import named_once, one_test, widest


def merge(document: Document, unwanted: frozenset[Hashable]) -> Iterator[Change]:
    """Join statements that differ in their actions, resources, principals, or in the values of
    one condition alone.
    """
    for element, apart in _MERGES:
        first: dict[Hashable, int] = {}
        kept = {statement.position: statement for statement in document.statements}
        for statement in document.statements:
            same = apart(statement)
            if same is None:
                continue
            into = kept[first.setdefault(same, statement.position)]
            key = ("merge", element, into.position, statement.position)
            if into.position == statement.position or key in unwanted:
                continue
            joined = _joined(into, statement, element)
            kept[into.position] = joined
            del kept[statement.position]
            document = replace(document, statements=tuple(kept.values()))
            says = f"join {name(statement)} with {name(into)}, which differ in {element}"
            parts = pair(document, (into, statement), (joined,))
            yield Change(key=key, says=says, document=document, pair=parts)


def _apart_in_action(statement: Statement) -> Hashable | None:
    """Return what must be the same in statements whose actions are joined."""
    return None if statement.action is None else _rest(replace(statement, action=None))


def _apart_in_resource(statement: Statement) -> Hashable | None:
    return None if statement.resource is None else _rest(replace(statement, resource=None))


def _apart_in_principal(statement: Statement) -> Hashable | None:
    return None if statement.principal is None else _rest(replace(statement, principal=None))


def _rest(statement: Statement) -> Hashable:
    alike = replace(statement, position=0, sid="", text="", conditions=())
    return alike, frozenset(statement.conditions)


def _apart_in_condition(statement: Statement) -> Hashable | None:
    """Return what must be the same in statements with one condition whose values are joined."""
    if len(statement.conditions) != 1:
        return None
    (test,) = statement.conditions
    known = operator(test.operator)
    if known is None or known.negated or known.kind is Kind.NULL:
        return None
    if known.quantifier is Quantifier.ALL:
        # All values in one set or all in another is not all in both together.
        return None
    alike = replace(statement, position=0, sid="", text="", conditions=())
    return alike, test.operator, test.key


_MERGES: Sequence[tuple[str, Callable[[Statement], Hashable | None]]] = (
    ("action", _apart_in_action),
    ("resource", _apart_in_resource),
    ("principal", _apart_in_principal),
    ("condition", _apart_in_condition),
)


def _joined(into: Statement, other: Statement, element: str) -> Statement:
    into = replace(into, sid=into.sid or other.sid)
    if element == "condition":
        (one,), (two,) = into.conditions, other.conditions
        both = one_test(replace(one, values=(*one.values, *two.values)))
        return replace(into, conditions=(both,))
    if element == "action":
        actions = (*(into.action or ()), *(other.action or ()))
        return replace(into, action=widest(actions, action_within))
    if element == "resource":
        resources = (*(into.resource or ()), *(other.resource or ()))
        return replace(into, resource=widest(resources, resource_within))
    first, second = into.principal or Principals(), other.principal or Principals()
    named = Principals(
        any=first.any or second.any,
        aws=(*first.aws, *second.aws),
        service=(*first.service, *second.service),
        federated=(*first.federated, *second.federated),
        canonical=(*first.canonical, *second.canonical),
    )
    return replace(into, principal=named_once(named, spare=True))
