# SPDX-License-Identifier: Apache-2.0
"""Shortens the lists of a statement, each on its own."""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from bartizan.reason.authz.aws.check.pattern import cost, resource_within, within
from bartizan.reason.authz.aws.policy.document import (
    ConditionTest,
    Document,
    Principals,
    Statement,
)
from bartizan.reason.authz.aws.policy.operator import Kind, operator
from bartizan.reason.authz.aws.rewrite.change import (
    Change,
    Element,
    in_place,
    name,
    pair,
    patterns,
    with_patterns,
)
from bartizan.reason.authz.aws.rewrite.cover import action_within, could_hold

MOST_COST = 200_000
"""What the patterns of one list may take to be compared, about in microseconds; beyond, only what
stands twice is found."""

Held: TypeAlias = Callable[[str, str], bool]
"""Whether the first pattern is held by the second."""

_LISTS: tuple[tuple[Element, Held], ...] = (
    ("action", action_within),
    ("not_action", action_within),
    ("resource", resource_within),
    ("not_resource", resource_within),
)


def tidy(document: Document, unwanted: frozenset[Hashable]) -> Iterator[Change]:
    """Drop what a list holds twice or under a wider pattern, and sort it."""
    for index, statement in enumerate(document.statements):
        current = statement
        for element, shorten in _WAYS:
            new = shorten(current)
            key = ("tidy", statement.position, element)
            if new == current or key in unwanted:
                continue
            gone = _entries(current) - _entries(new)
            document = in_place(document, index, new)
            does = f"drop {gone} of" if gone else "sort"
            yield Change(
                key=key,
                says=f"{name(new)}: {does} the {element} entries",
                document=document,
                pair=pair(document, *_parts(current, new)),
            )
            current = new


def _list(element: Element, held: Held) -> Callable[[Statement], Statement]:
    """Return what shortens one list."""

    def shorten(statement: Statement) -> Statement:
        listed = patterns(statement, element)
        if listed is None:
            return statement
        return with_patterns(statement, element, widest(listed, held))

    return shorten


def _principal(statement: Statement) -> Statement:
    if statement.principal is None:
        return statement
    return replace(statement, principal=named_once(statement.principal, spare=True))


def _not_principal(statement: Statement) -> Statement:
    if statement.not_principal is None:
        return statement
    return replace(statement, not_principal=named_once(statement.not_principal, spare=False))


def _condition(statement: Statement) -> Statement:
    return replace(statement, conditions=tuple(one_test(test) for test in statement.conditions))


_WAYS: tuple[tuple[str, Callable[[Statement], Statement]], ...] = (
    ("action", _list("action", action_within)),
    ("not-action", _list("not_action", action_within)),
    ("resource", _list("resource", resource_within)),
    ("not-resource", _list("not_resource", resource_within)),
    ("principal", _principal),
    ("not-principal", _not_principal),
    ("condition", _condition),
)


def _parts(old: Statement, new: Statement) -> tuple[list[Statement], list[Statement]]:
    """Return what has to be compared: of two lists only what is dropped and what holds it."""
    for element, held in _LISTS[::2]:
        before, after = patterns(old, element), patterns(new, element)
        if before is None or after is None or before == after:
            continue
        kept, given = set(after), set(before)
        gone = [one for one in before if one not in kept]
        if not gone:
            return [new], [new]
        wider = {one for each in gone for one in could_hold(each, after) if held(each, one)}
        holding = tuple(one for one in after if one in wider)
        was = tuple(one for one in holding if one in given)
        return (
            [with_patterns(old, element, (*gone, *was))],
            [with_patterns(new, element, holding)],
        )
    return [old], [new]


def _entries(statement: Statement) -> int:
    """Count what the lists of a statement hold."""
    listed = sum(len(patterns(statement, element) or ()) for element, _ in _LISTS)
    named = sum(_people(one) for one in (statement.principal, statement.not_principal) if one)
    return listed + named + sum(len(test.values) for test in statement.conditions)


def _people(held: Principals) -> int:
    return held.any + sum(
        len(names) for names in (held.aws, held.service, held.federated, held.canonical)
    )


def widest(patterns: Sequence[str], held: Held) -> tuple[str, ...]:
    """Return the patterns that no other holds, sorted; of two that hold each other, the first."""
    each = sorted({_starred(pattern) for pattern in patterns}, key=lambda p: (p.lower(), p))
    wild = tuple(pattern for pattern in each if "*" in pattern or "?" in pattern)
    kept: list[str] = []
    spent = 0
    for pattern in each:
        wider = []
        for one in could_hold(pattern, wild):
            spent += cost(pattern, one)
            if one != pattern and held(pattern, one):
                wider.append(one)
            if spent > MOST_COST:
                return tuple(each)
        if any(not held(one, pattern) or one < pattern for one in wider):
            continue
        if held is action_within and kept and kept[-1].lower() == pattern.lower():
            continue
        kept.append(pattern)
    return tuple(kept)


def _starred(pattern: str) -> str:
    """Write stars in a row as one."""
    return pattern if "${" in pattern else re.sub(r"\*{2,}", "*", pattern)


def named_once(principals: Principals, *, spare: bool) -> Principals:
    """Name everybody once. With `spare`, who is named beside everyone is left out: nobody is
    named more directly than by `*`.
    """
    return Principals(
        any=principals.any,
        aws=() if principals.any and spare else tuple(sorted(set(principals.aws))),
        service=tuple(sorted(set(principals.service))),
        federated=tuple(sorted(set(principals.federated))),
        canonical=tuple(sorted(set(principals.canonical))),
    )


def one_test(test: ConditionTest) -> ConditionTest:
    """Write the values of a condition once; they are alternatives, or for a negated operator
    all excluded, so that a wider pattern makes a narrower one needless either way.
    """
    known = operator(test.operator)
    values = tuple(sorted(set(test.values)))
    if known is not None and known.kind is Kind.PATTERN and not any("${" in v for v in values):
        values = widest(values, within)
    return replace(test, values=values)
