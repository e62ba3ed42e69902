# SPDX-License-Identifier: Apache-2.0
"""Where the things of a world lie in the laboratory: which box, which cable, which table.

Every interface is a box: a namespace of its own with one cable to the *fabric*, the namespace that
stands for the vendor's routers. What joins networks are cables from the fabric to itself, so that
a packet that comes out of one looks at the routes of where it then is. Each Internet gateway is a
namespace between the fabric and the Internet, which is one namespace too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address, ip_network

from tests.kernel.network.laboratory import Cable
from tests.kernel.network.world import Body, World

BOXES = 12
ROOMS = 3
ZONES = ("a", "b")


def loops() -> list[str]:
    """Return the names of the cables from the fabric to itself, without their ends' letters."""
    rooms = range(ROOMS)
    return [
        *(f"c{room}" for room in rooms),  # within a network
        *(f"t{room}{zone}" for room in rooms for zone in ZONES),  # into the transit gateway
        *(f"u{room}{zone}" for room in rooms for zone in ZONES),  # out of it
        *(f"p{here}{there}" for here in rooms for there in rooms if here != there),  # peerings
    ]


def spaces() -> list[str]:
    """Return the names of all namespaces of the laboratory."""
    igws = [f"igw{room}" for room in range(ROOMS)]
    return ["fabric", "inet", *igws, *(f"b{box}" for box in range(BOXES))]


def cables() -> list[Cable]:
    """Return all cables of the laboratory."""
    laid = [
        Cable(near="fabric", near_name=f"h{box}", far=f"b{box}", far_name="e0")
        for box in range(BOXES)
    ]
    laid += [
        Cable(near="fabric", near_name=f"{loop}o", far="fabric", far_name=f"{loop}i")
        for loop in loops()
    ]
    for room in range(ROOMS):
        laid += [
            Cable(near="fabric", near_name=f"g{room}", far=f"igw{room}", far_name="f"),
            Cable(near="fabric", near_name=f"e{room}", far=f"igw{room}", far_name="e"),
            Cable(near="inet", near_name=f"g{room}", far=f"igw{room}", far_name="n"),
        ]
    return laid


def arrivals() -> list[str]:
    """Return the ends of cables in the fabric from which packets come, in a fixed order."""
    ends = [f"h{box}" for box in range(BOXES)] + [f"{loop}i" for loop in loops()]
    return ends + [f"{kind}{room}" for kind in "ge" for room in range(ROOMS)]


def direct_table(end: str) -> int:
    """Return the routing table of who is in the same subnet as where `end` comes from."""
    return 1000 + arrivals().index(end)


def route_table(end: str) -> int:
    """Return the routing table that packets from `end` look at next."""
    return 2000 + arrivals().index(end)


