# SPDX-License-Identifier: Apache-2.0
"""Steps as a mould: taken once from some steps, and cast with other names as often as needed."""

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct, structs

_RUN = re.compile(r"[0-9A-Za-z]+")
_CUT_OFF = 2000
"""From this length on a text may end in the middle of a name."""

T = TypeVar("T")

_WHOLE = 1 << 30

Piece = tuple[int, bool, int]
"""Which name, whether in lower case, and how many letters of it."""


class UnclearError(Exception):
    """A text shows a name in a way that leaves open which; such things cannot be cast."""


class Mould(Generic[T]):
    """Steps, or parts of such, over some names."""

    def __init__(
        self, things: Iterable[T], names: Sequence[str], *, endings: Sequence[str] = ()
    ) -> None:
        """Take the mould of `things` that hold over `names`, and over what some texts end in.

        `cast` takes the new endings after the new names.

        Raises:
            UnclearError: which name some text shows cannot be told.
        """
        self._names = {name: place for place, name in enumerate(names)}
        self._lower = {name.lower(): place for place, name in enumerate(names)}
        self._endings = {text: len(names) + place for place, text in enumerate(endings)}
        self._pieces: dict[Piece, int] = {}
        self._values: list[Any] = []
        self._texts: list[tuple[int, str, Callable[[Sequence[str]], Any]]] = []
        self._makes: list[_Make] = []
        self._known: dict[tuple[type, Any], tuple[int, bool]] = {}
        self._things = [self._place(thing)[0] for thing in things]

    def __len__(self) -> int:
        """Count the things."""
        return len(self._things)

    def cast(self, names: Sequence[str]) -> list[T]:
        """Return the things over other names, which stand in the order of the mould's own."""
        values = self._values.copy()
        shown = [_shown(names[place], lower, end) for place, lower, end in self._pieces]
        for place, text, pick in self._texts:
            values[place] = text % pick(shown)
        for make in self._makes:
            make.make(values)
        return [values[place] for place in self._things]

    def _place(self, thing: Any) -> tuple[int, bool]:  # noqa: ANN401 - parts of a step are of many types
        """Return where `thing` stands among the values, and whether names change it."""
        key = (type(thing), thing)
        if key not in self._known:
            self._known[key] = self._new(thing)
        return self._known[key]

    def _new(self, thing: Any) -> tuple[int, bool]:  # noqa: ANN401 - as above
        if isinstance(thing, str):
            return self._text(thing)
        kind = type(thing)
        if isinstance(thing, tuple):
            parts = thing
        elif isinstance(thing, Struct):
            parts = structs.astuple(thing)
        else:
            return self._keep(thing), False
        places = [self._place(part) for part in parts]
        at = self._keep(thing)
        changes = any(changed for _, changed in places)
        if changes:
            self._makes.append(_Make(at, kind, [place for place, _ in places]))
        return at, changes

    def _keep(self, thing: object) -> int:
        self._values.append(thing)
        return len(self._values) - 1

    def _text(self, text: str) -> tuple[int, bool]:
        pieces: list[int] = []
        shape: list[str] = []
        done = 0
        for begin, end, piece in self._shows(text):
            shape += [text[done:begin].replace("%", "%%"), "%s"]
            pieces.append(self._pieces.setdefault(piece, len(self._pieces)))
            done = end
        at = self._keep(text)
        if pieces:
            shape.append(text[done:].replace("%", "%%"))
            self._texts.append((at, "".join(shape), operator.itemgetter(*pieces)))
        return at, bool(pieces)

    def _shows(self, text: str) -> Iterable[tuple[int, int, Piece]]:
        """Yield where `text` shows a name, and which."""
        ending = next((end for end in self._endings if text.endswith(end)), "")
        yield from self._runs(text, text[: len(text) - len(ending)])
        if ending:
            begin = len(text) - len(ending)
            yield begin, len(text), (self._endings[ending], False, _WHOLE)

    def _runs(self, text: str, part: str) -> Iterable[tuple[int, int, Piece]]:
        for found in _RUN.finditer(part):
            run, begin = found[0], found.start()
            if run in self._names:
                yield begin, found.end(), (self._names[run], False, _WHOLE)
            elif run in self._lower:
                yield begin, found.end(), (self._lower[run], True, _WHOLE)
            else:
                yield from self._inside(run, begin)
                if len(text) >= _CUT_OFF and found.end() >= len(text) - 1:
                    yield from self._cut_off(run, begin)

    def _inside(self, run: str, begin: int) -> Iterable[tuple[int, int, Piece]]:
        """Find a name that something was joined to, as in what a pattern is filled to."""
        held = [name for name in self._names if name in run]
        if not held:
            return
        longest = max(held, key=len)
        if any(name not in longest for name in held) or run.count(longest) > 1:
            raise UnclearError(run)
        at = begin + run.index(longest)
        yield at, at + len(longest), (self._names[longest], False, _WHOLE)

    def _cut_off(self, run: str, begin: int) -> Iterable[tuple[int, int, Piece]]:
        held = [name for name in self._names if name.startswith(run)]
        if len(held) > 1:
            raise UnclearError(run)
        for name in held:
            yield begin, begin + len(run), (self._names[name], False, len(run))


class _Make:
    """One tuple or value that is made anew from values before it."""

    __slots__ = ("_at", "_kind", "_pick", "_places")

    def __init__(self, at: int, kind: type, places: list[int]) -> None:
        self._at, self._kind, self._places = at, kind, places
        self._pick = operator.itemgetter(*places) if len(places) > 1 else None

    def make(self, values: list[Any]) -> None:
        pick = self._pick
        parts = pick(values) if pick else (values[self._places[0]],)
        values[self._at] = parts if self._kind is tuple else self._kind(*parts)


def _shown(name: str, lower: bool, end: int) -> str:  # noqa: FBT001 - a piece, spread out
    return (name.lower() if lower else name)[:end]
