# SPDX-License-Identifier: Apache-2.0
"""Which ports of an interface are worth a question, and where they may be told apart."""

import itertools
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from bartizan.model.known_port import only_signs_in
from bartizan.model.packet import TCP, UDP
from bartizan.reason.network.aws.steps.arrivals import asked, listening
from bartizan.reason.network.aws.steps.scene import Scene


class Opened(Struct, frozen=True):
    """Ports of an interface."""

    single: tuple[tuple[int, int], ...]
    """Protocol and port, of those that are worth something by themselves."""
    opened: tuple[tuple[int, int, int], ...]
    """Protocol, first and last port of stretches with one answer each: those of hosts alone."""


class Stretches:
    """The ports of interfaces, as stretches that each have one answer for all their ports."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def of(self, interface: str) -> Opened:
        """Return the ports of an interface that are worth a question."""
        scene = self._scene
        services = scene.services.get(interface, ())
        single = {(s.protocol, s.port) for s in services if s.protocol in {TCP, UDP}}
        single |= {(TCP, port) for port in listening(scene, interface)}
        opened = tuple(self._opened(interface)) if interface in scene.hosts else ()
        for port in asked(scene, interface):
            if any(p == TCP and first <= port <= last for p, first, last in opened):
                single.add((TCP, port))
        signs = {(p, first) for p, first, last in opened if only_signs_in(p, first, last)}
        rest = (one for one in opened if not only_signs_in(*one))
        return Opened(tuple(sorted(single | signs)), tuple(sorted(rest)))

    def _opened(self, interface: str) -> Iterator[tuple[int, int, int]]:
        """Yield what the groups of an interface open, cut where anything tells ports apart."""
        topology = self._scene.topology
        groups = topology.interfaces[interface].groups
        rules = [rule for group in groups for rule in topology.rules.get((group, "in"), ())]
        for protocol in (TCP, UDP):
            spans = {
                (0, 65535) if rule.protocol < 0 or rule.first < 0 else (rule.first, rule.last)
                for rule in rules
                if rule.allow and rule.protocol in (-1, protocol)
            }
            cuts = {end for first, last in spans for end in (first, last + 1)}
            for first, after in itertools.pairwise(sorted(cuts | self._cuts[protocol])):
                if any(a <= first and after - 1 <= b for a, b in spans):
                    yield protocol, first, after - 1

    @cached_property
    def _cuts(self) -> Mapping[int, frozenset[int]]:
        """Return where rules of sending, or of access lists, tell ports apart."""
        topology = self._scene.topology
        found: dict[int, set[int]] = {TCP: set(), UDP: set()}
        for (owner, direction), rules in topology.rules.items():
            if direction == "out" or owner in topology.access_lists:
                for rule in rules:
                    if rule.protocol in found and rule.first >= 0:
                        found[rule.protocol] |= {rule.first, min(rule.last + 1, 65536)}
        return {protocol: frozenset(ends) for protocol, ends in found.items()}
