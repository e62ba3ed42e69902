# SPDX-License-Identifier: Apache-2.0
"""Lots: hosts that one rule lets in, kept once however many doors have such a rule."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.model.facts.network import Rule
from bartizan.reason.network.aws.steps.door import Door
from bartizan.reason.network.aws.steps.engine import REACHABLE, UNKNOWN
from bartizan.reason.network.aws.steps.hosts import Flags, Hosts
from bartizan.reason.network.aws.steps.scene import Scene
from bartizan.reason.network.aws.steps.senders import covers

_OWN = 3
"""The host behind a door itself, beside the verdicts of the engine."""


class Lot(Struct, frozen=True, eq=False):
    """Interfaces of hosts; `Lots` keeps each once, so that no members have to be compared."""

    name: str
    members: tuple[str, ...]


class Way(Struct, frozen=True):
    """A lot that reaches a door, and what lets it in."""

    lot: Lot
    sure: bool
    protocol: int
    port: int
    """One of the door's ports that the whole lot reaches."""
    rules: tuple[Rule, ...]
    """All rules that let just this lot in; empty where it comes by something else than a rule
    about it: through a load balancer, or in the name of a NAT gateway."""


class Lots:
    """The hosts of an estate, and who of them reaches a stretch of ports."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.names: Sequence[str] = sorted(name for name in scene.hosts if name in scene.row_of)
        self._rows = np.array([scene.row_of[name] for name in self.names], dtype=np.int64)
        self._place = {name: place for place, name in enumerate(self.names)}
        self._known: dict[bytes, Lot] = {}
        self._parts: dict[str, Sequence[Lot]] = {}
        self._vectors: dict[tuple[object, ...], NDArray[np.uint8]] = {}
        self._meant: dict[tuple[str, str], Flags] = {}

    def ways(self, door: Door) -> Sequence[Way]:
        """Return the lots that reach a door, all of whose ports have one answer."""
        covering = tuple(self._rules(door))
        key = self._same(door, covering)
        if key not in self._vectors:
            self._vectors[key] = self._vector(door)
        vector = self._vectors[key]
        if not ((vector == REACHABLE) | (vector == UNKNOWN)).any():
            return ()
        found: dict[tuple[Lot, bool], list[Rule]] = {}
        rules = [(rule, self.meant(rule)) for rule in covering]
        for certainty in (REACHABLE, UNKNOWN):
            reached = vector == certainty
            rest = reached.copy()
            for rule, meant in rules:
                lot = self._lot(self._with_own(reached & meant, meant, vector))
                rest &= ~meant
                if lot is not None:
                    found.setdefault((lot, certainty == REACHABLE), []).append(rule)
            lot = self._lot(rest)
            if lot is not None:
                found.setdefault((lot, certainty == REACHABLE), [])
        return [
            Way(lot, sure, door.protocol, door.port, tuple(held))
            for (lot, sure), held in found.items()
        ]

    def _same(self, door: Door, rules: Sequence[Rule]) -> tuple[object, ...]:
        """Return what decides who reaches a door: two ports of one interface have one answer where
        rules name the same peers, nothing else tells them apart, and no load balancer sends there.
        """
        peers = frozenset((rule.peer_kind, rule.peer) for rule in rules)
        behind = door if door.interface in self._scene.behind else None
        outer = self._scene.outer(door.protocol, door.port)
        return (self._scene.alike(door.interface), door.protocol, peers, outer, behind)

    def _rules(self, door: Door) -> Iterator[Rule]:
        topology = self._scene.topology
        for group in topology.interfaces[door.interface].groups:
            for rule in topology.rules.get((group, "in"), ()):
                if rule.allow and covers(rule, door):
                    yield rule

    def _vector(self, door: Door) -> NDArray[np.uint8]:
        """Decide which hosts reach a door.

        Whether the host behind it does says nothing, as it stands there already: it counts as
        another does that nothing tells from it, else as `_OWN`.
        """
        vector = self._scene.senders(door)[self._rows]
        own = self._place.get(door.interface)
        if own is not None:
            alike_ = self._like[self._scene.alike(door.interface)]
            other = next((name for name in alike_ if name != door.interface), None)
            vector[own] = _OWN if other is None else self._at(other, door)[self._rows[own]]
        return vector

    def _at(self, interface: str, door: Door) -> NDArray[np.uint8]:
        return self._scene.senders(door.at(interface))

    @staticmethod
    def _with_own(flags: Flags, meant: Flags, vector: NDArray[np.uint8]) -> Flags:
        """Take the host behind a door into every lot that a rule about it lets in, so that hosts
        which reach one another are one lot.
        """
        return flags | (meant & (vector == _OWN)) if flags.any() else flags

    @cached_property
    def _like(self) -> Mapping[tuple[object, ...], Sequence[str]]:
        """Interfaces behind which anything is, by what decides who reaches them."""
        found: dict[tuple[object, ...], list[str]] = defaultdict(list)
        nodes = self._scene.topology.services.balancer_of
        for name in sorted({*self._scene.hosts, *self._scene.services, *nodes}):
            if name in self._scene.row_of:
                found[self._scene.alike(name)].append(name)
        return found

    def _lot(self, flags: Flags) -> Lot | None:
        """Keep a set of hosts once; None where it is empty."""
        if not flags.any():
            return None
        key = flags.tobytes()
        if key not in self._known:
            names = (self.names[place] for place in np.flatnonzero(flags).tolist())
            self._known[key] = _named(tuple(names))
        return self._known[key]

    def parts(self, lot: Lot) -> Sequence[Lot]:
        """Return the members of a lot in each network that it has any in."""
        if lot.name not in self._parts:
            found: dict[str, list[str]] = defaultdict(list)
            for name in lot.members:
                found[self._scene.topology.interfaces[name].network].append(name)
            several = len(found) > 1
            held = (_named(tuple(found[network])) for network in sorted(found))
            self._parts[lot.name] = tuple(held) if several else (lot,)
        return self._parts[lot.name]

    def meant(self, rule: Rule) -> Flags:
        """Return the hosts that a rule is about."""
        key = (rule.peer_kind, rule.peer)
        if key not in self._meant:
            self._meant[key] = self._hosts.meant(rule)
        return self._meant[key]

    @cached_property
    def _hosts(self) -> Hosts:
        return Hosts(self._scene.topology, self.names)


def _named(members: tuple[str, ...]) -> Lot:
    digest = hashlib.sha256("\n".join(members).encode()).hexdigest()[:8]
    return Lot(f"{members[0]}~{digest}", members)


def together(ways: Sequence[Way]) -> Sequence[Way]:
    """Join what is said of each lot on several stretches of ports."""
    found: dict[tuple[Lot, bool], Way] = {}
    for way in ways:
        key = (way.lot, way.sure)
        held = found.get(key)
        if held is not None:
            rules = {(rule.owner, rule.id): rule for rule in (*held.rules, *way.rules)}
            way = Way(way.lot, way.sure, held.protocol, held.port, tuple(rules.values()))  # noqa: PLW2901 - joined
        found[key] = way
    return list(found.values())


def alike(ways: Sequence[Way]) -> tuple[object, ...]:
    """Return what two doors have in common that the same lots reach by the same rules."""
    return tuple(
        (way.lot.name, way.sure, tuple((rule.owner, rule.id) for rule in way.rules))
        for way in ways
    )


def of_many(lots: Mapping[str, Lot]) -> Iterator[Lot]:
    """Yield those with more than one member, by name."""
    for name in sorted(lots):
        if len(lots[name].members) > 1:
            yield lots[name]
