# SPDX-License-Identifier: Apache-2.0
"""What a rule is: what it finds, why that matters, what to write instead, and how it looks."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from bartizan.model.policy_check import Level, RuleNote
from bartizan.reason.authz.aws.check.layout import Part
from bartizan.reason.authz.aws.check.subject import Subject

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
"""Where the vendor's pages on policies are."""
ORGANIZATIONS = "https://docs.aws.amazon.com/organizations/latest/userguide/"
"""Where the vendor's pages on guardrails are."""

TYPES = ("identity", "resource", "trust", "scp", "rcp", "boundary", "session", "endpoint")
"""Types of policies that are told apart."""


class Hit(Struct, frozen=True, kw_only=True):
    """A place where a rule found something."""

    at: Part
    message: str
    """What is wrong here, one sentence without a full stop."""
    fix: str = ""
    """What to write here; empty for what the rule says."""
    level: Level | None = None
    """Where it is not the rule's own."""
    related: tuple[tuple[Part, str], ...] = ()
    """Other places, each with a phrase."""


Find: TypeAlias = Callable[[Subject], Iterator[Hit]]


class Rule(Struct, frozen=True, kw_only=True):
    """One kind of thing that is wrong with policies."""

    id: str
    """Kebab-case, stable."""
    level: Level
    title: str
    """What it finds, one sentence without a full stop."""
    why: str
    fix: str
    page: str
    """Address of the vendor's page with the rule."""
    wrong: str
    """A statement, or a whole document, in which it finds something."""
    right: str
    """The same as it should be."""
    find: Find
    types: tuple[str, ...] = TYPES
    """Types of policies that it looks at; the examples are of the first."""

    def note(self) -> RuleNote:
        """Return what reports need to know."""
        return RuleNote(
            id=self.id,
            level=self.level,
            title=self.title,
            why=self.why,
            fix=self.fix,
            page=self.page,
        )
