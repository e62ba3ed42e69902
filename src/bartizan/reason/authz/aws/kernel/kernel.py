# SPDX-License-Identifier: Apache-2.0
"""Answers for everybody in an organisation at once whether they may do something.

It is the fast twin of the definition: the same answers, found on sets of callers. What it answers
and why is decided again, for each caller that is shown, by the definition.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import dataclasses
from collections import OrderedDict
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.asked import Asked, Held, View
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.columns import Columns, Views
from bartizan.reason.authz.aws.kernel.combine import Sides, Verdicts, combined
from bartizan.reason.authz.aws.kernel.compile import Compiler, Supposed
from bartizan.reason.authz.aws.kernel.holdings import NONE, Holdings, Own, unlimited
from bartizan.reason.authz.aws.kernel.keys import TAG, Kind
from bartizan.reason.authz.aws.kernel.logic import (
    ALLOWED,
    DENIED,
    UNKNOWN,
    YES,
    Truth,
    all_of,
    any_of,
    constant,
    packed,
    unpacked,
)
from bartizan.reason.authz.aws.kernel.naming import Naming
from bartizan.reason.authz.aws.kernel.readings import SILENT, Reading, Readings
from bartizan.reason.authz.aws.kernel.statement import raw_statements
from bartizan.reason.authz.aws.policy.publicness import is_public
from bartizan.reason.authz.aws.request import Attached, Caller

_SHARED = 1 << 6
"""Questions whose circumstances are remembered."""


@dataclasses.dataclass(frozen=True, slots=True)
class Audience:
    """Callers, parted into those to whom a request looks the same."""

    views: Views
    contexts: dict[tuple[Kind, bool], Held]
    alike: dict[int, Views] = dataclasses.field(default_factory=dict)
    """Members to whom it looks the same as far as some holdings ask, by the holdings' identity."""


