# SPDX-License-Identifier: Apache-2.0
"""Writes the routes of a world as the fabric's, so that the kernel finds the longest one."""

from collections.abc import Iterator

from tests.kernel.network.world import Body
from tests.kernel.network.writer.plan import (
    ROOMS,
    Plan,
    arrivals,
    direct_table,
    route_table,
    sides,
    version,
)

STATIC, LISTED, PROPAGATED = 10, 20, 30
"""The order in which routes to one range win, as metrics.

https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#route-tables-priority
"""


def rules() -> list[str]:
    """Return the rules that hold in every world, once for each family."""
    lines = []
    for end in arrivals():
        lines.append(f"rule add pref 10 iif {end} lookup {direct_table(end)}")
        lines.append(f"rule add pref 20 iif {end} lookup {route_table(end)}")
    return [*lines, "rule add pref 30000 blackhole"]


def routes(plan: Plan) -> Iterator[str]:
    """Yield the routes of the fabric."""
    for name, box in plan.boxes.items():
        if plan.attached(name):
            subnet = plan.interfaces[name]["SubnetId"]
            yield from _from_subnet(plan, subnet, f"h{box}")
    for room, number in plan.rooms.items():
        yield from _within(plan, room, number)
        yield from _transit(plan, room, number)
        yield from _from_internet(plan, room, number)


def _from_subnet(plan: Plan, subnet: str, end: str) -> Iterator[str]:
    """Yield what packets look at that leave something in a subnet by `end`."""
    # Within a subnet neither routes nor access lists are asked.
    for name in plan.of_subnet(subnet):
        yield from _deliver(plan, name, direct_table(end))
    for cidr in plan.ranges_of(plan.subnets[subnet]):
        yield f"route add blackhole {cidr} table {direct_table(end)} metric 9999"
    yield from _table(plan, plan.table_of(subnet), route_table(end), zone=plan.zone(subnet))


def _deliver(plan: Plan, name: str, table: int) -> Iterator[str]:
    if plan.attached(name):
        for address in plan.addresses(name):
            yield f"route add {address} dev h{plan.boxes[name]} table {table}"


def _within(plan: Plan, room: str, number: int) -> Iterator[str]:
    """Yield how packets that may go anywhere in a network find their interface."""
    ends = [f"c{number}i"]
    ends += [f"p{other}{number}i" for other in range(ROOMS) if other != number]
    for end in ends:
        for name in plan.of_room(room):
            yield from _deliver(plan, name, route_table(end))


def _transit(plan: Plan, room: str, number: int) -> Iterator[str]:
    """Yield what the transit gateway does with packets of a network, and those for it."""
    for zone, subnet in plan.attachments(room).items():
        yield from _from_subnet(plan, subnet, f"u{number}{zone}i")
        table = route_table(f"t{number}{zone}i")
        for route in _transit_routes(plan, room):
            cidr, metric = route["DestinationCidrBlock"], _metric(route)
            led = "blackhole" if route["State"] == "blackhole" else _led(plan, route, zone)
            yield _route(cidr, led, table, metric)


def _transit_routes(plan: Plan, room: str) -> list[Body]:
    """Return the routes of the table that a network's attachment is associated with."""
    tables = [
        parent
        for parent, body in plan.world.parts("TransitGatewayRouteTableAssociation")
        if body["ResourceId"] == room and body["State"] == "associated"
    ]
    return [body for parent, body in plan.world.parts("TransitGatewayRoute") if parent in tables]


def _led(plan: Plan, route: Body, zone: str) -> str:
    """Return the cable to the network that a route of the transit gateway leads to."""
    room = route["TransitGatewayAttachments"][0]["ResourceId"]
    zones = plan.attachments(room)
    if not zones:
        return "blackhole"
    # It stays in the zone that the packet comes from where it can.
    chosen = zone if zone in zones else next(iter(zones))
    return f"u{plan.rooms[room]}{chosen}o"


def _from_internet(plan: Plan, room: str, number: int) -> Iterator[str]:
    """Yield where packets go that an Internet gateway lets into a network."""
    gateway = plan.gateway(room)
    edge = plan.edge_table(gateway) if gateway else None
    for kind in "ge":
        table = route_table(f"{kind}{number}")
        if edge and kind == "g":
            yield from _table(plan, edge, table, zone="")
            continue
        for cidr in plan.ranges_of(plan.world.by("VPC", "VpcId")[room]):
            yield _route(cidr, f"c{number}o", table, STATIC)


def _table(plan: Plan, described: Body, table: int, *, zone: str) -> Iterator[str]:
    """Yield the routes of a route table of a network."""
    for route in described["Routes"]:
        led = _target(plan, described["VpcId"], route, zone)
        listed = route.get("DestinationPrefixListId")
        cidr = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock")
        for one in plan.ranges(listed) if listed else [cidr]:
            yield _route(one, led, table, _metric(route))


def _metric(route: Body) -> int:
    if route.get("Origin") == "EnableVgwRoutePropagation" or route.get("Type") == "propagated":
        return PROPAGATED
    return LISTED if "DestinationPrefixListId" in route else STATIC


def _route(cidr: str, led: str, table: int, metric: int) -> str:
    way = f"blackhole {cidr}" if led == "blackhole" else f"{cidr} dev {led}"
    return f"route add {way} table {table} metric {metric}"


def _target(plan: Plan, room: str, route: Body, zone: str) -> str:
    """Return the cable that a route leads to, or `blackhole`."""
    here = plan.rooms[room]
    gateway = route.get("GatewayId", "")
    if route["State"] == "blackhole":
        led = "blackhole"
    elif gateway == "local":
        led = f"c{here}o"
    elif gateway.startswith("igw-"):
        led = f"g{here}" if plan.gateway(room) == gateway else "blackhole"
    elif "EgressOnlyInternetGatewayId" in route:
        led = f"e{here}"
    elif "TransitGatewayId" in route:
        # A zone in which the transit gateway has no interface has no way to it.
        led = f"t{here}{zone}o" if zone in plan.attachments(room) else "blackhole"
    elif "VpcPeeringConnectionId" in route:
        led = _peer(plan, room, route["VpcPeeringConnectionId"])
    else:
        led = _box(plan, route)
    return led


def _peer(plan: Plan, room: str, name: str) -> str:
    peering = plan.world.by("VPCPeeringConnection", "VpcPeeringConnectionId").get(name)
    if peering is None or peering["Status"]["Code"] != "active":
        return "blackhole"
    (other,) = set(sides(peering)) - {room}
    return f"p{plan.rooms[room]}{plan.rooms[other]}o"


def _box(plan: Plan, route: Body) -> str:
    """Return the cable to the interface that a route names, or that of its NAT gateway."""
    name = route.get("NetworkInterfaceId", "")
    if nat := route.get("NatGatewayId"):
        said = plan.world.by("NatGateway", "NatGatewayId")[nat]
        name = said["NatGatewayAddresses"][0]["NetworkInterfaceId"]
    if name not in plan.boxes or not plan.attached(name):
        return "blackhole"
    return f"h{plan.boxes[name]}"


def six(line: str) -> bool:
    """Say whether a route is one of IPv6."""
    words = line.removeprefix("route add ").removeprefix("blackhole ").split()
    return version(words[0]) == 6
