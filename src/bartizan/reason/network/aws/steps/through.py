# SPDX-License-Identifier: Apache-2.0
"""What is reached through load balancers, where the engine does not tell of it by itself.

Each target that nothing tells from others is decided once, by the definition.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bartizan.model.packet import TCP, UDP, Blocked, Reach, Reachable
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.steps.scene import Scene

_UDP = frozenset({"UDP", "TCP_UDP"})
"""What target groups call protocols that carry UDP; all others, and one of these, carry TCP."""


def through(
    scene: Scene, source: str, told: Collection[tuple[str, int, int]]
) -> Iterator[Mapping[str, Any]]:
    """Yield rows as the engine does, for ports of targets that are not in `told`."""
    known: dict[tuple[object, ...], Reach] = {}
    for interface in sorted(scene.behind):
        for protocol, port in sorted(_ports(scene, interface)):
            if (interface, protocol, port) in told or interface not in scene.row_of:
                continue
            key = (scene.alike(interface), protocol, port)
            if key not in known:
                known[key] = reaches(scene.topology, source, interface, protocol, port)
            verdict = known[key]
            if not isinstance(verdict, Blocked):
                yield _row(scene, interface, protocol, port, verdict)


def _row(  # noqa: PLR0917 - a row of these
    scene: Scene, interface: str, protocol: int, port: int, verdict: Reach
) -> Mapping[str, Any]:
    sure = isinstance(verdict, Reachable)
    node = verdict.legs[-1].packet.source if isinstance(verdict, Reachable) else ""
    balancer = scene.topology.services.balancer_of.get(node)
    return {
        "interface": interface,
        "protocol": protocol,
        "first": port,
        "last": port,
        "via": node if balancer is None else balancer.arn,
        "ranges": [],
        "certainty": "reachable" if sure else "unknown",
        "missing": [] if isinstance(verdict, Reachable | Blocked) else list(verdict.missing),
    }


def _ports(scene: Scene, interface: str) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    held = scene.topology.services.target_groups
    for group, port in scene.ports_behind.get(interface, ()):
        protocol = held[group].protocol if group in held else ""
        if protocol in _UDP:
            found.add((UDP, port))
        if protocol != "UDP":
            found.add((TCP, port))
    return found
