# SPDX-License-Identifier: Apache-2.0
"""What a change says narrower: a policy that names fewer people than before lets nobody new in."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from bartizan.app.paths import Engine
from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.step import Ability, Foothold, Step
from bartizan.paths import asked

_Way: TypeAlias = tuple[str, tuple[Foothold, ...], Foothold]

_MOST = 64
"""Steps that are decided apart where not all hold; what is beyond counts as new."""
_START = Ability.START.value
_EVERYBODY = Foothold(_START, "internet")
_ANY_ACCOUNT = Foothold(_START, "any-aws-account")


def narrower(
    old: Sequence[Step], new: Sequence[Step], facts: Facts, engine: Engine
) -> tuple[Step, ...]:
    """Return the steps of `new` that start from some of those from whom the same step started in
    `old`, and that hold by the `facts` of then, so that they were possible before, too.

    Whoever is in an account is in any, and on the Internet. Subjects of outside directories are
    patterns: `repo:org/app:ref:refs/heads/main` where it was `repo:org/*`. So are those who meet
    other conditions of policies than the step named before: of several ways one is named.
    """
    gained = {step.grants for step in new}
    alike = [step for step in old if step.grants in gained]
    found = (*_fewer(alike, new), *_otherwise(alike, new))
    if _held(found, facts, engine):
        return found
    return _holding(found[:_MOST], facts, engine)


def _fewer(old: Sequence[Step], new: Sequence[Step]) -> Iterator[Step]:
    wide: dict[_Way, list[tuple[Foothold, Step]]] = {}
    for step, start in _starting(old):
        wide.setdefault(_way(step, start), []).append((start, step))
    for step, start in _starting(new):
        if any(
            start != whence
            and (held.proved or not step.proved)
            and set(held.conditions) <= set(step.conditions)
            and within(start, whence)
            for whence, held in wide.get(_way(step, start), ())
        ):
            yield step


def _otherwise(old: Sequence[Step], new: Sequence[Step]) -> Iterator[Step]:
    """Yield the steps that were there and whose policies asked for something that they ask for no
    longer; whether others let them through without is for the definition to say.
    """
    bound: dict[_Way, list[Step]] = {}
    for step in old:
        if any(one.effort for one in step.conditions) and step.asks:
            bound.setdefault((step.technique, step.needs, step.grants), []).append(step)
    for step in new if bound else ():
        for held in bound.get((step.technique, step.needs, step.grants), ()):
            more = asked(held.conditions, step.conditions)
            decided = {key.lower() for ask in held.asks for key, _ in ask.context}
            if (
                more
                and (held.proved or not step.proved)
                and all(one.key.lower() in decided for one in more)
            ):
                yield step
                break


def _starting(steps: Sequence[Step]) -> Iterator[tuple[Step, Foothold]]:
    """Yield the steps that start from one place, with it."""
    for step in steps:
        starts = [need for need in step.needs if need.ability == _START]
        if len(starts) == 1:
            yield step, starts[0]


def _way(step: Step, start: Foothold) -> _Way:
    """Return what a step says beside where it starts."""
    return step.technique, tuple(need for need in step.needs if need != start), step.grants


def within(fewer: Foothold, more: Foothold) -> bool:
    """Tell whether all who stand at one entry surely stand at another one, too."""
    account = fewer.entity.isdigit()
    if more == _EVERYBODY:
        return account or fewer == _ANY_ACCOUNT or "|" in fewer.entity
    if more == _ANY_ACCOUNT:
        return account
    provider, bar, pattern = more.entity.partition("|")
    own, also, subject = fewer.entity.partition("|")
    both = bar and also and own == provider
    return bool(both and re.fullmatch(_taking(pattern), subject, re.DOTALL))


def _taking(pattern: str) -> str:
    """Return what matches patterns that stand for nothing beside what `pattern` stands for: their
    wildcards are letters here that only one as wide takes in. Each part is sought once.
    """
    first, *others = (
        "".join("[^*]" if letter == "?" else re.escape(letter) for letter in part)
        for part in pattern.split("*")
    )
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>.*?{part})" for part in middle) + f".*{last}"


def _holding(steps: tuple[Step, ...], facts: Facts, engine: Engine) -> tuple[Step, ...]:
    """Return the steps that hold, by halves: each look is at the whole estate, and few do not."""
    if _held(steps, facts, engine):
        return steps
    half = len(steps) // 2
    parts = (steps[:half], steps[half:]) if half else ()
    return tuple(step for part in parts for step in _holding(part, facts, engine))


def _held(steps: Sequence[Step], facts: Facts, engine: Engine) -> bool:
    """Tell whether the requests of all steps were allowed: a statement that denied some of these
    people may be gone.
    """
    try:
        for reasoner in engine.reasoners if steps else ():
            reasoner.recheck(steps, facts)
    except DisagreementError:
        return False
    return True
