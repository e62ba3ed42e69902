# SPDX-License-Identifier: Apache-2.0
"""Accounts that differ by names only.

Deciding a request compares names with names, and with what policies write of names. So where two
accounts have the same shape, with names in the same places, of the same length, in the same
alphabetical order, and no wildcard takes in a part of one and not of its counterpart, then what
holds in one holds in the other with the names exchanged. What could tell such accounts apart
otherwise makes an account *odd*: like none but itself.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field, structs

from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.alike.rows import COMMON as COMMON_LINE
from bartizan.reason.authz.aws.steps.alike.rows import Line, Rows, Side
from bartizan.reason.authz.aws.steps.alike.text import Habits, Part, Parts, cut, habits, is_name

COMMON = 16
"""A name that stands in more accounts than this is the same for all, like that of an account
which deploys to all others."""

_NONE = Habits()


class Likeness(Struct, frozen=True):
    """One account in one kind of question: its shape, and the names that fill it."""

    account: str
    shape: int
    """Equal for accounts, or things, that are alike."""
    names: tuple[str, ...]
    """In the order in which they first stand; common ones are left out."""
    thing: str = ""
    """The store or key of the account that it is about; empty for all the rest of the account."""


class _Cut(Struct, frozen=True):
    """A line: its shape and names, and what of them stands beside wildcards."""

    side: Side
    thing: str
    shape: int
    names: tuple[str, ...]
    parts: tuple[Part, ...]


class _Sheet(Struct):
    """What is written about one account."""

    lines: list[_Cut] = field(default_factory=list)
    sorted: set[str] = field(default_factory=set)
    """Names that things of the account have: lists are sorted by those."""
    odd: bool = False


class _Said(Struct, frozen=True, kw_only=True):
    """What some lines about an account say, one after the other."""

    shape: int = -1
    """Equal where they say the same but for names."""
    held: frozenset[str] = frozenset()
    """All names in them."""
    lower: frozenset[str] = frozenset()
    place: Mapping[str, int] = field(default_factory=dict)
    """Those that are not common, in their order."""
    parts: frozenset[Part] = frozenset()
    sorted: Sequence[str] = ()
    """Those that lists are sorted by, sorted."""


class Likenesses:
    """Finds which accounts of an estate are alike."""

    def __init__(self, estate: Estate, *, strangers: Iterable[str]) -> None:
        self._estate = estate
        self._numbers: dict[Hashable, int] = {}
        self._habits: dict[Hashable, tuple[Habits, tuple[str, ...]]] = {}
        self._sheets: dict[str, _Sheet] = defaultdict(_Sheet)
        self._fixed = {caller.OUTSIDE_ACCOUNT, *strangers}
        self._literal: set[Part] = set()
        rows = Rows(estate)
        self._keys = rows.keys
        self._read_shared(rows)
        for line in rows.lines():
            self._add(line)
        self._fix_common()
        self._parts = self._sort_parts()
        self.beside = self._beside()
        """Pairs of accounts of which one's policies speak of a part of a name of the other."""

    @property
    def odd(self) -> frozenset[str]:
        """Return the accounts that are like none but themselves."""
        return frozenset(account for account, sheet in self._sheets.items() if sheet.odd)

    def of(self, side: Side) -> list[Likeness]:
        """Return the likeness of every account but for its stores and keys, sorted by account."""
        return [
            self._likeness(
                account, side, [c for c in sheet.lines if c.thing in {"", COMMON_LINE}], _Said()
            )
            for account, sheet in self._known_sheets()
        ]

    def of_things(self, side: Side) -> Iterator[Likeness]:
        """Yield the likeness of every store and key, sorted by account.

        At home it is one of the thing and of those who act there.
        """
        for account, sheet in self._known_sheets():
            common: list[_Cut] = []
            things: dict[str, list[_Cut]] = defaultdict(list)
            for line in sheet.lines:
                if line.thing not in {"", COMMON_LINE}:
                    things[line.thing].append(line)
                elif line.thing == COMMON_LINE or (side is Side.HOME and Side.CALLER in line.side):
                    common.append(line)
            said = self._more(account, side, common, _Said()) if things else _Said()
            for thing, own in things.items():
                lines = [*own, *things.get(self._keys.get(thing, ""), ())]
                yield self._likeness(account, side, lines, said, thing=thing)

    def _known_sheets(self) -> Iterator[tuple[str, _Sheet]]:
        for account in sorted(self._sheets):
            if account in self._estate.accounts:
                yield account, self._sheets[account]

    def _read_shared(self, rows: Rows) -> None:
        for policy in rows.shared():
            text = policy.document or ""
            found = habits(text) if text else _NONE
            self._fixed.update(cut(f"{structs.replace(policy, document=None)!r} {text}")[1])
            self._literal |= found.parts
            for use in self._estate.documents.targets.get(policy.id, ()) if found.glued else ():
                self._sheets[rows.owner(use.target)].odd = True

    def _add(self, line: Line) -> None:
        sheet = self._sheets[line.account]
        shape, names = cut(line.text)
        parts: tuple[Part, ...] = ()
        sheet.odd = sheet.odd or "\0" in line.text
        if not line.document:
            sheet.sorted.update(names)
        else:
            found = self._of_document(line.document)
            sheet.odd = sheet.odd or found.glued or found.values
            parts = tuple(found.parts)
        sheet.lines.append(_Cut(line.side, line.thing, self._number(shape), names, parts))

    def _number(self, thing: Hashable) -> int:
        return self._numbers.setdefault(thing, len(self._numbers))

    def _of_document(self, document: str) -> Habits:
        """Say how a document looks at names; those of one shape look alike."""
        shape, names = cut(document)
        key = (shape, _pattern(names))
        if key not in self._habits:
            self._habits[key] = (habits(document), names)
        found, first = self._habits[key]
        if first == names or not found.parts:
            return found
        here = dict(zip(first, names, strict=True))
        parts = (structs.replace(p, run=here.get(p.run, p.run)) for p in found.parts)
        return structs.replace(found, parts=frozenset(parts))

    def _fix_common(self) -> None:
        """Find the names that stand in many accounts."""
        seen: Counter[str] = Counter()
        for sheet in self._sheets.values():
            seen.update({name for line in sheet.lines for name in line.names})
        self._fixed.update(name for name, times in seen.items() if times > COMMON)

    def _sort_parts(self) -> Parts:
        """Return what wildcards stand beside that is no account's own name."""
        for sheet in self._sheets.values():
            for line in sheet.lines:
                self._literal.update(part for part in line.parts if not self._is_own(part.run))
        return Parts(self._literal)

    def _is_own(self, run: str) -> bool:
        return is_name(run) and run not in self._fixed

    def _beside(self) -> frozenset[tuple[str, str]]:
        spoken: dict[str, set[str]] = defaultdict(set)
        for account, sheet in self._sheets.items():
            for line in sheet.lines:
                for part in line.parts:
                    if self._is_own(part.run):
                        spoken[part.run].add(account)
        lengths = sorted({len(run) for run in spoken})
        found: set[tuple[str, str]] = set()
        for account, sheet in self._sheets.items():
            for name in {n for line in sheet.lines for n in line.names} - self._fixed:
                for length in lengths:
                    for at in range(len(name) - length + 1) if length < len(name) else ():
                        for other in spoken.get(name[at : at + length], ()):
                            found |= {(account, other), (other, account)} - {(account, account)}
        return frozenset(found)

    def _likeness(
        self, account: str, side: Side, cuts: Iterable[_Cut], said: _Said, *, thing: str = ""
    ) -> Likeness:
        found = self._more(account, side, cuts, said)
        shape = self._number((side, thing != "", found.shape))
        return Likeness(account, shape, tuple(found.place), thing)

    def _more(self, account: str, side: Side, cuts: Iterable[_Cut], said: _Said) -> _Said:
        """Return what some lines say beside what was `said` before them."""
        lines = [line for line in cuts if side in line.side]
        held = [name for line in lines for name in line.names]
        new = {*held} - said.held
        own = [name for name in dict.fromkeys(held) if name in new and name not in self._fixed]
        place = {**said.place, **{name: n for n, name in enumerate(own, len(said.place))}}
        parts = {p for line in lines for p in line.parts if self._is_own(p.run)} - said.parts
        sheet = self._sheets[account]
        among = sorted(sheet.sorted & new)
        shape: list[Hashable] = [
            said.shape,
            tuple([line.shape for line in lines]),
            tuple([place.get(name, name) for name in held]),
            tuple([self._kind(name) for name in own]),
            tuple([(bisect(said.sorted, name), place.get(name, name)) for name in among]),
            tuple(sorted(_relations(said.parts | parts, own, place))),
            tuple(sorted(_relations(parts, said.place, place))),
        ]
        lower = {name.lower() for name in new}
        if sheet.odd or len(lower) < len(new) or not lower.isdisjoint(said.lower):
            shape.append(account)
        return _Said(
            shape=self._number(tuple(shape)),
            held=said.held | new,
            lower=said.lower | lower,
            place=place,
            parts=said.parts | parts,
            sorted=sorted((*said.sorted, *among)),
        )

    def _kind(self, name: str) -> Hashable:
        known = name in self._estate.accounts
        return (len(name), name.isdigit(), known, self._parts.of(name))


def families(rows: Iterable[Likeness]) -> list[list[Likeness]]:
    """Put together what is alike, in the order of the first of each."""
    found: dict[int, list[Likeness]] = defaultdict(list)
    for row in rows:
        found[row.shape].append(row)
    return list(found.values())


def _pattern(names: Sequence[str]) -> tuple[int, ...]:
    place: dict[str, int] = {}
    return tuple(place.setdefault(name, len(place)) for name in names)


def _relations(
    parts: Iterable[Part], names: Iterable[str], place: Mapping[str, int]
) -> set[tuple[int, int, bool, bool]]:
    """Return which of some names a wildcard beside another name takes in."""
    return {
        (place[part.run], place[name], part.begins, part.ends)
        for part in parts
        for name in names
        if name != part.run and part.meets(name)
    }
