# SPDX-License-Identifier: Apache-2.0
"""What people of one account gain in others: asked once for each pair of shapes.

Two accounts whose texts share a name (one names the other, or both name a third) are asked about
with that name in its places; all other pairs of two shapes are alike.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.alike.circle import Circles, Known, Pair
from bartizan.reason.authz.aws.steps.alike.likeness import Likeness, Likenesses, families
from bartizan.reason.authz.aws.steps.alike.mould import Mould, UnclearError
from bartizan.reason.authz.aws.steps.alike.rows import Side
from bartizan.reason.authz.aws.steps.technique import Actor

_Owner = tuple[str, str]
"""An account, and one of its stores and keys, or empty."""
_Two = tuple[str, _Owner]


class Crossing:
    """Steps from account to account."""

    def __init__(
        self,
        likenesses: Likenesses,
        *,
        callers: Mapping[str, Likeness],
        people: Callable[[Likeness], Sequence[Actor]],
        abroad: Callable[[Iterable[Actor], str, str], Iterator[Step]],
        ending: Callable[[str], str],
        few: int,
    ) -> None:
        self._callers = callers
        owners = (*likenesses.of(Side.OWNER), *likenesses.of_things(Side.OWNER))
        self._owners = {(row.account, row.thing): row for row in owners}
        self._people = people
        self._abroad = abroad
        self._ending = ending
        self._beside = likenesses.beside
        self._related = self._relations()
        self._circles = Circles(ending, few=few)

    def know_home(self, family: Sequence[Likeness], steps: Iterable[Step]) -> None:
        """Note what is gained inside accounts that are alike: the first stands for all."""
        groups: dict[tuple[int, int], list[Pair]] = defaultdict(list)
        for row in family:
            pair = self._callers[row.account], self._owners[row.account, row.thing]
            groups[pair[0].shape, pair[1].shape].append(pair)
        first, *others = groups.values()
        self._circles.know(Known.of(first[0], steps, [caller.account for caller, _ in first]))
        for pairs in others:
            # Steps over the names of the first say nothing of these: no circle may.
            self._circles.know(Known.of(pairs[0], (), [caller.account for caller, _ in pairs]))

    def steps(self) -> Iterator[Step]:
        """Yield what is gained across accounts."""
        yield from self._of_related()
        callers, owners = families(self._callers.values()), families(self._owners.values())
        for caller_family, owner_family in itertools.product(callers, owners):
            pair = self._any_two(caller_family, owner_family)
            if pair is None:
                continue
            steps = self._between(*pair)
            if not steps:
                continue
            left = self._circles.take(pair, steps)
            yield from self._told(pair, left, itertools.product(caller_family, owner_family))
        yield from self._circles.steps(callers, owners, self._apart)

    def _relations(self) -> dict[_Two, tuple[tuple[int, int], ...]]:
        """Return the pairs of callers and owners that share names, with the places of those."""
        holders: dict[str, list[tuple[_Owner, int]]] = defaultdict(list)
        for owner, row in self._owners.items():
            for place, name in enumerate(row.names):
                holders[name].append((owner, place))
        found: dict[_Two, list[tuple[int, int]]] = defaultdict(list)
        for row in self._callers.values():
            for place, name in enumerate(row.names):
                for owner, other in holders.get(name, ()):
                    if owner[0] != row.account:
                        found[row.account, owner].append((place, other))
        return {pair: tuple(places) for pair, places in found.items()}

    def _between(self, caller: Likeness, owner: Likeness) -> list[Step]:
        """Ask the definition what people of one account gain in another."""
        return list(dict.fromkeys(self._abroad(self._people(caller), owner.account, owner.thing)))

    def _of_related(self) -> Iterator[Step]:
        groups: dict[object, list[Pair]] = defaultdict(list)
        for (a, b), places in self._related.items():
            caller, owner = self._callers[a], self._owners[b]
            beside = (a, b) if (a, b[0]) in self._beside else ()
            groups[caller.shape, owner.shape, places, beside].append((caller, owner))
        mine = {account for account, _ in self._beside}
        for b, owner in self._owners.items():
            for a in sorted(mine) if b[0] in mine else ():
                if (a, b[0]) in self._beside and (a, b) not in self._related:
                    groups[a, b].append((self._callers[a], owner))
        for pairs in groups.values():
            first = pairs[0]
            steps = self._between(*first)
            accounts = [caller.account for caller, _ in pairs]
            self._circles.know(Known.of(first, steps, accounts))
            yield from self._told(first, steps, pairs, related=True)

    def _any_two(self, callers: Sequence[Likeness], owners: Sequence[Likeness]) -> Pair | None:
        """Return two accounts that share no name."""
        pairs = ((caller, owner) for caller in callers for owner in owners)
        return next((pair for pair in pairs if self._apart(*pair)), None)

    def _apart(self, caller: Likeness, owner: Likeness) -> bool:
        a, b = caller.account, owner.account
        related = (a, (b, owner.thing)) in self._related
        return a != b and not related and (a, b) not in self._beside

    def _told(
        self, first: Pair, steps: Sequence[Step], pairs: Iterable[Pair], *, related: bool = False
    ) -> Iterator[Step]:
        """Yield `steps` of the first pair over the names of each pair."""
        if not steps:
            return
        try:
            mould = self._mould(first, steps)
        except UnclearError:
            mould = None
        for pair in pairs:
            if not related and not self._apart(*pair):
                continue
            yield from self._between(*pair) if mould is None else mould.cast(self._names(*pair))

    def _mould(self, pair: Pair, steps: Iterable[Step]) -> Mould[Step]:
        caller, owner = pair
        return Mould(steps, (*caller.names, *owner.names), endings=(self._ending(caller.account),))

    def _names(self, caller: Likeness, owner: Likeness) -> tuple[str, ...]:
        return (*caller.names, *owner.names, self._ending(caller.account))
