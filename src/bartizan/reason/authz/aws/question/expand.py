# SPDX-License-Identifier: Apache-2.0
"""The requests that a question with wildcards stands for.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bartizan.errors import UsageError
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.identity import Principal
from bartizan.model.table import Row
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate.pattern import FRESH, instance
from bartizan.reason.authz.aws.policy.arn_pattern import resource_pattern

THINGS: tuple[type[Row], ...] = (Store, Key, Workload, Principal)
"""Tables of what requests can be about."""

MOST = 2_000
"""Pairs of an action and a resource that one question may stand for."""

Pair = tuple[str, str]


class Requests(Struct, frozen=True, kw_only=True):
    """Pairs of an action and a resource, sorted, and how they were found."""

    pairs: tuple[Pair, ...]
    left_out: int
    """Pairs beyond the bound, which are not asked."""
    notes: tuple[str, ...]


def is_pattern(text: str) -> bool:
    """`text` has wildcards."""
    return "*" in text or "?" in text


def actions(pattern: str) -> tuple[str, ...]:
    """Return the actions that `pattern` stands for, as their services spell them.

    Raises:
        UsageError: it is no action, or a pattern that no known action fits.
    """
    service, _, name = pattern.partition(":")
    if pattern != "*" and not (service and name):
        raise UsageError(f"not an action: `{pattern}`", hint="write it as `s3:GetObject`")
    if not is_pattern(pattern):
        known = catalogue.action(pattern)
        return (str(known) if known else pattern,)
    found = catalogue.expand(pattern)
    if not found:
        raise UsageError(
            f"no action that is known fits `{pattern}`",
            hint=f"the catalogue is of {catalogue.date()}; ask for a single action by its name",
        )
    return tuple(str(one) for one in found)


def resources(facts: Facts, pattern: str) -> tuple[str, ...]:
    """Return the things of the estate that fit `pattern`, sorted, or an example of it where none
    does; a bucket has an example of an object. A pattern without wildcards stands for itself.

    Raises:
        UsageError: it is neither an ARN nor `*`.
    """
    if pattern != "*" and not (pattern.startswith("arn:") and pattern.count(":") >= 5):  # noqa: PLR2004 - the colons of an ARN
        raise UsageError(
            f"neither an ARN nor `*`: `{pattern}`", hint="write it as `arn:aws:s3:::bucket/key`"
        )
    if not is_pattern(pattern):
        return (pattern,)
    fits = resource_pattern(pattern)
    held: set[str] = set()
    for table in THINGS:
        held.update(map(str, facts.table(table)["arn"].to_pylist()))
    inside = {f"{arn}/{rest(pattern)}" for arn in held if arn.split(":", 3)[2:3] == ["s3"]}
    found = sorted(arn for arn in (*held, *inside) if fits(arn))
    if pattern == "*":
        return (*found, "*")
    return tuple(found) or (instance(pattern),)


def rest(pattern: str) -> str:
    """Return what an example of an object is called in a bucket that fits a pattern."""
    return instance(pattern.partition("/")[2]) or FRESH


def requests(facts: Facts, *, action: str, resource: str) -> Requests:
    """Return the requests that `action` on `resource` stand for.

    Raises:
        UsageError: either of them makes no sense, or they do not go together.
    """
    names, things = actions(action), resources(facts, resource)
    if is_pattern(action) or is_pattern(resource):
        pairs = list(_together(names, things))
    else:
        pairs = [(names[0], resource)]
    if not pairs:
        raise UsageError(
            f"no action of `{action}` acts on `{resource}`",
            hint="an action without a resource is asked for on `*`",
        )
    notes = tuple(_notes(action, resource, asked=len(pairs), actions=len(names)))
    kept = tuple(sorted(pairs)[:MOST])
    return Requests(pairs=kept, left_out=len(pairs) - len(kept), notes=notes)


def _together(names: Sequence[str], things: Sequence[str]) -> Iterator[Pair]:
    """Yield what can be requested: an action without a resource on `*` alone, another on what it
    acts on, or on `*` where the estate has nothing of that type.
    """
    of_types: dict[tuple[catalogue.ResourceType, ...], tuple[str, ...]] = {}
    for name in names:
        known = catalogue.action(name)
        if known is None:
            yield from ((name, thing) for thing in things)
            continue
        types = known.resource_types
        if types not in of_types:
            fitting = (thing for thing in things if any(kind.fits(thing) for kind in types))
            of_types[types] = tuple(thing for thing in fitting if thing != "*")
        if found := of_types[types]:
            yield from ((name, thing) for thing in found)
        elif "*" in things:
            yield name, "*"


def _notes(action: str, resource: str, *, asked: int, actions: int) -> Iterator[str]:
    known = catalogue.action(action)
    if is_pattern(action):
        yield (
            f"`{action}` stands for {actions} actions of the catalogue of {catalogue.date()}; "
            "what services have added since was not asked for"
        )
    elif known is None:
        yield f"`{action}` is not in the catalogue of {catalogue.date()}: it may not exist"
    elif known.wildcard_only and resource != "*":
        yield f"`{action}` names no resource: policies see `*`"
    elif not known.acts_on(resource) and catalogue.is_of_known_type(resource):
        yield f"`{action}` does not act on things such as `{resource}`"
    if is_pattern(resource) and resource != "*":
        yield (
            f"`{resource}` stands for the things of the estate that fit it; one called `{FRESH}` "
            "is an example of those that the snapshot does not hold"
        )
    if is_pattern(action) or is_pattern(resource):
        yield f"asked for {asked} pairs of an action and a resource"
