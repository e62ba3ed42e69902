# SPDX-License-Identifier: Apache-2.0
"""What policies of others say to one caller: each is read once for all actions that may be asked.

Few of the statements of control policies speak to a caller at all, and which do is the same for
every thing of an account.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.kernel.alone import Alone
from bartizan.reason.authz.aws.kernel.asked import Asked, Held, Views
from bartizan.reason.authz.aws.kernel.compile import Constants, Supposed, many
from bartizan.reason.authz.aws.kernel.dependence import Dependence
from bartizan.reason.authz.aws.kernel.logic import NO, YES, Truth, within
from bartizan.reason.authz.aws.kernel.naming import Named
from bartizan.reason.authz.aws.kernel.papers import THEIRS, Asks, Said, codes
from bartizan.reason.authz.aws.kernel.readings import Limits, Reading, Readings
from bartizan.reason.authz.aws.kernel.statement import EVERYTHING, Raw
from bartizan.reason.authz.aws.kernel.values import SettledTest, State, Values, holds, unknown
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.document import Effect, Principals, Statement
from bartizan.reason.authz.aws.request import Attached, Grant, Level


class _Read(NamedTuple):
    """What some policies say of all known actions."""

    reading: Reading
    said: Sequence[Said]


class _Limits(NamedTuple):
    """What some control policies say of all known actions."""

    limits: Limits
    said: Sequence[Said]


class Fits:
    """Whom statements of others name, and whether they fit, for one caller."""

    def __init__(self, alone: Alone, supposed: Supposed, depends: Dependence) -> None:
        self.constants: Constants = alone.constants(supposed)
        self._kind = alone.view(home=False).kind
        self.naming = alone.naming
        self._known: dict[tuple[object, ...], tuple[int, tuple[int, ...]]] = {}
        self._named: dict[int, tuple[Statement, Named]] = {}
        self._kept: dict[int, Raw] = {}
        self._depends = depends
        self._read: dict[Hashable, _Read] = {}
        self._limits: dict[Hashable, _Limits] = {}

    def reached(self, statement: Statement) -> Named:
        """Return how a statement names the caller."""
        known = self._named.get(id(statement))
        if known is None:
            found = self.naming.reached(statement)
            known = self._named[id(statement)] = (statement, found)
        return known[1]

    def may_allow(self, raw: Raw, said: Mapping[str, Values]) -> bool:
        """Say whether a statement about a thing in another account could allow something, as far
        as the caller alone settles that; `said` are the keys that are stated.
        """
        if not self.reached(raw.statement).any().possible:
            return False
        for test in raw.tests:
            left = test.settled(self.constants, many)
            if left == NO:
                return False
            lacking = test.key not in said and self._kind.lacks(test.key)
            if not lacking or not isinstance(left, SettledTest) or left.held is not None:
                continue
            if holds(left, State.ABSENT, unknown, many) == NO:
                return False
        return True

    def codes(self, raw: Raw, asked: Asked, held: Held) -> tuple[int, tuple[int, ...]]:
        """Return whether a statement fits, and of each of its tests whether it holds."""
        seen = "" if raw.resources_alone == EVERYTHING else asked.seen
        key = (id(raw), seen, *(held.value(name) for name in raw.keys))
        if key not in self._known:
            self._kept[id(raw)] = raw
            settled = raw.settled(self.constants, many)
            self._known[key] = (NO, ()) if settled is None else codes(settled, asked, held)
        return self._known[key]

    def read(self, attached: Sequence[Attached], asked: Asked, views: Views) -> _Read:
        """Read documents that hold together, where that was not done before."""
        key = self._depends.key((attached,), asked, asked.context(views[0][0]))
        found = self._read.get(key)
        if found is None:
            said: list[Said] = []
            reading = self._readings(said).read(attached, asked, views)
            found = self._read[key] = _Read(reading, said)
        return found

    def limits(
        self, levels: Sequence[Level], asked: Asked, views: Views, *, spared: bool
    ) -> "_Limits":
        """Read control policies, where that was not done before."""
        held = asked.context(views[0][0])
        key = self._depends.key([level.policies for level in levels], asked, held)
        found = self._limits.get(key)
        if found is None:
            said: list[Said] = []
            free = masks.every() if spared else 0
            limits = self._readings(said).levels(levels, asked, views, free)
            found = self._limits[key] = _Limits(limits, said)
        return found

    def _readings(self, said: list[Said]) -> Readings:
        return _Reader(self, masks.every(), said).readings()


class ReadOnce:
    """Tells what policies of others say to one caller about some actions, by which statements."""

    def __init__(self, fits: Fits, full: Mask, said: list[Said]) -> None:
        """Take the actions in `full`; the statements that speak of them are added to `said`."""
        self._fits, self._full, self._said = fits, full, said

    def read(self, attached: Sequence[Attached], asked: Asked, views: Views) -> Reading:
        """Read documents that hold together."""
        found = self._fits.read(attached, asked, views)
        self._hear(found.said)
        return found.reading.outside(~self._full)

    def levels(self, levels: Sequence[Level], asked: Asked, views: Views, spared: int) -> Limits:
        """Read the control policies over an account; the caller is `spared` by them or is not."""
        found = self._fits.limits(levels, asked, views, spared=spared != 0)
        self._hear(found.said)
        return Limits(*(within(truth, self._full) for truth in found.limits))

    def _hear(self, said: Iterable[Said]) -> None:
        """Note the statements that speak of some of the actions, as far as they do."""
        for one in said:
            if mask := one.mask & self._full:
                self._said.append(one._replace(mask=mask))

    def grants(
        self, grants: Iterable[Grant], asked: Asked, views: Views, services: int
    ) -> Reading:
        """Read the grants on a key; `services` are the callers that are services."""
        reader = _Reader(self._fits, self._full, self._said)
        return reader.readings().grants(grants, asked, views, services)


class _Reader:
    """Reads statements of others for a crowd of requests, and notes those that speak."""

    def __init__(self, fits: Fits, full: Mask, said: list[Said]) -> None:
        self._fits, self._full, self._said = fits, full, said

    def readings(self) -> Readings:
        """Return what reads by it."""
        return Readings(self, self, full=self._full, covered=self.covered)

    def covered(self, raw: Raw, asked: Asked) -> Mask:
        """Return the requests whose action a statement covers."""
        del asked
        return self._full & masks.those(raw.actions.patterns, negated=raw.actions.negated)

    def reached(self, statement: Statement) -> Named:
        """Return all, where a statement is about the caller."""
        return self._all(self._fits.reached(statement))

    def named(self, element: Principals) -> Named:
        """Return all, where an element names the caller."""
        return self._all(self._fits.naming.named(element))

    def _all(self, named: Named) -> Named:
        full = self._full
        return Named(*(Truth(full if a else 0, full if b else 0) for a, b in named))

    def fits(self, raw: Raw, asked: Asked, views: Views, among: int) -> Truth:
        """Return the requests that resource and conditions of a statement fit."""
        code, tests = self._fits.codes(raw, asked, asked.context(views[0][0]))
        if code == NO:
            return Truth(0, 0)
        mask = among & self.covered(raw, asked)
        allow = raw.statement.effect is Effect.ALLOW
        one = raw.statement
        asks = Asks(THEIRS, allow, one.conditions, (one.principal, one.not_principal))
        self._said.append(Said(raw, allow, code, mask, tests, asks))
        return Truth(mask if code == YES else 0, mask)
