# SPDX-License-Identifier: Apache-2.0
"""Route tables of networks and their routes.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.routing import Route, RouteTable
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import MalformedBodyError, flag, objects, tags, text
from bartizan.sources.aws.facts.network.interface import NETWORK_INTERFACE
from bartizan.sources.aws.facts.network.space import ROUTE_TABLE, associations
from bartizan.sources.aws.facts.network.view import block, made, needed, owner_of, views

_BY_MEMBER = (
    ("NetworkInterfaceId", "interface"),
    ("InstanceId", "interface"),
    ("NatGatewayId", "nat-gateway"),
    ("TransitGatewayId", "transit-gateway"),
    ("VpcPeeringConnectionId", "peering"),
    ("EgressOnlyInternetGatewayId", "egress-only-internet-gateway"),
    ("CoreNetworkArn", "core-network"),
    ("LocalGatewayId", "local-gateway"),
    ("CarrierGatewayId", "carrier-gateway"),
    ("OdbNetworkArn", "odb-network"),
)
_BY_PREFIX = (
    ("igw-", "internet-gateway"),
    ("vgw-", "virtual-private-gateway"),
    ("vpce-", "endpoint"),
    ("eigw-", "egress-only-internet-gateway"),
    ("nat-", "nat-gateway"),
    ("cagw-", "carrier-gateway"),
    ("lgw-", "local-gateway"),
    ("VpcLattice", "vpc-lattice"),
)
_PROPAGATED = frozenset({"EnableVgwRoutePropagation", "Advertisement"})


def routes(records: Records) -> Iterator[Row]:
    """Yield route tables and their routes."""
    carried = _carried(records)
    yield from made(views(records, ROUTE_TABLE, "RouteTableId"), lambda row: _table(row, carried))


def _carried(records: Records) -> Mapping[str, str]:
    """Return the first interface of each instance, which is what a route to it leads to."""
    found: dict[str, tuple[int, str]] = {}
    for record in records.of(NETWORK_INTERFACE):
        attachment, name = record.body.get("Attachment"), record.body.get("NetworkInterfaceId")
        if not isinstance(attachment, dict) or not isinstance(name, str):
            continue
        instance, place = attachment.get("InstanceId"), attachment.get("DeviceIndex")
        if isinstance(instance, str) and isinstance(place, int):
            found[instance] = min(found.get(instance, (place, name)), (place, name))
    return {instance: name for instance, (_, name) in found.items()}


def _table(record: Record, carried: Mapping[str, str]) -> Iterator[Row]:
    body = record.body
    owner = needed(body, "RouteTableId")
    held = tuple(associations(record))
    yield RouteTable(
        id=owner,
        network=needed(body, "VpcId"),
        account=owner_of(record),
        region=record.region,
        name=tags(body, "Tags").get("Name", ""),
        main=any(flag(one, "Main") for one in held),
        gateways=tuple(sorted({text(one, "GatewayId") for one in held} - {""})),
    )
    for route in objects(body, "Routes"):
        # One that the route server holds back is in no table that packets look at.
        if text(route, "State") != "filtered":
            yield _route(owner, route, carried)


def _route(owner: str, route: Mapping[str, Json], carried: Mapping[str, str]) -> Route:
    destination = text(route, "DestinationPrefixListId")
    if not destination:
        written = text(route, "DestinationCidrBlock")
        destination = block(written or needed(route, "DestinationIpv6CidrBlock"))
    blackhole = text(route, "State") == "blackhole"
    kind, target = _target(route, carried)
    if not kind and not blackhole:
        raise MalformedBodyError(f"the route to `{destination}` has no target")
    return Route(
        owner=owner,
        destination=destination,
        target_kind=kind or "unknown",
        target=target,
        blackhole=blackhole,
        propagated=text(route, "Origin") in _PROPAGATED,
    )


def _target(route: Mapping[str, Json], carried: Mapping[str, str]) -> tuple[str, str]:
    """Return kind and id of what a route leads to; empty where it names nothing."""
    for member, kind in _BY_MEMBER:
        if found := text(route, member):
            return kind, carried.get(found, found)
    gateway = text(route, "GatewayId")
    if gateway == "local":
        return "local", ""
    for prefix, kind in _BY_PREFIX:
        if gateway.startswith(prefix):
            return kind, gateway
    return ("gateway" if gateway else ""), gateway
