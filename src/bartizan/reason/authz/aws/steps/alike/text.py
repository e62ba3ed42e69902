# SPDX-License-Identifier: Apache-2.0
"""Texts of an estate as a shape, and the names that stand in it.

A *name* here is a run of letters and digits that is long enough, and has a digit, so that it is
made up by nobody's language: an account's id, the id of a key or an instance. Two texts of one
shape say the same of other names.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

LEAST = 8
"""Letters and digits of a name, at least."""

_RUN = re.compile(rf"[0-9A-Za-z]{{{LEAST},}}")
_ANY_RUN = re.compile(r"[0-9A-Za-z]+")
_GLUED = re.compile(r"[0-9A-Za-z*?]\$\{|\}[0-9A-Za-z*?]")
_BY_VALUE = re.compile(r"numeric|date|ipaddress|binary", re.IGNORECASE)
_HOLE = "\0"
_WILD = frozenset("*?")


def cut(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the shape of `text` and the names in it, in order."""
    names: list[str] = []

    def hole(found: re.Match[str]) -> str:
        run = found[0]
        if run.isalpha():
            return run
        names.append(run)
        return _HOLE

    return _RUN.sub(hole, text), tuple(names)


class Part(Struct, frozen=True):
    """A run of letters and digits beside a wildcard: it may stand for a part of a name."""

    run: str
    begins: bool
    """The wildcard follows: names that begin with it are meant."""
    ends: bool
    """The wildcard goes before."""

    def meets(self, name: str) -> bool:
        """It stands for a part of `name`."""
        if self.begins and self.ends:
            return self.run in name
        return name.startswith(self.run) if self.begins else name.endswith(self.run)


class Habits(Struct, frozen=True):
    """What of a policy document makes it depend on how names are spelled."""

    parts: frozenset[Part] = frozenset()
    glued: bool = False
    """A variable is filled in next to letters, digits or wildcards: it makes up names."""
    values: bool = False
    """Names are compared otherwise than as texts, or cannot be told in the document."""


def habits(document: str) -> Habits:
    """Say how a policy document looks at names."""
    if "\\" in document or _HOLE in document:
        return Habits(values=True, glued=True)
    try:
        read = json.loads(document)
    except (ValueError, RecursionError):
        return Habits(values=True, glued=True)
    parts: set[Part] = set()
    glued = values = False
    for way, text in _texts(read):
        action = any(key.lower() in {"action", "notaction"} for key in way)
        if not action and not _WILD.isdisjoint(text):
            parts.update(_parts(text))
        glued = glued or _GLUED.search(text) is not None
        if any(map(_BY_VALUE.search, way)) and cut(text)[1]:
            values = True
    return Habits(frozenset(parts), glued, values)


def _texts(read: Any) -> Iterator[tuple[tuple[str, ...], str]]:  # noqa: ANN401 - JSON is anything
    """Yield each text with the keys that it is below; keys are texts as well."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), read)]
    while waiting:
        way, thing = waiting.pop()
        if isinstance(thing, dict):
            for key, below in thing.items():
                yield way, key
                waiting.append(((*way, key), below))
        elif isinstance(thing, list):
            waiting.extend((way, below) for below in thing)
        elif isinstance(thing, str):
            yield way, thing
        else:
            yield way, str(thing)


def _parts(text: str) -> Iterator[Part]:
    for found in _ANY_RUN.finditer(text):
        begin, end = found.span()
        before = begin > 0 and text[begin - 1] in _WILD
        after = end < len(text) and text[end] in _WILD
        if before or after:
            yield Part(found[0], begins=after, ends=before)


class Parts:
    """Many parts, asked at once which of them a name has."""

    def __init__(self, parts: Iterable[Part]) -> None:
        held = frozenset(parts)
        self._begins = frozenset(p.run for p in held if p.begins and not p.ends)
        self._ends = frozenset(p.run for p in held if p.ends and not p.begins)
        self._inside = sorted(p.run for p in held if p.begins and p.ends)
        self._first = sorted({len(run) for run in self._begins})
        self._last = sorted({len(run) for run in self._ends})

    def of(self, name: str) -> tuple[str, ...]:
        """Return what `name` begins with, ends with and holds."""
        return (
            *(f"{name[:n]}*" for n in self._first if name[:n] in self._begins),
            *(f"*{name[-n:]}" for n in self._last if name[-n:] in self._ends),
            *(f"*{run}*" for run in self._inside if run in name),
        )


def is_name(run: str) -> bool:
    """`run`, of letters and digits, is a name."""
    return len(run) >= LEAST and not run.isalpha()
