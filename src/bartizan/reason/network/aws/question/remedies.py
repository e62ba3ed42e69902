# SPDX-License-Identifier: Apache-2.0
"""Says changes to networks as remedies: a title, and what each would break."""

from collections.abc import Iterable
from typing import assert_never

from bartizan.model.packet import ANY, ICMP, ICMPV6
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    DropRoute,
    NetworkChange,
    ReleaseAddress,
    Remedy,
    RevokeRule,
)
from bartizan.reason.network.aws.question.service import protocol_name

RULE, ENTRY, ADDRESS, ROUTE = 1, 4, 2, 4
"""What changes cost: a rule of a group is for its members, an entry of an access list and a route
for whole subnets.
"""
WIDE = 2
"""What it costs more to let everybody in."""
_EVERYBODY = frozenset({"0.0.0.0/0", "::/0"})


def remedy(change: NetworkChange) -> Remedy:
    """Return a change with its title and cost."""
    return Remedy(change=change, title=_title(change), cost=_cost(change))


def network_changes(remedies: Iterable[Remedy]) -> list[NetworkChange]:
    """Return what remedies change of networks, always in the same order."""
    held = (one.change for one in sorted(remedies, key=lambda one: one.id))
    return [change for change in held if isinstance(change, NetworkChange)]


def _cost(change: NetworkChange) -> int:
    match change:
        case RevokeRule():
            return ENTRY if change.owner.startswith("acl-") else RULE
        case AuthorizeRule():
            wide = WIDE if change.peer in _EVERYBODY else 0
            return wide + (ENTRY if change.owner.startswith("acl-") else RULE)
        case DropRoute() | AddRoute():
            return ROUTE
        case ReleaseAddress() | AssociateAddress():
            return ADDRESS
        case _:
            assert_never(change)


def _title(change: NetworkChange) -> str:
    match change:
        case RevokeRule():
            return f"Revoke {_rule(change)} of {change.owner}"
        case AuthorizeRule():
            number = f" as rule {change.number}" if change.number else ""
            return f"Authorize {_rule(change)} in {change.owner}{number}"
        case DropRoute():
            return f"Delete the route of {change.owner} to {change.destination} ({change.target})"
        case AddRoute():
            return f"Route {change.destination} to {change.target} in {change.owner}"
        case ReleaseAddress():
            return f"Take the public address {change.public} off {change.interface}"
        case AssociateAddress():
            return f"Give {change.private} of {change.interface} a public address"
        case _:
            assert_never(change)


def _rule(change: RevokeRule | AuthorizeRule) -> str:
    way = "from" if change.direction == "in" else "to"
    direction = "ingress" if change.direction == "in" else "egress"
    return f"the {direction} {_ports(change)} {way} {change.peer}"


def _ports(change: RevokeRule | AuthorizeRule) -> str:
    if change.protocol == ANY:
        return "of all protocols"
    name = protocol_name(change.protocol)
    if change.first == ANY:
        return name
    alone = change.first == change.last or change.protocol in {ICMP, ICMPV6}
    return f"{name} {change.first}" if alone else f"{name} {change.first}-{change.last}"
