# SPDX-License-Identifier: Apache-2.0
"""How packets go from one network to another, and to the Internet."""

from collections.abc import Mapping
from typing import ClassVar

from bartizan.model.table import Row


class RouteTable(Row, frozen=True):
    """A table of routes that subnets, or a gateway, look at."""

    table: ClassVar[str] = "route_table"

    id: str
    """`rtb-...`."""
    network: str
    """Id of its network."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    name: str
    """What people call it."""
    main: bool
    """It holds for subnets that have none of their own."""
    gateways: tuple[str, ...]
    """Ids of Internet or virtual private gateways whose arriving packets look at it, sorted."""


class Route(Row, frozen=True):
    """One route of a route table of a network."""

    table: ClassVar[str] = "route"

    owner: str
    """Id of the route table."""
    destination: str
    """A CIDR block, IPv4 or IPv6, or the id of a prefix list."""
    target_kind: str
    """`local`, `internet-gateway`, `egress-only-internet-gateway`, `nat-gateway`, `peering`,
    `transit-gateway`, `interface`, `endpoint`, `virtual-private-gateway`, `core-network`,
    `local-gateway`, `carrier-gateway`, or another word of the vendor's."""
    target: str
    """Id of it; for an instance, of its interface where that is known; empty for `local`."""
    blackhole: bool
    """Its target is gone or not able to take packets: they are dropped."""
    propagated: bool
    """A gateway announced it; else somebody wrote it."""


class Gateway(Row, frozen=True):
    """A way out of a network, or into it, at its edge."""

    table: ClassVar[str] = "gateway"

    id: str
    """`igw-...`, `eigw-...`, `nat-...`, `vgw-...`, ..."""
    kind: str
    """`internet`, `egress-only-internet`, `nat`, `virtual-private` or `carrier`."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    network: str
    """Id of the network that it is attached to; empty for none."""
    subnet: str
    """Id of the subnet that a NAT gateway is in; empty for others."""
    private: bool
    """A NAT gateway that reaches other networks only, not the Internet."""
    interfaces: tuple[str, ...]
    """Ids of a NAT gateway's interfaces, sorted."""
    available: bool
    """It is attached and works."""
    name: str
    """What people call it."""


class Peering(Row, frozen=True):
    """Two networks that are joined; each routes to the other, and no further."""

    table: ClassVar[str] = "peering"

    id: str
    """`pcx-...`."""
    networks: tuple[str, ...]
    """Ids of the two networks, requester first."""
    accounts: tuple[str, ...]
    """Accounts that own them, in that order."""
    regions: tuple[str, ...]
    """Regions that they are in, in that order."""
    ranges: Mapping[str, str]
    """Id of a network to its CIDR blocks as the peering tells them, joined by commas; for networks
    of accounts that are not collected it is all that is known."""
    active: bool
    """Both sides agreed and it was not taken down."""


class TransitGateway(Row, frozen=True):
    """A router between many networks of a region."""

    table: ClassVar[str] = "transit_gateway"

    id: str
    """`tgw-...`."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    name: str
    """What people call it."""
    group_references: bool
    """Rules may name security groups of other networks that it joins."""


class TransitAttachment(Row, frozen=True):
    """Something that a transit gateway is joined to."""

    table: ClassVar[str] = "transit_attachment"

    id: str
    """`tgw-attach-...`; the two ends of a peering are two rows that may share one id."""
    gateway: str
    """Id of the transit gateway."""
    kind: str
    """`vpc`, `vpn`, `direct-connect-gateway`, `peering`, `connect`, ..."""
    resource: str
    """Id of what is joined: a network, a VPN connection, the transit gateway of the other side."""
    account: str
    """Account that owns what is joined."""
    route_table: str
    """Id of the table that its arriving packets look at; empty for none, or where `unread` says
    so."""
    subnets: tuple[str, ...]
    """Ids of the subnets in which it has interfaces, sorted; of networks alone."""
    appliance: bool
    """Both directions of a flow go through one zone."""
    group_references: bool
    """Rules on its side may name security groups of other networks."""
    available: bool
    """It works."""


class TransitRoute(Row, frozen=True):
    """One route of a route table of a transit gateway."""

    table: ClassVar[str] = "transit_route"

    owner: str
    """Id of the transit gateway's route table."""
    destination: str
    """A CIDR block or the id of a prefix list."""
    attachments: tuple[str, ...]
    """Ids of the attachments that it leads to, sorted; empty for a blackhole."""
    blackhole: bool
    """Packets are dropped."""
    propagated: bool
    """An attachment announced it; else somebody wrote it."""


class RemoteSite(Row, frozen=True):
    """What lies behind a VPN, Direct Connect or another way out of the vendor's networks."""

    table: ClassVar[str] = "remote_site"

    id: str
    """Id of the connection: `vpn-...`, a Direct Connect gateway, ..."""
    kind: str
    """`vpn`, `direct-connect`, ..."""
    gateway: str
    """Id of the virtual private gateway or transit gateway that it ends at."""
    account: str
    """Account that owns the connection."""
    region: str
    """Region that it is in."""
    ranges: tuple[str, ...]
    """CIDR blocks that are known to lie there, sorted; routes may announce others."""
    name: str
    """What people call it."""
