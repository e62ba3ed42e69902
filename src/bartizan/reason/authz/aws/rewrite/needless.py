# SPDX-License-Identifier: Apache-2.0
"""Drops what other statements make needless."""

from collections.abc import Callable, Hashable, Iterator, Sequence

from msgspec.structs import replace

from bartizan.reason.authz.aws.check.pattern import resource_within
from bartizan.reason.authz.aws.policy.document import Document, Effect, Statement
from bartizan.reason.authz.aws.rewrite.change import (
    MOST_PAIRS,
    Change,
    Element,
    in_place,
    name,
    pair,
    patterns,
    with_patterns,
)
from bartizan.reason.authz.aws.rewrite.cover import action_within, could_hold, covers

_ELEMENTS: tuple[Element, ...] = ("action", "resource")


def drop_statements(document: Document, unwanted: frozenset[Hashable]) -> Iterator[Change]:
    """Drop a statement that another makes needless: one of the same effect that speaks of all
    of it, or a Deny that speaks of all that it allows.
    """
    if len(document.statements) ** 2 > MOST_PAIRS:
        yield from _drop_twins(document, unwanted)
        return
    for statement in reversed(document.statements):
        others = [one for one in document.statements if one.position != statement.position]
        by = _needless(statement, others)
        if by is not None and ("drop", statement.position) not in unwanted:
            says = f"drop {name(statement)}, since {name(by)} {_does(by, statement)}"
            change = _dropped(document, statement, by, says)
            document = change.document
            yield change


def _drop_twins(document: Document, unwanted: frozenset[Hashable]) -> Iterator[Change]:
    """Drop statements that stand twice, where there are too many to compare each with each."""
    first: dict[Hashable, Statement] = {}
    for statement in document.statements:
        by = first.setdefault(_twin(statement), statement)
        if by is not statement and ("drop", statement.position) not in unwanted:
            says = f"drop {name(statement)}, since {name(by)} covers it"
            change = _dropped(document, statement, by, says)
            document = change.document
            yield change


def _dropped(document: Document, statement: Statement, by: Statement, says: str) -> Change:
    kept = (one for one in document.statements if one.position != statement.position)
    needed = _only(by, statement)
    return Change(
        key=("drop", statement.position),
        says=says,
        document=replace(document, statements=tuple(kept)),
        pair=pair(document, (statement, needed), (needed,)),
    )


def _needless(statement: Statement, others: Sequence[Statement]) -> Statement | None:
    """Return a statement that makes this one needless."""
    for one in others:
        if one.effect in {statement.effect, Effect.DENY} and covers(one, statement):
            return one
    return None


def _only(by: Statement, statement: Statement) -> Statement:
    """Leave out of `by` the patterns that hold nothing of `statement`: less is enough."""
    if by.action is not None and statement.action is not None:
        named = statement.action
        by = replace(by, action=_holding(by.action, named, action_within))
    if by.resource is not None and statement.resource is not None:
        named = statement.resource
        by = replace(by, resource=_holding(by.resource, named, resource_within))
    return by


def _holding(
    patterns: tuple[str, ...], inner: Sequence[str], held: Callable[[str, str], bool]
) -> tuple[str, ...]:
    found = {one for each in inner for one in could_hold(each, patterns) if held(each, one)}
    return tuple(one for one in patterns if one in found)


def _twin(statement: Statement) -> Hashable:
    return replace(statement, position=0, sid="", text="")


def _does(by: Statement, statement: Statement) -> str:
    if by.effect is statement.effect:
        return "covers it"
    return "denies all that it allows"


def drop_patterns(document: Document, unwanted: frozenset[Hashable]) -> Iterator[Change]:
    """Drop single actions and resources of a statement that another statement covers."""
    if sum(_patterns(one) for one in document.statements) * len(document.statements) > MOST_PAIRS:
        # Too much to compare; what is left so is only longer than it could be.
        return
    for index in range(len(document.statements)):
        for element in _ELEMENTS:
            for pattern, by in _spare(document, index, element, unwanted):
                statement = document.statements[index]
                held = patterns(statement, element) or ()
                left = tuple(one for one in held if one != pattern)
                document = in_place(document, index, with_patterns(statement, element, left))
                says = f"{name(statement)}: drop `{pattern[:100]}`, since {name(by)} has it too"
                key = ("pattern", statement.position, element, pattern)
                alone = with_patterns(statement, element, (pattern,))
                needed = _only(by, alone)
                parts = pair(document, (alone, needed), (needed,))
                yield Change(key=key, says=says, document=document, pair=parts)


def _spare(
    document: Document, index: int, element: Element, unwanted: frozenset[Hashable]
) -> list[tuple[str, Statement]]:
    """Return the patterns of a list that another statement makes needless, never all."""
    statement = document.statements[index]
    others = (*document.statements[:index], *document.statements[index + 1 :])
    held = patterns(statement, element) or ()
    found: list[tuple[str, Statement]] = []
    for pattern in held:
        if len(found) + 1 >= len(held):
            break
        key = ("pattern", statement.position, element, pattern)
        by = _needless(with_patterns(statement, element, (pattern,)), others)
        if by is not None and key not in unwanted:
            found.append((pattern, by))
    return found


def _patterns(statement: Statement) -> int:
    return len(statement.action or ()) + len(statement.resource or ())
