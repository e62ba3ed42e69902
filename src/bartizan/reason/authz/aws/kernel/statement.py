# SPDX-License-Identifier: Apache-2.0
"""Statements as the kernel keeps them: what depends on the caller alone is settled."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from bartizan.reason.authz.aws.kernel.logic import MAYBE, NO, YES
from bartizan.reason.authz.aws.kernel.values import (
    Hole,
    Lookup,
    Many,
    RawTest,
    SettledTest,
    State,
    Values,
    fill,
    fill_first,
)
from bartizan.reason.authz.aws.policy.action import covers_action
from bartizan.reason.authz.aws.policy.arn_pattern import (
    begins_with_short,
    crosses_colons,
    resource_pattern,
    resource_tokens,
)
from bartizan.reason.authz.aws.policy.document import Document, Effect, Statement
from bartizan.reason.authz.aws.policy.wildcard import Token, Variable, Wild, tokens
from bartizan.reason.authz.aws.request import Attached

FIXED_VERSION = "2012-10-17"
"""The version in which `${...}` is a variable."""


class ActionSet(Struct, frozen=True):
    """An Action or NotAction element."""

    negated: bool
    patterns: tuple[str, ...]
    """In lower case, sorted."""


Pattern: TypeAlias = str | tuple[Token, ...]
"""A Resource pattern: as written, or with its variables filled in as far as they could be."""


_EVERY = ("*",)


class ResourceSet(Struct, frozen=True):
    """A Resource or NotResource element."""

    negated: bool
    patterns: tuple[Pattern, ...]
    doubtful: bool = False
    """Of a NotResource: a variable has no value, and what that means is not said."""

    def covers(self, arn: str, lookup: Lookup, many: Many) -> int:
        """Return NO, MAYBE or YES: whether it covers `arn`."""
        if self.patterns == _EVERY and not self.negated:
            return YES
        found = MAYBE if self.doubtful else NO
        for pattern in self.patterns:
            code = matches(pattern, arn, lookup, many)
            found = max(found, (MAYBE if self.negated else NO) if code is None else code)
        return YES - found if self.negated else found


EVERYTHING = ResourceSet(negated=False, patterns=_EVERY)


class Settled(Struct, frozen=True):
    """What a statement says once it is known of whom."""

    allow: bool
    actions: ActionSet
    resources: ResourceSet
    tests: tuple[SettledTest, ...]


class Raw(Struct, frozen=True, eq=False):
    """A statement of a document, with what it takes from the caller."""

    statement: Statement
    variables: bool
    """The document's version knows policy variables."""
    actions: ActionSet
    tests: tuple[RawTest, ...]
    """Its conditions."""
    filled: bool
    """Its resources have variables."""
    depends: bool
    """Some of its patterns or values have variables."""
    keys: frozenset[str]
    """The condition keys, in lower case, that it asks for or takes values from."""
    resources_alone: ResourceSet | None
    """Its resources, where it has no variables."""

    @classmethod
    def of(cls, statement: Statement, *, variables: bool) -> "Raw":
        """Take a statement apart; `variables` says that the document's version knows them."""
        tests = tuple(RawTest.of(test, variables=variables) for test in statement.conditions)
        held = (*(statement.resource or ()), *(statement.not_resource or ()))
        filled = variables and any("${" in text for text in held)
        keys = [test.key for test in tests]
        for test in tests:
            keys += test.asked.open_keys if test.depends else ()
        for pattern in held if filled else ():
            keys += _variables(tokens(pattern, variables=True))
        return cls(
            statement=statement,
            variables=variables,
            actions=_actions(statement),
            tests=tests,
            filled=filled,
            depends=filled or any(test.depends for test in tests),
            keys=frozenset(keys),
            resources_alone=_resources(statement, _open, _open_many, variables=filled),
        )

    def settled(self, lookup: Lookup, many: Many) -> Settled | None:
        """Settle what depends on the caller; None for what never speaks of any request."""
        resources = self.resources_alone
        if self.filled:
            resources = _resources(self.statement, lookup, many, variables=True)
        if resources is None:
            return None
        tests: dict[SettledTest, None] = {}
        for test in self.tests:
            left = test.settled(lookup, many)
            if left == NO:
                return None
            if isinstance(left, SettledTest):
                tests[left] = None
        allow = self.statement.effect is Effect.ALLOW
        return Settled(allow, self.actions, resources, tuple(tests))


