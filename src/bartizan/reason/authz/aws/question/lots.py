# SPDX-License-Identifier: Apache-2.0
"""Things of one service that are taken together for as long as nothing tells them apart.

Thousands of things are asked about, most of them examples that share an answer with their
neighbours. What can be said of all of a lot is said once, and only where it cannot, of each.
"""

from collections.abc import Iterable, Iterator, Sequence

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.masks import Mask


class Lot:
    """Some things, each with the actions that are asked about it."""

    __slots__ = ("_each", "account", "acting", "asked", "of", "requests", "service", "things")

    def __init__(
        self,
        service: str,
        things: Sequence[str],
        asked: Sequence[Mask],
        *,
        acting: Mask,
        requests: int,
        account: str = "",
    ) -> None:
        """Take things of one service, by the word in their ARNs, and as many sets of actions;
        `acting` are those that are asked about any of them, `requests` how many there are in all,
        `account` the one in their ARNs where it is known to be the same in all.
        """
        self.service, self.things, self.asked = service, things, asked
        self.acting, self.requests, self.account = acting, requests, account
        self.of: Lot | None = None
        """The lot that it is one thing of."""
        self._each: Sequence[Lot] = ()

    @classmethod
    def of_one(cls, thing: str, asked: Mask) -> "Lot":
        """Return a thing by itself."""
        return cls.of_alike((thing,), asked)

    @classmethod
    def of_all(cls, service: str, things: Sequence[str], asked: Sequence[Mask]) -> "Lot":
        """Return things that are each asked about by some actions of their own."""
        requests = masks.count(asked)
        return cls(service, things, asked, acting=masks.joined(asked), requests=requests)

    @classmethod
    def of_alike(cls, things: Sequence[str], asked: Mask) -> "Lot":
        """Return things of one service that are all asked about by the same actions."""
        service = _service(things[0])
        requests = len(things) * asked.bit_count()
        return cls(service, things, (asked,) * len(things), acting=asked, requests=requests)

    def among(self, actions: Mask) -> Iterator[tuple[str, Mask]]:
        """Yield the things that some actions are asked about, each with those."""
        for thing, asked in zip(self.things, self.asked, strict=True):
            if held := asked & actions:
                yield thing, held

    def holding(self, actions: Mask) -> Sequence[str]:
        """Return the things that some actions are asked about."""
        if actions == self.acting and all(self.asked):
            return self.things
        return [thing for thing, _ in self.among(actions)]

    def accounts(self) -> Iterable[str]:
        """Return the accounts in the ARNs of the things."""
        return (self.account,) if self.account else map(account_of, self.things)

    def count(self, actions: Mask) -> int:
        """Return how many requests for some actions there are."""
        if actions == self.acting:
            return self.requests
        return sum((asked & actions).bit_count() for asked in self.asked)

    def each(self) -> Sequence["Lot"]:
        """Return each thing by itself, the same objects whenever it is asked for."""
        if len(self.things) == 1:
            return (self,)
        if not self._each:
            self._each = tuple(map(self.of_one, self.things, self.asked))
            for one in self._each:
                one.of = self
        return self._each


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
    parted = {one.of for one in found if one.of is not None}
    for lot in parted & found.keys():
        mask = found.pop(lot)
        for one in lot.each():
            if both := mask & one.acting:
                found[one] = found.get(one, 0) | both
    return found


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
    for lot, mask in held.items():
        if lot.acting & every == mask:
            full[lot] = mask
            continue
        for one in lot.each():
            if both := one.acting & mask:
                (full if one.acting & every == both else rest)[one] = both
    return full, rest


def _by_actions(held: Held) -> Iterator[Held]:
    """Put the things together on which the same actions have the answer."""
    alike: dict[Mask, Held] = {}
    for lot, mask in held.items():
        alike.setdefault(mask, {})[lot] = mask
    yield from alike.values()
