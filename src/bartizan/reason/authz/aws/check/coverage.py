# SPDX-License-Identifier: Apache-2.0
"""Whether one statement speaks of everything that another speaks of: shadowed and redundant ones.

Only sure cases count: what is not certainly covered is not said to be.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Callable, Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check.pattern import cost, meets, resource_within, within
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject
from bartizan.reason.authz.aws.policy.document import ConditionTest, Principals
from bartizan.reason.authz.aws.policy.operator import operator

_LOGIC = f"{GUIDE}reference_policies_evaluation-logic.html"


def covers(outer: Stated, inner: Stated, subject: Subject) -> bool:
    """Return whether `outer` certainly applies to every request that `inner` applies to."""
    mine, theirs = inner.statement, outer.statement
    return (
        _conditions_imply(mine.conditions, theirs.conditions, subject)
        and _names(mine.principal, mine.not_principal, theirs.principal, theirs.not_principal)
        and _element(
            (_folded(mine.action), _folded(mine.not_action)),
            (_folded(theirs.action), _folded(theirs.not_action)),
            holds=within,
            subject=subject,
        )
        and _element(
            (mine.resource, mine.not_resource),
            (theirs.resource, theirs.not_resource),
            holds=resource_within,
            subject=subject,
        )
    )


def _folded(patterns: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if patterns is None else tuple(pattern.lower() for pattern in patterns)


def _element(
    inner: tuple[tuple[str, ...] | None, tuple[str, ...] | None],
    outer: tuple[tuple[str, ...] | None, tuple[str, ...] | None],
    *,
    holds: Callable[[str, str], bool],
    subject: Subject,
) -> bool:
    """Compare an element and its `Not` twin: first what is named, then what is left out."""
    match inner, outer:
        case (None, None), (None, None):
            return True
        case _, (wide, None) if wide is not None and "*" in wide:
            return True
        case (named, None), (wide, None) if named is not None and wide is not None:
            return all(_some(one, wide, holds, subject) for one in named)
        case (named, None), (None, barred) if named is not None and barred is not None:
            return not any(_touch(one, other, subject) for one in named for other in barred)
        case (None, mine), (None, theirs) if mine is not None and theirs is not None:
            return all(_some(one, mine, holds, subject) for one in theirs)
    return False


def _some(
    one: str, wide: tuple[str, ...], holds: Callable[[str, str], bool], subject: Subject
) -> bool:
    for other in wide:
        subject.spend(cost(one, other))
        if holds(one, other):
            return True
    return False


def _touch(one: str, other: str, subject: Subject) -> bool:
    """Return whether two patterns may have something in common; variables may be anything."""
    subject.spend(cost(one, other))
    return "${" in one or "${" in other or meets(one, other)


def _names(
    mine: Principals | None,
    my_exceptions: Principals | None,
    theirs: Principals | None,
    their_exceptions: Principals | None,
) -> bool:
    if my_exceptions is not None or their_exceptions is not None:
        return mine == theirs and my_exceptions == their_exceptions
    if mine is None or theirs is None:
        return mine is theirs
    if theirs.any:
        return True
    return (
        not mine.any
        and set(mine.aws) <= set(theirs.aws)
        and set(mine.service) <= set(theirs.service)
        and set(mine.federated) <= set(theirs.federated)
        and set(mine.canonical) <= set(theirs.canonical)
    )


def _conditions_imply(
    mine: tuple[ConditionTest, ...], theirs: tuple[ConditionTest, ...], subject: Subject
) -> bool:
    """Return whether conditions that hold together mean that `theirs` hold too: each of those is
    among `mine`, or is wider than one of them.
    """
    subject.spend(1 + len(mine) * len(theirs))
    return all(any(_implies(one, other) for one in mine) for other in theirs)


def _implies(one: ConditionTest, other: ConditionTest) -> bool:
    same = one.operator.lower() == other.operator.lower() and one.key.lower() == other.key.lower()
    if not same:
        return False
    mine, wider = set(one.values), set(other.values)
    known = operator(one.operator)
    if known is not None and known.negated:
        mine, wider = wider, mine
    return mine <= wider


def _redundant(subject: Subject) -> Iterator[Hit]:
    for position, stated in enumerate(subject.stated):
        for place, other in enumerate(subject.stated):
            subject.spend()
            if place == position or other.allows != stated.allows:
                continue
            if not covers(other, stated, subject):
                continue
            if place > position and covers(stated, other, subject):
                # Of two equal ones the later is told.
                continue
            yield Hit(
                at=stated.opening,
                message=f"{other.name} covers all that {stated.name} says",
                related=((other.opening, "the statement that covers it"),),
            )
            break


def _shadowed(subject: Subject) -> Iterator[Hit]:
    denies = [stated for stated in subject.stated if not stated.allows]
    for stated in subject.stated:
        if not stated.allows:
            continue
        for deny in denies:
            subject.spend()
            if deny.statement.not_principal is None and covers(deny, stated, subject):
                yield Hit(
                    at=stated.opening,
                    message=f"{deny.name} denies all that {stated.name} allows",
                    related=((deny.opening, "the Deny"),),
                )
                break


RULES = (
    Rule(
        id="redundant-statement",
        level=Level.WARNING,
        title="A statement is covered by another of the same effect",
        why="Taking it away changes nothing. Often the wider one was not meant to be as wide, and "
        "the limits of the narrower one have no effect.",
        fix="take the statement away, or narrow the one that covers it",
        page=_LOGIC,
        wrong='[{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, {"Effect": "Allow", '
        '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]',
        right='[{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}, '
        '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]',
        find=_redundant,
    ),
    Rule(
        id="shadowed-statement",
        level=Level.WARNING,
        title="A Deny covers all that an Allow grants",
        why="A Deny always wins, so the Allow grants nothing.",
        fix="narrow the Deny, or take the Allow away",
        page=_LOGIC,
        wrong='[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}, '
        '{"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}]',
        right='[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}, '
        '{"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}]',
        find=_shadowed,
    ),
)
