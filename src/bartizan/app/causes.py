# SPDX-License-Identifier: Apache-2.0
"""What of a change opens a path: the addresses of what it says, whether that allows or denied."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from bartizan.app.diff import Side
from bartizan.app.reasoner import Reasoner
from bartizan.model.laid import Laid
from bartizan.model.path import Path
from bartizan.model.record import Json, Record, Records
from bartizan.model.step import Step
from bartizan.paths import Known, concerning

Causes: TypeAlias = Mapping[str, tuple[str, ...]]
"""Id of a path to the addresses of what opens it, sorted."""

_FEW = 5
"""As many objects as may be named where nothing tells which of them it is."""


def caused(
    paths: Collection[Path],
    laid: Laid,
    reasoners: Sequence[Reasoner],
    *,
    old: Side,
    new: Side,
) -> Causes:
    """Return for each path the addresses of what the change does for it: those whose records its
    evidence names, those of what its new steps lead from and to, and those of what denied these.

    Where that is nothing, they are those of records that speak of what its new steps lead from and
    to; and where these are none, all of a change of a few objects.
    """
    if not paths:
        return {}
    held, _ = concerning((step for path in paths for step in path.steps), old.steps, ())
    known = Known.of(held)
    news = {path.id: [step for step in path.steps if not known.holds(step)] for path in paths}
    denied = _refusals([step for held in news.values() for step in held], old, new, reasoners)
    every = tuple(sorted({address for held in laid.touched.values() for address in held}))
    last = every if len(every) <= _FEW else ()
    found: dict[str, tuple[str, ...]] = {}
    for path in paths:
        names = {name for step in path.steps for name in _subjects(step)}
        fresh = {name for step in news[path.id] for name in _entities(step)}
        refused = {name for step in news[path.id] for name in denied.get(step, ())}
        called = {name for one in names | fresh for name in _names(one)}
        found[path.id] = (
            _touching(called | {one.partition("#")[0] for one in refused}, laid)
            or _speaking(names | fresh, old.snapshot.records, laid)
            or last
        )
    return found


def _refusals(
    steps: Sequence[Step], old: Side, new: Side, reasoners: Sequence[Reasoner]
) -> Mapping[Step, Collection[str]]:
    found: dict[Step, Collection[str]] = {}
    for one in reasoners:
        if one.refusals is not None:
            found |= one.refusals(steps, old.snapshot.facts(), new.snapshot.facts())
    return found


def _touching(names: Iterable[str], laid: Laid) -> tuple[str, ...]:
    return tuple(sorted({address for name in names for address in laid.touched.get(name, ())}))


def _speaking(names: Collection[str], before: Records, laid: Laid) -> tuple[str, ...]:
    """Return the addresses of what changes records that name one of `names`."""
    found = {
        address
        for record in _changed(before, laid)
        if any(text in names for text in _texts(dict(record.body)))
        for address in laid.touched.get(record.id, ())
    }
    return tuple(sorted(found))


def _changed(before: Records, laid: Laid) -> Iterator[Record]:
    """Yield the records that a change puts, and those in whose place it does or that go."""
    yield from laid.overlay.put.values()
    keys = {*laid.overlay.put, *laid.overlay.dropped}
    for kind in sorted({key.kind for key in keys}):
        yield from (record for record in before.of(kind) if record.key in keys)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


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
