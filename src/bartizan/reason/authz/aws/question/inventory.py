# SPDX-License-Identifier: Apache-2.0
"""Everything that one caller is asked about: things, each with the actions that act on it."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property

from bartizan.model.access import Asked
from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import catalogue, masks
from bartizan.reason.authz.aws.estate.estate import CARRIERS, Estate, is_trust
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.estate.spoken import carried, is_dark
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.requests import Reach
from bartizan.reason.authz.aws.kernel.scope import MEMBERS
from bartizan.reason.authz.aws.masks import Mask, Meets
from bartizan.reason.authz.aws.policy.arn_pattern import resource_pattern
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.question.crops import Bunch, Crop, Crops
from bartizan.reason.authz.aws.question.expand import is_pattern, rest
from bartizan.reason.authz.aws.question.fold import is_stranger
from bartizan.reason.authz.aws.question.things import Others, Placed, Things, with_objects
from bartizan.reason.authz.aws.request import Attached

_REGIONS = 2
"""Regions that a caller's policies name in which examples lie, beside the usual one."""


class Inventory:
    """What one caller could do, before anything is decided."""

    def __init__(
        self, kernel: Kernel, reach: Reach, estate: Estate, *, asked: Asked, elsewhere: Others
    ) -> None:
        self._kernel, self._reach, self._estate, self._asked = kernel, reach, estate, asked
        self._who = estate.caller(asked.principal)
        self._elsewhere = elsewhere
        self._inside = rest(asked.resource)
        self._things = Things(estate, self._who, elsewhere.named, inside=self._inside)
        self._every = masks.every()
        self._wanted = self._whole(masks.matching(asked.action or "*"))
        self._granted = self._whole(reach.granted() & self._wanted)
        self._asked_of: dict[str, Mask] = {}
        self._typed_of: dict[str, Mask] = {}
        self._typed_requests = 0
        self.far: frozenset[str] = frozenset()
        """Things of other accounts that the caller's policies name, of which `afar` tells."""
        self.afar = estate
        self._meets = Meets()

    @cached_property
    def asked_of(self) -> Mapping[str, Mask]:
        """By thing, the actions that were asked about it."""
        return self._typed_of | self._asked_of

    @property
    def requests(self) -> int:
        """Requests that were asked about."""
        return self._typed_requests + masks.count(self._asked_of.values())

    def _whole(self, actions: Mask) -> Mask:
        """Return the object for all actions where they are all."""
        return self._every if actions == self._every else actions

    def crops(self) -> Iterable[Crop]:
        """Return the things that could be done something to, those together that are alike."""
        crops = Crops(self._reach)
        pattern = self._asked.resource
        if pattern and not is_pattern(pattern):
            self._add(crops, pattern, self._acting(pattern), self._estate)
            return crops
        fits = resource_pattern(pattern) if pattern and pattern != "*" else _all
        for thing in filter(fits, self._things.held):
            self._add(crops, thing, self._acting(thing), self._estate)
        self._add_elsewhere(crops, fits)
        self._add_examples(crops, fits)
        if fits("*") and not is_stranger(self._asked.principal, self._estate.accounts):
            self._add(crops, "*", self._acting("*"), self._estate)
        return crops

    def _add_examples(self, crops: Crops, fits: Callable[[str], bool]) -> None:
        """Add examples of types, and of patterns in the caller's policies."""
        left_out = set[str]()
        for placed in self._typed():
            if fits is not _all:
                left_out |= {thing for thing, _ in placed.things if not fits(thing)}
            self._add_typed(crops, placed, left_out)
        named = [
            thing
            for thing in self._things.examples(self._statements())
            if thing not in self._typed_of and fits(thing)
        ]
        self._look_afar(named)
        for thing in named:
            near = self.far.isdisjoint(carriers(thing))
            estate = self._estate if near else self.afar
            self._add(crops, thing, self._acting(thing), estate)

    def _look_afar(self, named: Iterable[str]) -> None:
        """Read about things of other accounts that the caller's policies name, though nothing of
        theirs names the caller.
        """
        held = {one for thing in named if thing.startswith("arn:") for one in carriers(thing)}
        unknown = (one for one in held if not self._estate.ownership.knows(one))
        self.far = frozenset(self._kernel.apart(sorted(unknown), self._who.account))
        if self.far:
            self.afar = self._kernel.estate((self._asked.principal,), self.far)

    def _add_typed(self, crops: Crops, placed: Placed, left_out: Collection[str]) -> None:
        """Add examples of the types of one service in one region."""
        service, region, found, possible, actions, requests = placed
        if left_out or self._wanted is not self._every:
            found = [
                (thing, self._those(acting, self._wanted))
                for thing, acting in found
                if thing not in left_out
            ]
            possible = [self._those(asked, self._granted) for _, asked in found]
            actions = masks.joined(possible)
            requests = masks.count(asked for _, asked in found)
        self._typed_of.update(found)
        self._typed_requests += requests
        if not actions:
            return
        open_ = [(thing, asked) for (thing, _), asked in zip(found, possible, strict=True)]
        dark = bool(self._estate.gaps.of_tags(found[0][0], account=self._who.account))
        if not self._reach.patterns.tells_apart(service):
            bunch = Bunch(service, [one for one in open_ if one[1]], actions)
            crops.add_all(bunch, self._estate, key=(region, dark, ()))
            return
        for thing, asked in open_:
            if asked:
                covering = self._bare(service, thing)
                key = None if covering is None else (region, dark, covering)
                crops.add(thing, asked, self._estate, key=key)

    def _those(self, actions: Mask, among: Mask) -> Mask:
        """Return the actions that are among some; the same object for the same ones."""
        return actions if among is self._every else self._meets.of(actions, among)

    def _bare(self, service: str, thing: str) -> Hashable | None:
        """Return what tells an example from others about which nothing is written; None for one
        about which something is, or could be.
        """
        estate = self._estate
        if service in CARRIERS or estate.mentions(thing):
            known = estate.ownership.of(thing).tags is not None or estate.grants(thing)
            if known or estate.unread_grants(thing):
                return None
            if estate.resource_policy(thing, is_trust("")):
                return None
        return self._reach.patterns.covering(thing)

    def _typed(self) -> Iterator[Placed]:
        if not self._granted:
            return
        named = self._estate.regions_named(self._asked.principal)
        regions = sorted(name for name in named if "*" not in name)[:_REGIONS]
        yield from self._things.typed(self._granted, regions)

    def _statements(self) -> Iterator[Statement]:
        identity, _ = self._estate.identity(self._asked.principal)
        yield from _statements(identity)

    def _acting(self, thing: str) -> Mask:
        """Return the actions that are asked for on a thing."""
        acting = masks.acting_on(thing) & self._wanted
        if thing == self._asked.resource and not is_pattern(thing) and not acting:
            # Of what no known action acts on, whatever the catalogue has may be asked.
            acting = self._wanted if not catalogue.is_of_known_type(thing) else 0
        return acting

    def _add_elsewhere(self, crops: Crops, fits: Callable[[str], bool]) -> None:
        """Add things of other accounts that are open to many, with what their policies might
        allow the caller, and its own with them.
        """
        held, elsewhere = frozenset(self._things.held), self._elsewhere.open
        opened = self._kernel.opened(self._reach, (place for place, _ in elsewhere))
        granted = self._granted if self._who.type in MEMBERS else self._wanted
        meets = self._meets
        for place, arn in elsewhere:
            # The ARN of a bucket does not say whose it is: it may be the caller's own.
            for thing in filter(
                fits, with_objects((arn,), self._inside) if arn not in held else ()
            ):
                self._asked_of[thing] = actions = self._those(masks.acting_on(thing), self._wanted)
                could = meets.of(opened[place], granted) if place in opened else 0
                if possible := meets.of(actions, could) if could else 0:
                    self._add_open(crops, place, thing, possible)

    def _add_open(self, crops: Crops, place: int, thing: str, possible: Mask) -> None:
        """Add a thing of another account, or one in it, to those that are written about alike."""
        patterns = self._reach.patterns
        for trust, part in _by_trust(possible):
            kin = self._kernel.kin(place, thing, trust=trust)
            covering = None if kin is None else patterns.covering(thing)
            owner = account_of(thing) if patterns.asks_for_owner else ""
            key = None if covering is None else ("kin", kin, covering, owner)
            crops.add(thing, part, self._kernel.open(place), trust=trust, key=key)

    def _add(self, crops: Crops, thing: str, actions: Mask, estate: Estate) -> None:
        """Add a thing with what is not denied for want of an allow."""
        self._asked_of[thing] = actions
        possible = actions & self._possible(estate, thing)
        for trust, part in _by_trust(possible):
            crops.add(thing, part, estate, trust=trust)

    def _possible(self, estate: Estate, thing: str) -> Mask:
        """Return the actions that are not denied for want of an allow: across accounts both sides
        must have one, and a role's trust, a key's own policy or grants in any case.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
        """
        opened, granted = self._opened(estate, thing), self._granted
        free = _without_policy()
        if self._who.type not in MEMBERS:
            return opened | free
        account = estate.ownership.of(thing).account
        if account in {"", "aws", self._who.account}:
            return granted | opened | free
        return (granted & opened) | free

    def _opened(self, estate: Estate, thing: str) -> Mask:
        """Return the actions that what is written about a thing might allow somebody."""
        held = carried(estate, thing)
        hidden = estate.public_access(estate.ownership.of(thing), self._who.account)[1]
        if hidden or is_dark(estate, thing, held):
            return self._wanted
        found = masks.matching("kms:*") if estate.grants(thing) else 0
        for statement in _statements(held):
            if statement.effect is Effect.ALLOW:
                found |= masks.covered(statement)
        return found


def _without_policy() -> Mask:
    """Return the actions that no policy has to allow.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return masks.matching("sts:GetCallerIdentity") | masks.matching("sts:GetSessionToken")


def _by_trust(actions: Mask) -> Iterator[tuple[bool, Mask]]:
    """Yield the actions of STS, of which some ask a role's trust, and the others."""
    sts = masks.matching("sts:*")
    for trust, part in ((True, actions & sts), (False, actions & ~sts)):
        if part:
            yield trust, part


def _all(thing: str) -> bool:
    del thing
    return True


def _statements(policies: Iterable[Attached]) -> Iterator[Statement]:
    for policy in policies:
        yield from policy.document.statements if policy.document else ()
