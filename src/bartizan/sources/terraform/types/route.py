# SPDX-License-Identifier: Apache-2.0
"""Route tables, their routes as blocks of the table and apart, and where each table holds.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html and
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route_table
"""

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, UntoldError, listed
from bartizan.sources.terraform.types.ec2 import (
    ROUTE_TABLE,
    bodies,
    drop,
    kind_of,
    names,
    objects_of,
    peek,
    put,
    ranges,
    stays,
    text_of,
)

_DESTINATIONS = (
    ("DestinationCidrBlock", ("destination_cidr_block", "cidr_block")),
    ("DestinationIpv6CidrBlock", ("destination_ipv6_cidr_block", "ipv6_cidr_block")),
    ("DestinationPrefixListId", ("destination_prefix_list_id",)),
)
_TARGETS = (
    ("GatewayId", ("gateway_id", "vpc_endpoint_id", "virtual_private_gateway_id")),
    ("NatGatewayId", ("nat_gateway_id",)),
    ("NetworkInterfaceId", ("network_interface_id",)),
    ("InstanceId", ("instance_id",)),
    ("TransitGatewayId", ("transit_gateway_id",)),
    ("VpcPeeringConnectionId", ("vpc_peering_connection_id",)),
    ("EgressOnlyInternetGatewayId", ("egress_only_gateway_id",)),
    ("CarrierGatewayId", ("carrier_gateway_id",)),
    ("LocalGatewayId", ("local_gateway_id",)),
    ("CoreNetworkArn", ("core_network_arn",)),
)
"""Members of a route and the arguments that fill them, those of a route and of a block."""


def local_route(block: str) -> dict[str, Json]:
    """Return the route that a table has to its own network."""
    member = "DestinationIpv6CidrBlock" if ":" in block else "DestinationCidrBlock"
    return {
        member: block,
        "GatewayId": "local",
        "Origin": "CreateRouteTable",
        "State": "active",
    }


def _route(thing: Thing) -> dict[str, Json]:
    """Return a route.

    Raises:
        UntoldError: nothing tells where it leads, or for whom.
    """
    found: dict[str, Json] = {"Origin": "CreateRoute", "State": "active"}
    for members in (_DESTINATIONS, _TARGETS):
        told = [
            (member, value)
            for member, arguments in members
            for argument in arguments
            if thing.said(argument) and (value := thing.text(argument))
        ]
        if not told:
            hidden = (
                argument
                for _, arguments in members
                for argument in arguments
                if argument in thing.values and thing.said(argument)
            )
            raise UntoldError(thing.within + next(hidden, members[0][1][0]))
        found[told[0][0]] = told[0][1]
    return found


def _key(route: dict[str, Json]) -> tuple[Json, ...]:
    return tuple(route.get(member) for member, _ in _DESTINATIONS)


def _blocks(thing: Thing) -> list[Json]:
    """Return the routes that a table writes as blocks; of one that nobody can tell yet the rest is
    put, and it is told.
    """
    found: list[Json] = []
    for one in thing.blocks("route"):
        try:
            found.append(_route(one))
        except UntoldError:
            continue
    return found


def _table(thing: Thing, draft: Draft) -> None:
    default = thing.type == "aws_default_route_table"
    name = thing.identity("default_route_table_id" if default else "id")
    held = peek(draft, ROUTE_TABLE, name)
    body: Body = {"RouteTableId": name, "Tags": thing.tags()}
    routes = objects_of(held, "Routes")
    if not held:
        network = thing.identity("vpc_id")
        body |= {"VpcId": network, "OwnerId": thing.account(), "Associations": []}
        routes = [local_route(one) for one in ranges(draft, network, "vpc_id")]
    thing.texts("route")  # what is hidden inside is told
    # The code of a default table is all that is in it, of another one only where it says so.
    if default or (thing.said("route") and (thing.written is None or "route" in thing.written)):
        # What a gateway endpoint put there is the endpoint's.
        kept = [
            one
            for one in routes
            if one.get("Origin") != "CreateRoute" or text_of(one, "GatewayId").startswith("vpce-")
        ]
        written = _blocks(thing)
        keys = {_key(one) for one in written if isinstance(one, dict)}
        body["Routes"] = [*(one for one in kept if _key(one) not in keys), *written]
    elif not held:
        body["Routes"] = list[Json](routes)
    put(thing, draft, (ROUTE_TABLE, name), body)


