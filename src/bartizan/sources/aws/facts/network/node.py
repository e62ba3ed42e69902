# SPDX-License-Identifier: Apache-2.0
"""Finds the interfaces behind which something of the vendor's stands.

Some services say which interfaces are theirs, or at what addresses they answer; others make
interfaces that have nothing but subnets, groups and a description in common with them:
https://repost.aws/knowledge-center/find-resource-with-eni
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Self

from msgspec import Struct

from bartizan.model.record import Record, Records
from bartizan.sources.aws.facts.body import MalformedBodyError, objects, text
from bartizan.sources.aws.facts.network.interface import NETWORK_INTERFACE
from bartizan.sources.aws.facts.network.owner import Owners, made_by_service
from bartizan.sources.aws.facts.network.view import views


class Node(Struct, frozen=True, kw_only=True):
    """What is compared of an interface that a service made."""

    id: str
    subnet: str
    groups: frozenset[str]
    told: str
    """What stands beside it."""


class Nodes(Struct, frozen=True):
    """All interfaces, by what they belong to, by address, and as services describe theirs."""

    by_thing: Mapping[str, tuple[str, ...]]
    by_address: Mapping[tuple[str, str], str]
    """Network and private address to the interface."""
    made: Mapping[str, tuple[Node, ...]]
    """Network to the interfaces in it that services made."""
    networks: Mapping[str, str]
    """Interface to its network."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Index the interfaces among `records`; what is malformed is told elsewhere."""
        owners = Owners.of(records)
        things: dict[str, list[str]] = {}
        places: dict[tuple[str, str], str] = {}
        made: dict[str, list[Node]] = {}
        networks: dict[str, str] = {}
        for record in views(records, NETWORK_INTERFACE, "NetworkInterfaceId"):
            try:
                name, network = (text(record.body, m) for m in ("NetworkInterfaceId", "VpcId"))
                networks[name] = network
                if thing := owners.find(record):
                    things.setdefault(thing, []).append(name)
                if made_by_service(record):
                    made.setdefault(network, []).append(_node(record, name))
                for one in objects(record.body, "PrivateIpAddresses"):
                    places[network, text(one, "PrivateIpAddress")] = name
            except MalformedBodyError:
                continue
        return cls(
            {thing: tuple(sorted(held)) for thing, held in things.items()},
            places,
            {network: tuple(held) for network, held in made.items()},
            networks,
        )

    def network_of(self, interface: str) -> str:
        """Return the network of an interface; empty where it is not known."""
        return self.networks.get(interface, "")

    def of_thing(self, thing: str) -> tuple[str, ...]:
        """Return the interfaces that say that they are of `thing`."""
        return self.by_thing.get(thing, ())

    def at(self, network: str, addresses: Iterable[str]) -> tuple[str, ...]:
        """Return the interfaces that have one of these private addresses."""
        found = {self.by_address.get((network, one), "") for one in addresses}
        return tuple(sorted(found - {""}))

    def like(
        self, network: str, told: str, *, subnets: Collection[str], groups: Collection[str]
    ) -> tuple[str, ...]:
        """Return the interfaces that services made with a description that `told` matches, in
        these subnets (anywhere in the network, where none are given) and with these very groups.
        """
        return tuple(
            sorted(
                node.id
                for node in self.made.get(network, ())
                if re.fullmatch(told, node.told)
                and (not subnets or node.subnet in subnets)
                and node.groups == frozenset(groups)
            )
        )


def _node(record: Record, name: str) -> Node:
    return Node(
        id=name,
        subnet=text(record.body, "SubnetId"),
        groups=frozenset(text(one, "GroupId") for one in objects(record.body, "Groups")),
        told=text(record.body, "Description"),
    )
