# SPDX-License-Identifier: Apache-2.0
"""Statements of two policies, made comparable: equal ones are one, and each is a conjunction of
an action, a resource, conditions and a caller.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bartizan.reason.authz.aws.diff.condition import Test, test_of
from bartizan.reason.authz.aws.diff.glob import Holes, Pattern
from bartizan.reason.authz.aws.diff.texts import Texts, resource, union
from bartizan.reason.authz.aws.policy.document import (
    ConditionTest,
    Document,
    Effect,
    Principals,
    Statement,
)

Covered: TypeAlias = tuple[Texts, bool]
"""A set of texts, and whether the text shall be of it."""


LONGEST = 2_048
"""Characters of a pattern or a value that is reasoned about; the vendor's own limits are below."""


def is_small(document: Document) -> bool:
    """Return whether no pattern of a policy is too long to be reasoned about."""
    return all(
        len(text) <= LONGEST
        for statement in document.statements
        for some in (
            statement.action,
            statement.not_action,
            statement.resource,
            statement.not_resource,
            *(test.values for test in statement.conditions),
        )
        for text in some or ()
    )


def alike(one: Document, other: Document) -> bool:
    """Return whether two policies are the same but for the names of their statements."""
    plain = (
        [replace(s, sid="", position=0, text="") for s in document.statements]
        for document in (one, other)
    )
    return one.version == other.version and next(plain) == next(plain)


class Region(Struct, frozen=True, eq=False):
    """What one statement speaks of; equal statements of both policies are the same region."""

    actions: tuple[str, ...]
    """Patterns in lower case."""
    excluded: bool
    """They are of a NotAction."""
    resource: Covered | None
    """None for every resource."""
    tests: tuple[Test, ...]
    principal: Principals | None
    not_principal: Principals | None

    def asks_no_more(self, other: "Region") -> bool:
        """Return whether, actions and callers aside, it plainly covers all that `other` does."""
        if self.resource is not None and self.resource != other.resource:
            return False
        return set(self.tests) <= set(other.tests)


class Side(Struct, frozen=True):
    """One policy."""

    allows: tuple[Region, ...]
    denies: tuple[Region, ...]


class Reader:
    """Reads both policies of a comparison, so that what is equal becomes the same."""

    def __init__(self) -> None:
        self.holes = Holes()
        self.spelled: dict[str, str] = {}
        """Each condition key, in lower case, as a policy writes it."""
        self._tests: dict[tuple[str, str, tuple[str, ...], bool], Test] = {}
        self._texts: dict[tuple[tuple[str, ...], bool], Texts] = {}
        self._regions: dict[object, Region] = {}

    def side(self, document: Document) -> Side:
        """Return the regions of a policy, each once."""
        variables = document.version == "2012-10-17"
        found: dict[Effect, dict[Region, None]] = {Effect.ALLOW: {}, Effect.DENY: {}}
        for statement in document.statements:
            found[statement.effect][self._region(statement, variables=variables)] = None
        return Side(tuple(found[Effect.ALLOW]), tuple(found[Effect.DENY]))

    def patterns(self) -> tuple[Pattern, ...]:
        """Return all patterns of resources and condition values."""
        texts = [*self._texts.values(), *(t.texts for t in self._tests.values() if t.texts)]
        return tuple(dict.fromkeys(one for each in texts for one in each.certain()))

    def _region(self, statement: Statement, *, variables: bool) -> Region:
        written = statement.action if statement.action is not None else statement.not_action
        actions = tuple(sorted({pattern.lower() for pattern in written or ()}))
        excluded = statement.action is None
        covered = self._resource(statement, variables=variables)
        tests = dict.fromkeys(
            self._test(test, variables=variables) for test in statement.conditions
        )
        ordered = tuple(sorted(tests, key=lambda test: (test.key, test.name, test.values)))
        same = (
            actions,
            excluded,
            covered,
            ordered,
            _listed(statement.principal),
            _listed(statement.not_principal),
        )
        if same not in self._regions:
            self._regions[same] = Region(
                actions, excluded, covered, ordered, statement.principal, statement.not_principal
            )
        return self._regions[same]

    def _resource(self, statement: Statement, *, variables: bool) -> Covered | None:
        if statement.resource is not None:
            if "*" in statement.resource:
                return None
            return self._covers(statement.resource, variables=variables), True
        if statement.not_resource is not None:
            return self._covers(statement.not_resource, variables=variables), False
        return None

    def _covers(self, patterns: Sequence[str], *, variables: bool) -> Texts:
        name = (tuple(sorted(set(patterns))), variables and any("${" in p for p in patterns))
        if name not in self._texts:
            self._texts[name] = union(
                resource(pattern, self.holes, variables=variables) for pattern in name[0]
            )
        return self._texts[name]

    def _test(self, written: ConditionTest, *, variables: bool) -> Test:
        values = tuple(sorted(set(written.values)))
        filled = variables and any("${" in value for value in values)
        name = (written.operator.lower(), written.key.lower(), values, filled)
        if name not in self._tests:
            self.spelled.setdefault(written.key.lower(), written.key)
            self._tests[name] = test_of(written, self.holes, variables=variables)
        return self._tests[name]


def _listed(element: Principals | None) -> object:
    """Return a Principal element without regard to order."""
    if element is None or element.any:
        return element is None
    return tuple(
        frozenset(names)
        for names in (element.aws, element.service, element.federated, element.canonical)
    )
