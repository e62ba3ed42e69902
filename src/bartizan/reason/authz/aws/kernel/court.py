# SPDX-License-Identifier: Apache-2.0
"""Asks all kinds of policies of one request, for any number of callers, and joins the answers.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import structs

from bartizan.reason.authz.aws.estate.endpoints import Ways
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.asked import Asked, Audience, Views
from bartizan.reason.authz.aws.kernel.combine import Sides, Verdicts, combined
from bartizan.reason.authz.aws.kernel.compile import Supposed
from bartizan.reason.authz.aws.kernel.holdings import Own
from bartizan.reason.authz.aws.kernel.keys import TAG
from bartizan.reason.authz.aws.kernel.logic import (
    MAYBE,
    NO,
    YES,
    Truth,
    all_of,
    any_of,
    constant,
    negation,
)
from bartizan.reason.authz.aws.kernel.readings import SILENT, Limits, Reading, Reads
from bartizan.reason.authz.aws.kernel.statement import raw_statements
from bartizan.reason.authz.aws.policy.publicness import is_public
from bartizan.reason.authz.aws.request import Attached, Caller, Level


class Crowd(Protocol):
    """Callers of whom a question is asked; who they are is told in bits."""

    @property
    def full(self) -> int:
        """All of them."""
        ...

    def of_types(self, types: Iterable[Caller]) -> int:
        """Return those of some types."""
        ...

    def of_account(self, account: str) -> int:
        """Return those of an account."""
        ...

    @property
    def service_linked(self) -> int:
        """The service-linked roles."""
        ...

    @property
    def retagged(self) -> int:
        """Roles whose own tags a session can replace."""
        ...

    @property
    def asking_for_tags(self) -> int:
        """Those whose own policies ask for tags of the caller."""
        ...

    def audience(self, asked: Asked, home: int) -> Audience:
        """Part them into those to whom the request looks the same; `home` ask at home."""
        ...

    def own(self, asked: Asked, audience: Audience, supposed: Supposed) -> Own:
        """Return what their own policies say."""
        ...

    def readings(self, supposed: Supposed) -> Reads:
        """Return what reads the policies of others for them."""
        ...


def judge(estate: Estate, crowd: Crowd, asked: Asked) -> Verdicts:
    """Decide a request for a crowd."""
    if asked.exists == NO:
        return Verdicts(crowd.of_types(scope.exempt(asked.name)), 0)
    court = Court(estate, crowd, asked)
    supposed = Supposed(own=asked.of_caller, complete=asked.complete, tags=asked.tags)
    sides = court.sides(supposed)
    found = combined(court.own(supposed), sides, full=crowd.full)
    # A role's own tags do not settle a denial where its sessions may bring others.
    again = crowd.full & ~(found.allowed | found.unknown) & crowd.retagged
    tags = again != 0 and court.asks_for_tags()
    if not tags:
        again &= crowd.asking_for_tags
    if again:
        other = structs.replace(supposed, replaced=True)
        sides = court.sides(other) if tags else sides
        found = found.replaced(combined(court.own(other), sides, full=crowd.full), again)
    return found


class Court:
    """One request before one crowd."""

    def __init__(self, estate: Estate, crowd: Crowd, asked: Asked) -> None:
        self._estate, self._crowd, self._asked = estate, crowd, asked
        members = crowd.of_types(scope.MEMBERS)
        self._owners = crowd.of_account(asked.place.account)
        home = members if asked.of_caller else self._owners
        self._within = members if asked.owner == "*" else self._owners
        self._audience = crowd.audience(asked, home)
        self._views: Views = self._audience.views
        self._policy = estate.resource_policy(asked.resource, asked.trust)

    def own(self, supposed: Supposed) -> Own:
        """Ask the callers' own policies."""
        return self._crowd.own(self._asked, self._audience, supposed)

    def asks_for_tags(self) -> bool:
        """Some policy on the resource's side, or of an endpoint, asks for tags of the caller."""
        place = self._asked.place
        levels = self._estate.guardrails.levels(place.account, "rcp") or ()
        own = (self._policy,) if self._policy else ()
        ways = (policy for way in self._ways() for policy in way)
        held = (*own, *(policy for level in levels for policy in level.policies), *ways)
        return any(
            key.startswith(TAG)
            for one in held
            if one.document is not None
            for raw in raw_statements(one.document)
            for key in raw.keys
        )

    def sides(self, supposed: Supposed) -> Sides:
        """Ask all kinds of policies but the callers' own."""
        crowd, asked, full = self._crowd, self._asked, self._crowd.full
        readings = crowd.readings(supposed)
        rcp = self._rcp(readings)
        return Sides(
            resource=self._resource(readings),
            grants=self._grants(readings),
            rcp=rcp.allows,
            rcp_denies=rcp.denies,
            endpoint=self._endpoint(readings),
            block=self._public(),
            exists=constant(asked.exists, full=full),
            missing=full if self._estate.unlisted(asked.place) else 0,
            exempt=crowd.of_types(scope.exempt(asked.name)),
            refused=crowd.of_types(scope.refused(asked.name)),
            members=crowd.of_types(scope.MEMBERS),
            root=crowd.of_types((Caller.ROOT,)),
            at_home=self._within,
            owner_known=bool(asked.owner),
            must_be_named=scope.must_be_named(asked.name, asked.resource),
        )

    def _resource(self, readings: Reads) -> Reading:
        asked = self._asked
        if self._policy is None or not scope.resource_policy_counts(asked.name, asked.resource):
            return SILENT
        reading = readings.read((self._policy,), asked, self._views)
        if scope.spares_root(asked.name):
            return reading.outside(self._crowd.of_types((Caller.ROOT,)) & self._within)
        return reading

    def _rcp(self, readings: Reads) -> Limits:
        """Read the control policies over the resource, level by level."""
        asked, place = self._asked, self._asked.place
        owner = self._estate.accounts.get(place.account)
        managed = owner is not None and owner.management
        spared = self._crowd.service_linked
        levels: Sequence[Level] = ()
        if not (place.of_vendor or managed) and scope.rcp_limits(asked.name):
            levels = self._estate.guardrails.levels(place.account, "rcp") or ()
        return readings.levels(levels, asked, self._views, spared)

    def _ways(self) -> Ways:
        return self._estate.endpoints.ways(self._asked.chosen, self._asked.action)

    def _endpoint(self, readings: Reads) -> Truth:
        """Return whom the endpoint that the request comes through lets through; of several that
        it may come through, any.
        """
        asked, full = self._asked, self._crowd.full
        read = [readings.read(way, asked, self._views) for way in self._ways()]
        parts = [(one.allows(), negation(one.denies, full=full)) for one in read]
        let_through = [all_of(part, full=full) for part in parts]
        return any_of(let_through) if let_through else constant(YES, full=full)

    def _grants(self, readings: Reads) -> Reading:
        """Read the grants on a key; where they were not read, there may be one to anybody."""
        asked, found = self._asked, SILENT
        if grants := self._estate.grants(asked.resource):
            services = self._crowd.of_types((Caller.SERVICE,))
            found = readings.grants(grants, asked, self._views, services)
        if self._estate.unread_grants(asked.resource):
            anybody = constant(MAYBE, full=self._crowd.full)
            found = structs.replace(found, direct=any_of((found.direct, anybody)))
        return found

    def _public(self) -> Truth:
        """Return whom the block of public access lets through."""
        full, asked = self._crowd.full, self._asked
        block, allows = self._estate.public_access(asked.place), constant(YES, full=full)
        if block is None or self._policy is None or not scope.is_bucket(asked.resource):
            return allows
        spared = full & (self._within | self._crowd.of_types((Caller.SERVICE,)))
        if block.restrict_public_buckets:
            return _restricted(self._policy, Truth(spared, spared), full=full)
        if block.missing:
            return _restricted(self._policy, Truth(spared, full), full=full)
        return allows


def _restricted(policy: Attached, let_in: Truth, *, full: int) -> Truth:
    """Return whom a block lets through, given whom it does where the policy is public."""
    if policy.document is None:
        return Truth(let_in.sure, full)
    return let_in if is_public(policy.document) else constant(YES, full=full)