class Kernel:
    """An estate, compiled."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.callers = Callers(estate)
        self._holdings: dict[Supposed, tuple[Holdings, int] | None] = {}
        self._columns = Columns(self.callers)
        self._shared: OrderedDict[Hashable, Audience] = OrderedDict()
        compiler = Compiler(estate, self.callers, Supposed())
        self._base = compiler.holdings(range(self.callers.size))
        self._asking = {
            name: self.callers.of_rows(compiler.asking().get(name, ()))
            for name in ("tag", "owner")
        }
        bounded = packed(self._base.form.boundary != NONE)
        self._naming = Naming(self.callers, bounded=bounded)

    @classmethod
    def compile(cls, facts: Facts, *, at: str = "") -> "Kernel":
        """Compile what is written in an estate; `at` as `Estate` takes it."""
        return cls(Estate(facts, at=at))

    @property
    def names(self) -> Sequence[str]:
        """Everybody of whom it answers, as `Estate.caller` takes them."""
        return self.callers.names

    def who_can(
        self,
        action: str,
        resource: str,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> NDArray[np.uint8]:
        """Return for each of `names` whether it may: DENIED, ALLOWED or UNKNOWN.

        `chosen` holds condition keys of the request; others are as the estate tells, else unknown,
        or absent with `complete`.
        """
        found = self.verdicts(action, resource, chosen=chosen, complete=complete)
        size = self.callers.size
        answer = np.full(size, DENIED, dtype=np.uint8)
        answer[unpacked(found.allowed, size) != 0] = ALLOWED
        answer[unpacked(found.unknown, size) != 0] = UNKNOWN
        return answer

    def decide(
        self,
        principal: str,
        action: str,
        resource: str,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> int:
        """Return DENIED, ALLOWED or UNKNOWN for one of `names`.

        Raises:
            KeyError: `principal` is none of them.
        """
        row = self.callers.row[principal]
        found = self.verdicts(action, resource, chosen=chosen, complete=complete)
        if found.allowed >> row & 1:
            return ALLOWED
        return UNKNOWN if found.unknown >> row & 1 else DENIED

    def verdicts(
        self,
        action: str,
        resource: str,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> Verdicts:
        """Return who may, and of whom that is not known, as bits in the order of `names`."""
        asked, audience = self._asked(action, resource, chosen or {}, complete=complete)
        supposed = Supposed(own=asked.of_caller, complete=complete, tags=asked.tags)
        sides = self._sides(asked, audience, supposed)
        found = self._combined(sides, asked)
        again = self.callers.full & ~(found.allowed | found.unknown) & self.callers.retagged
        tags = again != 0 and self._ask_for_tags(asked)
        if again and not tags:
            again &= self._asking["tag"]
        if again:
            other = dataclasses.replace(supposed, replaced=True)
            if tags:
                sides = self._sides(asked, audience, other)
            else:
                sides = dataclasses.replace(sides, own=self._own(asked, other, audience))
            found = found.replaced(self._combined(sides, asked), again)
        return found

    def _asked(
        self, action: str, resource: str, chosen: Chosen, *, complete: bool
    ) -> tuple[Asked, Audience]:
        """State a question; what requests hold is shared with others like it."""
        asked = Asked(self._estate, action, resource, chosen, complete=complete)
        known = self._shared.get(asked.alike)
        if known is None:
            known = self._shared[asked.alike] = Audience(self._views(asked), asked.contexts)
            if len(self._shared) > _SHARED:
                self._shared.popitem(last=False)
        return dataclasses.replace(asked, contexts=known.contexts), known

    def _combined(self, sides: Sides, asked: Asked) -> Verdicts:
        found = combined(sides, full=self.callers.full)
        if self._estate.unread_grants(asked.resource):
            implicit = self.callers.full & ~(found.allowed | found.unknown | found.explicit)
            return Verdicts(found.allowed, found.unknown | implicit, found.explicit)
        return found

    def _ask_for_tags(self, asked: Asked) -> bool:
        """Some policy on the resource's side asks for tags of the caller."""
        policy = self._estate.resource_policy(asked.resource, asked.trust)
        levels = self._estate.guardrails.levels(asked.place.account, "rcp") or ()
        held = (*((policy,) if policy else ()), *(p for level in levels for p in level.policies))
        return any(
            key.startswith(TAG)
            for one in held
            if one.document is not None
            for raw in raw_statements(one.document)
            for key in raw.keys
        )

    def _sides(self, asked: Asked, audience: Audience, supposed: Supposed) -> Sides:
        views = audience.views
        callers, full = self.callers, self.callers.full
        readings = Readings(self._columns.supposing(supposed), self._naming, full=full)
        resource = self._resource(asked, views, readings)
        policy = self._estate.resource_policy(asked.resource, asked.trust)
        rcp = self._rcp(asked, views, readings)
        block, missing = self._public(asked, policy)
        at_home = self._within(asked)
        return Sides(
            own=self._own(asked, supposed, audience),
            resource=resource,
            grants=readings.grants(
                self._estate.grants(asked.resource), asked, views, self._of(Caller.SERVICE)
            ),
            rcp=all_of((level.allows() for level in rcp), full=full),
            rcp_denies=any_of(level.denies for level in rcp),
            block=block,
            exists=constant(asked.exists, full=full),
            missing=missing,
            exempt=callers.of_types(scope.exempt(asked.name)),
            refused=callers.of_types(scope.refused(asked.name)),
            members=callers.of_types(scope.MEMBERS),
            root=self._of(Caller.ROOT),
            at_home=at_home,
            owner_known=bool(asked.owner),
            must_be_named=scope.must_be_named(asked.name, asked.resource),
        )

    def _of(self, type_: Caller) -> int:
        return self.callers.of_types((type_,))

    def _within(self, asked: Asked) -> int:
        """Return who asks within the account that owns the resource."""
        if asked.owner == "*":
            return self.callers.of_types(scope.MEMBERS)
        return self._of_account(asked.owner)

    def _of_account(self, account: str) -> int:
        if not account:
            return 0
        return self.callers.of_rows(self.callers.by_account.get(account, ()))

    def _views(self, asked: Asked) -> Views:
        """Part the callers into those to whom the request looks the same."""
        if asked.of_caller:
            home = self.callers.of_types(scope.MEMBERS)
        else:
            home = self._of_account(asked.place.account)
        found = []
        for number, kind in enumerate(self.callers.kinds):
            bits = self.callers.of_kind(number)
            for at_home, mask in ((True, bits & home), (False, bits & ~home)):
                if mask:
                    like = self.callers.who[(mask & -mask).bit_length() - 1]
                    found.append((View(kind, at_home, like), mask))
        return found

    def _judged(self, holdings: Holdings, asked: Asked, audience: Audience) -> Own:
        """Ask what callers hold; once where the request looks the same to all of them."""
        alike = audience.alike.get(id(holdings))
        if alike is None:
            alike = audience.alike[id(holdings)] = self._alike(holdings, asked, audience.views)
        if not alike:
            return unlimited(self.callers.full)
        parts = [(holdings.judge(asked, asked.context(view)), mask) for view, mask in alike]
        if len(parts) == 1:
            return parts[0][0]
        return Own(
            *(
                Truth(
                    _joined([(own[n].sure, mask) for own, mask in parts]),
                    _joined([(own[n].possible, mask) for own, mask in parts]),
                )
                for n in range(5)
            )
        )

    def _alike(self, holdings: Holdings, asked: Asked, views: Views) -> Views:
        """Join the members to whom all keys that `holdings` ask for look the same."""
        keys = sorted(asked.sensitive(holdings.keys))
        found: dict[tuple[object, ...], tuple[View, int]] = {}
        # Whoever has no policies is not limited by any, however the request looks.
        strangers = self.callers.full & ~self.callers.of_types(scope.MEMBERS)
        for view, mask in views:
            if view.kind.type in scope.MEMBERS:
                held = asked.context(view)
                seen = tuple(held.value(key) for key in keys)
                first, so_far = found.get(seen, (view, 0 if found else strangers))
                found[seen] = (first, so_far | mask)
        return tuple(found.values())

    def _resource(self, asked: Asked, views: Views, readings: Readings) -> Reading:
        policy = self._estate.resource_policy(asked.resource, asked.trust)
        if policy is None or not scope.resource_policy_counts(asked.name, asked.resource):
            return SILENT
        reading = readings.read((policy,), asked, views)
        if scope.spares_root(asked.name):
            return reading.outside(self._of(Caller.ROOT) & self._within(asked))
        return reading

    def _rcp(self, asked: Asked, views: Views, readings: Readings) -> Sequence[Reading]:
        """Read the control policies over the resource, level by level."""
        place = asked.place
        owner = self._estate.accounts.get(place.account)
        managed = owner is not None and owner.management
        if place.of_vendor or managed or not scope.rcp_limits(asked.name):
            return ()
        levels = self._estate.guardrails.levels(place.account, "rcp")
        spared = self.callers.service_linked
        found = []
        for level in levels or ():
            reading = readings.read(level.policies, asked, views)
            found.append(_sparing(reading, spared))
        return found

    def _public(self, asked: Asked, policy: Attached | None) -> tuple[Truth, int]:
        """Return whom the block of public access lets through, and for whom it was not read."""
        full = self.callers.full
        estate, place = self._estate, asked.place
        home = self._of_account(place.account)
        _, missing = estate.public_access(place, "")
        unread = full if estate.unlisted(place) else 0
        if missing:
            unread |= full & ~home
        block, _ = estate.public_access(place, "")
        allows = constant(YES, full=full)
        if block is None or not block.restrict_public_buckets or policy is None:
            return allows, unread
        if not scope.is_bucket(asked.resource):
            return allows, unread
        concerned = full & ~(self._within(asked) | self._of(Caller.SERVICE))
        if policy.document is None:
            return Truth(full & ~concerned, full), unread
        kept = full & ~concerned if is_public(policy.document) else full
        return Truth(kept, kept), unread

    def _own(self, asked: Asked, supposed: Supposed, audience: Audience) -> Own:
        """Ask what callers hold. Most hold the same whatever is supposed."""
        own = self._judged(self._base, asked, audience)
        varied = self._varied(supposed)
        if varied is None:
            return own
        holdings, mask = varied
        other = self._judged(holdings, asked, audience)
        rest = ~mask
        return Own(
            *(
                Truth((a.sure & rest) | (b.sure & mask), (a.possible & rest) | (b.possible & mask))
                for a, b in zip(own, other, strict=True)
            )
        )

    def _varied(self, supposed: Supposed) -> tuple[Holdings, int] | None:
        """Return what those hold whose policies depend on what is supposed, and who they are."""
        if supposed not in self._holdings:
            mask = self._asking["owner"] if supposed.own else 0
            if supposed.tags or supposed.complete:
                mask |= self._asking["tag"]
            if supposed.replaced:
                mask |= self._asking["tag"] & self.callers.retagged
            rows = np.flatnonzero(unpacked(mask, self.callers.size)).tolist()
            compiler = Compiler(self._estate, self.callers, supposed)
            self._holdings[supposed] = (compiler.holdings(rows), mask) if rows else None
        return self._holdings[supposed]


def _joined(parts: Sequence[tuple[int, int]]) -> int:
    bits = 0
    for value, mask in parts:
        bits |= value & mask
    return bits


def _sparing(reading: Reading, spared: int) -> Reading:
    """Let a level allow those whom it does not limit, and deny them nothing."""
    rest = reading.outside(spared)
    return Reading(
        rest.denies,
        Truth(rest.direct.sure | spared, rest.direct.possible | spared),
        rest.role,
        rest.account,
    )
