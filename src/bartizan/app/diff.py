# SPDX-License-Identifier: Apache-2.0
"""What became possible and what ceased to be, between two snapshots."""

from msgspec import Struct, structs

from bartizan.app.narrower import narrower
from bartizan.app.paths import Engine, Question
from bartizan.model.finding import Comparison
from bartizan.model.step import Step
from bartizan.paths import able, beside, compare, differing, gained, users_of
from bartizan.ports import Snapshot


def diff(engine: Engine, old: Snapshot, new: Snapshot, question: Question) -> Comparison:
    """Compare the answers to one question on two snapshots.

    Raises:
        UsageError: a name in the question fits nothing in either snapshot.
        DisagreementError: a step of a path that appears or goes does not hold by the definition.
    """
    before, after = (Side(one, engine.admitted(engine.steps(one), question)) for one in (old, new))
    return compared(engine, question, *alike(engine, before, after))


class Side(Struct, frozen=True):
    """An estate, and the steps that the question admits of it."""

    snapshot: Snapshot
    steps: tuple[Step, ...]


def alike(engine: Engine, old: Side, new: Side) -> tuple[Side, Side]:
    """Return each estate with what fewer people may do in the other of what more may in it: who is
    let in by another name neither comes nor goes.
    """
    # Most steps of an estate that changed are those of the one before.
    gone, come = beside(old.steps, new.steps), beside(new.steps, old.steps)
    known = narrower(old.steps, come, old.snapshot.facts(), engine)
    still = narrower(new.steps, gone, new.snapshot.facts(), engine)
    return (
        structs.replace(old, steps=(*old.steps, *known)),
        structs.replace(new, steps=(*new.steps, *still)),
    )


def compared(
    engine: Engine, question: Question, old: Side, new: Side, *, doubts: bool = False
) -> Comparison:
    """Compare the answers to one question; what appears and goes has been decided again. Where
    both estates were read alike, new `doubts` about a path are told.

    Raises:
        UsageError: a name in the question fits nothing in either estate.
        DisagreementError: a step of a path that appears or goes does not hold by the definition.
    """
    first, last = (engine.ends(held.snapshot, question, held.steps) for held in (old, new))
    before, after = ({one.foothold for one in held.entries} for held in (first, last))
    # Most steps of an estate nobody can take, with all that is possible in either.
    held = gained(users_of((*old.steps, *new.steps)), before | after)
    here, there = (tuple(able(side.steps, held)) for side in (old, new))
    dead = [len(old.steps) - len(here), len(new.steps) - len(there)]
    # What is gained in the same ways as before has the same paths.
    among = differing(here, there, before ^ after)
    was = engine.unchecked(old.snapshot, question, here, first, among=among, dead=dead[0])
    will = engine.unchecked(new.snapshot, question, there, last, dead=dead[1])
    found = compare(was, will, here, there, among=among, doubts=doubts)
    used = {step.technique for path in found.appeared for step in path.steps}
    return structs.replace(
        found,
        # What neither comes nor goes is not shown.
        appeared=engine.checked(found.appeared, new.snapshot.facts()),
        gone=engine.checked(found.gone, old.snapshot.facts()),
        techniques={
            **found.techniques,
            **{name: note for name, note in engine.notes().items() if name in used},
        },
    )
