# SPDX-License-Identifier: Apache-2.0
"""Rules about permissions by which a holder can gain more than the document says.

What is needed comes from the catalogue of techniques. One document cannot tell what else limits
its holder, or what there is in the account: what is found here is what it admits.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
"""

import re
from collections.abc import Iterator
from itertools import islice, product

from msgspec import Struct

from bartizan.model.policy_check import Level
from bartizan.model.step import Ability
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.check.condition_set import fails_on_absence
from bartizan.reason.authz.aws.check.condition_value import family
from bartizan.reason.authz.aws.check.pattern import arns_meet, cost, meets, resource_within
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject, Test
from bartizan.reason.authz.aws.policy.action import covers_action
from bartizan.reason.authz.aws.steps.technique import Need, Technique
from bartizan.reason.authz.aws.steps.techniques import ADMINISTRATION, TECHNIQUES

_GAINS = frozenset(
    {
        Ability.ACT_AS,
        Ability.ADMINISTER,
        Ability.PLANT_CODE,
        Ability.RUN_CODE,
        Ability.WRITE,
    }
)
"""What makes somebody more than they were; to read data is what policies are for."""
_NAMES = re.compile(r"\{[^{}]*\}")
_MOST_WAYS = 200
_FEW = 3
"""More techniques than these that begin with one pattern are told together."""


class _Grant(Struct, frozen=True):
    """One pattern of resources of one statement, by which a request is allowed."""

    stated: Stated
    resource: str
    wide: bool
    """It holds every resource that the request can be about, under no condition."""


def _admitted(subject: Subject) -> Iterator[Hit]:
    if any(_is_administrator(stated) for stated in subject.stated):
        # That has a rule of its own; every technique would follow.
        return
    by_start: dict[int, list[tuple[Technique, tuple[_Grant, ...]]]] = {}
    for technique in (*ADMINISTRATION, *TECHNIQUES):
        if technique.grants in _GAINS:
            way = _way(technique, subject)
            if way:
                start = way[0].stated.statement.position
                by_start.setdefault(start, []).append((technique, way))
    for found in by_start.values():
        if len(found) > _FEW:
            yield _together(found)
        else:
            yield from (_alone(technique, way) for technique, way in found)


def _is_administrator(stated: Stated) -> bool:
    statement = stated.statement
    everything = "*" in (statement.action or ()) and "*" in (statement.resource or ())
    return stated.allows and everything and not statement.conditions


def _alone(technique: Technique, way: tuple[_Grant, ...]) -> Hit:
    first, *others = dict.fromkeys(grant.stated for grant in way)
    needs = ", ".join(f"`{action}`" for action in _actions(technique))
    return Hit(
        at=first.at("Action", "NotAction"),
        message=f"{technique.title} (`{technique.id}`): the document admits {needs}",
        fix=technique.explanation.rstrip("."),
        level=None if all(grant.wide for grant in way) else Level.NOTE,
        related=tuple((other.at("Action", "NotAction"), "with this") for other in others),
    )


def _actions(technique: Technique) -> tuple[str, ...]:
    return tuple(dict.fromkeys(need.action for need in _own(technique)))


def _together(found: list[tuple[Technique, tuple[_Grant, ...]]]) -> Hit:
    stated = found[0][1][0].stated
    wide = [technique.id for technique, way in found if all(grant.wide for grant in way)]
    ids = ", ".join(f"`{technique.id}`" for technique, _ in found)
    return Hit(
        at=stated.at("Action", "NotAction"),
        message=f"the document admits {len(found)} techniques that begin with {stated.name}: "
        f"{ids}",
        level=None if wide else Level.NOTE,
    )


def _own(technique: Technique) -> tuple[Need, ...]:
    return tuple(need for need in technique.needs if need.by == "{actor}")


def _way(technique: Technique, subject: Subject) -> tuple[_Grant, ...]:
    """Return grants that together admit every request, those over one new or chosen thing with a
    name in common; the widest where there are several. Empty for none.
    """
    needs = _own(technique)
    options: list[list[_Grant]] = []
    for need in needs:
        found = sorted(_grants(need, subject), key=lambda grant: not grant.wide)
        if not found:
            return ()
        options.append(found)
    for way in islice(product(*options), _MOST_WAYS):
        if _agree(needs, way, subject):
            return way
    return ()