def _put_route(thing: Thing, draft: Draft) -> None:
    route = _route(thing)
    for body in bodies(draft, ROUTE_TABLE, thing.identity("route_table_id"), "route_table_id"):
        routes = listed(body, "Routes")
        routes[:] = [
            one for one in routes if not isinstance(one, dict) or _key(one) != _key(route)
        ]
        routes.append(dict(route))


def _take_route(thing: Thing, draft: Draft) -> None:
    route = _route(thing)
    for body in bodies(draft, ROUTE_TABLE, thing.identity("route_table_id"), "route_table_id"):
        routes = listed(body, "Routes")
        routes[:] = [
            one for one in routes if not isinstance(one, dict) or _key(one) != _key(route)
        ]


def _move(draft: Draft, member: str, value: Json, table: str) -> None:
    """Let a table hold for a subnet or a gateway, or as the main one, and no other; `table` is
    empty where none is to hold.
    """
    network = peek(draft, ROUTE_TABLE, table).get("VpcId")
    for one in list(draft.held(ROUTE_TABLE)):
        body = draft.peek(ROUTE_TABLE, one)
        mine = text_of(body, "RouteTableId") == table
        held = any(a.get(member) == value for a in objects_of(body, "Associations"))
        if member == "Main" and body.get("VpcId") != network:
            continue
        if not (mine or held):
            continue
        associations = listed(draft.body(ROUTE_TABLE, one) or {}, "Associations")
        associations[:] = [
            a for a in associations if not isinstance(a, dict) or a.get(member) != value
        ]
        if mine:
            state: Json = {"State": "associated"}
            associations.append({"RouteTableId": table, member: value, "AssociationState": state})


def _associated(thing: Thing) -> tuple[str, str]:
    if thing.said("gateway_id") and (gateway := thing.text("gateway_id")):
        return "GatewayId", gateway
    return "SubnetId", thing.identity("subnet_id")


def _associate(thing: Thing, draft: Draft) -> None:
    table = thing.identity("route_table_id")
    if not draft.found(ROUTE_TABLE, table):
        raise UntoldError("route_table_id")
    _move(draft, *_associated(thing), table)


def _dissociate(thing: Thing, draft: Draft) -> None:
    _move(draft, *_associated(thing), "")


def _main(thing: Thing, draft: Draft) -> None:
    table = thing.identity("route_table_id")
    if not draft.found(ROUTE_TABLE, table):
        raise UntoldError("route_table_id")
    _move(draft, "Main", True, table)  # noqa: FBT003 - the value of the record's member


def _no_main(thing: Thing, draft: Draft) -> None:
    """The table that was the main one before is so again."""
    _move(draft, "Main", True, thing.identity("original_route_table_id"))  # noqa: FBT003 - as above


KINDS = (
    kind_of(
        type="aws_route_table",
        put=_table,
        take=drop(ROUTE_TABLE),
        record=ROUTE_TABLE,
        rank=3,
        names=names(ROUTE_TABLE),
    ),
    kind_of(type="aws_default_route_table", put=_table, take=stays, record=ROUTE_TABLE, rank=3),
    kind_of(type="aws_route", put=_put_route, take=_take_route, record=ROUTE_TABLE, part=True),
    kind_of(
        type="aws_route_table_association",
        put=_associate,
        take=_dissociate,
        record=ROUTE_TABLE,
        part=True,
    ),
    kind_of(
        type="aws_main_route_table_association",
        put=_main,
        take=_no_main,
        record=ROUTE_TABLE,
        part=True,
    ),
)
