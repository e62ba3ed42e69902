# SPDX-License-Identifier: Apache-2.0
"""Tells which requests of one caller are decided alike, by the same statements: nothing that is
written tells their things apart.

A decision looks at the ARN of what is asked for where a pattern of a statement that speaks of the
action may cover it, and by its kind; all else hangs on whose it is, where, and its tags.
"""

from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache

from bartizan.reason.authz.aws.estate.endpoints import KEYS
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.estate.ownership import Place
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.logic import YES
from bartizan.reason.authz.aws.policy.action import covers_action
from bartizan.reason.authz.aws.policy.arn_pattern import begins_with_short, resource_pattern
from bartizan.reason.authz.aws.policy.document import Statement
from bartizan.reason.authz.aws.request import Attached, Level

_KEPT = 1 << 12
"""Callers, each with an action, whose patterns are kept."""
_THINGS = 1 << 15
"""Things, each with an action, of which it is kept what callers cannot tell apart."""
_VARIABLE = "${"


class Sameness:
    """Tells it of the requests in one estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._own = lru_cache(_KEPT)(self._find_own)
        self._above = lru_cache(_KEPT)(self._find_above)
        self._side = lru_cache(_THINGS)(self._find_side)

    def of(
        self, principal: str, action: str, resource: str, *, written: Attached | None = None
    ) -> Hashable | None:
        """Return what is equal for requests of a caller for an action that are decided alike;
        None where that is not told.

        Of the policy of the resource it is asked which it is; `written` stands in its place.
        """
        own = self._own(principal, action)
        home = (
            self._estate.caller(principal).account == self._estate.ownership.of(resource).account
        )
        side = self._side(action, resource, home, written is None)
        if own is None or side is None:
            return None
        covered = tuple([_covers(text, resource) for text in own])
        if written is None:
            return principal, action, side, covered
        theirs = self._patterns([written], action)
        if theirs is None:
            return None
        there = tuple(_covers(text, resource) for text in theirs)
        return principal, action, side, covered, id(written), there

    def _find_side(
        self,
        action: str,
        resource: str,
        home: bool,  # noqa: FBT001 - cached by position
        carries: bool,  # noqa: FBT001 - as above
    ) -> Hashable | None:
        """Return what decides on a request beside what its caller holds, who is at `home`, or
        not; with the thing's own policy where it `carries` that.
        """
        estate = self._estate
        place = estate.ownership.of(resource)
        there = scope.exists(action, resource) == YES and scope.seen(action, resource) == resource
        if not there or not place.account:
            return None
        if self._hides(resource, place):
            return None
        held = estate.resource_policy(resource, is_trust(action)) if carries else None
        parts = (
            () if place.of_vendor else self._above(place.account, action),
            self._patterns([held], action) if held is not None else (),
        )
        if None in parts:
            return None
        covered = tuple(_covers(text, resource) for part in parts for text in part or ())
        tags = None if place.tags is None else tuple(sorted(place.tags.items()))
        block = estate.public_access(place)
        where = (place.account, place.region, place.of_vendor, block)
        # The policy is part of it by its identity: the estate keeps it.
        return _kind(resource), home, where, tags, id(held), covered

    def _hides(self, resource: str, place: Place) -> bool:
        """Something is open or unread that belongs to this thing alone."""
        estate = self._estate
        return bool(
            estate.unlisted(place)
            or estate.grants(resource)
            or estate.gaps.of_tags(place.arn, account=place.account)
            or estate.unread_grants(place.arn)
        )

    def _find_own(self, principal: str, action: str) -> tuple[str, ...] | None:
        """Return the patterns in what is written about a caller."""
        estate = self._estate
        identity, boundary = estate.identity(principal)
        levels = estate.guardrails.levels(estate.caller(principal).account, "scp") or ()
        limits = (*(boundary or ()), *(estate.session(principal) or ()))
        return self._patterns((*identity, *limits, *_of_levels(levels)), action)

    def _find_above(self, account: str, action: str) -> tuple[str, ...] | None:
        """Return the patterns in what is written about all things of an account."""
        levels = self._estate.guardrails.levels(account, "rcp") or ()
        return self._patterns(_of_levels(levels), action)

    def _patterns(self, policies: Iterable[Attached], action: str) -> tuple[str, ...] | None:
        return _patterns(policies, action, apart=self._estate.endpoints.limit)


def _of_levels(levels: Iterable[Level]) -> Iterator[Attached]:
    return (policy for level in levels for policy in level.policies)


def _patterns(policies: Iterable[Attached], action: str, *, apart: bool) -> tuple[str, ...] | None:
    """Return the patterns of resources in statements that speak of an action; None where one has
    a variable, which may stand for a part of what is asked for, or asks where a request comes
    through, while there are endpoints that tell things `apart`.
    """
    found: dict[str, None] = {}
    for policy in policies:
        for statement in policy.document.statements if policy.document else ():
            if covers_action(statement, action.lower()):
                if apart and any(test.key.lower() in KEYS for test in statement.conditions):
                    return None
                found |= dict.fromkeys(_named(statement))
    found.pop("*", None)
    return None if any(_VARIABLE in text for text in found) else tuple(found)


def _named(statement: Statement) -> tuple[str, ...]:
    return (*(statement.resource or ()), *(statement.not_resource or ()))


def _covers(text: str, seen: str) -> tuple[bool, bool]:
    return resource_pattern(text)(seen), begins_with_short(text, seen)


def _kind(resource: str) -> tuple[str, ...]:
    """Return what the ARN of a thing says of its kind."""
    *head, name = resource.split(":", 5)
    return (*head, name.replace(":", "/").partition("/")[0])
