# SPDX-License-Identifier: Apache-2.0
"""Whether one statement certainly speaks of all that another speaks of, told by its words alone.

What is said here holds whatever the catalogue of actions knows: only patterns are compared.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from bartizan.reason.authz.aws.check.pattern import resource_within, within
from bartizan.reason.authz.aws.policy.document import Principals, Statement

_WILD = re.compile(r"[*?]|\$\{")


def action_within(inner: str, outer: str) -> bool:
    """Return whether every action that `inner` names is named by `outer`, in any case."""
    return within(inner.lower(), outer.lower())


@lru_cache(1 << 8)
def _by_head(patterns: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return patterns by what stands before their first wildcard, in lower case."""
    found: dict[str, list[str]] = {}
    for pattern in patterns:
        found.setdefault(_WILD.split(pattern.lower(), maxsplit=1)[0], []).append(pattern)
    return {head: tuple(same) for head, same in found.items()}


def could_hold(pattern: str, patterns: tuple[str, ...]) -> Iterator[str]:
    """Yield those of `patterns` that could hold `pattern`: it begins with all that they say
    before their first wildcard.
    """
    heads, lowered = _by_head(patterns), pattern.lower()
    for length in _lengths(patterns):
        if length <= len(lowered):
            yield from heads.get(lowered[:length], ())


@lru_cache(1 << 8)
def _lengths(patterns: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(sorted({len(head) for head in _by_head(patterns)}))


def covers(outer: Statement, inner: Statement) -> bool:
    """Return whether every request that `inner` speaks of is one that `outer` speaks of, and
    of the same callers by the same names.
    """
    return (
        set(outer.conditions) <= set(inner.conditions)
        and covers_principals(outer, inner)
        and covers_actions(outer, inner)
        and covers_resources(outer, inner)
    )


def covers_actions(outer: Statement, inner: Statement) -> bool:
    """Return whether Action or NotAction of `outer` holds that of `inner`."""
    return _covers(
        (outer.action, outer.not_action), (inner.action, inner.not_action), action_within
    )


def covers_resources(outer: Statement, inner: Statement) -> bool:
    """Return whether Resource or NotResource of `outer` holds that of `inner`."""
    if outer.resource is None and outer.not_resource is None:
        # The statements of a trust policy speak of their own role.
        return inner.resource is None and inner.not_resource is None
    return _covers(
        (outer.resource, outer.not_resource), (inner.resource, inner.not_resource), resource_within
    )


_Pair = tuple[tuple[str, ...] | None, tuple[str, ...] | None]


def _covers(outer: _Pair, inner: _Pair, held: Callable[[str, str], bool]) -> bool:
    """Compare an element with its `Not` twin: what `outer` leaves out `inner` must leave out."""
    (here, left_out), (there, left_out_there) = outer, inner
    if here is not None and there is not None:
        return all(any(held(one, other) for other in could_hold(one, here)) for one in there)
    if left_out is not None and left_out_there is not None:
        return all(
            any(held(one, other) for other in could_hold(one, left_out_there)) for one in left_out
        )
    return here is not None and "*" in here


def covers_principals(outer: Statement, inner: Statement) -> bool:
    """Return whether `outer` names everybody that `inner` names, by the same names: how a
    caller is named decides which limits hold for it (table "Resource-based policies and implicit
    denies in other policy types" of
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html).
    """
    if outer.not_principal is not None or inner.not_principal is not None:
        return outer.not_principal == inner.not_principal and outer.principal == inner.principal
    if outer.principal is None or inner.principal is None:
        return outer.principal is inner.principal
    return _named(inner.principal) <= _named(outer.principal)


def _named(principals: Principals) -> frozenset[tuple[str, str]]:
    return frozenset(
        [("AWS", "*")] * principals.any
        + [("AWS", name) for name in principals.aws]
        + [("Service", name) for name in principals.service]
        + [("Federated", name) for name in principals.federated]
        + [("CanonicalUser", name) for name in principals.canonical]
    )
