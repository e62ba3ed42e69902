# SPDX-License-Identifier: Apache-2.0
"""What one caller holds itself, asked of all actions at once."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.kernel.asked import Asked, Held
from bartizan.reason.authz.aws.kernel.compile import Constants, many
from bartizan.reason.authz.aws.kernel.form import NONE, Form
from bartizan.reason.authz.aws.kernel.holdings import Own
from bartizan.reason.authz.aws.kernel.logic import MAYBE, NO, YES, Truth, all_of
from bartizan.reason.authz.aws.kernel.statement import (
    EVERYTHING,
    Pattern,
    ResourceSet,
    Settled,
    has_variables,
    prefix,
    raw_statements,
)
from bartizan.reason.authz.aws.kernel.values import SettledTest, holds
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.policy.wildcard import Variable
from bartizan.reason.authz.aws.request import Level


class Asks(NamedTuple):
    """What a statement asks of a request, whatever else it says."""

    kind: int
    """Of policies of the caller or over it; THEIRS for those on the resource's side."""
    allow: bool
    tests: Sequence[SettledTest | ConditionTest]
    names: Hashable = None
    """Whom it is about."""


THEIRS = -1


class Said(NamedTuple):
    """A statement that speaks of some requests."""

    key: Hashable
    """The statement itself, where it is on the resource's side; else what it has in common with
    equal statements of the caller alone."""
    grants: bool
    """Of what could allow by itself."""
    code: int
    """MAYBE or YES."""
    mask: Mask
    """The actions that it covers."""
    tests: tuple[int, ...]
    """Of each of its conditions, whether it holds."""
    asks: "Asks"


class Judged(Struct, frozen=True):
    """What was said of some requests, and by which statements."""

    own: Own
    said: Sequence[Said]


class One:
    """A statement of the caller, with the limit or policy kind that it is of."""

    def __init__(self, kind: int, number: int, settled: Settled) -> None:
        self.kind, self.settled = kind, settled
        self.key = (kind, number)
        self.asks = Asks(kind, settled.allow, settled.tests)
        actions = settled.actions
        self.mask = masks.those(actions.patterns, negated=actions.negated)
        held = settled.resources
        self.negated = held.negated
        self.prefixes = tuple(prefix(pattern) for pattern in held.patterns)
        self.elsewhere = YES - (MAYBE if held.doubtful else NO) if held.negated else NO
        """Whether it covers what none of its patterns could."""
        self.open = any(_is_open(pattern) for pattern in held.patterns)

    def may_cover(self, arn: str) -> bool:
        """Not even what its patterns begin with rules it out."""
        return self.negated or arn.startswith(self.prefixes)

    def services(self) -> Iterator[str]:
        """Yield the services, in their ARNs, of what its patterns could cover; empty for any."""
        for text in self.prefixes:
            parts = text.split(":", 3)
            yield parts[2] if len(parts) > 3 else ""  # noqa: PLR2004 - a service that is whole

    def code(self, asked: Asked, held: Held) -> tuple[int, tuple[int, ...]]:
        """Return whether it fits a request, and of each condition whether it holds."""
        return codes(self.settled, asked, held)


def codes(one: Settled, asked: Asked, held: Held) -> tuple[int, tuple[int, ...]]:
    """Return whether a statement fits a request: NO, MAYBE or YES; and so of each condition."""
    code = one.resources.covers(asked.seen, held.value, asked.many)
    tests = []
    for test in one.tests:
        if code == NO:
            return NO, ()
        tests.append(holds(test, held.value(test.key.lower()), held.value, asked.many))
        code = min(code, tests[-1])
    return code, tuple(tests)


_IDENTITY, _BOUNDARY, _SESSION, _LEVELS = 0, 1, 2, 3
"""Kinds of policies; from the last on, the levels of control policies."""


class _Sum:
    """What statements allow and deny, by kind."""

    def __init__(self, kinds: int) -> None:
        self.sure, self.possible = [0] * kinds, [0] * kinds
        self.denies, self.may_deny = 0, 0
        self.said: list[Said] = []

    def copy(self) -> "_Sum":
        found = _Sum(0)
        found.sure, found.possible = list(self.sure), list(self.possible)
        found.denies, found.may_deny, found.said = self.denies, self.may_deny, list(self.said)
        return found

    def add(self, one: One, code: int, tests: tuple[int, ...]) -> None:
        allow, kind = one.settled.allow, one.kind
        if allow:
            self.possible[kind] |= one.mask
            self.sure[kind] |= one.mask if code == YES else 0
        else:
            self.may_deny |= one.mask
            self.denies |= one.mask if code == YES else 0
        self.said.append(
            Said(one.key, allow and kind == _IDENTITY, code, one.mask, tests, one.asks)
        )


