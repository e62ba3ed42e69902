# SPDX-License-Identifier: Apache-2.0
"""Makes a line of `authz simulate` smaller while something about it still holds."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

Line = dict[str, Any]
_Path = tuple[str | int, ...]
_OPEN = {"Action": "*", "Resource": "*", "Principal": "*"}


def shrunk(line: Line, holds: Callable[[Line], bool]) -> Line:
    """Return a line of which nothing more can be taken away so that `holds` stays true."""
    while True:
        for smaller in _smaller(line):
            if holds(smaller):
                line = smaller
                break
        else:
            return line


def _smaller(line: Line) -> Iterator[Line]:
    """Yield the line with one part gone or opened, large parts first."""
    for part in ("policies", "context"):
        for path in sorted(_paths(line[part], (part,)), key=len):
            yield from _without(line, path)


def _paths(value: object, path: _Path) -> Iterator[_Path]:
    items: Iterator[tuple[str | int, object]]
    match value:
        case dict():
            items = iter(value.items())
        case list():
            items = iter(enumerate(value))
        case _:
            return
    for step, inner in items:
        yield (*path, step)
        yield from _paths(inner, (*path, step))


def _without(line: Line, path: _Path) -> Iterator[Line]:
    *above, last = path
    found = copy.deepcopy(line)
    holder: Any = found
    for step in above:
        holder = holder[step]
    if last in _OPEN:
        if holder[last] != _OPEN[str(last)]:
            holder[last] = _OPEN[str(last)]
            yield found
        return
    if last in {"NotAction", "NotResource"}:
        del holder[last]
        holder[str(last).removeprefix("Not")] = "*"
        yield found
        return
    # An empty list means something else in most places, and so does a document without a part.
    if last not in {"Effect", "Statement", "target", "documents"} and len(holder) > (
        1 if isinstance(holder, list) or "Condition" in above else 0
    ):
        del holder[last]
        yield found
