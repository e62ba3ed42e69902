# SPDX-License-Identifier: Apache-2.0
"""Load balancers, endpoints and fronts of an estate, looked up by what they join."""

from collections import defaultdict
from functools import cached_property

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import (
    Balancer,
    Endpoint,
    EndpointService,
    Front,
    Listener,
    Target,
    TargetGroup,
)

NODES = frozenset({"network_load_balancer", "load_balancer"})
"""Kinds of interfaces that are nodes of load balancers. Those of application and classic ones have
no kind of their own, and are known by what they belong to.
"""


def is_node(kind: str, thing: str) -> bool:
    """Tell from an interface's kind, and the ARN of what it belongs to, whether it is a node of a
    load balancer.
    """
    return kind in NODES or ":elasticloadbalancing:" in thing


class Services:
    """What takes packets on behalf of something else; each index is made when first asked."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    @cached_property
    def endpoints(self) -> dict[str, Endpoint]:
        """Endpoints by id."""
        return {row.id: row for row in self._facts.rows(Endpoint)}

    @cached_property
    def endpoint_of(self) -> dict[str, Endpoint]:
        """Endpoints by the interfaces that they have."""
        return {name: row for row in self.endpoints.values() for name in row.interfaces}

    @cached_property
    def balancers(self) -> dict[str, Balancer]:
        """Load balancers by ARN."""
        return {row.arn: row for row in self._facts.rows(Balancer)}

    @cached_property
    def balancer_of(self) -> dict[str, Balancer]:
        """Load balancers by the interfaces of their nodes."""
        return {name: row for row in self.balancers.values() for name in row.interfaces}

    def unknown_balancer(self, row: Interface) -> str:
        """Name the load balancer that an interface is a node of, where nothing else is known of
        that, as it was not listed; empty for other interfaces.
        """
        if row.id in self.balancer_of:
            return ""
        return (row.thing or row.id) if is_node(row.kind, row.thing) else ""

    @cached_property
    def listeners(self) -> dict[str, tuple[Listener, ...]]:
        """Listeners by load balancer."""
        found: dict[str, list[Listener]] = defaultdict(list)
        for row in self._facts.rows(Listener):
            found[row.balancer].append(row)
        return {name: tuple(held) for name, held in found.items()}

    @cached_property
    def target_groups(self) -> dict[str, TargetGroup]:
        """Target groups by ARN."""
        return {row.arn: row for row in self._facts.rows(TargetGroup)}

    @cached_property
    def registered(self) -> dict[str, tuple[Target, ...]]:
        """Targets by what they are: an instance's id, an address, the ARN of a balancer."""
        found: dict[str, list[Target]] = defaultdict(list)
        for row in self._facts.rows(Target):
            found[row.id].append(row)
        return {name: tuple(held) for name, held in found.items()}

    def registered_as(self, row: Interface) -> frozenset[str]:
        """Return every name under which a target group may have registered an interface: its
        instance's id, its addresses, the load balancer that it is a node of.
        """
        balancer = self.balancer_of.get(row.id)
        own = () if balancer is None else (balancer.arn,)
        return frozenset((row.thing.rpartition("/")[2], *row.addresses, *own)) - {""}

    @cached_property
    def listeners_to(self) -> dict[str, tuple[Listener, ...]]:
        """Listeners by the target groups that they may forward to."""
        found: dict[str, list[Listener]] = defaultdict(list)
        for row in self._facts.rows(Listener):
            for group in row.target_groups:
                found[group].append(row)
        return {name: tuple(held) for name, held in found.items()}

    @cached_property
    def offering(self) -> dict[str, tuple[EndpointService, ...]]:
        """Endpoint services by the load balancers behind them."""
        found: dict[str, list[EndpointService]] = defaultdict(list)
        for row in self._facts.rows(EndpointService):
            for balancer in row.balancers:
                found[balancer].append(row)
        return {name: tuple(held) for name, held in found.items()}

    @cached_property
    def endpoints_to(self) -> dict[str, tuple[Endpoint, ...]]:
        """Endpoints by the name of the service that they lead to."""
        found: dict[str, list[Endpoint]] = defaultdict(list)
        for row in self._facts.rows(Endpoint):
            found[row.service].append(row)
        return {name: tuple(held) for name, held in found.items()}

    @cached_property
    def fronts(self) -> tuple[Front, ...]:
        """Ways in that have no interface."""
        return self._facts.rows(Front)
