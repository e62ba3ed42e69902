# SPDX-License-Identifier: Apache-2.0
"""Which ports of an interface are worth a question, and where they may be told apart."""

import itertools
from collections.abc import Iterator, Mapping
from functools import cached_property

from bartizan.model.packet import TCP, UDP
from bartizan.reason.network.aws.steps.arrivals import listening
from bartizan.reason.network.aws.steps.scene import Scene

_WIDE = 1024
"""Ports from which on a stretch is cut where anything tells its ports apart."""


class Stretches:
    """The ports of interfaces, as stretches that each have one answer for all their ports."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def of(self, interface: str) -> tuple[tuple[int, int, int], ...]:
        """Return the stretches of ports of an interface that are worth a question."""
        services = self._scene.services.get(interface, ())
        held = {(s.protocol, s.port, s.port) for s in services if s.protocol in {TCP, UDP}}
        held |= {(TCP, port, port) for port in listening(self._scene, interface)}
        if interface in self._scene.hosts:
            held |= set(self._opened(interface))
        return tuple(sorted(held))

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
            if any(last - first >= _WIDE for first, last in spans):
                cuts |= self._cuts[protocol]
            ends = sorted(cuts)
            for first, after in itertools.pairwise(ends):
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
                        found[rule.protocol] |= {rule.first, min(rule.last + 1, 65535)}
        return {protocol: frozenset(ends) for protocol, ends in found.items()}
