# SPDX-License-Identifier: Apache-2.0
"""The cheapest edits of a change's own code after which it opens no path."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from bartizan.app.gate import gate
from bartizan.app.paths import Engine, Question
from bartizan.errors import FixError
from bartizan.model.code_fix import CodeFix
from bartizan.model.gate import Gate
from bartizan.model.laid import Laid
from bartizan.model.path import Path
from bartizan.model.remedy import Remedy
from bartizan.ports import Change, Snapshot

_ROUNDS = 8
"""How often paths may come to light that the edits so far leave open."""
_MOST = 14
"""Remedies of which all combinations are tried."""


class Fixed(Struct, frozen=True, kw_only=True):
    """A fix, and the change with it."""

    fix: CodeFix
    change: Change
    judged: Gate
    """Without the fix."""


def fix(
    engine: Engine,
    snapshot: Snapshot,
    change: Change,
    question: Question,
    *,
    ruled: Callable[[Gate], Gate],
) -> Fixed:
    """Find the edits; `ruled` says which paths count. The change is judged again with them before
    they are offered; where it would still open a path, or more could hide one than without them,
    there is no fix.

    Raises:
        UsageError: a name in the question fits nothing.
    """
    laid = change.over(snapshot.records)
    first = ruled(gate(engine, snapshot, change, question))
    open_paths = list(first.counted)
    refused: dict[str, str] = {}
    for _ in range(_ROUNDS if open_paths else 0):
        chosen = _chosen(open_paths, change, laid, refused)
        if chosen is None:
            break
        edited = _all(change, chosen, laid)
        if edited is None:
            break
        found = ruled(gate(engine, snapshot, edited, question))
        if not found.counted:
            if len(found.gaps) > len(first.gaps) or (found.doubtful and not first.doubtful):
                break
            return _result(edited, chosen, refused, first)
        known = {path.id for path in open_paths}
        new = [path for path in found.counted if path.id not in known]
        if not new:
            break
        open_paths += new
    return _result(change, (), refused, first)


def _result(
    change: Change, chosen: tuple[Remedy, ...], refused: dict[str, str], judged: Gate
) -> Fixed:
    titles = tuple(one.title for one in chosen)
    told = tuple(f"{title}: {reason}" for title, reason in sorted(refused.items()))
    return Fixed(
        fix=CodeFix(files=change.edited, remedies=titles, refused=told),
        change=change,
        judged=judged,
    )


def _chosen(
    paths: Sequence[Path], change: Change, laid: Laid, refused: dict[str, str]
) -> tuple[Remedy, ...] | None:
    """Return the cheapest remedies that are edits and close all paths; None where none do."""
    ways = [list(_ways(path)) for path in paths]
    possible = {
        remedy
        for held in ways
        for way in held
        for remedy in way
        if _edits(change, remedy, laid, refused)
    }
    ordered = sorted(possible, key=lambda one: (one.cost, one.title))[:_MOST]
    best: tuple[Remedy, ...] | None = None
    for size in range(1, len(ordered) + 1):
        for tried in combinations(ordered, size):
            closes = all(any(set(way) <= set(tried) for way in held) for held in ways)
            if closes and (best is None or _cost(tried) < _cost(best)):
                best = tried
    return best


def _ways(path: Path) -> Iterator[tuple[Remedy, ...]]:
    """Yield each set of remedies that closes a path."""
    for step in path.steps:
        for breaker in step.breakers:
            yield breaker.remedies


def _edits(change: Change, remedy: Remedy, laid: Laid, refused: dict[str, str]) -> bool:
    """Tell whether a remedy is an edit of this code; note why not."""
    try:
        change.fixed(remedy, laid.touched)
    except FixError as error:
        place = f" ({error.at})" if error.at else ""
        refused[remedy.title] = f"{error.message}{place}"
        return False
    return True


def _all(change: Change, remedies: Sequence[Remedy], laid: Laid) -> Change | None:
    """Return the change with all remedies, one after the other; None where one undoes another."""
    for remedy in remedies:
        try:
            change = change.fixed(remedy, laid.touched)
        except FixError:
            return None
    return change


def _cost(remedies: Sequence[Remedy]) -> int:
    return sum(one.cost for one in remedies)
