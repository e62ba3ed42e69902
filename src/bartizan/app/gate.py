# SPDX-License-Identifier: Apache-2.0
"""What a change of infrastructure code would open, before it is merged."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from bartizan.app.collector import undisturbed
from bartizan.app.diff import Side, compared
from bartizan.app.narrower import narrower
from bartizan.app.paths import Engine, Question
from bartizan.app.supposed import Supposed
from bartizan.model.code_place import CodePlace
from bartizan.model.facts import Facts
from bartizan.model.gate import Gate
from bartizan.model.laid import Laid
from bartizan.model.path import Path
from bartizan.model.step import Ability, Step
from bartizan.paths import Known, concerning, entry_name, opened
from bartizan.ports import Change, Snapshot

_Causes: TypeAlias = Mapping[str, tuple[str, ...]]


@undisturbed()
def gate(
    engine: Engine, snapshot: Snapshot, change: Change, question: Question, *, access: bool = False
) -> Gate:
    """Judge `change` over `snapshot` by the paths that appear and go; with `access` also by what
    becomes possible and is on none of them.

    Raises:
        UsageError: a name in the question fits nothing.
        DisagreementError: a step of a path that appears or goes does not hold by the definition.
    """
    question = dataclasses.replace(question, without=question.without | engine.beyond())
    laid = change.over(snapshot.records)
    after = Supposed(snapshot.manifest, laid.overlay, engine.normalise)
    known = engine.own_steps(snapshot)
    old = engine.admitted(engine.joined(snapshot.facts(), known), question)
    new = engine.admitted(engine.steps_after(snapshot, after.facts(), known), question)
    old = (*old, *narrower(old, new, snapshot.facts(), engine))
    found = compared(engine, question, Side(snapshot, old), Side(after, new), doubts=True)
    causes = dict(_caused(found.appeared, old, laid))
    beside = opened(old, new, found.appeared) if access else None
    names = {**found.names, **dict(_starts(beside or (), after.facts()))}
    told = {step.technique for step in beside or ()}
    notes = {name: note for name, note in engine.notes().items() if name in told}
    return Gate(
        plans=change.names,
        comparison=dataclasses.replace(
            found, names=names, techniques={**found.techniques, **notes}
        ),
        changed=laid.changed,
        gaps=laid.gaps,
        partial=change.partial,
        drift=change.drift,
        others=laid.others,
        causes=causes,
        places=dict(_places(change, laid, causes)),
        unread_code=change.unread_code,
        access=beside,
    )


def _starts(steps: Iterable[Step], facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the places that steps start from, with what people call them."""
    for need in (need for step in steps for need in step.needs):
        if need.ability == Ability.START.value:
            yield need.entity, entry_name(facts, need)


def _caused(
    paths: Collection[Path], old: Sequence[Step], laid: Laid
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each path with the addresses of what the change does for it: those whose records its
    evidence names, and those of what its new steps lead from and to, as a policy that everybody
    may have is named by itself and not with whom the change gives it to.
    """
    if not paths:
        return
    concerns = concerning((step for path in paths for step in path.steps), ())
    known = Known.of(filter(concerns, old))
    for path in paths:
        names = {
            name
            for step in path.steps
            for one in (*_subjects(step), *(() if known.holds(step) else _entities(step)))
            for name in _names(one)
        }
        found = {address for name in names for address in laid.touched.get(name, ())}
        yield path.id, tuple(sorted(found))


def _subjects(step: Step) -> Iterator[str]:
    for one in step.evidence:
        yield one.subject
        yield one.statement


def _entities(step: Step) -> Iterator[str]:
    return (held.entity for held in (*step.needs, step.grants))


def _names(subject: str) -> Iterator[str]:
    """Yield what the record of a subject may be called: a part of it stands behind a mark."""
    whole = subject.partition("#")[0]
    yield whole
    yield whole.rpartition("/")[2]
    yield subject.rpartition("/")[2]


def _places(change: Change, laid: Laid, causes: _Causes) -> Iterator[tuple[str, CodePlace]]:
    for address in sorted({one for held in causes.values() for one in held}):
        if (place := change.place(address)) is not None:
            yield address, place
    for row in laid.gaps:
        attribute = row.operation.removeprefix(f"{row.resource}.")
        if (place := change.place(row.resource, attribute)) is not None:
            yield row.operation, place
