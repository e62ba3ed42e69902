# SPDX-License-Identifier: Apache-2.0
"""Names what of an interface's surroundings is not known, for answers that are unknown."""

from functools import lru_cache

import numpy as np

from bartizan.reason.network.aws.kernel.found import Found
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.seats import Seats
from bartizan.reason.network.aws.kernel.world import World


class Doubts:
    """What is not known around each class; what exactly a packet lacks, the definition tells."""

    def __init__(self, world: World, seats: Seats, found: Found) -> None:
        self._world, self._seats, self._found = world, seats, found
        self.of = lru_cache(1 << 12)(self._find)

    def _find(self, number: int) -> tuple[str, ...]:
        """Return ids of what is not known, sorted; at least that of the subnet."""
        subnet = int(self._seats.place_subnet[self._seats.place[number]])
        names = {*self._groups(number), *self._subnet(subnet), *self._contested(number)}
        return tuple(sorted(names)) or (self._world.ground.subnets.name(subnet),)

    def _contested(self, number: int) -> set[str]:
        """Return the interfaces of a class if others have an address of theirs, too."""
        seats = self._seats
        if not seats.place_contested[seats.place[number]]:
            return set()
        held = np.unique(seats.interface[seats.seat_class == number])
        return {self._world.interfaces.ids.name(interface) for interface in held.tolist()}

    def _groups(self, number: int) -> set[str]:
        reading, unknown = self._found.reading, self._found.groups_unknown
        held = [reading.groups.get(name) for name in self._seats.sets[self._seats.groups[number]]]
        rules = reading.of_groups
        rows = np.flatnonzero(np.isin(rules.group, held) & ~rules.span.known & (rules.peer < 0))
        found = {reading.groups.name(group) for group in held if unknown[group]}
        return found | {reading.groups.name(int(group)) for group in rules.group[rows]}

    def _subnet(self, subnet: int) -> set[str]:
        ground, own = self._world.ground, self._world.ground.subnets.name(subnet)
        found = set()
        if not ground.described[subnet]:
            found.add(own)
        acl, table = int(ground.acl[subnet]), int(ground.table[subnet])
        if acl >= 0 and not ground.listed[acl]:
            found.add(ground.acls.name(acl) or f"access list of {own}")
        if table >= 0 and (not ground.readable[table] or self._leads_astray(table)):
            found.add(ground.tables.name(table) or f"route table of {own}")
        return found | self._shield(subnet)

    def _shield(self, subnet: int) -> set[str]:
        """Name the switch against the Internet where it is not known, or the network of which it
        is not known where that is.
        """
        ground, tri = self._world.ground, self._world.shields.into
        if tri.yes[subnet] or not tri.maybe[subnet]:
            return set()
        network = ground.networks.name(int(ground.network[subnet]))
        place = ground.places.get(network)
        return {network if place is None else f"InternetBlock of {' '.join(place)}"}

    def _leads_astray(self, table: int) -> bool:
        tables = self._world.tables
        kinds = tables.kind[tables.held.row(table)[1]]
        unsure = np.isin(kinds, (Kind.UNKNOWN, Kind.INSPECTION)).any()
        return bool(unsure) or len(tables.doubtful.of(table)) > 0
