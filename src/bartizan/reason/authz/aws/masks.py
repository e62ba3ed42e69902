# SPDX-License-Identifier: Apache-2.0
"""Sets of known actions as integers with a bit for each."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache, reduce
from operator import or_

import numpy as np

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.policy.document import Statement

Mask = int

_SPECIAL = frozenset("*?$")
"""What makes more of a pattern than a name."""
_WILD = re.compile("[*?]")
_ACCOUNT, _SOMEBODY = re.compile("[0-9]{12}"), "111122223333"


@cache
def _every() -> tuple[tuple[str, ...], dict[str, int]]:
    names = tuple(str(action) for action in catalogue.expand("*"))
    return names, {name.lower(): place for place, name in enumerate(names)}


@cache
def _matched(pattern: str) -> Mask:
    """Return the known actions that a pattern matches, as bits."""
    if not _SPECIAL.isdisjoint(pattern):
        return of_names(str(action).lower() for action in catalogue.expand(pattern))
    place = _every()[1].get(pattern)
    return 0 if place is None else 1 << place


def of_names(names: Iterable[str]) -> Mask:
    """Return known actions, which are named in lower case, as bits."""
    places = _every()[1]
    bits = bytearray(len(places) // 8 + 1)
    for name in names:
        place = places[name]
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def covered(statement: Statement) -> Mask:
    """Return the known actions that Action or NotAction of a statement covers, as bits."""
    negated = statement.action is None
    return those(statement.action or statement.not_action or (), negated=negated)


@lru_cache(1 << 12)
def those(patterns: tuple[str, ...], *, negated: bool) -> Mask:
    """Return the known actions that some of `patterns` match, or where `negated` none, as bits."""
    found = 0
    for pattern in patterns:
        found |= _matched(pattern.lower())
    return every() & ~found if negated else found


@cache
def every() -> Mask:
    """Return all known actions."""
    return (1 << len(_every()[0])) - 1


def first(mask: Mask) -> str:
    """Name the first action in `mask`."""
    return _every()[0][(mask & -mask).bit_length() - 1]


@cache
def of_services(services: frozenset[str]) -> Mask:
    """Return the known actions of some services."""
    found = 0
    for service in services:
        found |= matching(f"{service}:*")
    return found


def matching(pattern: str) -> Mask:
    """Return the known actions that `pattern` stands for, as bits."""
    return _matched(pattern.lower())


@cache
def _by_type() -> dict[catalogue.ResourceType, Mask]:
    found: dict[catalogue.ResourceType, bytearray] = {}
    names = _every()[0]
    for place, name in enumerate(names):
        action = catalogue.action(name)
        for kind in action.resource_types if action else ():
            bits = found.setdefault(kind, bytearray(len(names) // 8 + 1))
            bits[place >> 3] |= 1 << (place & 7)
    return {kind: int.from_bytes(bits, "little") for kind, bits in found.items()}


@cache
def _by_service() -> dict[str, tuple[tuple[str, catalogue.ResourceType], ...]]:
    """Return the types by the service in their ARNs, those of any service under `*`, each with a
    text that its ARNs have, as most have another.
    """
    found: dict[str, list[tuple[str, catalogue.ResourceType]]] = defaultdict(list)
    for kind in _by_type():
        service = kind.arn.split(":", 3)[2] if kind.arn.count(":") > 1 else "*"
        said = max(_WILD.split(kind.arn.split(":", 5)[-1]), key=len)
        found[service].append((said, kind))
    return {service: tuple(kinds) for service, kinds in found.items()}


def types() -> Iterable[catalogue.ResourceType]:
    """Return every type of thing that an action acts on."""
    return _by_type()


def of_type(kind: catalogue.ResourceType) -> Mask:
    """Return the known actions that act on things of a type."""
    return _by_type()[kind]


@lru_cache(1 << 14)
def acting_on(arn: str) -> Mask:
    """Return the known actions that act on `arn`; for `*` those that name no resource."""
    return without_resource() if arn == "*" else _acting_on(anybodys(arn))


def anybodys(arn: str) -> str:
    """Return an ARN with one account in the place of any: no type is of one account only, and
    templates stamp the same name into many.
    """
    parts = arn.split(":", 5)
    if len(parts) > 5 and _ACCOUNT.fullmatch(parts[4]):  # noqa: PLR2004 - the six parts of an ARN
        parts[4] = _SOMEBODY
        return ":".join(parts)
    return arn


@lru_cache(1 << 14)
def _acting_on(arn: str) -> Mask:
    service = arn.split(":", 3)[2] if arn.count(":") > 1 else ""
    found = 0
    for said, kind in (*_by_service().get(service, ()), *_by_service().get("*", ())):
        if said in arn and kind.fits(arn):
            found |= _by_type()[kind]
    return _same(found)


@cache
def _same(actions: Mask) -> Mask:
    """Return one object for sets that are equal: things of one type are told by it."""
    return actions


@cache
def without_resource() -> Mask:
    """Return the known actions that name no resource."""
    found = 0
    for place, name in enumerate(_every()[0]):
        action = catalogue.action(name)
        if action is not None and action.wildcard_only:
            found |= 1 << place
    return found


def distinct(held: Iterable[Mask]) -> Iterable[Mask]:
    """Return some masks, those that are one object once; to compare masks takes longer."""
    return {id(mask): mask for mask in held}.values()


def joined(held: Iterable[Mask]) -> Mask:
    """Return the actions that are in any of some masks."""
    return reduce(or_, distinct(held), 0)


def count(held: Iterable[Mask]) -> int:
    """Return how many actions some masks have together, those in several repeatedly."""
    kept = list(held)
    times = Counter(map(id, kept))
    return sum(mask.bit_count() * times[id(mask)] for mask in distinct(kept))


def names(mask: Mask) -> list[str]:
    """Name the actions in `mask`, sorted."""
    every = _every()[0]
    packed = np.frombuffer(mask.to_bytes(len(every) // 8 + 1, "little"), dtype=np.uint8)
    places: list[int] = np.flatnonzero(np.unpackbits(packed, bitorder="little")).tolist()
    return [every[place] for place in places]
