# SPDX-License-Identifier: Apache-2.0
"""Changes the routes of a route table of a network.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
"""

from bartizan.errors import SourceError
from bartizan.model.record import Json, Record, Records
from bartizan.model.remedy import AddRoute, DropRoute
from bartizan.sources.aws.edit.place import at, listed, named
from bartizan.sources.aws.edit.revision import Revision

_TARGETS = {
    "internet-gateway": "GatewayId",
    "virtual-private-gateway": "GatewayId",
    "egress-only-internet-gateway": "EgressOnlyInternetGatewayId",
    "nat-gateway": "NatGatewayId",
    "peering": "VpcPeeringConnectionId",
    "transit-gateway": "TransitGatewayId",
    "interface": "NetworkInterfaceId",
    "endpoint": "GatewayId",
}
"""Kind of target to the member of a route that names it."""


def drop_route(change: DropRoute, revision: Revision) -> None:
    """Take a route out.

    Raises:
        SourceError: there is none that could be.
    """
    record, position = route(change, revision.records)
    revision.take(record, ("Routes", position))


def route(change: DropRoute | AddRoute, records: Records) -> tuple[Record, int]:
    """Return the record of the route table, and the place in it of the route that goes: the one
    to the same destination that somebody wrote, or one behind all where there is none to replace.

    Raises:
        SourceError: there is no such table; or no such route to drop.
    """
    record = named(records, "AWS::EC2::RouteTable", "RouteTableId", change.owner)
    held = listed(record, "Routes")
    for position, one in enumerate(held):
        if change.destination not in _destinations(one) or _announced(one):
            continue
        if isinstance(change, AddRoute) or _leads_to(one, change.target):
            return record, position
    if isinstance(change, DropRoute):
        where = f"to `{change.destination}` over `{change.target}`"
        raise SourceError(f"`{change.owner}` has no route {where} that could be taken out")
    return record, len(held)


def _destinations(held: Json) -> set[Json]:
    members = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return {at(held, (member,)) for member in members}


def _announced(held: Json) -> bool:
    return at(held, ("Origin",)) == "EnableVgwRoutePropagation"


def _leads_to(held: Json, target: str) -> bool:
    values = held.values() if isinstance(held, dict) else ()
    # A route to an instance names its interface as well.
    return target in [value for value in values if isinstance(value, str)]


def add_route(change: AddRoute, revision: Revision) -> None:
    """Write a route.

    Raises:
        SourceError: there is no such table, or nobody can write such a route.
    """
    record, position = route(change, revision.records)
    wide = ":" in change.destination
    made: dict[str, Json] = {
        ("DestinationIpv6CidrBlock" if wide else "DestinationCidrBlock"): change.destination,
        target_member(change): change.target,
        "Origin": "CreateRoute",
        "State": "active",
    }
    listed = revision.body(record).setdefault("Routes", [])
    if not isinstance(listed, list):
        raise SourceError(f"the routes of `{change.owner}` are no list")
    if position < len(listed):
        listed[position] = made
    else:
        listed.append(made)


def target_member(change: AddRoute) -> str:
    """Return the member of a route that names such a target.

    Raises:
        SourceError: nobody can write such a route.
    """
    member = _TARGETS.get(change.target_kind)
    if member is None:
        raise SourceError(f"no route to a `{change.target_kind}` can be written")
    return member
