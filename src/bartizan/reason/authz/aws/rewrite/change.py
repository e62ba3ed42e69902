# SPDX-License-Identifier: Apache-2.0
"""One change to a document on its way to a shorter one."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bartizan.reason.authz.aws.policy.document import Document, Statement

MOST_PAIRS = 250_000
"""Pairs of patterns or of statements that are compared; beyond, only equal ones are found."""


class Change(Struct, frozen=True, kw_only=True):
    """One change to a document."""

    key: Hashable
    """Tells it from others of the same document."""
    says: str
    """What it does, for people."""
    document: Document
    """What it leads to, all changes before it included."""
    pair: tuple[Document, Document]
    """What has to mean the same for it: as much as it changes, and as it rests on, before and
    after. What else is in the document says the same either way."""


Sweep: TypeAlias = Callable[[Document, frozenset[Hashable]], Iterator[Change]]
"""Yields one change after the other, but for those whose keys are not wanted."""


def name(statement: Statement) -> str:
    """Return what people call a statement: its Sid, else its position from 0."""
    return statement.sid or f"#{statement.position}"


def in_place(document: Document, index: int, statement: Statement) -> Document:
    """Return the document with another statement in the place of one."""
    kept = list(document.statements)
    kept[index] = statement
    return replace(document, statements=tuple(kept))


def pair(
    document: Document, old: Sequence[Statement], new: Sequence[Statement]
) -> tuple[Document, Document]:
    """Return two documents of the version of one, to be compared."""
    return replace(document, statements=tuple(old)), replace(document, statements=tuple(new))


Element = Literal["action", "not_action", "resource", "not_resource"]
"""A list of patterns in a statement."""


def patterns(statement: Statement, element: Element) -> tuple[str, ...] | None:
    """Return what a list of a statement holds; None where it has no such list."""
    match element:
        case "action":
            return statement.action
        case "not_action":
            return statement.not_action
        case "resource":
            return statement.resource
        case "not_resource":
            return statement.not_resource


def with_patterns(
    statement: Statement, element: Element, held: tuple[str, ...] | None
) -> Statement:
    """Return the statement with another list."""
    match element:
        case "action":
            return replace(statement, action=held)
        case "not_action":
            return replace(statement, not_action=held)
        case "resource":
            return replace(statement, resource=held)
        case "not_resource":
            return replace(statement, not_resource=held)
