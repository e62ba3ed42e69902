# SPDX-License-Identifier: Apache-2.0
"""Roles that a change leaves alone: most of an estate, of which no record need be read anew."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Overlay
from bartizan.model.table import Row

ROLE = "AWS::IAM::Role"
_USES = frozenset({"identity", "boundary", "trust"})
"""What a role's own record says is attached to it."""

Known: TypeAlias = Mapping[str, tuple[Principal, Sequence[Row]]]
"""ARN of a role to itself, and to what its record says is written about it, in order."""
NONE: Known = MappingProxyType({})


def unchanged(records: Overlay, before: Facts) -> Known:
    """Return the roles whose records a change neither puts nor drops, as the facts `before` it
    have them: a role's rows come of its own record alone.

    One whose record was malformed lacks its trust policy, which every role has; it is left out.
    """
    touched = {key.id for key in (*records.put, *records.dropped) if key.kind == ROLE}
    written: dict[str, list[Row]] = {}
    trusts: dict[str, Policy] = {}
    for policy in before.rows(Policy):
        if policy.kind == ROLE and policy.record not in touched:
            if policy.type == "trust":
                trusts[policy.record] = policy
            else:
                written.setdefault(policy.record, []).append(policy)
    last: dict[str, Attachment] = {}
    for use in before.rows(Attachment):
        if use.target in trusts and use.use in _USES:
            if use.use == "trust":
                last[use.target] = use
            else:
                written.setdefault(use.target, []).append(use)
    return {
        role.arn: (role, (*written.get(role.arn, ()), trusts[role.arn], last[role.arn]))
        for role in before.rows(Principal)
        if role.arn in last
    }
