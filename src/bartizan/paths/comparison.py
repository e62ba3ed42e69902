# SPDX-License-Identifier: Apache-2.0
"""What appeared and what went between two sets of findings."""

from collections.abc import Sequence

from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Comparison, Findings
from bartizan.model.path import Path


def compare(old: Findings, new: Findings) -> Comparison:
    """Compare paths by what they do, not by what they are called or rest on.

    A path that was proved and is now only possible is neither gone nor new: what changed is what
    could be read, and `unread_appeared` says so. A path that was merely possible and is now proved
    has appeared, since nobody was told of it as a fact before; one that was possible and is now
    neither is gone.
    """
    before = {path.id: path for path in (*old.possible, *old.proved)}
    after = {path.id: path for path in (*new.possible, *new.proved)}
    known = {path.id for path in old.proved}
    confirmed = {path.id for path in new.proved} - known
    appeared = [path for path in after.values() if path.id not in before or path.id in confirmed]
    return Comparison(
        old=old.snapshot,
        new=new.snapshot,
        appeared=_in_order(appeared),
        gone=_in_order([path for path in before.values() if path.id not in after]),
        unchanged=len(after) - len(appeared),
        unread_appeared=_beside(new.unread, old.unread),
        unread_gone=_beside(old.unread, new.unread),
        names={**old.names, **new.names},
        techniques={**old.techniques, **new.techniques},
    )


def _in_order(paths: Sequence[Path]) -> tuple[Path, ...]:
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
