# SPDX-License-Identifier: Apache-2.0
"""What the steps look at: the networks of an estate, what stands in them, and who reaches it."""

import bisect
import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import Interface, PrefixList, Rule
from bartizan.model.facts.routing import Route, TransitRoute
from bartizan.model.facts.service import Listener, ServicePort, Target
from bartizan.model.packet import Blocked, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.steps.door import Door
from bartizan.reason.network.aws.steps.engine import BLOCKED, REACHABLE, UNKNOWN, Engine
from bartizan.reason.network.aws.topology.addresses import parse_range
from bartizan.reason.network.aws.topology.topology import Topology

NO_HOSTS = ("AWS::ElasticLoadBalancing", "AWS::EKS::Cluster")
"""Kinds of workloads, or how they begin, that are no place for an attacker's code by themselves:
what they listen for has steps of its own."""
_CODES = {Blocked: BLOCKED, Reachable: REACHABLE, Unknown: UNKNOWN}
_REMEMBERED = 256
"""Answers of the engine, each as long as the estate has interfaces."""
_MOST_SETTLED = 500
"""Questions to the definition in one derivation, each of which takes milliseconds."""


class Scene:
    """One estate, for the time of one derivation."""

    def __init__(self, facts: Facts, engine: Engine) -> None:
        self.facts = facts
        self.engine = engine
        self.topology = Topology(facts)
        self.row_of = {name: row for row, name in enumerate(engine.names)}
        self.reached = functools.lru_cache(_REMEMBERED)(self._reached)
        self.alike = functools.cache(self._alike)
        self._told: dict[tuple[object, ...], int] = {}
        """What the definition said of sources, target, protocol and port."""
        self.outer = functools.cache(self._outer)

    @cached_property
    def hosts(self) -> Mapping[str, Workload]:
        """Interface to what runs code behind it."""
        known = {
            row.arn: row for row in self.facts.rows(Workload) if not row.kind.startswith(NO_HOSTS)
        }
        return {
            row.id: known[row.thing]
            for row in self.facts.rows(Interface)
            if row.thing in known and row.attached
        }

    @cached_property
    def services(self) -> Mapping[str, Sequence[ServicePort]]:
        """Interface to what listens behind it, or may."""
        found: dict[str, list[ServicePort]] = defaultdict(list)
        for row in sorted(self.facts.rows(ServicePort), key=lambda r: (r.thing, r.port)):
            for interface in row.interfaces:
                found[interface].append(row)
        return found

    @cached_property
    def holders(self) -> Mapping[str, int]:
        """Security group to how many interfaces hold it."""
        found: dict[str, int] = defaultdict(int)
        for row in self.facts.rows(Interface):
            for group in row.groups:
                found[group] += 1
        return found

    @cached_property
    def targets(self) -> Mapping[str, Sequence[Target]]:
        """Members of target groups, by the ARN of the group."""
        found: dict[str, list[Target]] = defaultdict(list)
        for row in self.facts.rows(Target):
            found[row.group].append(row)
        return found

    @cached_property
    def behind(self) -> Mapping[str, tuple[Listener, ...]]:
        """Interface to the listeners of load balancers that forward to it."""
        held = self.topology.services
        found: dict[str, list[Listener]] = defaultdict(list)
        for balancer, listeners in sorted(held.listeners.items()):
            network = held.balancers[balancer].network if balancer in held.balancers else ""
            for listener in listeners:
                for group in listener.target_groups:
                    for target in self.targets.get(group, ()):
                        for interface in self._targets(target.id, network):
                            found[interface].append(listener)
        return {name: tuple(dict.fromkeys(rows)) for name, rows in found.items()}

    @cached_property
    def ports_behind(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """Interface to the target groups that it is in, with its port there."""
        groups = self.topology.services.target_groups
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for group, targets in sorted(self.targets.items()):
            network = groups[group].network if group in groups else ""
            for target in targets:
                for interface in self._targets(target.id, network) if target.port else ():
                    found[interface].append((group, target.port))
        return found

    def _targets(self, target: str, network: str) -> Sequence[str]:
        """Return the interfaces that an instance, an address or a load balancer stands for."""
        if target.startswith("i-"):
            return self._of_instance.get(target, ())
        balancer = self.topology.services.balancers.get(target)
        if balancer is not None:
            return balancer.interfaces
        return self._at.get((network, target), ()) or self._anywhere.get(target, ())

    @cached_property
    def _of_instance(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.facts.rows(Interface):
            found[row.thing.rpartition("/")[2]].append(row.id)
        return found

    @cached_property
    def _at(self) -> Mapping[tuple[str, str], Sequence[str]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self.facts.rows(Interface):
            for address in row.addresses:
                found[row.network, address].append(row.id)
        return found

    @cached_property
    def _anywhere(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for (_, address), held in self._at.items():
            found[address] += held
        return found

    def _reached(self, interface: str, protocol: int, port: int) -> NDArray[np.uint8]:
        found = self.engine.who_reaches(interface, protocol, port)
        return (
            self._settled(found, interface, protocol, port) if interface in self.behind else found
        )

    def _settled(
        self, found: NDArray[np.uint8], interface: str, protocol: int, port: int
    ) -> NDArray[np.uint8]:
        """Ask the definition, once for all sources that nothing tells apart, where the engine does
        not know whether a load balancer's target takes what it sends on as its client's. Where
        that are too many questions, those about other interfaces stay unknown.
        """
        settled, inside = found.copy(), self.topology.interfaces
        rows = np.flatnonzero(found == UNKNOWN).tolist()
        for row in sorted(rows, key=lambda row: self.engine.names[row] in inside):
            name = self.engine.names[row]
            key = (self.alike(name) if name in inside else name, interface, protocol, port)
            few = name not in inside or len(self._told) < _MOST_SETTLED
            if few and name != interface and key not in self._told:
                verdict = reaches(self.topology, name, interface, protocol, port)
                self._told[key] = _CODES[type(verdict)]
            settled[row] = self._told.get(key, UNKNOWN)
        return settled

    def _outer(self, protocol: int, port: int) -> frozenset[tuple[int, int]]:
        """Return which stretches hold a port that rules of sending, or of access lists, name."""
        return frozenset(
            (first, last)
            for p, first, last in self._named
            if p == protocol and first <= port <= last
        )

    @cached_property
    def _named(self) -> frozenset[tuple[int, int, int]]:
        lists = self.topology.access_lists
        return frozenset(
            (rule.protocol, rule.first, rule.last)
            for (owner, direction), rules in self.topology.rules.items()
            if direction == "out" or owner in lists
            for rule in rules
            if rule.protocol >= 0 and rule.first >= 0
        )

    def senders(self, door: Door) -> NDArray[np.uint8]:
        """Decide who reaches the port of a door that witnesses use."""
        return self.reached(door.interface, door.protocol, door.port)

    def _alike(self, interface: str) -> tuple[object, ...]:
        """Return what of an interface decides who reaches it: equal for two, the same do."""
        row = self.topology.interfaces[interface]
        return (
            row.subnet,
            row.groups,
            row.kind,
            row.attached,
            row.forwards,
            row.denies_internet,
            frozenset(self._stretch(address) for address in row.addresses),
            frozenset(self._stretch(address) for address in row.public.values()),
            tuple(listener.arn for listener in self.behind.get(interface, ())),
            interface if interface in self.topology.contested else "",
        )

    def _stretch(self, text: str) -> object:
        """Return between which ends of ranges that anything names an address lies."""
        block = parse_range(text)
        if block is None:
            return text
        ends = self._ends[block.version]
        return (
            block.version,
            bisect.bisect_right(ends, block.first),
            bisect.bisect_right(ends, block.last),
        )

    @cached_property
    def _ends(self) -> Mapping[int, Sequence[int]]:
        texts = {row.peer for row in self.facts.rows(Rule)}
        texts |= {row.destination for row in self.facts.rows(Route)}
        texts |= {row.destination for row in self.facts.rows(TransitRoute)}
        texts |= {text for row in self.facts.rows(PrefixList) for text in row.ranges or ()}
        ends: dict[int, set[int]] = {4: set(), 6: set()}
        for block in filter(None, map(parse_range, texts)):
            ends[block.version] |= {block.first, block.last + 1}
        return {version: sorted(held) for version, held in ends.items()}
