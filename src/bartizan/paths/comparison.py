# SPDX-License-Identifier: Apache-2.0
"""What appeared and what went between two estates."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Comparison, Findings
from bartizan.model.path import Path
from bartizan.model.step import Foothold, Step
from bartizan.paths.conditions import asked
from bartizan.paths.known import Known, concerning
from bartizan.paths.novel import novel


def compare(
    old: Findings,
    new: Findings,
    before: Sequence[Step],
    after: Sequence[Step],
    *,
    among: Collection[Foothold],
    doubts: bool = False,
) -> Comparison:
    """Compare paths by who may do what, not by what they are called or rest on; `before` and
    `after` are the steps that the findings were made of. Paths to what is not `among` some are
    the same in both, and those of the old findings need not be whole.

    A path appears that takes a step which was not possible before, or took more, or was merely
    possible and is now proved; a path goes that took one which no longer is. One that is or was
    too dear to be told has done neither. A path that was proved and is now only possible is
    neither gone nor new: what changed is what could be read, and `unread_appeared` says so. Where
    both estates were read alike, `doubts` are told: a path that is possible for want of something
    else than before may be opened by what differs.

    Raises:
        InputError: a step needs nothing or too much, or its cost is out of range.
    """
    were, are = ({path.id: path for path in _told(held, among)} for held in (old, new))
    confirmed = {path.id for path in new.proved} - {path.id for path in old.proved}
    lighter = {
        path.id
        for path in are.values()
        if path.id in were and asked(were[path.id].conditions, path.conditions)
    }
    come = [p for p in are.values() if p.id not in were or p.id in confirmed | lighter]
    gone = [path for path in were.values() if path.id not in are]
    appeared = {path.id: path for path in _taking(_news(before, after, come), come)}
    appeared |= {path.id: path for path in novel(before, after, new.entries, new.jewels)}
    if doubts:
        same = [path for path in new.possible if path.id in were and path.id not in appeared]
        appeared |= {path.id: path for path in _taking(_doubted(before, after, same), same)}
    return Comparison(
        old=old.snapshot,
        new=new.snapshot,
        appeared=_in_order(appeared.values()),
        gone=_in_order(_taking(_news(after, before, gone), gone)),
        unchanged=len({path.id for path in (*new.possible, *new.proved)} - appeared.keys()),
        unread_appeared=_beside(new.unread, old.unread),
        unread_gone=_beside(old.unread, new.unread),
        names={**old.names, **new.names},
        techniques={**old.techniques, **new.techniques},
    )


def _told(found: Findings, among: Collection[Foothold]) -> Iterator[Path]:
    """Yield the paths to some jewels, the proved ones last."""
    return (path for path in (*found.possible, *found.proved) if path.jewel.foothold in among)


def opened(
    before: Iterable[Step], after: Iterable[Step], paths: Iterable[Path]
) -> tuple[Step, ...]:
    """Return the proved steps of `after` that were not even possible before and are on none of
    some paths, in their order; of those who say the same by other words the first.
    """
    _, news = Known.of(before).parted(after)
    told = {_key(step) for path in paths for step in path.steps}
    found: dict[_Key, Step] = {}
    for step in news:
        if step.proved and _key(step) not in told:
            found.setdefault(_key(step), step)
    return tuple(found.values())


_Key = tuple[str, tuple[Foothold, ...], Foothold]


def _news(before: Sequence[Step], after: Sequence[Step], paths: Collection[Path]) -> set[_Key]:
    """Return those of the steps on some paths of `after` that were not possible before, or not
    surely.
    """
    if not paths:
        return set()
    old, new = concerning((step for path in paths for step in path.steps), before, after)
    _, ever = Known.of(old).parted(new)
    _, surely = Known.of(s for s in old if s.proved).parted(s for s in new if s.proved)
    return {_key(step) for step in (*ever, *surely)}


def _doubted(before: Sequence[Step], after: Sequence[Step], paths: Collection[Path]) -> set[_Key]:
    """Return those of the steps on some paths of `after` that want something which they did not
    want before.
    """
    keys = {_key(step) for path in paths for step in path.steps}
    wanted: dict[_Key, set[str]] = {}
    for step in before if keys else ():
        if (key := _key(step)) in keys:
            wanted.setdefault(key, set()).update(step.missing)
    return {
        key
        for step in (after if keys else ())
        if (key := _key(step)) in wanted and not wanted[key].issuperset(step.missing)
    }


def _taking(news: Collection[_Key], paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if any(_key(step) in news for step in path.steps))


def _key(step: Step) -> _Key:
    return step.technique, step.needs, step.grants


def _in_order(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(paths, key=lambda path: (-path.jewel.rank, path.cost, path.id)))


def _beside(rows: Sequence[Unread], others: Sequence[Unread]) -> tuple[Unread, ...]:
    """Return what of `rows` is not among `others`, whatever words the system used for it."""
    known = {_place(row) for row in others}
    return tuple(sorted((row for row in rows if _place(row) not in known), key=_place))


def _place(row: Unread) -> tuple[str, ...]:
    return (
        row.provider,
        row.account,
        row.region,
        row.service,
        row.operation,
        row.resource,
        row.kind,
        row.code,
    )
