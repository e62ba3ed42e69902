# SPDX-License-Identifier: Apache-2.0
"""What a network is made of: ranges, subnets, interfaces, and what filters packets at them.

Things are named by the vendor's own ids (`vpc-...`, `eni-...`), as they name one another; a thing
that shows in several accounts (a shared subnet, both ends of a peering) is one row.
"""

from collections.abc import Mapping
from typing import ClassVar

from bartizan.model.table import Row


class Network(Row, frozen=True):
    """A private network: the ranges within which every address means one interface."""

    table: ClassVar[str] = "network"

    id: str
    """`vpc-...`."""
    provider: str
    """Which vendor's system it is in."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    name: str
    """What people call it."""
    ranges: tuple[str, ...]
    """CIDR blocks that it has now, IPv4 and IPv6, sorted."""
    tags: Mapping[str, str]
    """Its own tags."""


class Subnet(Row, frozen=True):
    """A part of a network, with one route table and one access list."""

    table: ClassVar[str] = "subnet"

    id: str
    """`subnet-...`."""
    network: str
    """Id of its network."""
    account: str
    """Account that owns it, which need not own what is inside."""
    region: str
    """Region that it is in."""
    zone: str
    """Id of its availability zone, `euw1-az1`, which means one place in all accounts."""
    name: str
    """What people call it."""
    ranges: tuple[str, ...]
    """Its CIDR blocks, IPv4 and IPv6, sorted."""
    route_table: str
    """Id of the route table that holds for it, its network's main one where it has none of its
    own; empty where that could not be read."""
    acl: str
    """Id of its access list; empty where that could not be read."""
    tags: Mapping[str, str]
    """Its own tags."""


class Interface(Row, frozen=True):
    """A place where packets enter and leave: a network interface."""

    table: ClassVar[str] = "interface"

    id: str
    """`eni-...`."""
    network: str
    """Id of its network."""
    subnet: str
    """Id of its subnet."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    kind: str
    """As the vendor says: `interface`, `nat_gateway`, `network_load_balancer`, `vpc_endpoint`,
    `gateway_load_balancer_endpoint`, `transit_gateway`, `lambda`, ..."""
    thing: str
    """ARN or id of what it belongs to: an instance, a load balancer, a NAT gateway, an endpoint;
    empty where nothing says so."""
    attached: bool
    """It is attached to something; else no packet comes or goes."""
    addresses: tuple[str, ...]
    """Its private addresses, IPv4 and IPv6, and the ranges delegated to it as CIDR blocks;
    the primary one first."""
    public: Mapping[str, str]
    """Private IPv4 address to the public one that stands for it on the Internet."""
    groups: tuple[str, ...]
    """Ids of its security groups, sorted; empty where it has none, as for some of the vendor's."""
    forwards: bool
    """It takes packets for other addresses than its own (no source/destination check)."""
    name: str
    """What people call it, or what it belongs to."""
    tags: Mapping[str, str]
    """Its own tags."""
    denies_internet: bool = False
    """What the Internet sends to its IPv6 addresses is dropped, as for some of the vendor's."""
    primary: bool = True
    """It is the first one of its instance, to which load balancers send."""


class SecurityGroup(Row, frozen=True):
    """A set of interfaces with rules in common; its rules only allow."""

    table: ClassVar[str] = "security_group"

    id: str
    """`sg-...`."""
    network: str
    """Id of the network in which it was made; it may be associated with others."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    name: str
    """What people call it."""
    tags: Mapping[str, str]
    """Its own tags."""


class AccessList(Row, frozen=True):
    """Numbered rules that look at each packet which enters or leaves a subnet."""

    table: ClassVar[str] = "access_list"

    id: str
    """`acl-...`."""
    network: str
    """Id of its network."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    name: str
    """What people call it."""


class Rule(Row, frozen=True):
    """One rule of a security group or of an access list, for one peer."""

    table: ClassVar[str] = "rule"

    owner: str
    """Id of the security group or access list."""
    id: str
    """`<owner>#<in or out>/<protocol>/<first>-<last>/<peer>` in a security group, which has no two
    such; `<owner>#<in or out>/<number>` in an access list."""
    direction: str
    """`in` or `out`."""
    number: int
    """Place in the order of an access list, lowest first; 0 in a security group."""
    allow: bool
    """It lets packets pass; else it drops them."""
    protocol: int
    """IANA number: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6; -1 for all."""
    first: int
    """First destination port, or ICMP type; -1 for any."""
    last: int
    """Last destination port, or ICMP code; -1 for any."""
    peer_kind: str
    """`range`, `group` or `prefix-list`."""
    peer: str
    """The other side: a CIDR block, or the id of a security group or prefix list."""
    description: str
    """What people wrote beside it."""


class PrefixList(Row, frozen=True):
    """A named list of ranges that rules and routes refer to."""

    table: ClassVar[str] = "prefix_list"

    id: str
    """`pl-...`."""
    account: str
    """Account that owns it; `AWS` for the vendor's own."""
    region: str
    """Region that it is in."""
    name: str
    """What people call it: `com.amazonaws.eu-west-1.s3`."""
    version: int
    """Version of its entries; 0 where it has none."""
    ranges: tuple[str, ...] | None
    """Its CIDR blocks, sorted; null where they could not be read."""


class InternetBlock(Row, frozen=True):
    """A switch that stops packets between the Internet and all networks of an account and region.

    Where a region of a collected account has no row, nothing says how the switch stands.
    """

    table: ClassVar[str] = "internet_block"

    account: str
    """Account that it covers."""
    region: str
    """Region that it covers."""
    mode: str
    """`off`, `block-bidirectional` or `block-ingress`."""


class InternetBlockExclusion(Row, frozen=True):
    """A network or subnet that such a switch leaves alone."""

    table: ClassVar[str] = "internet_block_exclusion"

    id: str
    """`vpcbpa-exclude-...`."""
    target: str
    """Id of the network or subnet."""
    mode: str
    """`allow-bidirectional` or `allow-egress`."""
