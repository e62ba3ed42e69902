# SPDX-License-Identifier: Apache-2.0
"""Answers for everybody in an organisation at once whether they may do something.

It is the fast twin of the definition: the same answers, found on sets of callers. What it answers
and why is decided again, for each caller that is shown, by the definition.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.reason.authz.aws.estate.elsewhere import Elsewhere
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.estate.parts import Parts
from bartizan.reason.authz.aws.estate.spoken import index
from bartizan.reason.authz.aws.estate.standing import standing
from bartizan.reason.authz.aws.kernel.alone import Alone
from bartizan.reason.authz.aws.kernel.asked import Asked
from bartizan.reason.authz.aws.kernel.bringing import could_hold
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.combine import Verdicts
from bartizan.reason.authz.aws.kernel.court import judge
from bartizan.reason.authz.aws.kernel.docket import Docket
from bartizan.reason.authz.aws.kernel.docket_court import judge_each
from bartizan.reason.authz.aws.kernel.docket_sides import DocketSides
from bartizan.reason.authz.aws.kernel.each import Each
from bartizan.reason.authz.aws.kernel.estates import PARTS, Cut, Estates, Whole
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.likeness import kin
from bartizan.reason.authz.aws.kernel.logic import ALLOWED, DENIED, UNKNOWN, unpacked
from bartizan.reason.authz.aws.kernel.openings import Openings
from bartizan.reason.authz.aws.kernel.openness import open_to
from bartizan.reason.authz.aws.kernel.requests import Reach
from bartizan.reason.authz.aws.kernel.split import Run, compiled
from bartizan.reason.authz.aws.kernel.universe import universe
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.request import RequestPrincipal

_ALONE = 1 << 14
"""Callers of whom it is remembered what was asked of each alone."""

_PLAIN = 1 << 12
"""Questions to one part, without stated keys, that are remembered for the next caller."""

_KIN = 1 << 13
"""Things open to many of which it is remembered what they have in common."""

_TOGETHER = 1 << 8
"""Things open to many that are read together."""

VERSION = "4"
"""Of the compiled form; another one is compiled anew."""


class Kernel:
    """An estate, compiled."""

    def __init__(self, callers: Callers, everyone: Everyone, parts: Estates) -> None:
        self.callers, self._everyone, self._parts = callers, everyone, parts
        self._estate_of = parts.of
        self._kins: dict[Hashable, int] = {}
        self.kin = lru_cache(_KIN)(self._find_kin)
        """By place, thing and whether a role's trust is asked, what tells such a thing, or one in
        it, from others, to callers of accounts that are not its owner's; None where that differs
        from caller to caller.
        """
        self._open = lru_cache(PARTS)(self._find_open)
        self._openings = lru_cache(PARTS)(self._find_openings)
        self._tables: Mapping[str, pa.Table] | None = None
        self.alone = lru_cache(_ALONE)(self._find_alone)
        """Takes one of `names` alone; raises a KeyError for who is none of them."""
        self._questions = lru_cache(PARTS)(self._find_questions)

    @classmethod
    def compile(cls, facts: Facts, *, at: str = "") -> "Kernel":
        """Compile what is written in an estate; `at` as `Estate` takes it."""
        return cls.of(Estate(facts, at=at))

    @classmethod
    def of(cls, estate: Estate, names: Iterable[str] | None = None) -> "Kernel":
        """Compile an estate, for everybody or for `names` alone."""
        callers = Callers.of(estate, universe(estate) if names is None else names)
        return cls(callers, Everyone.compile(estate, callers), Whole(estate))

    @classmethod
    def compile_split(cls, facts: Facts, run: Run, *, at: str = "") -> "Kernel":
        """Compile a large estate in parts, each of them where `run` runs it."""
        return cls.of_tables(compiled(facts, run), facts, at=at)

    @classmethod
    def of_tables(cls, tables: Mapping[str, pa.Table], facts: Facts, *, at: str = "") -> "Kernel":
        """Reopen what `tables` was made from, compiled from the same `facts`.

        Raises:
            KeyError: a table is missing.
            ValueError: the facts are others.
        """
        callers = Callers(tables["callers"])
        parts = Cut(Parts(facts, tables), Elsewhere(facts, tables), at)
        whole = cache(lambda: Estate(facts, at=at))
        everyone = Everyone.of_tables(tables, callers, whole=whole, part=parts.of)
        found = cls(callers, everyone, parts)
        found._tables = tables
        return found

    def tables(self) -> Mapping[str, pa.Table]:
        """Return the compiled form."""
        if self._tables is not None:
            return self._tables
        estate = self._estate_of("")
        found = {"callers": self.callers.table, **self._everyone.tables()}
        return {**found, **standing(estate.facts), **index(estate)}

    @property
    def names(self) -> Sequence[str]:
        """Everybody of whom it answers, as `Estate.caller` takes them."""
        return self.callers.names

    def who_can(
        self,
        action: str,
        resource: str,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> NDArray[np.uint8]:
        """Return for each of `names` whether it may: DENIED, ALLOWED or UNKNOWN.

        `chosen` holds condition keys of the request; others are as the estate tells, else unknown,
        or absent with `complete`.
        """
        found = self.verdicts(action, resource, chosen=chosen, complete=complete)
        size = self.callers.size
        answer = np.full(size, DENIED, dtype=np.uint8)
        answer[unpacked(found.allowed, size) != 0] = ALLOWED
        answer[unpacked(found.unknown, size) != 0] = UNKNOWN
        return answer

    def decide(
        self,
        principal: str,
        action: str,
        resource: str,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> int:
        """Return DENIED, ALLOWED or UNKNOWN for one of `names`.

        Raises:
            KeyError: `principal` is none of them.
        """
        asked = self._asked(action, resource, chosen, complete=complete)
        return _code(self.alone(principal), asked)

    def could_hold(self, chosen: Chosen) -> NDArray[np.bool_]:
        """Say of each of `names` whether requests of it could hold the keys in `chosen`."""
        return could_hold(self.callers, chosen)

    def decide_each(
        self, principals: Sequence[str], actions: Sequence[str], resources: Sequence[str]
    ) -> NDArray[np.uint8]:
        """Return for each of many single requests, of which the first holds the first of each,
        what `decide` says of it.

        Raises:
            KeyError: one of `principals` is none of `names`.
        """
        rows = self.callers.rows(principals)
        encoded: list[Any] = [
            pa.array(x, pa.string()).dictionary_encode() for x in (actions, resources)
        ]
        looked = self._each.look(rows, *encoded)
        found = np.full(len(rows), DENIED, dtype=np.uint8)
        left = np.flatnonzero(~looked.denied)
        if not len(left):
            return found
        some, others = left[looked.told[left]], left[~looked.told[left]].tolist()
        asked = {resources[n] for n in left.tolist()} | {principals[n] for n in others}
        estate = self._parts.around((), asked)
        if len(some):
            action, thing = (np.asarray(one.indices)[some] for one in encoded)
            docket = Docket(
                self.callers,
                estate,
                rows[some],
                actions=(encoded[0].dictionary.to_pylist(), action),
                things=(encoded[1].dictionary.to_pylist(), thing),
            )
            sides = DocketSides(docket, self._everyone, looked.policies, looked.policy[some])
            found[some] = judge_each(docket, self._everyone, sides)
        for n in others:
            one = Asked(estate, actions[n], resources[n])
            found[n] = _judged(self.alone(principals[n]), one)
        return found

    @cached_property
    def _each(self) -> Each:
        return Each(self.callers, self._everyone, self._parts.facts)

    def rules_out(
        self, principal: str, action: str, resource: str, *, chosen: Chosen | None = None
    ) -> bool:
        """Return whether one of `names` may not, whatever else the request holds, where that is
        told fast; else ask `decide`.

        Raises:
            KeyError: `principal` is none of them.
        """
        asked = self._asked(action, resource, chosen, complete=False)
        return self.alone(principal).is_plainly_denied(asked)

    def open_to(self, action: str, resource: str) -> int:
        """Return whom `rules_out` does not rule out, as bits in the order of `names`."""
        asked = self._asked(action, resource, None, complete=False)
        return open_to(self._everyone, asked)

    def reach(
        self,
        principal: str,
        estate: Estate,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> Reach:
        """Return what decides all requests of a caller, who need not be one of `names`; `estate`
        tells about the caller.
        """
        try:
            alone = self.alone(principal)
        except KeyError:
            alone = Kernel.of(estate, (principal,)).alone(principal)
        return Reach(alone, estate, chosen or {}, complete=complete)

    @property
    def elsewhere(self) -> Elsewhere:
        """Finds things of other accounts whose policies may name a caller."""
        return self._parts.elsewhere()

    def caller(self, principal: str) -> RequestPrincipal:
        """Say who asks under a name, which need not be one of `names`."""
        try:
            return self.callers.who(self.callers.row(principal))
        except KeyError:
            return self.estate((principal,)).caller(principal)

    def open(self, place: int) -> Estate:
        """Return an estate that tells about the thing in a place of `elsewhere.open`; callers of
        many accounts ask for the same ones.
        """
        return self._open(place // _TOGETHER)

    def opened(self, reach: Reach, places: Iterable[int]) -> Mapping[int, Mask]:
        """Return by place in `elsewhere.open`, of these and perhaps more, the actions that what is
        written about the thing there might allow a caller of another account.
        """
        found: dict[int, Mask] = {}
        for number in sorted({place // _TOGETHER for place in places}):
            found |= reach.open_to(self._openings(number))
        return found

    def _find_kin(self, place: int, thing: str, trust: bool) -> Hashable | None:  # noqa: FBT001 - cached by position
        found = kin(self.open(place), thing, trust=trust)
        return None if found is None else self._kins.setdefault(found, len(self._kins))

    def _find_openings(self, number: int) -> Openings:
        begin = number * _TOGETHER
        things = self.elsewhere.open[begin : begin + _TOGETHER]
        return Openings(self._open(number), enumerate(things, begin))

    def _find_open(self, number: int) -> Estate:
        begin = number * _TOGETHER
        return self._parts.around((), self.elsewhere.open[begin : begin + _TOGETHER])

    def estate(self, names: Iterable[str], things: Iterable[str] = ()) -> Estate:
        """Return an estate that tells about all requests of some callers on what is their
        accounts', and on things elsewhere, what the whole one tells.
        """
        return self._parts.around(names, things)

    def apart(self, things: Iterable[str], account: str) -> Iterator[str]:
        """Yield those of some things that `estate` does not tell about for callers of an account
        alone, as they are, or may be, another's.
        """
        return self._parts.apart(things, account)

    def _asked(
        self, action: str, resource: str, chosen: Chosen | None, *, complete: bool
    ) -> Asked:
        if chosen:
            return Asked(
                self._estate_of(_place(resource)), action, resource, chosen, complete=complete
            )
        return self._questions(_place(resource)).plain(action, resource, complete)

    def _find_alone(self, principal: str) -> Alone:
        return Alone(self.callers, self.callers.row(principal), self._everyone)

    def _find_questions(self, place: str) -> "_Questions":
        return _Questions(self._estate_of(place))

    def verdicts(
        self,
        action: str,
        resource: str,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> Verdicts:
        """Return who may, and of whom that is not known, as bits in the order of `names`."""
        estate = self._estate_of(_place(resource))
        asked = Asked(estate, action, resource, chosen or {}, complete=complete)
        return judge(estate, self._everyone, asked)


def _code(alone: Alone, asked: Asked) -> int:
    return DENIED if alone.is_plainly_denied(asked) else _judged(alone, asked)


def _judged(alone: Alone, asked: Asked) -> int:
    found = judge(asked.estate, alone, asked)
    return ALLOWED if found.allowed else UNKNOWN if found.unknown else DENIED


def _place(resource: str) -> str:
    """Return the account of a resource; of one without, what could carry its policy."""
    return account_of(resource) or resource.partition("/")[0]


class _Questions:
    """What was asked of one part of an estate: forgotten with it, since each holds on to it."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.plain = lru_cache(_PLAIN)(self._plain)

    def _plain(self, action: str, resource: str, complete: bool) -> Asked:  # noqa: FBT001 - cached by position
        return Asked(self._estate, action, resource, complete=complete)