def _actions(statement: Statement) -> ActionSet:
    patterns = statement.action if statement.action is not None else statement.not_action or ()
    lowered = tuple(sorted({pattern.lower() for pattern in patterns}))
    return ActionSet(negated=statement.action is None, patterns=lowered)


def _resources(
    statement: Statement, lookup: Lookup, many: Many, *, variables: bool
) -> ResourceSet | None:
    """Return the resources of a statement, variables filled in; None where it covers nothing."""
    if statement.resource is None and statement.not_resource is None:
        return EVERYTHING
    negated = statement.resource is None
    found: dict[Pattern, None] = {}
    doubtful = False
    for text in (statement.not_resource if negated else statement.resource) or ():
        pattern = _pattern(text, lookup, many) if variables and "${" in text else text
        if pattern is None:
            doubtful = True
        elif pattern == "*" and not negated:
            return EVERYTHING
        else:
            found[pattern] = None
    if not found and not negated:
        return None
    return ResourceSet(negated, tuple(found), doubtful=doubtful and negated)


def _pattern(text: str, lookup: Lookup, many: Many) -> Pattern | None:
    """Fill in a pattern's variables; None where one has no value."""
    pieces = resource_tokens(text)
    if pieces is None:
        return None
    filled = fill_first(pieces, lookup, many)
    return None if isinstance(filled, Hole) else filled


def _open(key: str) -> Values:
    del key
    return State.OPEN


def _open_many(key: str) -> bool:
    del key
    return False


def _variables(pieces: tuple[Token, ...]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Variable):
            yield piece.key.lower()


def matches(pattern: Pattern, arn: str, lookup: Lookup, many: Many) -> int | None:
    """Return NO, MAYBE or YES: whether `pattern` covers `arn`; None where it does not, and a
    variable has no value or might have none.
    """
    if isinstance(pattern, str):
        if resource_pattern(pattern)(arn):
            return YES
        return MAYBE if begins_with_short(pattern, arn) else NO
    filled = fill(pattern, lookup, many) if has_variables(pattern) else pattern
    if filled is Hole.UNSET:
        return None
    if isinstance(filled, Hole):
        return MAYBE if crosses_colons(_at_most(pattern, lookup, many), arn) else None
    return YES if crosses_colons(filled, arn) else NO


def _at_most(pattern: tuple[Token, ...], lookup: Lookup, many: Many) -> tuple[Token, ...]:
    """Return all that `pattern` could stand for, as far as its variables are known."""
    parts = (fill((piece,), lookup, many) for piece in pattern)
    found = (part if isinstance(part, tuple) else (Wild.MANY,) for part in parts)
    return tuple(piece for part in found for piece in part)


def has_variables(pattern: tuple[Token, ...]) -> bool:
    """Some of `pattern` is not settled until a request is known."""
    return any(isinstance(piece, Variable) for piece in pattern)


def prefix(pattern: Pattern) -> str:
    """Return the text that everything which `pattern` covers begins with."""
    pieces = tokens(pattern, variables=False) if isinstance(pattern, str) else pattern
    first = pieces[0] if pieces else ""
    return first if isinstance(first, str) else ""


_READ: dict[int, tuple[Document, tuple[Raw, ...]]] = {}
"""By the identity of a document that is kept here, as to hash a whole document takes long."""
_MOST_READ = 1 << 14


def raw_statements(document: Document) -> tuple[Raw, ...]:
    """Return the statements of a document."""
    known = _READ.get(id(document))
    if known is None:
        variables = document.version == FIXED_VERSION
        found = tuple(Raw.of(statement, variables=variables) for statement in document.statements)
        known = _READ[id(document)] = (document, found)
        if len(_READ) > _MOST_READ:
            del _READ[next(iter(_READ))]
    return known[1]


def raws(policies: Iterable[Attached | None]) -> Iterator[Raw]:
    """Yield the statements of policies, as far as those are there and were read."""
    for policy in policies:
        if policy is not None and policy.document is not None:
            yield from raw_statements(policy.document)


def allowing(document: Document, action: str) -> tuple[Statement, ...]:
    """Return the Allow statements of `document` that cover `action`, which is in lower case."""
    return tuple(
        raw.statement
        for raw in raw_statements(document)
        if raw.statement.effect is Effect.ALLOW and covers_action(raw.statement, action)
    )
