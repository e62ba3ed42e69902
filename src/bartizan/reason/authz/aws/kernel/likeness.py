# SPDX-License-Identifier: Apache-2.0
"""What tells things apart, so that of those that are alike one is judged for all."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from bartizan.reason.authz.aws.estate.estate import Estate, is_of_caller
from bartizan.reason.authz.aws.estate.ownership import Place
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.keys import ORGANIZATION_KEYS, OWNER_KEYS
from bartizan.reason.authz.aws.kernel.papers import One, Papers
from bartizan.reason.authz.aws.kernel.statement import Raw, ResourceSet, raws
from bartizan.reason.authz.aws.kernel.values import single, unknown
from bartizan.reason.authz.aws.policy.document import Principals
from bartizan.reason.authz.aws.policy.publicness import is_public
from bartizan.reason.authz.aws.request import Attached

_OF_OWNER = OWNER_KEYS | ORGANIZATION_KEYS


class Likeness(Struct, frozen=True):
    """What tells a thing from others: two with equal ones are decided alike, action by action."""

    key: Hashable
    stable: bool
    """It stays so whatever is stated of requests, as long as the same patterns and keys count."""


class Patterns:
    """The patterns by which what a caller holds tells things apart, and the keys it asks for."""

    def __init__(self, papers: Iterable[Papers]) -> None:
        held = tuple(papers)
        self._bound = {set_: one for each in held for set_, one in each.bound.items()}
        self.sets = frozenset(self._bound)
        self.keys = frozenset(key for each in held for key in each.keys)
        self.services = self._of(self.sets)
        """The services of things that some pattern may tell apart; the empty name is for any."""
        self.sorted_keys = tuple(sorted(self.keys))
        self._near: dict[str, Sequence[tuple[ResourceSet, One]]] = {}

    def _of(self, sets: Iterable[ResourceSet]) -> frozenset[str]:
        """Name the services of things that some sets tell apart; the empty name is for any."""
        return frozenset(name for one in sets for name in self._bound[one].services())

    @property
    def asks_for_owner(self) -> bool:
        """It asks whose a thing is."""
        return not self.keys.isdisjoint(_OF_OWNER)

    def covering(self, arn: str) -> Hashable | None:
        """Return which sets of patterns cover a thing as they do not cover all else; None where
        that depends on the request.
        """
        found: list[tuple[int, int]] = []
        service = arn.split(":", 3)[2] if arn.count(":") > 1 else arn
        if not self.tells_apart(service):
            return ()
        if service not in self._near:
            self._near[service] = tuple(self._find_near(service))
        for held, one in self._near[service]:
            if not one.may_cover(arn):
                continue
            if one.open:
                return None
            if (code := held.covers(arn, unknown, single)) != one.elsewhere:
                found.append((id(one), code))
        return tuple(found)

    def _find_near(self, service: str) -> Iterator[tuple[ResourceSet, One]]:
        """Yield what may cover some of a service's things as it does not cover all else, or as
        only a request tells.
        """
        for held, one in self._bound.items():
            services = frozenset(one.services())
            if "" in services or service in services or (one.negated and one.open):
                yield held, one

    def tells_apart(self, service: str) -> bool:
        """Some pattern could cover one thing of a service, by the word in its ARN, and not
        another.
        """
        return "" in self.services or service in self.services

    def since(self, before: "Patterns") -> frozenset[str]:
        """Name the services of things that were alike `before` and may not be now."""
        if self.keys - before.keys:
            return frozenset({""})
        return self._of(self.sets - before.sets)


def kin(estate: Estate, resource: str, *, trust: bool) -> Hashable | None:
    """Return what a thing has in common with others that callers of other accounts cannot tell
    from it, but for their own patterns and what they ask of its owner; None for a thing that has
    no such others.

    Where a policy names the thing or its owner, others name themselves and theirs.
    """
    place = estate.ownership.of(resource)
    if is_of_caller(place) or place.account in {"", "aws"} or estate.grants(resource):
        return None
    ways = (False, True) if trust else (False,)
    policies = [estate.resource_policy(resource, way) for way in ways]
    levels = estate.guardrails.levels(place.account, "rcp") or ()
    over = [level.policies for level in levels]
    written = [*raws((*policies, *chain(*over)))]
    covering = [_covering(raw, resource) for raw in written]
    if None in covering:
        return None
    block = estate.public_access(place)
    unsure = block is not None and block.missing != ()
    restricts = unsure or (block is not None and block.restrict_public_buckets)
    return (
        (resource.split(":", 3)[2], scope.must_be_named("sts:", resource)),
        tuple(_written(one, place, restricts=restricts) for one in policies),
        tuple(tuple((one.id, one.missing) for one in held) for held in over),
        tuple(covering),
        (unsure, bool(estate.unread_grants(resource)), bool(estate.unlisted(place))),
        _whose(estate, place, closely=any(not raw.keys.isdisjoint(_OF_OWNER) for raw in written)),
        (place.region, place.of_vendor),
        None if place.tags is None else frozenset(place.tags.items()),
        bool(estate.gaps.of_tags(place.arn, account=place.account)),
    )


def _whose(estate: Estate, place: Place, *, closely: bool) -> Hashable:
    owner = estate.accounts.get(place.account)
    if owner is None or closely:
        return place.account
    return owner.management, owner.organization


def _covering(raw: Raw, resource: str) -> int | None:
    """Return whether a statement covers the thing itself; None where a request decides."""
    held = raw.statement
    if any("${" in text for text in (*(held.resource or ()), *(held.not_resource or ()))):
        return None
    found = raw.resources_alone
    return None if found is None else found.covers(resource, unknown, single)


def _written(policy: Attached | None, place: Place, *, restricts: bool) -> Hashable:
    if policy is None or policy.document is None:
        return policy is None
    public = restricts and is_public(policy.document)
    return public, tuple(
        (
            raw.statement.effect,
            raw.actions,
            raw.depends,
            _names(raw.statement.principal, place.account),
            _names(raw.statement.not_principal, place.account),
            raw.statement.conditions,
        )
        for raw in raws((policy,))
    )


def _names(element: Principals | None, owner: str) -> Hashable:
    """Return whom an element names, with the owner left open."""
    if element is None:
        return None
    aws = tuple(name.replace(owner, "<owner>") for name in element.aws)
    return element.any, aws, element.service, element.federated, element.canonical
