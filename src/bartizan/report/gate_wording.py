# SPDX-License-Identifier: Apache-2.0
"""The words of every report on a proposed change."""

from collections.abc import Iterator

from bartizan.model.gate import Gate, Judgement
from bartizan.report import wording


def sentence(gate: Gate) -> str:
    """Say the judgement in one sentence without a stop."""
    changed = wording.count(gate.changed, "changed object")
    match gate.judgement:
        case Judgement.NEW:
            return f"{wording.count(len(gate.counted), 'new attack path')} by {changed}"
        case Judgement.CLEAN:
            return f"no new attack path by {changed}"
        case Judgement.UNKNOWN:
            possible = [path for path in gate.comparison.appeared if path.id not in gate.excused]
            if possible:
                count = wording.count(len(possible), "new attack path")
                return f"{count} may open by {changed}: cannot tell"
            return f"cannot tell whether {changed} open an attack path"


def doubts(gate: Gate) -> Iterator[str]:
    """Say what hides whether paths appear, by address and attribute, with the line."""
    yield from gate.partial
    for row in gate.gaps:
        yield f"{row.operation}{at(gate, row.operation)}: {row.reason}"
    for name, count in gate.others.items():
        yield f"{name}: {wording.count(count, 'object')} of a type that is not understood yet"


def remarks(gate: Gate) -> Iterator[str]:
    """Say what else is to be known of a judgement."""
    for path in gate.comparison.appeared:
        if path.id in gate.excused:
            yield f"{wording.headline(path)}: {gate.excused[path.id]}"
    yield from gate.remarks
    if gate.drift:
        yield (
            f"{wording.count(len(gate.drift), 'object')} changed by themselves since the code was "
            "last applied, which is not this change's doing"
        )
    for one in gate.unread_code:
        yield f"source text not read: {one}"


def causes(gate: Gate) -> Iterator[str]:
    """Say for each path that appears what of the change it rests on, with the line."""
    for number, path in enumerate(gate.comparison.appeared, start=1):
        held = gate.causes.get(path.id, ())
        if held:
            yield f"path {number}: " + ", ".join(f"{one}{at(gate, one)}" for one in held)


def access(gate: Gate, *, most: int) -> list[str]:
    """Say what becomes possible and is on no path, the first `most` of it."""
    names, notes = wording.Names(gate.comparison.names), gate.comparison.techniques
    found = gate.access or ()
    told = [
        f"{' and '.join(names.foothold(one) for one in step.needs)} can now "
        f"{names.foothold(step.grants)}: {wording.technique(notes, step.technique).title}"
        for step in found[:most]
    ]
    if len(found) > most:
        told.append(f"and {len(found) - most:,} more")
    return told or ["none"]


def at(gate: Gate, name: str) -> str:
    """Return where something is written, ready to stand behind its name; empty where that is not
    known.
    """
    place = gate.places.get(name)
    return "" if place is None else f" ({place.file}:{place.line})"
