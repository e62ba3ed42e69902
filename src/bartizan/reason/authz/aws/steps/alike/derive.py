# SPDX-License-Identifier: Apache-2.0
"""All steps of an organisation of many accounts, each shape of account worked out once."""

import functools
from collections.abc import Iterator, Sequence

from bartizan.model.arn import account_of
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.identity import Principal
from bartizan.model.ordering import in_order
from bartizan.model.step import Foothold, Step
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps import actors
from bartizan.reason.authz.aws.steps.alike.circle import FEW
from bartizan.reason.authz.aws.steps.alike.crossing import Crossing
from bartizan.reason.authz.aws.steps.alike.likeness import Likeness, Likenesses, families
from bartizan.reason.authz.aws.steps.alike.mould import Mould, UnclearError
from bartizan.reason.authz.aws.steps.alike.rows import Side
from bartizan.reason.authz.aws.steps.remedies import in_account
from bartizan.reason.authz.aws.steps.technique import Actor
from bartizan.reason.authz.aws.steps.tried import Derivation

EVERY = 1 << 62
"""As many callers and things as there may be."""

_TIMES = 4
"""Accounts of one shape, on the average, from which on they are told by the first: things are
then asked for one by one, which takes longer for each account.
"""


def can_be_told_apart(estate: Estate) -> bool:
    """Say whether everything in an estate is of an account that is known."""
    facts = estate.facts
    owners = {row.account for row in facts.rows(Store)}
    owners |= {row.account for row in facts.rows(Key)}
    owners |= {row.account for row in facts.rows(Workload)}
    owners |= {row.account for row in facts.rows(Principal)}
    for store in facts.rows(Store):
        # Who can read it, a key decides of which another account keeps the policy.
        if store.key and account_of(store.key) != store.account:
            return False
    return owners <= set(estate.accounts)


class Organisation:
    """One pass over an estate of many accounts."""

    def __init__(self, estate: Estate, *, few: int = FEW) -> None:
        """Look at `estate`; circles are made of more than `few` callers and things: none with
        `EVERY`, and the steps are those of each account by itself.
        """
        self._estate = estate
        self._few = few
        self._derivation = Derivation(estate)
        self._people = actors.households(estate)
        outside = {row.who.account for row in actors.strangers(estate)}
        self._likenesses = Likenesses(estate, strangers=outside)
        self._callers = {row.account: row for row in self._likenesses.of(Side.CALLER)}
        self._everybody: dict[int, Mould[tuple[str, Foothold]]] = {}
        """Who can make requests in an account of each shape of callers."""
        self._lately: dict[str, list[Actor]] = {}
        """Those of the account that was asked for last: its things come one after the other."""

    @property
    def repeats(self) -> bool:
        """Say whether accounts are so much alike that it is worth to tell one by another."""
        return len(self._homes) * _TIMES <= sum(map(len, self._homes))

    @functools.cached_property
    def _homes(self) -> Sequence[Sequence[Likeness]]:
        return families(self._likenesses.of(Side.HOME))

    def all(self) -> Iterator[Step]:
        """Yield all steps, each once, in an order that stays the same from run to run."""
        crossing = Crossing(
            self._likenesses,
            callers=self._callers,
            people=self._people_of,
            abroad=self._derivation.abroad,
            ending=self._ending,
            few=self._few,
        )
        for family in self._homes:
            yield from self._family(family, crossing)
        for family in families(self._likenesses.of_things(Side.HOME)):
            yield from self._family(family, crossing)
        yield from crossing.steps()
        yield from in_order(self._derivation.rest())

    def _family(self, family: Sequence[Likeness], crossing: Crossing) -> Iterator[Step]:
        """Yield what happens inside each of some accounts that are alike."""
        first = family[0]
        steps = self._inside(first)
        crossing.know_home(family, steps)
        yield from steps
        if len(family) == 1:
            return
        try:
            mould = Mould(steps, first.names, endings=(self._ending(first.account),))
        except UnclearError:
            for member in family[1:]:
                yield from self._inside(member)
            return
        for member in family[1:]:
            yield from mould.cast((*member.names, self._ending(member.account)))

    def _inside(self, place: Likeness) -> list[Step]:
        """Ask the definition what is gained inside an account, or of one thing there."""
        if place.thing:
            people = self._people_of(self._callers[place.account])
            found = [*self._derivation.at_thing(people, place.account, place.thing)]
        else:
            found = self._in_account(place.account)
        found += self._derivation.of_strangers(place.account, place.thing)
        return [*in_order(found)]

    def _in_account(self, account: str) -> list[Step]:
        people = [self._actor(*one) for one in self._people.get(account, ())]
        found, everybody = self._derivation.at_home(account, people)
        caller = self._callers[account]
        if caller.shape not in self._everybody:
            held = [(person.name, person.foothold) for person in everybody]
            self._everybody[caller.shape] = Mould(held, caller.names)
        return found

    def _people_of(self, caller: Likeness) -> list[Actor]:
        """Return everybody of an account who can make requests, as in one that is alike."""
        if caller.account not in self._lately:
            if caller.shape not in self._everybody:
                self._in_account(caller.account)
            held = self._everybody[caller.shape].cast(caller.names)
            self._lately = {caller.account: [self._actor(*one) for one in held]}
        return self._lately[caller.account]

    def _actor(self, name: str, held: Foothold | None) -> Actor:
        return actors.actor(self._estate, name, held)

    def _ending(self, account: str) -> str:
        return in_account(self._estate.accounts[account])
