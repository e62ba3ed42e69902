# SPDX-License-Identifier: Apache-2.0
"""Rules about actions and resources that do not go together, so that nothing is allowed or denied.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.catalogue import Action, ResourceType
from bartizan.reason.authz.aws.check.action import known
from bartizan.reason.authz.aws.check.layout import Part
from bartizan.reason.authz.aws.check.pattern import arns_meet, cost
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject, Text

_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)
_MOST_SHOWN = 3


class _Pattern(Struct, frozen=True):
    """A pattern of actions and the known actions that it matches."""

    text: Text
    actions: tuple[Action, ...]

    @property
    def types(self) -> frozenset[ResourceType]:
        """Return all that those actions act on."""
        return frozenset(kind for action in self.actions for kind in action.resource_types)


def _named(subject: Subject) -> Iterator[Stated]:
    """Yield the statements that name actions and, without a lone star, resources."""
    for stated in subject.stated:
        statement = stated.statement
        named = statement.action is not None and statement.resource is not None
        if named and "*" not in (statement.resource or ()) and "*" not in (statement.action or ()):
            yield stated


def _fits(subject: Subject, kinds: Iterable[ResourceType], pattern: str) -> bool:
    """Return whether some ARN of `pattern` can be of one of the types."""
    plain = pattern.split("${", 1)[0] if subject.current else pattern
    for kind in kinds:
        subject.spend(cost(pattern, kind.arn))
        if kind.flat and plain.count("/") > kind.arn.count("/"):
            continue
        if arns_meet(pattern, kind.arn, variables=subject.current):
            return True
    return False


def _patterns(stated: Stated, subject: Subject) -> Iterator[_Pattern]:
    for text in stated.actions:
        yield _Pattern(text, known(text.value, subject))


def _inert(stated: Stated, subject: Subject) -> Iterator[_Pattern]:
    """Yield the patterns none of whose actions acts on any of the resources."""
    resources = [text.value for text in stated.resources]
    for pattern in _patterns(stated, subject):
        kinds = pattern.types
        if pattern.actions and not any(_fits(subject, kinds, one) for one in resources):
            yield pattern


def _without_resource(subject: Subject) -> Iterator[Hit]:
    for stated in _named(subject):
        idle = [pattern for pattern in _inert(stated, subject) if pattern.types]
        if idle:
            needed = {name for action in idle[0].actions for name in action.required}
            kinds = sorted(
                idle[0].types, key=lambda kind: (kind.name not in needed, len(kind.arn), kind.name)
            )
            shown = " or ".join(f"`{kind.arn}` ({kind.name})" for kind in kinds[:_MOST_SHOWN])
            yield Hit(
                at=idle[0].text.at,
                message=f"{_listed(idle)} {'acts' if len(idle) == 1 else 'act'} on none of the "
                "statement's resources",
                fix=f"name a resource like {shown} for `{idle[0].text.value[:100]}`, or move "
                f"{'it' if len(idle) == 1 else 'them'} to another statement",
                related=_beside(stated, idle),
            )


def _wildcard_only(subject: Subject) -> Iterator[Hit]:
    for stated in _named(subject):
        idle = [pattern for pattern in _inert(stated, subject) if not pattern.types]
        if idle:
            yield Hit(
                at=idle[0].text.at,
                message=f"{_listed(idle)} {'acts' if len(idle) == 1 else 'act'} on no resource, "
                "so that only `*` covers it",
                related=_beside(stated, idle),
            )


def _listed(patterns: list[_Pattern]) -> str:
    shown = ", ".join(f"`{pattern.text.value[:100]}`" for pattern in patterns[:_MOST_SHOWN])
    more = len(patterns) - _MOST_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _beside(stated: Stated, patterns: list[_Pattern]) -> tuple[tuple[Part, str], ...]:
    """Return the other places that a finding about actions of one statement speaks of."""
    others = tuple((pattern.text.at, "this too") for pattern in patterns[1:])
    return ((stated.at("Resource"), "the resources"), *others)


def _without_action(subject: Subject) -> Iterator[Hit]:
    for stated in _named(subject):
        patterns = list(_patterns(stated, subject))
        if not all(pattern.actions for pattern in patterns):
            # An action that is not known may act on anything.
            continue
        kinds = frozenset(kind for pattern in patterns for kind in pattern.types)
        idle = [text for text in stated.resources if not _fits(subject, kinds, text.value)]
        if len(idle) == len(stated.resources):
            # Then the actions have been told already.
            continue
        for text in idle:
            yield Hit(
                at=text.at,
                message=f"none of the statement's actions acts on `{text.value[:100]}`",
                related=((stated.at("Action"), "the actions"),),
            )


RULES = (
    Rule(
        id="action-without-resource",
        level=Level.WARNING,
        title="An action acts on none of the resources of its statement",
        why="A request for the action names a resource of another type, so the statement never "
        "speaks of it: an Allow grants nothing, and a Deny protects nothing.",
        fix="name resources of a type that the action acts on",
        page=_REFERENCE,
        wrong='{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b/*"}',
        right='{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}',
        find=_without_resource,
    ),
    Rule(
        id="wildcard-only-action",
        level=Level.WARNING,
        title="An action that has no resource is limited to resources",
        why="A request for the action names no resource, and only `*` covers it: an Allow grants "
        "nothing, and a Deny protects nothing.",
        fix="move it to a statement of its own with Resource `*`",
        page=_REFERENCE,
        wrong='{"Effect": "Allow", "Action": "ec2:DescribeInstances", '
        '"Resource": "arn:aws:ec2:*:*:instance/*"}',
        right='{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}',
        find=_wildcard_only,
    ),
    Rule(
        id="resource-without-action",
        level=Level.WARNING,
        title="None of the statement's actions acts on a resource",
        why="The statement says nothing about the resource, though it names it.",
        fix="add the actions that were meant, or take the resource away",
        page=f"{GUIDE}reference_policies_elements_resource.html",
        wrong='{"Effect": "Allow", "Action": "s3:GetObject", '
        '"Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}',
        right='{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}',
        find=_without_action,
    ),
)
