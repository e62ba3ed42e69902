# SPDX-License-Identifier: Apache-2.0
"""What the Internet, and what lies behind a VPN, can send packets to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bartizan.model.evidence import Evidence
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import Interface
from bartizan.model.facts.routing import RemoteSite
from bartizan.model.facts.service import Listener
from bartizan.model.packet import INTERNET, TCP, UDP
from bartizan.model.step import Ability, Breaker, Condition, Flow, Step
from bartizan.reason.network.aws.steps import remedies, senders
from bartizan.reason.network.aws.steps.door import Door, foothold
from bartizan.reason.network.aws.steps.scene import Scene
from bartizan.reason.network.aws.steps.through import through
from bartizan.reason.network.aws.topology.addresses import parse_range
from bartizan.reason.network.aws.topology.unread import ADDRESSES

FROM_INTERNET, FROM_SITE = "reach-from-internet", "reach-from-site"
_SSH = 22
_WORLD = frozenset({"0.0.0.0/0", "::/0"})
_SHOWN = 4
"""Ranges that a condition names."""
_SOMEWHERE = 3
"""Effort of sending from certain addresses."""


def arrivals(scene: Scene) -> Iterator[tuple[Door, Step]]:
    """Yield, for each door behind which something listens, the step of sending there."""
    sites = sorted({row.id for row in scene.facts.rows(RemoteSite)} & scene.row_of.keys())
    for source in (INTERNET, *sites):
        for row in exposed(scene, source):
            for door in doors(scene, row):
                yield door, _step(scene, source, door, row)


def exposed(scene: Scene, source: str) -> Iterator[Mapping[str, Any]]:
    """Yield the ports that a source reaches, as rows of the engine; what it does not know of the
    targets of load balancers is decided by the definition.
    """
    told: set[tuple[str, int, int]] = set()
    for row in scene.engine.exposed(source).to_pylist():
        if row["protocol"] in {TCP, UDP}:
            held = {
                (row["interface"], row["protocol"], port)
                for _, port in scene.ports_behind.get(row["interface"], ())
                if row["interface"] in scene.behind and row["first"] <= port <= row["last"]
            }
            if held and row["via"] and row["certainty"] == "unknown":
                continue
            yield row
            told |= held
    yield from through(scene, source, told)


def doors(scene: Scene, row: Mapping[str, Any]) -> Iterator[Door]:
    """Yield the doors among ports that are reached: those of services, and whatever a host has."""
    interface, protocol = row["interface"], row["protocol"]
    whole = Door(interface, protocol, row["first"], row["last"])
    if interface in scene.hosts:
        yield whole
    ports = {port for port in asked(scene, interface) if whole.holds(TCP, port)}
    ports |= {s.port for s in scene.services.get(interface, ()) if whole.holds(s.protocol, s.port)}
    ports |= {port for port in listening(scene, interface) if whole.holds(TCP, port)}
    for port in sorted(ports):
        one = Door(interface, protocol, port, port)
        if one != whole or interface not in scene.hosts:
            yield one


def asked(scene: Scene, interface: str) -> frozenset[int]:
    """Return the ports of a host that steps of authorization need by themselves: a key is put on
    an instance through its API, and used by SSH.
    """
    host = scene.hosts.get(interface)
    return frozenset({_SSH} if host is not None and host.kind == "AWS::EC2::Instance" else ())


def listening(scene: Scene, interface: str) -> frozenset[int]:
    """Return the ports of a load balancer's node that lead to functions."""
    held = scene.topology.services
    balancer = held.balancer_of.get(interface)
    if balancer is None:
        return frozenset()
    return frozenset(
        listener.port
        for listener in held.listeners.get(balancer.arn, ())
        if any(
            group in held.target_groups and held.target_groups[group].kind == "lambda"
            for group in listener.target_groups
        )
    )


def _step(scene: Scene, source: str, door: Door, row: Mapping[str, Any]) -> Step:
    ranges = tuple(sorted(row["ranges"] or ()))
    conditions = _from(source, ranges)
    through = f" through {row['via']}" if row["via"] else ""
    called = "the Internet" if source == INTERNET else source
    return Step(
        technique=FROM_INTERNET if source == INTERNET else FROM_SITE,
        needs=(foothold(Ability.START, source),),
        grants=door.sends,
        cost=1 + sum(one.effort for one in conditions),
        conditions=conditions,
        evidence=(
            Evidence(subject=door.interface, why=f"takes {door.ports} from {called}{through}"),
            *(
                Evidence(subject=one.arn, why="forwards to it what it takes")
                for one in _leading(scene, door, row["via"])
            ),
        ),
        flows=(
            Flow(source=source, target=door.interface, protocol=door.protocol, port=door.port),
        ),
        breakers=tuple(_breakers(scene, source, door, row)),
        missing=tuple(sorted(row["missing"] or ())) if row["certainty"] == "unknown" else (),
    )


def _from(source: str, ranges: Sequence[str]) -> tuple[Condition, ...]:
    """Return the condition that packets come from certain addresses of the Internet."""
    if source != INTERNET or not ranges or _WORLD.intersection(ranges):
        return ()
    more = f" or {len(ranges) - _SHOWN} other ranges" if len(ranges) > _SHOWN else ""
    return (
        Condition(
            text=f"comes from {', '.join(ranges[:_SHOWN])}{more}",
            key="assume:source-address",
            values=tuple(ranges),
            effort=_SOMEWHERE,
        ),
    )


def _breakers(scene: Scene, source: str, door: Door, row: Mapping[str, Any]) -> Iterator[Breaker]:
    who = senders.INTERNET if source == INTERNET else _site(scene, source)
    via: str = row["via"]
    if not via:
        yield from remedies.at_door(scene, door, who)
        if source == INTERNET:
            yield from remedies.without_address(scene, door, row["ranges"] or ())
        return
    balancer = scene.topology.services.balancers.get(via)
    if balancer is None:
        yield from remedies.at_door(scene, door, senders.ANYBODY)
        return
    arriving = who | senders.of_balancer(scene.topology, balancer)
    yield from remedies.at_door(scene, door, arriving)
    leading = _leading(scene, door, via)
    yield from remedies.at_balancer(scene, balancer, leading, senders.ANYBODY)


def _leading(scene: Scene, door: Door, via: str) -> list[Listener]:
    """Return the listeners of a load balancer that lead to a door."""
    return [one for one in scene.behind.get(door.interface, ()) if one.balancer == via]


def _site(scene: Scene, source: str) -> senders.Senders:
    """Return as whom packets from a remote site arrive: routes may announce more than is said."""
    held = scene.topology.sites.get(source, ())
    ranges = {block for row in held for block in map(parse_range, row.ranges) if block}
    return senders.Senders(ranges=frozenset(ranges)) if ranges else senders.ANYBODY


def without_interfaces(scene: Scene) -> Iterator[tuple[Workload, tuple[str, ...]]]:
    """Yield each instance whose interfaces could not be listed, with what was not read."""
    known = {row.thing for row in scene.facts.rows(Interface)}
    for row in sorted(scene.facts.rows(Workload), key=lambda row: row.arn):
        if row.kind == "AWS::EC2::Instance" and row.arn not in known:
            missing = scene.topology.gaps.listing(
                ADDRESSES, account=row.account, region=row.region
            )
            if missing:
                yield row, missing
