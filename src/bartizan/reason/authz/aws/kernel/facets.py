# SPDX-License-Identifier: Apache-2.0
"""Parts actions on one thing where a rule names some of them, so that one stands for the others.

Two actions of one part differ in the statements that cover them alone: the same rules have a say
in both, and requests for both hold the same keys. Each rule is stated with its source in the
definition; `scope` and `setting` ask them of single actions.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache

from bartizan.reason.authz.aws import catalogue, masks
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.estate.setting import is_of_one_region, tells_tags
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.readings import takes_context
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.request import Caller


def facets(
    estate: Estate, resource: str, actions: Mask, who: Caller, *, tagged: bool = True
) -> Iterator[Mask]:
    """Yield the parts of `actions` on a thing, for a caller of a type; unless `tagged`, nothing
    that is written asks for tags of a thing.
    """
    place = estate.ownership.of(resource)
    parts: Iterable[Mask] = _told_apart(actions, who, not place.region)
    splitters: list[Mask] = []
    if grants := estate.grants(resource):
        splitters.append(_with_context())
        splitters += [_operations(grant.operations) for grant in grants]
    if place.tags and tagged:
        splitters.append(_telling_tags())
        splitters += [masks.of_services(frozenset({name})) for name in _services(actions)]
    yield from _parted(parts, splitters)


def _parted(parts: Iterable[Mask], splitters: Iterable[Mask]) -> Iterable[Mask]:
    """Part sets of actions by whether they are in each of some others."""
    for mask in splitters:
        parts = [half for part in parts for half in (part & mask, part & ~mask) if half]
    return parts


@lru_cache(1 << 9)
def _told_apart(actions: Mask, who: Caller, of_no_region: bool) -> Sequence[Mask]:  # noqa: FBT001 - cached by position
    """Return the parts of actions that rules tell apart whatever they are asked for on."""
    splitters = (*_splitters(who), *((_of_one_region(),) if of_no_region else ()))
    return tuple(_parted((actions,) if actions else (), splitters))


@cache
def _splitters(who: Caller) -> tuple[Mask, ...]:
    """Return the actions that a rule treats apart, whatever they are asked for on."""
    special = masks.names(masks.of_services(frozenset({"sts", "kms", "s3"})))
    return (
        _those(special, lambda name: who in scope.exempt(name)),
        _those(special, lambda name: who in scope.refused(name)),
        _those(special, is_trust),
        _those(special, scope.spares_root) if who is Caller.ROOT else 0,
        masks.matching("sts:*"),
        _limited(),
        masks.without_resource(),
    )


@cache
def _with_context() -> Mask:
    return _those(masks.names(masks.matching("kms:*")), takes_context)


@cache
def _limited() -> Mask:
    found = masks.of_services(catalogue.rcp_services())
    return found & ~_those(masks.names(found), lambda name: not scope.rcp_limits(name))


@cache
def _of_one_region() -> Mask:
    return masks.of_services(frozenset(filter(is_of_one_region, catalogue.services())))


@cache
def _telling_tags() -> Mask:
    return _those(masks.names(masks.every()), tells_tags)


@cache
def _operations(names: tuple[str, ...]) -> Mask:
    wanted = {f"kms:{name.lower()}" for name in names}
    return _those(masks.names(masks.matching("kms:*")), lambda name: name in wanted)


def _those(names: Iterable[str], wanted: Callable[[str], bool]) -> Mask:
    """Return the actions, of some, whose names in lower case are wanted."""
    return masks.of_names(filter(wanted, map(str.lower, names)))


def _services(actions: Mask) -> Iterator[str]:
    """Yield the services of actions."""
    while actions:
        service = masks.first(actions).partition(":")[0]
        yield service
        actions &= ~masks.of_services(frozenset({service}))
