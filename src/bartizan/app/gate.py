# SPDX-License-Identifier: Apache-2.0
"""What a change of infrastructure code would open, before it is merged."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bartizan.app.collector import undisturbed
from bartizan.app.narrower import narrower
from bartizan.app.paths import Engine, Question
from bartizan.app.supposed import Supposed
from bartizan.model.code_place import CodePlace
from bartizan.model.finding import Comparison, TechniqueNote
from bartizan.model.gate import Gate
from bartizan.model.path import Path
from bartizan.model.step import Foothold, Step
from bartizan.paths import compare, novel
from bartizan.ports import Change, Laid, Snapshot

_Causes: TypeAlias = Mapping[str, tuple[str, ...]]
_Key: TypeAlias = tuple[object, ...]


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
    told = engine.unchecked(after, question, new)
    found = compare(engine.unchecked(snapshot, question, old), told)
    opened = novel(old, new, told.entries, told.jewels)
    found = _news(found, old, new, opened=opened, notes=engine.notes())
    # What neither comes nor goes is not shown.
    found = dataclasses.replace(
        found,
        appeared=engine.checked(found.appeared, after.facts()),
        gone=engine.checked(found.gone, snapshot.facts()),
    )
    causes = {path.id: _causes(path, laid) for path in found.appeared}
    return Gate(
        plans=change.names,
        comparison=found,
        changed=laid.changed,
        gaps=laid.gaps,
        partial=change.partial,
        drift=change.drift,
        others=laid.others,
        causes=causes,
        places=dict(_places(change, laid, causes)),
        unread_code=change.unread_code,
        access=_opened(old, new, found) if access else None,
    )


def _news(
    found: Comparison,
    old: Sequence[Step],
    new: Sequence[Step],
    *,
    opened: Sequence[Path],
    notes: Mapping[str, TechniqueNote],
) -> Comparison:
    """Return a comparison by which paths appear that take a step which was not possible before,
    and paths go that took one which no longer is: one that is or was too dear to be told has done
    neither.
    """
    about = {step.grants for path in (*found.appeared, *found.gone) for step in path.steps}
    had, holds = _Possible.of(old, about), _Possible.of(new, about)
    appeared = {path.id: path for path in opened}
    for path in found.appeared:
        if holds.takes(path, beyond=had):
            appeared.setdefault(path.id, path)
    used = {step.technique for path in appeared.values() for step in path.steps}
    return dataclasses.replace(
        found,
        appeared=tuple(
            sorted(appeared.values(), key=lambda path: (-path.jewel.rank, path.cost, path.id))
        ),
        gone=tuple(path for path in found.gone if had.takes(path, beyond=holds)),
        unchanged=found.unchanged + len(found.appeared) - len(appeared.keys() & _ids(found)),
        techniques={
            **found.techniques,
            **{name: notes[name] for name in sorted(used) if name in notes},
        },
    )


@dataclass(frozen=True, slots=True)
class _Possible:
    """What leads to some footholds in an estate, by what tells steps of two estates apart."""

    surely: frozenset[_Key]
    ever: frozenset[_Key]

    @classmethod
    def of(cls, steps: Sequence[Step], about: Collection[Foothold]) -> "_Possible":
        asked = [step for step in steps if step.grants in about]
        return cls(
            frozenset(_key(step) for step in asked if step.proved),
            frozenset(_key(step) for step in asked),
        )

    def takes(self, path: Path, *, beyond: "_Possible") -> bool:
        """Tell whether a path of this estate takes a step that the other one has not."""
        keys = [_key(step) for step in path.steps]
        return any(
            key not in beyond.ever or (key in self.surely and key not in beyond.surely)
            for key in keys
        )


def _ids(found: Comparison) -> set[str]:
    return {path.id for path in found.appeared}


def _causes(path: Path, laid: Laid) -> tuple[str, ...]:
    """Return the addresses of what the change does for a path: those whose records its evidence
    names.
    """
    found = {
        address
        for step in path.steps
        for one in step.evidence
        for name in _names(one.subject)
        for address in laid.touched.get(name, ())
    }
    return tuple(sorted(found))


def _names(subject: str) -> Iterator[str]:
    """Yield what the record of a subject may be called: a part of it stands behind a mark."""
    whole = subject.partition("#")[0]
    yield whole
    yield whole.rpartition("/")[2]


def _places(change: Change, laid: Laid, causes: _Causes) -> Iterator[tuple[str, CodePlace]]:
    for address in sorted({one for held in causes.values() for one in held}):
        if (place := change.place(address)) is not None:
            yield address, place
    for row in laid.gaps:
        attribute = row.operation.removeprefix(f"{row.resource}.")
        if (place := change.place(row.resource, attribute)) is not None:
            yield row.operation, place


def _opened(old: Sequence[Step], new: Sequence[Step], found: Comparison) -> tuple[Step, ...]:
    """Return the steps that become possible and are on no path that appears, in their order."""
    known = {_key(step) for step in old}
    told = {_key(step) for path in found.appeared for step in path.steps}
    return tuple(
        step for step in new if step.proved and _key(step) not in known and _key(step) not in told
    )


def _key(step: Step) -> _Key:
    return step.technique, step.needs, step.grants
