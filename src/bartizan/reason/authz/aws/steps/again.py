# SPDX-License-Identifier: Apache-2.0
"""Steps of an estate that is mostly as it was: only what has to do with changed accounts is new.

What a caller can do with a thing is decided by what is written in the caller's account and in the
thing's, and above them (see `estate/part`). So a step that speaks of no account in which something
changed is a step afterwards as it was before; every other one is taken by people of such an
account, or by others on its things. Where more changed than some accounts (the organisation, or
something of which nobody knows whose it is) all is derived anew.
"""

import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.organization import Assignment, Delegation
from bartizan.model.step import Ability, Foothold, Step
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.steps import actors, associations, derivation, federation
from bartizan.reason.authz.aws.steps.changed import Changed, Owners, changed
from bartizan.reason.authz.aws.steps.reach import Reach
from bartizan.reason.authz.aws.steps.technique import Actor
from bartizan.reason.authz.aws.steps.techniques import ADMINISTRATION, OF_TAGS, TECHNIQUES
from bartizan.reason.authz.aws.steps.tried import (
    ANYBODY,
    ASKED_ACROSS,
    USE_WRITTEN,
    Derivation,
    hypothetical,
    rewrites,
)

_REQUESTED = frozenset(
    {
        technique.id
        for technique in (
            *TECHNIQUES,
            *OF_TAGS,
            *ADMINISTRATION,
            federation.OIDC,
            federation.SAML,
        )
    }
) | {USE_WRITTEN, associations.RUN}
"""Techniques that make requests, or follow from such; other steps are derived anew each time."""
_START = Ability.START.value


def again(before: Facts, known: Sequence[Step], facts: Facts, at: str = "") -> Iterator[Step]:
    """Yield what `derivation.steps` yields for `facts`, in no particular order, where `known` is
    what it yielded for the facts `before`, at the same time.
    """
    estate = Estate(facts, at=at)
    owners = Owners(before, facts)
    found = changed(before, facts, owners)
    # Of many accounts, what is alike is told by circles, which speak of all of them.
    if found is None or len(estate.accounts) >= derivation.MANY:
        yield from derivation.steps(facts, at)
        return
    kept = _Kept(known, found.accounts, _outside(found, estate), owners)
    if kept.mixed:
        yield from derivation.steps(facts, at)
        return
    people = _People(estate, found.accounts)
    anew = people.derivation.anew(
        found.accounts,
        people=people.inside(),
        others=people.near(kept.steps),
        outside=kept.outside,
        open_=kept.open_,
    )
    yield from kept.steps
    yield from kept.beside(tuple(dict.fromkeys(anew)))


def _outside(found: Changed, estate: Estate) -> frozenset[str]:
    """Return the accounts outside the estate that policies name which differ."""
    return frozenset(account for account, _ in actors.named_outside(found.policies, estate))


class _Kept:
    """The steps that hold as they did."""

    def __init__(
        self,
        known: Iterable[Step],
        accounts: Collection[str],
        outside: frozenset[str],
        owners: Owners,
    ) -> None:
        """Take those of `known` that speak of none of `accounts` nor start in any of `outside`."""
        self.outside = outside
        self._changed = functools.cache(lambda text: owners.of(text) in accounts)
        """Whether a text speaks of one of the accounts."""
        self.steps: list[Step] = []
        self.mixed = False
        """Somebody rewrites what decides on the rights of another account."""
        for step in known:
            if rewrites(step) or hypothetical(step):
                spoken = {owners.of(text) for text in _spoken(step)}
                self.mixed = self.mixed or len(spoken - {""}) > 1
            if self._holds(step):
                self.steps.append(step)

    @property
    def open_(self) -> Iterator[tuple[str, Foothold]]:
        """What is open to anybody: techniques, each with what it grants."""
        for step in self.steps:
            if step.proved and not step.conditions and not ANYBODY.isdisjoint(step.needs):
                yield step.technique, step.grants

    def beside(self, anew: Sequence[Step]) -> Iterator[Step]:
        """Yield those of `anew` that are not among the kept ones."""
        repeated = [step for step in anew if self._holds(step)]
        techniques = {step.technique for step in repeated}
        same = {step for step in self.steps if step.technique in techniques}
        yield from (step for step in anew if step not in same)

    def _holds(self, step: Step) -> bool:
        """Tell whether a step holds before and afterwards, or neither."""
        # All steps of the estate come by here, so that nothing is built to tell it.
        changed = self._changed
        if step.technique not in _REQUESTED or changed(step.grants.entity):
            return False
        for need in step.needs:
            if changed(need.entity) or (need.ability == _START and need.entity in self.outside):
                return False
        return not any(changed(ask.principal) or changed(ask.resource) for ask in step.asks)