def _agree(needs: tuple[Need, ...], way: tuple[_Grant, ...], subject: Subject) -> bool:
    pairs = list(zip(needs, way, strict=True))
    for place, (need, grant) in enumerate(pairs):
        for other, beside in pairs[:place]:
            if other.resource == need.resource:
                subject.spend(cost(grant.resource, beside.resource))
                if not arns_meet(grant.resource, beside.resource, variables=True):
                    return False
    return True


def _grants(need: Need, subject: Subject) -> Iterator[_Grant]:
    action = need.action.lower()
    wanted = _wanted(need)
    for stated in subject.stated:
        if not stated.allows:
            continue
        subject.spend(stated.width)
        if not covers_action(stated.statement, action):
            continue
        if not all(_may_hold(test, need) for test in stated.tests):
            continue
        for pattern in stated.statement.resource or ("*",):
            subject.spend(sum(cost(pattern, one) for one in wanted))
            fits = pattern == "*" or any(arns_meet(pattern, one, variables=True) for one in wanted)
            if fits and not _denied(action, pattern, subject):
                named = stated.statement.not_resource is None
                wide = named and not stated.tests and _holds_all(pattern, wanted)
                yield _Grant(stated, pattern, wide)


def _wanted(need: Need) -> tuple[str, ...]:
    """Return patterns of what a request may be about; none for one that names no resource."""
    pattern = _NAMES.sub("*", need.resource)
    if need.resource == "*":
        return ()
    known = catalogue.action(need.action)
    if pattern == "*" and known is not None:
        return tuple(kind.arn for kind in known.resource_types)
    return (pattern,)


def _holds_all(pattern: str, wanted: tuple[str, ...]) -> bool:
    if pattern == "*":
        return True
    # Policies name a partition; whether it is `*` says nothing of how wide they are.
    parts = pattern.split(":", 2)
    spelled = ":".join(("arn", "*", *parts[2:]))
    return any(resource_within(one, spelled) for one in wanted)


def _may_hold(test: Test, need: Need) -> bool:
    """Return whether a condition can hold for the request; keys that it does not determine can be
    met, as far as one document tells.
    """
    context = {key.lower(): value for key, value in need.context}
    if test.key not in context:
        return True
    value = context[test.key]
    if value is None:
        present = test.family == "null" and all(t.value.lower() == "false" for t in test.values)
        return not present and not (test.family != "null" and fails_on_absence(test))
    if family(test) not in {"string", "arn"}:
        return True
    pattern = _NAMES.sub("*", value)
    matched = any(meets(text.value, pattern, variables=True) for text in test.values)
    return matched if not test.operator.negated else not (matched and "*" not in pattern)


def _denied(action: str, pattern: str, subject: Subject) -> bool:
    """Return whether a Deny without conditions takes all of it away again."""
    for stated in subject.stated:
        statement = stated.statement
        if stated.allows or statement.conditions:
            continue
        subject.spend(stated.width)
        if not covers_action(statement, action):
            continue
        subject.spend(sum(cost(pattern, one) for one in statement.resource or ()))
        if any(resource_within(pattern, one) for one in statement.resource or ()):
            return True
    return False


RULES = (
    Rule(
        id="privilege-technique",
        level=Level.WARNING,
        title="The document admits all that a technique of gaining privilege needs",
        why="Whoever has it can become somebody else, or run code as somebody else, whose "
        "permissions then count. It is a note where resources or conditions limit it. "
        "`docs/reference/techniques.md` explains each technique.",
        fix="limit the requests to principals and resources that may do no more than their "
        "keepers",
        page=f"{GUIDE}best-practices.html#grant-least-privilege",
        wrong='{"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"}',
        right='{"Effect": "Allow", "Action": "iam:ListAccessKeys", "Resource": "*"}',
        find=_admitted,
        types=("identity",),
    ),
)
