# SPDX-License-Identifier: Apache-2.0
"""What was found wrong with a policy document, ready for any report."""

from enum import Enum

from msgspec import Struct


class Level(Enum):
    """How much a finding matters, worst first."""

    ERROR = "error"
    """The vendor refuses it, or a part of it can never do anything."""
    WARNING = "warning"
    """It most likely does something else than was meant, or more."""
    NOTE = "note"
    """It can be written better, or is worth knowing."""


class Span(Struct, frozen=True, order=True):
    """A part of a text; lines and columns from 1, in characters."""

    line: int
    column: int
    end_line: int
    end_column: int
    """The column after the last character."""


class RuleNote(Struct, frozen=True, kw_only=True):
    """What a report says about a rule."""

    id: str
    """Kebab-case, stable."""
    level: Level
    """Of most of its findings."""
    title: str
    """What it finds, one sentence without a full stop."""
    why: str
    """What comes of it."""
    fix: str
    """What to write instead."""
    page: str
    """Address of the vendor's page with the rule."""


class Related(Struct, frozen=True):
    """Another part of the document that a finding speaks of."""

    span: Span
    text: str
    """A phrase: `the statement that covers it`."""


class PolicyFinding(Struct, frozen=True, kw_only=True):
    """One thing that is wrong, in its place."""

    rule: str
    level: Level
    message: str
    """What is wrong here, one sentence without a full stop."""
    span: Span
    fix: str
    """What to write here instead."""
    related: tuple[Related, ...] = ()


class CheckedPolicy(Struct, frozen=True, kw_only=True):
    """All that was found in one document."""

    name: str
    """What the user calls it."""
    type: str
    """Type of policy that it was checked as."""
    told: bool
    """The user said the type; else it is the type that the document's form suggests."""
    findings: tuple[PolicyFinding, ...]
    """By place, then by rule."""
    unchecked: tuple[str, ...] = ()
    """What could not be checked within bounds, each with the reason."""


class PolicyCheck(Struct, frozen=True, kw_only=True):
    """The outcome of a run over documents."""

    tool_version: str
    policies: tuple[CheckedPolicy, ...]
    rules: tuple[RuleNote, ...]
    """Every rule that was applied, sorted by id."""
