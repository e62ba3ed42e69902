# SPDX-License-Identifier: Apache-2.0
"""The network facts of an estate, looked up by id and by address; what is absent is None."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import TypeVar

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    InternetBlockExclusion,
    Network,
    PrefixList,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    RemoteSite,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.model.table import Row
from bartizan.reason.network.aws.topology.addresses import (
    IPV6,
    PUBLIC,
    Address,
    Range,
    is_public,
    parse_address,
    parse_range,
    without,
)
from bartizan.reason.network.aws.topology.services import Services
from bartizan.reason.network.aws.topology.unread import Gaps

R = TypeVar("R", bound=Row)
K = TypeVar("K", bound=Hashable)


def grouped(rows: Iterable[R], key: Callable[[R], K]) -> dict[K, tuple[R, ...]]:
    """Put rows with the same key together, in the order in which they come."""
    found: dict[K, list[R]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return {name: tuple(held) for name, held in found.items()}


class Topology:
    """One estate's networks; each index is made when it is first asked."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.services = Services(facts)

    @cached_property
    def networks(self) -> dict[str, Network]:
        """Networks by id."""
        return {row.id: row for row in self.facts.rows(Network)}

    @cached_property
    def subnets(self) -> dict[str, Subnet]:
        """Subnets by id."""
        return {row.id: row for row in self.facts.rows(Subnet)}

    @cached_property
    def interfaces(self) -> dict[str, Interface]:
        """Interfaces by id."""
        return {row.id: row for row in self.facts.rows(Interface)}

    @cached_property
    def of_thing(self) -> dict[str, tuple[Interface, ...]]:
        """Interfaces by what they belong to."""
        return grouped(self.facts.rows(Interface), lambda row: row.thing)

    @cached_property
    def groups(self) -> dict[str, SecurityGroup]:
        """Security groups by id."""
        return {row.id: row for row in self.facts.rows(SecurityGroup)}

    @cached_property
    def access_lists(self) -> dict[str, AccessList]:
        """Access lists by id."""
        return {row.id: row for row in self.facts.rows(AccessList)}

    @cached_property
    def prefix_lists(self) -> dict[str, PrefixList]:
        """Prefix lists by id."""
        return {row.id: row for row in self.facts.rows(PrefixList)}

    @cached_property
    def route_tables(self) -> dict[str, RouteTable]:
        """Route tables by id."""
        return {row.id: row for row in self.facts.rows(RouteTable)}

    @cached_property
    def gateways(self) -> dict[str, Gateway]:
        """Gateways by id."""
        return {row.id: row for row in self.facts.rows(Gateway)}

    @cached_property
    def peerings(self) -> dict[str, Peering]:
        """Peerings by id."""
        return {row.id: row for row in self.facts.rows(Peering)}

    @cached_property
    def transit_gateways(self) -> dict[str, TransitGateway]:
        """Transit gateways by id."""
        return {row.id: row for row in self.facts.rows(TransitGateway)}

    @cached_property
    def sites(self) -> dict[str, tuple[RemoteSite, ...]]:
        """Remote sites by id, one row for each gateway that they end at."""
        return grouped(self.facts.rows(RemoteSite), lambda row: row.id)

    @cached_property
    def sites_at(self) -> dict[str, tuple[RemoteSite, ...]]:
        """Remote sites by the gateway that they end at."""
        return grouped(self.facts.rows(RemoteSite), lambda row: row.gateway)

    @cached_property
    def attachments(self) -> dict[str, tuple[TransitAttachment, ...]]:
        """Attachments by id; a peering of transit gateways has a row for each side."""
        return grouped(self.facts.rows(TransitAttachment), lambda row: row.id)

    @cached_property
    def attached(self) -> dict[tuple[str, str], tuple[TransitAttachment, ...]]:
        """Attachments by transit gateway and what is joined."""
        return grouped(self.facts.rows(TransitAttachment), lambda row: (row.gateway, row.resource))

    @cached_property
    def rules(self) -> dict[tuple[str, str], tuple[Rule, ...]]:
        """Rules by owner and direction, in their order; those of a security group by id."""
        rows = sorted(self.facts.rows(Rule), key=lambda row: (row.number, row.id))
        return grouped(rows, lambda row: (row.owner, row.direction))

    @cached_property
    def routes(self) -> dict[str, tuple[Route, ...]]:
        """Routes by the table that they are in."""
        return grouped(self.facts.rows(Route), lambda row: row.owner)

    @cached_property
    def routes_to(self) -> dict[str, tuple[Route, ...]]:
        """Routes by what they lead to."""
        return grouped(self.facts.rows(Route), lambda row: row.target)

    @cached_property
    def transit_routes(self) -> dict[str, tuple[TransitRoute, ...]]:
        """Routes of transit gateways by the table that they are in."""
        return grouped(self.facts.rows(TransitRoute), lambda row: row.owner)

    @cached_property
    def edge_tables(self) -> dict[str, RouteTable]:
        """Route tables by the gateway whose arriving packets look at them."""
        return {
            gateway: table for table in self.facts.rows(RouteTable) for gateway in table.gateways
        }

    @cached_property
    def gateways_of(self) -> dict[tuple[str, str], tuple[Gateway, ...]]:
        """Gateways by the network that they are attached to and their kind."""
        return grouped(self.facts.rows(Gateway), lambda row: (row.network, row.kind))

    @cached_property
    def blocks(self) -> dict[tuple[str, str], InternetBlock]:
        """How the switch against the Internet stands, by account and region."""
        return {(row.account, row.region): row for row in self.facts.rows(InternetBlock)}

    @cached_property
    def exclusions(self) -> dict[str, tuple[InternetBlockExclusion, ...]]:
        """What that switch leaves alone, by network or subnet."""
        return grouped(self.facts.rows(InternetBlockExclusion), lambda row: row.target)

    @cached_property
    def gaps(self) -> Gaps:
        """What could not be read."""
        return Gaps(self.facts.rows(Unread))

    @cached_property
    def holders(self) -> dict[Address, tuple[Interface, ...]]:
        """Interfaces by private address, in whatever network."""
        found: dict[Address, dict[str, Interface]] = defaultdict(dict)
        for row in self.facts.rows(Interface):
            for address in map(parse_address, row.addresses):
                if address is not None:
                    found[address][row.id] = row
        return {address: tuple(held.values()) for address, held in found.items()}

    @cached_property
    def _delegated(self) -> dict[str, tuple[tuple[Range, Interface], ...]]:
        found: dict[str, list[tuple[Range, Interface]]] = defaultdict(list)
        for row in self.facts.rows(Interface):
            for text in row.addresses:
                block = parse_range(text)
                if block is not None and parse_address(text) is None:
                    found[row.network].append((block, row))
        return {network: tuple(held) for network, held in found.items()}

    @cached_property
    def _translated(self) -> dict[Address, tuple[tuple[Interface, Address], ...]]:
        found: dict[Address, list[tuple[Interface, Address]]] = defaultdict(list)
        for row in self.facts.rows(Interface):
            for private_text, public_text in row.public.items():
                public, private = parse_address(public_text), parse_address(private_text)
                if public is not None and private is not None:
                    found[public].append((row, private))
        return {public: tuple(held) for public, held in found.items()}

    @cached_property
    def _public_ranges(self) -> tuple[tuple[Range, Interface], ...]:
        return tuple(
            (block, row)
            for row in self.facts.rows(Interface)
            for block in self.own_ranges(row)
            if block.version == IPV6 and is_public(Address(IPV6, block.first))
        )

    @cached_property
    def public_ranges(self) -> tuple[Range, ...]:
        """All public addresses of the estate: those that stand for private IPv4 ones, and the
        IPv6 ranges of its networks.
        """
        texts = [text for row in self.networks.values() for text in row.ranges]
        return (
            *(address.alone for address in self._translated),
            *(block for block, _ in self._public_ranges),
            *(block for block in map(parse_range, texts) if block and block.version == IPV6),
        )

    @cached_property
    def internet(self) -> tuple[Range, ...]:
        """Every public address that is nobody's in the estate."""
        return without(PUBLIC, self.public_ranges)

    def public_holders(self, address: Address) -> tuple[tuple[Interface, Address], ...]:
        """Return who has a public address, and the private one that it stands for: several where
        it moved from one to another while the estate was read.

        An IPv6 address stands for itself.
        """
        if address.version != IPV6:
            return self._translated.get(address, ())
        held = {row.id: row for block, row in self._public_ranges if block.holds(address)}
        return tuple((row, address) for row in held.values())

    def holders_in(self, network: str, address: Address) -> tuple[Interface, ...]:
        """Return who has `address` in `network`: several where it moved from one to another while
        the estate was read.
        """
        alone = (row for row in self.holders.get(address, ()) if row.network == network)
        parts = (row for block, row in self._delegated.get(network, ()) if block.holds(address))
        return tuple({row.id: row for row in (*alone, *parts)}.values())

    @cached_property
    def contested(self) -> frozenset[str]:
        """Interfaces of which others have an address, too."""
        several = (held for held in self._translated.values() if len(held) > 1)
        found = {row.id for held in several for row, _ in held}
        for rows in grouped(self.facts.rows(Interface), lambda row: row.network).values():
            bunch: set[str] = set()
            end = Address(0, 0)
            for block, name in sorted((b, row.id) for row in rows for b in self.own_ranges(row)):
                if (block.version, block.first) > end:
                    bunch = set()
                bunch.add(name)
                found |= bunch if len(bunch) > 1 else set()
                end = max(end, Address(block.version, block.last))
        return frozenset(found)

    def own_ranges(self, interface: Interface) -> tuple[Range, ...]:
        """Return the private addresses of an interface, and what is delegated to it."""
        return tuple(block for block in map(parse_range, interface.addresses) if block)

    def has(self, interface: Interface, address: Address) -> bool:
        """Tell whether a private address is the interface's own."""
        return any(block.holds(address) for block in self.own_ranges(interface))