@dataclass(frozen=True)
class Plan:
    """Where the things of one world lie."""

    world: World

    @cached_property
    def interfaces(self) -> Mapping[str, Body]:
        return self.world.by("NetworkInterface", "NetworkInterfaceId")

    @cached_property
    def boxes(self) -> Mapping[str, int]:
        """Number of the box of each interface."""
        return {name: number for number, name in enumerate(self.interfaces)}

    @cached_property
    def rooms(self) -> Mapping[str, int]:
        """Number of each network."""
        return {name: number for number, name in enumerate(self.world.by("VPC", "VpcId"))}

    @cached_property
    def subnets(self) -> Mapping[str, Body]:
        return self.world.by("Subnet", "SubnetId")

    def zone(self, subnet: str) -> str:
        return str(self.subnets[subnet]["AvailabilityZone"])[-1]

    def of_subnet(self, subnet: str) -> list[str]:
        """Return the interfaces of a subnet."""
        return [name for name, body in self.interfaces.items() if body["SubnetId"] == subnet]

    def of_room(self, room: str) -> list[str]:
        """Return the interfaces of a network."""
        return [name for name, body in self.interfaces.items() if body["VpcId"] == room]

    def members(self, group: str) -> list[str]:
        """Return the interfaces in a security group."""
        return [
            name
            for name, body in self.interfaces.items()
            if group in (said["GroupId"] for said in body["Groups"])
        ]

    def attached(self, interface: str) -> bool:
        return "Attachment" in self.interfaces[interface]

    def addresses(self, interface: str) -> list[str]:
        """Return an interface's own addresses."""
        body = self.interfaces[interface]
        return [said["PrivateIpAddress"] for said in body["PrivateIpAddresses"]] + [
            said["Ipv6Address"] for said in body["Ipv6Addresses"]
        ]

    def publics(self, interface: str) -> dict[str, str]:
        """Return the addresses on the Internet that stand for an interface's own ones."""
        return {
            said["Association"]["PublicIp"]: said["PrivateIpAddress"]
            for said in self.interfaces[interface]["PrivateIpAddresses"]
            if "Association" in said
        }

    def ranges(self, prefix_list: str) -> list[str]:
        """Return what a prefix list holds."""
        parts = self.world.parts("PrefixListEntry")
        return [body["Cidr"] for parent, body in parts if parent == prefix_list]

    def ranges_of(self, body: Body) -> list[str]:
        """Return the ranges of a network or subnet, IPv4 first."""
        blocks = body.get("CidrBlockAssociationSet", [body])
        six = body["Ipv6CidrBlockAssociationSet"]
        return [said["CidrBlock"] for said in blocks] + [said["Ipv6CidrBlock"] for said in six]

    def gateway(self, room: str) -> str:
        """Return the Internet gateway that is attached to a network, or nothing."""
        for body in self.world.of("InternetGateway"):
            if any(said["VpcId"] == room for said in body["Attachments"]):
                return str(body["InternetGatewayId"])
        return ""

    def table_of(self, subnet: str) -> Body:
        """Return the route table of a subnet: its own, or its network's main one."""
        room = self.subnets[subnet]["VpcId"]
        tables = [body for body in self.world.of("RouteTable") if body["VpcId"] == room]
        links = [(link, body) for body in tables for link in body["Associations"]]
        own = [body for link, body in links if link.get("SubnetId") == subnet]
        return own[0] if own else next(body for link, body in links if link["Main"])

    def edge_table(self, gateway: str) -> Body | None:
        """Return the route table that an Internet gateway's arriving packets look at, if any."""
        for body in self.world.of("RouteTable"):
            if any(link.get("GatewayId") == gateway for link in body["Associations"]):
                return body
        return None

    def list_of(self, subnet: str) -> Body:
        """Return the access list of a subnet."""
        return next(
            body
            for body in self.world.of("NetworkAcl")
            if any(link["SubnetId"] == subnet for link in body["Associations"])
        )

    def attachments(self, room: str) -> Mapping[str, str]:
        """Return the subnet in which a transit gateway has an interface, by zone."""
        return {
            self.zone(subnet): subnet
            for body in self.world.of("TransitGatewayVpcAttachment")
            if body["VpcId"] == room and body["State"] == "available"
            for subnet in body["SubnetIds"]
        }

    def peered(self, here: str, there: str) -> bool:
        """Say whether a peering joins two networks now."""
        return any(
            body["Status"]["Code"] == "active" and {here, there} == set(sides(body))
            for body in self.world.of("VPCPeeringConnection")
        )


def sides(peering: Body) -> Iterator[str]:
    """Yield the two networks of a peering."""
    yield peering["RequesterVpcInfo"]["VpcId"]
    yield peering["AccepterVpcInfo"]["VpcId"]


def version(cidr: str) -> int:
    """Return 4 or 6."""
    return ip_network(cidr).version


def family(address: str) -> str:
    """Return the word of nft for the family of an address."""
    return "ip" if ip_address(address).version == 4 else "ip6"