class Papers:
    """Statements of one caller, settled under one supposition."""

    def __init__(self, groups: Sequence[tuple[int, Sequence[One]]], unread: Sequence[int]) -> None:
        self._kinds = frozenset(kind for kind, _ in groups)
        self._count = 1 + max(self._kinds)
        self._unread = tuple(unread)
        held = [one for _, statements in groups for one in statements]
        self._free = [one for one in held if one.settled.resources == EVERYTHING]
        self._bound = [one for one in held if one.settled.resources != EVERYTHING]
        self.keys = tuple(sorted({key for one in held for key in _keys(one.settled)}))
        """The keys, in lower case, that it asks for."""
        self._sums: dict[tuple[object, ...], _Sum] = {}
        self._by_held: dict[int, tuple[Held, _Sum]] = {}
        self.bound: Mapping[ResourceSet, One] = {one.settled.resources: one for one in self._bound}
        """What tells things apart by their ARNs, each with a statement that has it."""
        self.granted: Mask = 0
        """The actions that identity policies could allow on something."""
        for one in held:
            if one.kind == _IDENTITY and one.settled.allow:
                self.granted |= one.mask
        if _IDENTITY in self._unread:
            self.granted = masks.every()

    @classmethod
    def of(cls, form: Form, place: int) -> "Papers":
        """Return what the caller in one place of `form` holds."""
        numbers = [
            (_IDENTITY, form.identity),
            (_BOUNDARY, form.boundary),
            (_SESSION, form.session),
        ]
        groups = [(kind, int(group[place])) for kind, group in numbers]
        chain = int(form.chain[place])
        levels = () if chain == NONE else form.chains[chain].tolist()
        groups += [(_LEVELS + n, group) for n, group in enumerate(levels)]
        groups = [(kind, group) for kind, group in groups if group != NONE]
        read = [
            (kind, [One(kind, n, form.statement(n)) for n in form.groups[group].tolist()])
            for kind, group in groups
        ]
        return cls(read, [kind for kind, group in groups if form.unread[group]])

    @classmethod
    def over(cls, levels: Iterable[Level], constants: Constants) -> "Papers":
        """Return what control policies say to a caller."""
        read: list[tuple[int, Sequence[One]]] = [(_IDENTITY, ())]
        for kind, level in enumerate(levels, start=_LEVELS):
            documents = [one.document for one in level.policies if one.document is not None]
            settled = [
                raw.settled(constants, many) for held in documents for raw in raw_statements(held)
            ]
            kept = [one for one in settled if one is not None]
            read.append((kind, [One(kind, number, one) for number, one in enumerate(kept)]))
        return cls(read, ())

    def judge(self, asked: Asked, held: Held, full: Mask) -> Judged:
        """Say what it says of some actions on what is asked for."""
        known = self._by_held.get(id(held))
        if known is None:
            known = self._by_held[id(held)] = (held, self._summed(asked, held))
        found = known[1].copy()
        for one in self._bound:
            if one.may_cover(asked.seen) and one.mask & full:
                code, tests = one.code(asked, held)
                if code != NO:
                    found.add(one, code, tests)
        return Judged(self._own(found, full), found.said)

    def _summed(self, asked: Asked, held: Held) -> _Sum:
        """Sum what speaks of everything, where the keys did not hold the same before."""
        several = tuple(key for key in asked.said if asked.many(key))
        values = (several, *(held.value(key) for key in self.keys))
        if values not in self._sums:
            self._sums[values] = self._sum(asked, held)
        return self._sums[values]

    def _sum(self, asked: Asked, held: Held) -> _Sum:
        """Sum what speaks of everything; it is the same wherever the keys hold the same."""
        found = _Sum(self._count)
        for one in self._free:
            code, tests = one.code(asked, held)
            if code != NO:
                found.add(one, code, tests)
        for kind in self._unread:
            found.possible[kind] = found.may_deny = masks.every()
        return found

    def _own(self, found: _Sum, full: Mask) -> Own:
        limits = [
            Truth(found.sure[kind] & full, found.possible[kind] & full)
            if kind in self._kinds
            else Truth(full, full)
            for kind in (_IDENTITY, _BOUNDARY, _SESSION, *range(_LEVELS, self._count))
        ]
        scp = all_of(limits[_LEVELS:], full=full)
        denies = Truth(found.denies & full, found.may_deny & full)
        return Own(limits[_IDENTITY], limits[_BOUNDARY], limits[_SESSION], scp, denies)


def _keys(one: Settled) -> Iterator[str]:
    for test in one.tests:
        if test.held is None:
            yield test.key.lower()
        yield from test.open_keys
    for pattern in one.resources.patterns:
        if not isinstance(pattern, str):
            yield from (piece.key.lower() for piece in pattern if isinstance(piece, Variable))


def _is_open(pattern: Pattern) -> bool:
    return not isinstance(pattern, str) and has_variables(pattern)
