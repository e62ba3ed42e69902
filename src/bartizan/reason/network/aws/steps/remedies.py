# SPDX-License-Identifier: Apache-2.0
"""Ways to keep packets out: each takes away every rule, or every address, that a step rests on.

Costs are ordinal and say how much else a change is likely to break: a rule by which hosts are
administered from outside least, one on which the public is served most.
"""

from collections.abc import Iterable, Iterator, Sequence

from bartizan.model.facts.network import Rule
from bartizan.model.facts.service import Balancer, Listener
from bartizan.model.known_port import administration, serves, written
from bartizan.model.packet import ANY
from bartizan.model.remedy import ReleaseAddress, Remedy
from bartizan.model.step import Breaker
from bartizan.reason.network.aws.change import revoking
from bartizan.reason.network.aws.steps.door import Door
from bartizan.reason.network.aws.steps.scene import Scene
from bartizan.reason.network.aws.steps.senders import Senders, matching

REVOKE_ADMINISTRATION, REVOKE, REVOKE_WITHIN, REVOKE_SERVED = 2, 3, 4, 5
RELEASE = 4
_MANY = 10
"""Interfaces from which on a group's rule is likely to be about more than one thing."""
_INSTANCE = ":instance/"


def at_door(scene: Scene, door: Door, senders: Senders) -> Iterator[Breaker]:
    """Yield the way to revoke, at a door, every rule that may let any of the senders in."""
    yield from revoked(scene, matching(scene.topology, door, senders))


def without_address(scene: Scene, door: Door, ranges: Iterable[str]) -> Iterator[Breaker]:
    """Yield the way to take the public addresses of an instance away, where packets need one."""
    row = scene.topology.interfaces.get(door.interface)
    if row is None or not row.public or _INSTANCE not in row.thing:
        return
    if any(":" in block for block in ranges):
        return
    yield Breaker(
        remedies=tuple(
            Remedy(
                change=ReleaseAddress(interface=row.id, private=private, public=public),
                title=f"Take the public address {public} off {row.name or row.id}",
                cost=RELEASE,
            )
            for private, public in sorted(row.public.items())
        )
    )


def at_balancer(
    scene: Scene, balancer: Balancer, listeners: Sequence[Listener], senders: Senders
) -> Iterator[Breaker]:
    """Yield the way to revoke, before a load balancer, what lets the senders in at listeners.

    One without security groups takes everybody's packets.
    """
    rules: list[Rule] = []
    for node in balancer.interfaces:
        row = scene.topology.interfaces.get(node)
        if row is None or not row.groups:
            return
        for listener in listeners:
            # Listeners of TCP and UDP have one number; a rule of either is taken away.
            for protocol in (6, 17):
                door = Door(node, protocol, listener.port, listener.port)
                rules += matching(scene.topology, door, senders)
    yield from revoked(scene, rules)


def revoked(scene: Scene, rules: Iterable[Rule]) -> Iterator[Breaker]:
    """Yield the way to revoke some rules together."""
    remedies = {(rule.owner, rule.id): _revoke(scene, rule) for rule in rules}
    if remedies:
        yield Breaker(remedies=tuple(remedies[key] for key in sorted(remedies)))


def _revoke(scene: Scene, rule: Rule) -> Remedy:
    group = scene.topology.groups.get(rule.owner)
    name = group.name if group is not None and group.name else rule.owner
    what = "everything" if rule.protocol == ANY else f"`{_ports(rule)}`"
    return Remedy(
        change=revoking(rule),
        title=f"Revoke {what} from {_peer(scene, rule)} in security group {name}",
        cost=_cost(scene, rule),
    )


def _ports(rule: Rule) -> str:
    first, last = (0, 65535) if rule.first < 0 else (rule.first, rule.last)
    return written(rule.protocol, first, last)


def _peer(scene: Scene, rule: Rule) -> str:
    group = scene.topology.groups.get(rule.peer)
    return group.name or group.id if group is not None else rule.peer


def _cost(scene: Scene, rule: Rule) -> int:
    many = int(scene.holders.get(rule.owner, 0) > _MANY)
    if rule.peer_kind == "group":
        return REVOKE_WITHIN + many
    if serves(rule.protocol, rule.first, rule.last):
        return REVOKE_SERVED + many
    narrow = rule.first == rule.last >= 0
    if narrow and administration(rule.protocol, rule.first, rule.last):
        return REVOKE_ADMINISTRATION + many
    return REVOKE + many
