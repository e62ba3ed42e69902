# SPDX-License-Identifier: Apache-2.0
"""Things that are taken together for as long as nothing tells them apart.

Thousands of things are asked about, most of them examples that share an answer with their
neighbours. What can be said of all of a lot is said once, and only where it cannot, of each.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.masks import Mask


class Run(NamedTuple):
    """Those things of a lot that are of one service."""

    service: str
    begin: int
    end: int
    """They stand together, from the first of these places to before the second."""
    acting: Mask
    requests: int


class Lot:
    """Some things, each with the actions that are asked about it."""

    __slots__ = (
        "_each",
        "account",
        "acting",
        "asked",
        "of",
        "requests",
        "runs",
        "service",
        "things",
    )

    def __init__(
        self,
        service: str,
        things: Sequence[str],
        asked: Sequence[Mask],
        *,
        acting: Mask,
        requests: int,
        account: str = "",
        runs: Sequence[Run] = (),
    ) -> None:
        """Take things of one service, by the word in their ARNs, and as many sets of actions;
        `acting` are those that are asked about any of them, `requests` how many there are in all,
        `account` the one in their ARNs where it is known to be the same in all. Things of several
        services, of which nothing says which, come in `runs`.
        """
        self.service, self.things, self.asked = service, things, asked
        self.acting, self.requests, self.account = acting, requests, account
        self.runs = runs
        self.of: Lot | None = None
        """The lot that it is a part of."""
        self._each: Sequence[Lot] = ()

    @classmethod
    def of_one(cls, thing: str, asked: Mask) -> "Lot":
        """Return a thing by itself."""
        return cls.of_alike((thing,), asked)

    @classmethod
    def of_all(
        cls, service: str, things: Sequence[str], asked: Sequence[Mask], *, account: str = ""
    ) -> "Lot":
        """Return things that are each asked about by some actions of their own."""
        acting, requests = masks.joined(asked), masks.count(asked)
        return cls(service, things, asked, acting=acting, requests=requests, account=account)

    @classmethod
    def of_alike(cls, things: Sequence[str], asked: Mask) -> "Lot":
        """Return things of one service that are all asked about by the same actions."""
        service = _service(things[0])
        requests = len(things) * asked.bit_count()
        return cls(service, things, (asked,) * len(things), acting=asked, requests=requests)

    def among(self, actions: Mask) -> Iterator[tuple[str, Mask]]:
        """Yield the things that some actions are asked about, each with those."""
        for run in self._runs(actions):
            things, every = self.things[run.begin : run.end], self.asked[run.begin : run.end]
            for thing, asked in zip(things, every, strict=True):
                if held := asked & actions:
                    yield thing, held

    def holding(self, actions: Mask) -> Sequence[str]:
        """Return the things that some actions are asked about."""
        if actions == self.acting and all(self.asked):
            return self.things
        found: list[str] = []
        for run in self._runs(actions):
            things, every = self.things[run.begin : run.end], self.asked[run.begin : run.end]
            if run.acting & actions == run.acting and all(every):
                found += things
            else:
                found += [
                    thing for thing, asked in zip(things, every, strict=True) if asked & actions
                ]
        return found

    def accounts(self) -> Iterable[str]:
        """Return the accounts in the ARNs of the things."""
        return (self.account,) if self.account else map(account_of, self.things)

    def count(self, actions: Mask) -> int:
        """Return how many requests for some actions there are."""
        return sum(
            run.requests
            if run.acting & actions == run.acting
            else sum((one & actions).bit_count() for one in self.asked[run.begin : run.end])
            for run in self._runs(actions)
        )

    def _runs(self, actions: Mask) -> Sequence[Run]:
        """Return what some actions are asked about."""
        if not self.runs:
            return (Run(self.service, 0, len(self.things), self.acting, self.requests),)
        return [run for run in self.runs if run.acting & actions]

    def is_of(self, services: Collection[str]) -> bool:
        """Some of the things are of some services."""
        return self.service in services or any(run.service in services for run in self.runs)

    def each(self) -> Sequence["Lot"]:
        """Return the things of each service by themselves, or where all are of one each of them,
        the same objects whenever it is asked for.
        """
        if len(self.things) == 1:
            return (self,)
        if not self._each:
            parts = map(self._run, self.runs) if self.runs else self._singles()
            self._each = tuple(parts)
            for one in self._each:
                one.of = self
        return self._each

    def _singles(self) -> Iterator["Lot"]:
        return map(self.of_one, self.things, self.asked)

    def _run(self, run: Run) -> "Lot":
        begin, end = run.begin, run.end
        return Lot(
            run.service,
            self.things[begin:end],
            self.asked[begin:end],
            acting=run.acting,
            requests=run.requests,
            account=self.account,
        )


def _service(thing: str) -> str:
    return thing.split(":", 3)[2] if thing.count(":") > 1 else ""


Held = dict[Lot, Mask]
"""By lot, some of the actions that are asked about its things: each of these is asked for on all
things of the lot that it acts on.
"""


def gathered(held: Iterable[tuple[Lot, Mask]]) -> Held:
    """Put together what is held of the same things."""
    found: Held = {}
    for lot, mask in held:
        found[lot] = found.get(lot, 0) | mask
    parted = {whole for one in found for whole in _wholes(one)}
    while again := parted & found.keys():
        for lot in again:
            mask = found.pop(lot)
            for one in lot.each():
                if both := mask & one.acting:
                    found[one] = found.get(one, 0) | both
    return found


def _wholes(lot: Lot) -> Iterator[Lot]:
    """Yield what a lot is a part of."""
    while lot.of is not None:
        lot = lot.of
        yield lot


def parted(
    held: Iterable[tuple[Lot, Mask]], is_whole: Callable[[Lot, Mask], bool]
) -> Iterator[tuple[Lot, Mask, bool]]:
    """Yield lots that are whole, and of the others each part that is, down to single things,
    whether they are or not; each with the actions of it, and whether it is.
    """
    waiting = [*held][::-1]
    while waiting:
        lot, mask = waiting.pop()
        whole = is_whole(lot, mask)
        if whole or len(lot.things) == 1:
            yield lot, mask, whole
            continue
        parts = ((one, one.acting & mask) for one in reversed(lot.each()))
        waiting += [part for part in parts if part[1]]


def first(held: Held) -> tuple[str, str]:
    """Return the first action, and the first thing that it is asked for on."""
    every = masks.joined(held.values())
    action = every & -every
    having = (lot.holding(action) for lot, mask in held.items() if mask & action)
    return masks.first(action), min(map(min, filter(None, having)))


def products(held: Held) -> Iterator[Held]:
    """Part the requests with one answer of one caller, so that in each part every action of it has
    that answer on all things of it on which it was asked for.
    """
    rest = held
    while rest:
        every = masks.joined(rest.values())
        full, rest = _full(rest, every)
        if not full:
            yield from _by_actions(rest)
            return
        yield full


def _full(held: Held, every: Mask) -> tuple[Held, Held]:
    """Return the things on which nothing of `every` was asked for but what is held of them, and
    the others one by one.
    """
    full, rest = Held(), Held()
    for lot, mask, whole in parted(held.items(), lambda lot, mask: lot.acting & every == mask):
        (full if whole else rest)[lot] = mask
    return full, rest


def _by_actions(held: Held) -> Iterator[Held]:
    """Put the things together on which the same actions have the answer."""
    alike: dict[Mask, Held] = {}
    for lot, mask in held.items():
        alike.setdefault(mask, {})[lot] = mask
    yield from alike.values()
