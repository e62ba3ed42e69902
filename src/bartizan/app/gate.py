# SPDX-License-Identifier: Apache-2.0
"""What a change of infrastructure code would open, before it is merged."""

from collections.abc import Iterable, Iterator

from msgspec import structs

from bartizan.app.causes import Causes, caused
from bartizan.app.collector import undisturbed
from bartizan.app.diff import Side, alike, compared
from bartizan.app.paths import Engine, Question
from bartizan.app.supposed import Supposed
from bartizan.model.code_place import CodePlace
from bartizan.model.facts import Facts
from bartizan.model.gate import Gate
from bartizan.model.laid import Laid
from bartizan.model.step import Ability, Step
from bartizan.paths import entry_name, opened
from bartizan.ports import Change, Snapshot

_OF_TWO_ESTATES = 5_000_000
"""Objects that two estates may take, which all stay until the change is judged."""


@undisturbed(young=_OF_TWO_ESTATES)
def gate(
    engine: Engine, snapshot: Snapshot, change: Change, question: Question, *, access: bool = False
) -> Gate:
    """Judge `change` over `snapshot` by the paths that appear and go; with `access` also by what
    becomes possible and is on none of them.

    Raises:
        UsageError: a name in the question fits nothing.
        DisagreementError: a step of a path that appears or goes does not hold by the definition.
    """
    question = structs.replace(question, without=question.without | engine.beyond())
    laid = change.over(snapshot.records)
    after = Supposed(snapshot.manifest, laid.overlay, engine.normalise, snapshot)
    known = engine.own_steps(snapshot)
    old, new = alike(
        engine,
        Side(snapshot, engine.admitted(engine.joined(snapshot.facts(), known), question)),
        Side(after, engine.admitted(engine.steps_after(snapshot, after.facts(), known), question)),
    )
    found = compared(engine, question, old, new, doubts=True)
    causes = caused(found.appeared, laid, engine.reasoners, old=old, new=new)
    beside = opened(old.steps, new.steps, found.appeared) if access else None
    names = {**found.names, **dict(_starts(beside or (), after.facts()))}
    told = {step.technique for step in beside or ()}
    notes = {name: note for name, note in engine.notes().items() if name in told}
    return Gate(
        plans=change.names,
        comparison=structs.replace(found, names=names, techniques={**found.techniques, **notes}),
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


def _places(change: Change, laid: Laid, causes: Causes) -> Iterator[tuple[str, CodePlace]]:
    for address in sorted({one for held in causes.values() for one in held}):
        if (place := change.place(address)) is not None:
            yield address, place
    for row in laid.gaps:
        attribute = row.operation.removeprefix(f"{row.resource}.")
        if (place := change.place(row.resource, attribute)) is not None:
            yield row.operation, place
