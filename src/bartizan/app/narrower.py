# SPDX-License-Identifier: Apache-2.0
"""What a change says narrower: a trust that names fewer people than before lets nobody new in."""

import re
from collections.abc import Iterator, Sequence

from bartizan.app.paths import Engine
from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.step import Ability, Foothold, Step

_EVERYBODY = Foothold(Ability.START.value, "internet")


def narrower(
    old: Sequence[Step], new: Sequence[Step], facts: Facts, engine: Engine
) -> tuple[Step, ...]:
    """Return the steps of `new` that start from some of those from whom the same step started in
    `old`, and that hold by the `facts` of then, so that they were possible before, too.

    Subjects of outside directories are patterns, so that a step from fewer subjects is another
    step: `repo:org/app:ref:refs/heads/main` where it was `repo:org/*`.
    """
    return tuple(step for step in _fewer(old, new) if _held(step, facts, engine))


def _fewer(old: Sequence[Step], new: Sequence[Step]) -> Iterator[Step]:
    wide: dict[tuple[str, Foothold], list[Step]] = {}
    for step in old:
        if len(step.needs) == 1 and _subjects(step.needs[0]):
            wide.setdefault((step.technique, step.grants), []).append(step)
    for step in new:
        if len(step.needs) != 1 or "|" not in step.needs[0].entity:
            continue
        for held in wide.get((step.technique, step.grants), ()):
            if (
                held.needs != step.needs
                and (held.proved or not step.proved)
                and set(held.conditions) <= set(step.conditions)
                and within(step.needs[0], held.needs[0])
            ):
                yield step
                break


def _subjects(start: Foothold) -> bool:
    """Tell whether whoever stands there may have a subject of an outside directory."""
    return start == _EVERYBODY or (start.ability == _EVERYBODY.ability and "|" in start.entity)


def within(fewer: Foothold, more: Foothold) -> bool:
    """Tell whether all who stand at an entry with subjects surely stand at another one, too."""
    if more == _EVERYBODY:
        return True
    provider, _, pattern = more.entity.partition("|")
    own, _, subject = fewer.entity.partition("|")
    return own == provider and bool(re.fullmatch(_taking(pattern), subject, re.DOTALL))


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


def _held(step: Step, facts: Facts, engine: Engine) -> bool:
    """Tell whether the requests of a step were allowed: a statement that denied some of these
    people may be gone.
    """
    try:
        for reasoner in engine.reasoners:
            reasoner.recheck((step,), facts)
    except DisagreementError:
        return False
    return True
