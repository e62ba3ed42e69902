# SPDX-License-Identifier: Apache-2.0
"""Routes that newly lead to machines that nobody knows, or from them, by which answers go.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import Record, Records
from bartizan.sources.terraform.types.ec2 import ROUTE_TABLE
from bartizan.sources.terraform.unmade.machines import Machines, gaps
from bartizan.sources.terraform.unmade.way import dicts, is_private, network, overlap

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_BOTH_WAYS = (
    *("GatewayId", "NetworkInterfaceId", "InstanceId", "TransitGatewayId", "LocalGatewayId"),
    *("VpcPeeringConnectionId", "CarrierGatewayId", "CoreNetworkArn"),
)
"""Targets over which others begin; translation of addresses and gateways for what goes out alone
let nobody in.
"""
_INTERNET = "igw-"
_ONE_WAY = ("local", "vpce-")
"""How targets begin that are there by themselves, or lead to a service."""

Route = tuple[str, str]
"""Where to, and over what."""


def routes(laid: Laid, records: Records, now: Machines) -> Iterator[Unread]:
    """Yield a gap for each table in which a route is new that others could come over."""
    if now.shut:
        return
    was = {one.id: one for one in records.of(ROUTE_TABLE)}
    old, new = (_of_subnets(held, now) for held in (records, laid.overlay))
    for table in laid.overlay.of(ROUTE_TABLE):
        # Those that held before for the same subnets, or stood in the same table.
        before = [set(_routes(old.get(one))) for one, held in new.items() if held.id == table.id]
        back = {
            route
            for held in before
            for route in set(_routes(table)) - held
            if _lets_in(route, now)
        }
        there = {
            (to, over)
            for to, over in set(_routes(table)) - set(_routes(was.get(table.id)))
            if not over.startswith(_INTERNET) and _specific(to, now)
        }
        if news := sorted(back | there):
            yield from gaps(
                laid,
                table,
                (table.id,),
                reason=f"it has a route to {news[0][0]} over {news[0][1]}, and which machines "
                "are there that the snapshot does not tell",
            )


def _of_subnets(records: Records, machines: Machines) -> Mapping[str, Record]:
    """Return for each subnet that machines may be in the table that holds there."""
    explicit: dict[str, Record] = {}
    main: dict[str, Record] = {}
    for table in records.of(ROUTE_TABLE):
        for one in dicts(table.body.get("Associations")):
            if one.get("Main"):
                main[str(table.body.get("VpcId"))] = table
            elif isinstance(subnet := one.get("SubnetId"), str):
                explicit[subnet] = table
    found = {
        name: explicit.get(name) or main.get(str(body.get("VpcId")))
        for name, body in machines.subnets.items()
    }
    return {name: table for name, table in found.items() if table is not None}


def _routes(table: Record | None) -> Iterator[Route]:
    """Yield the routes of a table over which others could come."""
    for one in dicts(table.body.get("Routes")) if table is not None else ():
        to = next((str(one[name]) for name in _DESTINATIONS if one.get(name)), "")
        over = next((str(one[name]) for name in _BOTH_WAYS if one.get(name)), "")
        if to and over and not over.startswith(_ONE_WAY) and one.get("State") != "blackhole":
            yield to, over


def _lets_in(route: Route, machines: Machines) -> bool:
    """Tell whether groups let in what a route answers."""
    to, over = route
    if machines.ways is None:
        return True
    for way in machines.ways:
        # Members of other groups have addresses of this network, or of such beside it.
        inside = network(way.peer) is None or is_private(way.peer)
        if overlap(way.peer, to) and not (over.startswith(_INTERNET) and inside):
            return True
    return False


def _specific(to: str, machines: Machines) -> bool:
    """Tell whether a route leads to the machines and not to all that there is."""
    whole = network(to)
    return (whole is None or whole.prefixlen > 0) and any(
        overlap(to, one) for one in machines.ranges
    )