def _spoken(step: Step) -> Iterator[str]:
    """Yield what a step speaks of."""
    yield step.grants.entity
    for need in step.needs:
        yield need.entity
    for ask in step.asks:
        yield ask.principal
        yield ask.resource


class _People:
    """Who can make requests about some accounts."""

    def __init__(self, estate: Estate, accounts: Collection[str]) -> None:
        self._estate, self._accounts = estate, accounts
        self.derivation = Derivation(estate)
        self._households = actors.households(estate)
        self._reach = Reach(estate, [arn for arn, _ in self._things()], ASKED_ACROSS)

    def inside(self) -> Iterator[Actor]:
        """Yield everybody of the accounts."""
        for account in sorted(self._accounts):
            for name, held in self._households.get(account, ()):
                yield actors.actor(self._estate, name, held)

    def near(self, kept: Iterable[Step]) -> Iterator[tuple[Actor, bool]]:
        """Yield everybody of others who might reach something in the accounts, and whether by
        requests about it; `kept` tells who is made elsewhere.
        """
        made: dict[str, dict[str, None]] = defaultdict(dict)
        for step in kept:
            if hypothetical(step):
                made[self._estate.caller(step.grants.entity).account][step.grants.entity] = None
        admitted, anyway = self._admitted(), self._above_others()
        for account in sorted({*self._households, *made} - {*self._accounts}):
            if admitted is not None and account not in admitted and account not in anyway:
                continue
            names = [*self._households.get(account, ()), *((one, None) for one in made[account])]
            direct = {name: self._reach.of(name) for name, _ in names}
            for name, held in names:
                if direct[name] or account in anyway or any(direct.values()):
                    yield actors.actor(self._estate, name, held), direct[name]

    def _admitted(self) -> frozenset[str] | None:
        """Return the accounts that policies in the accounts may let in; None for any."""
        found: set[str] = set()
        for thing, trust in self._things():
            named = self.derivation.admission.accounts(thing, trust=trust)
            if named is None:
                return None
            found |= named
        return frozenset(found)

    def _above_others(self) -> frozenset[str]:
        """Return the accounts from which others are administered."""
        estate, facts = self._estate, self._estate.facts
        if estate.gaps.of_delegations():
            return frozenset(estate.accounts)
        found = {row.id for row in estate.accounts.values() if row.management}
        found |= {row.account for row in facts.rows(Delegation)}
        found |= {row.instance_account for row in facts.rows(Assignment)}
        return frozenset(found)

    def _things(self) -> Iterator[tuple[str, bool]]:
        """Yield what carries a policy in the accounts, and whether that is a trust policy."""
        estate, facts = self._estate, self._estate.facts
        for role in facts.rows(Principal):
            if role.type == "role" and role.account in self._accounts:
                yield role.arn, True
        things: tuple[Store | Key | Workload, ...] = (
            *facts.rows(Store),
            *facts.rows(Key),
            *facts.rows(Workload),
        )
        for row in things:
            if row.account in self._accounts and estate.resource_policy(row.arn, is_trust("")):
                yield row.arn, False
