# SPDX-License-Identifier: Apache-2.0
"""What a technique is: requests that somebody must be able to make, and what they gain by it.

A technique is data. Its texts hold names in braces, which a *binding* fills: `{role}` stands for
the same role in every need, so that passing a role and trusting a service are asked of one role.
Names without a binding: `{actor}`, `{account}`, `{partition}`; `{region}` and `{new}` are chosen
by the attacker, once for all needs; `{each}` is chosen anew in every need.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct, field

from bartizan.model.evidence import Evidence
from bartizan.model.facts.organization import Account
from bartizan.model.step import Ability, Breaker, Condition, Foothold
from bartizan.reason.authz.aws.request import RequestPrincipal
from bartizan.reason.authz.aws.steps.scene import Scene


class Actor(Struct, frozen=True, kw_only=True):
    """Somebody who makes requests, and the foothold that lets an attacker be them."""

    name: str
    """As `caller` spells it."""
    foothold: Foothold
    who: RequestPrincipal
    account: Account | None
    """None for one that is in no account of the estate."""

    @property
    def partition(self) -> str:
        """The partition that the actor's own new things are in."""
        return self.account.partition if self.account else "aws"


class Need(Struct, frozen=True, kw_only=True):
    """A request that must be allowed."""

    action: str
    resource: str = "*"
    context: tuple[tuple[str, str | None], ...] = ()
    """Condition keys that the technique determines; None for absent."""
    by: str = "{actor}"
    """Who makes it; a service principal for a trust that must hold."""


class Binding(Struct, frozen=True, kw_only=True):
    """One way to fill the names of a technique."""

    names: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[Foothold, ...] = ()
    """Footholds beside that of the actor."""
    evidence: tuple[Evidence, ...] = ()
    """Facts that make it apply."""
    conditions: tuple[Condition, ...] = ()
    breakers: tuple[Breaker, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[Need, ...] = ()
    """Requests that this binding alone needs: to decrypt with the key of this store."""


Over: TypeAlias = Callable[[Scene, Actor], Iterable[Binding]]


class Technique(Struct, frozen=True, kw_only=True, eq=False):
    """One way to get from footholds to another; there is one of each, asked for very often."""

    id: str
    """Ours, kebab-case, stable."""
    title: str
    """One sentence, no full stop."""
    attack: str
    """MITRE ATT&CK technique id."""
    references: tuple[str, ...] = ()
    """Ids in the catalogue at https://pathfinding.cloud whose permissions this covers, alone or
    joined with other techniques that name the same id."""
    explanation: str
    """How it works and how it is closed."""
    effort: int
    """1: one quiet call; 2: several, or new things that run; 3: disturbs what runs; 4: more."""
    over: Over
    needs: tuple[Need, ...]
    grants: Ability
    entity: str
    """What `grants` is over."""
    conditions: tuple[Condition, ...] = ()
    """Assumptions that no request can settle."""
    abroad: bool = False
    """Also tried on things of other accounts than the actor's."""
    administrator: bool = False
    """Also worth trying for somebody who administers the account already."""

    def allows(self, possible: Callable[[str], bool]) -> bool:
        """Every request of the actor's own is one that `possible` admits."""
        return all(possible(need.action) for need in self.needs if need.by == "{actor}")
