# SPDX-License-Identifier: Apache-2.0
"""Load balancers: which of their nodes send to which interfaces, and to which ports.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Balancer, Listener, Target, TargetGroup
from bartizan.reason.network.aws.kernel.columns import MAYBE, NO, YES
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.interfaces import Interfaces
from bartizan.reason.network.aws.kernel.listens import CARRIED
from bartizan.reason.network.aws.topology.services import Services

_EVERY_ZONE = "all"
_REMEMBERED = 1 << 14


class Relay(NamedTuple):
    """A node of a load balancer that sends on to an interface what a listener takes."""

    balancer: Balancer
    node: int
    listener: Listener
    group: TargetGroup
    addresses: tuple[str, ...]
    """Addresses of the interface that it sends to."""
    gate: int
    """Whether the node may send to the zone of the interface, as bits."""
    asks: bool
    """It is a classic one in one subnet with the interface, and asks the list of that, which no
    walk does."""

    @property
    def keeps_client(self) -> bool | None:
        """Tell whether the target sees the client's address; None where that was not read.

        Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
        """
        if self.balancer.kind != "network":
            return False
        always = "UDP" in self.group.protocol or "QUIC" in self.group.protocol
        return True if always else self.group.preserves_client


class Relays:
    """All load balancers, by what they send to."""

    def __init__(self, services: Services, *, interfaces: Interfaces, ground: Ground) -> None:
        self.services, self._interfaces, self._ground = services, interfaces, ground
        self._gate = lru_cache(_REMEMBERED)(self._find_gate)
        self._nodes = lru_cache(_REMEMBERED)(self._find_nodes)

    def to(self, row: Interface, *, protocol: int, port: int) -> Iterator[Relay]:
        """Yield the nodes that send to a port of an interface."""
        services, here = self.services, self._ground.subnets.get(row.subnet)
        for target, addresses in self._registered(row):
            group = services.target_groups.get(target.group)
            if group is None or target.port != port:
                continue
            if protocol not in CARRIED.get(group.protocol, ()):
                continue
            for listener in services.listeners_to.get(group.arn, ()):
                balancer = services.balancers.get(listener.balancer)
                if balancer is not None and protocol in CARRIED.get(listener.protocol, ()):
                    for node, own in self._nodes(balancer.arn):
                        gate = YES
                        if target.zone != _EVERY_ZONE:
                            gate = self._gate(balancer.arn, group.arn, row.subnet, own)
                        asks = balancer.kind == "classic" and own == here
                        if asks:
                            gate &= MAYBE
                        yield Relay(balancer, node, listener, group, addresses, gate, asks)

    def _find_nodes(self, balancer: str) -> Sequence[tuple[int, int]]:
        """Return the nodes of a load balancer, and the subnet of each."""
        names = self.services.balancers[balancer].interfaces
        numbers = [number for number in map(self._interfaces.ids.get, names) if number >= 0]
        return [(number, int(self._interfaces.subnet[number])) for number in numbers]

    def _registered(self, row: Interface) -> Iterator[tuple[Target, tuple[str, ...]]]:
        """Yield how an interface is registered: as the first of an instance, by an address, or as
        a node of a load balancer.
        """
        registered = self.services.registered
        instance = row.thing.rpartition("/")[2]
        if row.primary and instance:
            for target in registered.get(instance, ()):
                yield target, primary(row)
        for text in row.addresses:
            for target in registered.get(text, ()) if "/" not in text else ():
                group = self.services.target_groups.get(target.group)
                here = group is not None and group.network == row.network
                if here or target.zone == _EVERY_ZONE:
                    yield target, (text,)
        balancer = self.services.balancer_of.get(row.id)
        for target in registered.get(balancer.arn, ()) if balancer else ():
            yield target, primary(row)

    def _find_gate(self, balancer: str, group: str, subnet: str, own: int) -> int:
        """Tell whether a node, in a subnet of its own, sends to those of another subnet."""
        services = self.services
        held, ground = services.balancers[balancer], self._ground
        numbers = [ground.subnets.get(name) for name in (subnet, *held.subnets)]
        if not ground.described[[own, *numbers]].all():
            return MAYBE
        zone, *enabled = ground.zone[[*numbers, own]].tolist()
        if zone not in enabled:
            return NO
        told = services.target_groups[group].cross_zone
        cross = held.cross_zone if told is None else told
        if cross or enabled[-1] == zone:
            return YES
        return MAYBE if cross is None else NO


def primary(row: Interface) -> tuple[str, ...]:
    """Return the first address of each version that an interface has."""
    held = [text for text in row.addresses if "/" not in text]
    firsts = (next((t for t in held if (":" in t) == six), "") for six in (False, True))
    return tuple(text for text in firsts if text)
