# SPDX-License-Identifier: Apache-2.0
"""Shortens the lists of a statement, each on its own."""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from bartizan.reason.authz.aws.check.pattern import resource_within, within
from bartizan.reason.authz.aws.policy.document import (
    ConditionTest,
    Document,
    Principals,
    Statement,
)
from bartizan.reason.authz.aws.policy.operator import Kind, operator
from bartizan.reason.authz.aws.rewrite.change import (
    MOST_PAIRS,
    Change,
    Element,
    in_place,
    name,
    patterns,
    with_patterns,
)
from bartizan.reason.authz.aws.rewrite.cover import action_within

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
        for element, new in _tidied(statement):
            key = ("tidy", statement.position, element)
            if key in unwanted:
                continue
            gone = _entries(current) - _entries(new)
            current = new
            document = in_place(document, index, new)
            what = element.replace("_", "-")
            does = f"drop {gone} of the {what} entries" if gone else f"sort the {what} entries"
            yield Change(key=key, says=f"{name(new)}: {does}", document=document)


def _tidied(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """Yield the statement after each element that can be shorter, one upon the other."""
    for element, held in _LISTS:
        listed = patterns(statement, element)
        shorter = None if listed is None else widest(listed, held)
        if shorter != listed:
            statement = with_patterns(statement, element, shorter)
            yield element, statement
    if statement.principal is not None:
        named = named_once(statement.principal, spare=True)
        if named != statement.principal:
            statement = replace(statement, principal=named)
            yield "principal", statement
    if statement.not_principal is not None:
        named = named_once(statement.not_principal, spare=False)
        if named != statement.not_principal:
            statement = replace(statement, not_principal=named)
            yield "not_principal", statement
    tests = tuple(one_test(test) for test in statement.conditions)
    if tests != statement.conditions:
        yield "condition", replace(statement, conditions=tests)


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
    wild = [pattern for pattern in each if "*" in pattern or "?" in pattern]
    if len(wild) * len(each) > MOST_PAIRS:
        wild = [pattern for pattern in wild if pattern == "*"]
    kept: list[str] = []
    for pattern in each:
        wider = (one for one in wild if one != pattern and held(pattern, one))
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
