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

FEW = 16
"""As many accounts on one side at most, and each pair is told; more, and a circle is made."""
_TRIES = 64


class Crossing:
    """Steps from account to account."""

    def __init__(
        self,
        likenesses: Likenesses,
        *,
        callers: Mapping[str, Likeness],
        people: Callable[[Likeness], Sequence[Actor]],
        abroad: Callable[[Iterable[Actor], str], Iterator[Step]],
        ending: Callable[[str], str],
        few: int,
    ) -> None:
        self._few = few
        self._callers = callers
        self._owners = {row.account: row for row in likenesses.of(Side.OWNER)}
        self._people = people
        self._abroad = abroad
        self._ending = ending
        self._beside = likenesses.beside
        self._related = self._relations()
        self._circles = Circles(ending)

    def know_home(self, family: Sequence[Likeness], steps: Iterable[Step]) -> None:
        """Note what is gained inside accounts that are alike: the first stands for all."""
        first = family[0].account
        accounts = [row.account for row in family]
        pair = self._callers[first], self._owners[first]
        self._circles.know(Known.of(pair, steps, accounts))

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
            if min(len(caller_family), len(owner_family)) > self._few:
                steps = self._circles.take(pair, steps)
            yield from self._told(pair, steps, itertools.product(caller_family, owner_family))
        yield from self._circles.steps(callers, owners, self._apart)

    def _relations(self) -> dict[tuple[str, str], tuple[tuple[int, int], ...]]:
        """Return the pairs of accounts that share names, with the places of those."""
        holders: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for row in self._owners.values():
            for place, name in enumerate(row.names):
                holders[name].append((row.account, place))
        found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for row in self._callers.values():
            for place, name in enumerate(row.names):
                for account, other in holders.get(name, ()):
                    if account != row.account:
                        found[row.account, account].append((place, other))
        return {pair: tuple(places) for pair, places in found.items()}

    def _between(self, caller: Likeness, owner: Likeness) -> list[Step]:
        """Ask the definition what people of one account gain in another."""
        return list(dict.fromkeys(self._abroad(self._people(caller), owner.account)))

    def _of_related(self) -> Iterator[Step]:
        groups: dict[object, list[Pair]] = defaultdict(list)
        for (a, b), places in self._related.items():
            if (a, b) in self._beside:
                continue
            caller, owner = self._callers[a], self._owners[b]
            groups[caller.shape, owner.shape, places].append((caller, owner))
        for a, b in sorted(self._beside):
            groups[a, b].append((self._callers[a], self._owners[b]))
        for pairs in groups.values():
            first = pairs[0]
            steps = self._between(*first)
            accounts = [caller.account for caller, _ in pairs]
            self._circles.know(Known.of(first, steps, accounts))
            yield from self._told(first, steps, pairs, related=True)

    def _any_two(self, callers: Sequence[Likeness], owners: Sequence[Likeness]) -> Pair | None:
        """Return two accounts that share no name."""
        pairs = itertools.islice(itertools.product(callers, owners), _TRIES * len(owners))
        return next((pair for pair in pairs if self._apart(*pair)), None)

    def _apart(self, caller: Likeness, owner: Likeness) -> bool:
        pair = (caller.account, owner.account)
        return pair[0] != pair[1] and pair not in self._related and pair not in self._beside

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
