# SPDX-License-Identifier: Apache-2.0
"""Everything that one caller is asked about: things, each with the actions that act on it."""

from collections.abc import Callable, Hashable, Iterable, Iterator

from bartizan.model.access import Asked
from bartizan.reason.authz.aws import catalogue, masks
from bartizan.reason.authz.aws.estate.estate import CARRIERS, Estate, is_trust
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.estate.spoken import carried, is_dark
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.requests import Reach
from bartizan.reason.authz.aws.kernel.scope import MEMBERS
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.arn_pattern import resource_pattern
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.question.abroad import Foreign, by_trust
from bartizan.reason.authz.aws.question.crops import Crop, Crops
from bartizan.reason.authz.aws.question.expand import is_pattern, rest
from bartizan.reason.authz.aws.question.fold import is_stranger
from bartizan.reason.authz.aws.question.lots import Lot
from bartizan.reason.authz.aws.question.things import Others, Placed, Things, within
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
        self._wanted = masks.matching(asked.action or "*")
        self._granted = reach.granted() & self._wanted
        self.lots: list[Lot] = []
        """Each thing that was asked about, once."""
        self.far: frozenset[str] = frozenset()
        """Things of other accounts that the caller's policies name, of which `afar` tells."""
        self.afar = estate

    @property
    def requests(self) -> int:
        """Requests that were asked about."""
        return sum(lot.requests for lot in self.lots)

    def crops(self) -> Iterable[Crop]:
        """Return the things that could be done something to, those together that are alike."""
        crops = Crops(self._reach)
        pattern = self._asked.resource
        if pattern and not is_pattern(pattern):
            self._add(crops, self._one(pattern), self._estate)
            return crops
        fits = resource_pattern(pattern) if pattern and pattern != "*" else _all
        for thing in filter(fits, self._things.held):
            self._add(crops, self._one(thing), self._estate)
        self._add_elsewhere(crops, fits)
        self._add_examples(crops, fits)
        if fits("*") and not is_stranger(self._asked.principal, self._estate.accounts):
            self._add(crops, self._one("*"), self._estate)
        return crops

    def _add_examples(self, crops: Crops, fits: Callable[[str], bool]) -> None:
        """Add examples of types, and of patterns in the caller's policies."""
        known = {thing: lot for lot in self.lots for thing in lot.things}
        typed = set[str]()
        whole = fits is _all and not self._asked.action
        for placed in self._typed():
            lots = (placed.lot,) if whole or not placed.lot.runs else placed.lot.each()
            for lot in lots:
                typed.update(lot.things)
                self._add_typed(crops, placed._replace(lot=lot), fits)
        examples = self._things.examples(self._statements())
        named = [thing for thing in examples if thing not in typed and fits(thing)]
        self._look_afar(named)
        for thing in named:
            near = self.far.isdisjoint(carriers(thing))
            estate = self._estate if near else self.afar
            self._add(crops, self._one(thing, known.get(thing)), estate)

    def _look_afar(self, named: Iterable[str]) -> None:
        """Read about things of other accounts that the caller's policies name, though nothing of
        theirs names the caller.
        """
        held = {one for thing in named if thing.startswith("arn:") for one in carriers(thing)}
        unknown = (one for one in held if not self._estate.ownership.knows(one))
        self.far = frozenset(self._kernel.apart(sorted(unknown), self._who.account))
        if self.far:
            self.afar = self._kernel.estate((self._asked.principal,), self.far)

    def _add_typed(self, crops: Crops, placed: Placed, fits: Callable[[str], bool]) -> None:
        """Add examples of types of one service in one region, or of several that nothing tells
        apart.
        """
        region, lot = placed
        if fits is not _all or self._asked.action:
            held = dict(lot.among(self._wanted))
            kept = [thing for thing in lot.things if thing in held and fits(thing)]
            lot = Lot.of_all(lot.service, kept, [held[thing] for thing in kept])
        self.lots.append(lot)
        if not (actions := lot.acting & self._granted):
            return
        dark = bool(self._estate.gaps.of_tags(lot.things[0], account=self._who.account))
        if not self._reach.patterns.tells_apart(lot.service):
            crops.add(lot, actions, self._estate, key=(region, dark, ()))
            return
        for one in lot.each():
            if held_ := one.acting & actions:
                covering = self._bare(one)
                key = None if covering is None else (region, dark, covering)
                crops.add(one, held_, self._estate, key=key)

    def _bare(self, one: Lot) -> Hashable | None:
        """Return what tells an example from others about which nothing is written; None for one
        about which something is, or could be.
        """
        estate, thing = self._estate, one.things[0]
        if one.service in CARRIERS or estate.mentions(thing):
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
        # What nothing tells apart comes together.
        patterns, gaps = self._reach.patterns, self._estate.gaps
        apart = patterns.services | gaps.services(self._who.account)
        yield from self._things.typed(self._granted, regions, apart)

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
        foreign = Foreign(self._kernel, self._reach, opened, wanted=self._wanted, granted=granted)
        # The ARN of a bucket does not say whose it is: it may be the caller's own.
        things = (
            (place, thing)
            for place, arn in elsewhere
            if arn not in held
            for thing in within(arn, self._inside)
            if fits is _all or fits(thing)
        )
        for place, lot, parts in foreign.lots(things):
            self.lots.append(lot)
            for trust, actions, key in parts:
                crops.add(lot, actions, self._kernel.open(place), trust=trust, key=key)

    def _one(self, thing: str, known: Lot | None = None) -> Lot:
        """Return a thing by itself, which may be one of a lot that is `known`."""
        if known is not None:
            return known.each()[known.things.index(thing)]
        self.lots.append(Lot.of_one(thing, self._acting(thing)))
        return self.lots[-1]

    def _add(self, crops: Crops, one: Lot, estate: Estate) -> None:
        """Add a thing with what is not denied for want of an allow."""
        for trust, part in by_trust(one.acting & self._possible(estate, one.things[0])):
            crops.add(one, part, estate, trust=trust)

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
        if is_dark(estate, thing, held):
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


def _all(thing: str) -> bool:
    del thing
    return True


def _statements(policies: Iterable[Attached]) -> Iterator[Statement]:
    for policy in policies:
        yield from policy.document.statements if policy.document else ()
