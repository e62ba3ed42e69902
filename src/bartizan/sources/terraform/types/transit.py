# SPDX-License-Identifier: Apache-2.0
"""Transit gateways, the networks attached to them, and their tables.

Sources: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-transit-gateways.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayRoutes.html
"""

from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, UntoldError, keep
from bartizan.sources.terraform.types.ec2 import (
    SERVICE,
    VPC,
    arn,
    drop,
    kind_of,
    names,
    peek,
    put,
    ranges,
    text_of,
)

_GATEWAY = "AWS::EC2::TransitGateway"
_ATTACHMENT = "AWS::EC2::TransitGatewayAttachment"
_DETAIL = "AWS::EC2::TransitGatewayVpcAttachment"
_TABLE = "AWS::EC2::TransitGatewayRouteTable"
_ASSOCIATION = "AWS::EC2::TransitGatewayRouteTableAssociation"
_PROPAGATION = "AWS::EC2::TransitGatewayRouteTablePropagation"
_ROUTE = "AWS::EC2::TransitGatewayRoute"
_DEFAULTS = {
    "default_route_table_association": "AssociationDefaultRouteTableId",
    "default_route_table_propagation": "PropagationDefaultRouteTableId",
}


def _names(thing: Thing) -> Mapping[str, str]:
    name, table = thing.made("tgw"), thing.made("tgw-rtb")
    return {
        "id": name,
        "arn": arn(thing, _GATEWAY, name),
        "association_default_route_table_id": table,
        "propagation_default_route_table_id": table,
    }


def _enabled(thing: Thing, argument: str) -> bool:
    return not thing.said(argument) or thing.text(argument) == "enable"


def _gateway(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    held = peek(draft, _GATEWAY, name)
    options: dict[str, Json] = {}
    before = held.get("Options")
    if isinstance(before, dict):
        options |= before
    if not held and any(_enabled(thing, one) for one in _DEFAULTS):
        table = thing.identity("association_default_route_table_id")
        _put_table(thing, draft, table, name)
        for argument, member in _DEFAULTS.items():
            if _enabled(thing, argument):
                options[member] = table
    if thing.said("security_group_referencing_support"):
        options["SecurityGroupReferencingSupport"] = thing.text(
            "security_group_referencing_support"
        )
    body: Body = {"TransitGatewayId": name, "Options": options, "Tags": thing.tags()}
    if not held:
        body |= {"OwnerId": thing.account(), "State": "available"}
    put(thing, draft, (_GATEWAY, name), body)


def _put_table(thing: Thing, draft: Draft, name: str, gateway: str) -> None:
    body: Body = {
        "TransitGatewayRouteTableId": name,
        "TransitGatewayId": gateway,
        "State": "available",
    }
    put(thing, draft, (_TABLE, name), body)


def _table(thing: Thing, draft: Draft) -> None:
    _put_table(thing, draft, thing.identity("id"), thing.identity("transit_gateway_id"))


def _no_table(thing: Thing, draft: Draft) -> None:
    for parent in draft.found(_TABLE, thing.identity("id")):
        for kind in (_ASSOCIATION, _PROPAGATION, _ROUTE):
            for one in [held for held in draft.held(kind) if held.startswith(f"{parent}#")]:
                draft.drop(kind, one)
        draft.drop(_TABLE, parent)


def _attachment(thing: Thing, draft: Draft) -> None:
    """Attach a network; unless the code says otherwise the gateway's own table is used."""
    name = thing.identity("id")
    new = not draft.found(_ATTACHMENT, name)
    gateway, network = thing.identity("transit_gateway_id"), thing.identity("vpc_id")
    options: dict[str, Json] = {}
    for member, argument in (
        ("ApplianceModeSupport", "appliance_mode_support"),
        ("SecurityGroupReferencingSupport", "security_group_referencing_support"),
    ):
        if thing.said(argument):
            options[member] = thing.text(argument)
    owner = thing.account()
    detail: Body = {
        "TransitGatewayAttachmentId": name,
        "TransitGatewayId": gateway,
        "VpcId": network,
        "VpcOwnerId": owner,
        "SubnetIds": list[Json](sorted(thing.texts("subnet_ids"))),
        "Options": options,
        "State": "available",
    }
    put(thing, draft, (_DETAIL, name), detail)
    if not new:
        return
    told = peek(draft, _GATEWAY, gateway)
    body: Body = {
        "TransitGatewayAttachmentId": name,
        "TransitGatewayId": gateway,
        "TransitGatewayOwnerId": text_of(told, "OwnerId") or owner,
        "ResourceOwnerId": owner,
        "ResourceType": "vpc",
        "ResourceId": network,
        "State": "available",
    }
    put(thing, draft, (_ATTACHMENT, name), body)
    _by_default(thing, draft, name, told)


def _by_default(thing: Thing, draft: Draft, name: str, gateway: Mapping[str, Json]) -> None:
    held = gateway.get("Options")
    options = held if isinstance(held, dict) else {}
    for argument, member in _DEFAULTS.items():
        wanted = f"transit_gateway_{argument}"
        table = text_of(options, member)
        if (thing.said(wanted) and not thing.flag(wanted)) or not table:
            continue
        if member.startswith("Association"):
            _associate_with(thing, draft, table, name)
        else:
            _propagate_to(thing, draft, table, name)


def _no_attachment(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    for kind in (_ATTACHMENT, _DETAIL):
        for one in draft.found(kind, name):
            draft.drop(kind, one)
    for kind in (_ASSOCIATION, _PROPAGATION):
        for one in [held for held in draft.held(kind) if held.endswith(f"#{name}")]:
            draft.drop(kind, one)
    for one in list(draft.held(_ROUTE)):
        if name in _leads(draft, one):
            draft.drop(_ROUTE, one)


def _leads(draft: Draft, route: str) -> list[str]:
    held = draft.peek(_ROUTE, route).get("TransitGatewayAttachments")
    return [
        text_of(one, "TransitGatewayAttachmentId")
        for one in (held if isinstance(held, list) else ())
        if isinstance(one, dict)
    ]


def _parent(draft: Draft, table: str) -> str:
    """Return the record of a table.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    found = draft.found(_TABLE, table)
    if not found:
        raise UntoldError("transit_gateway_route_table_id")
    return found[0]


def _associate_with(thing: Thing, draft: Draft, table: str, attachment: str) -> None:
    name = f"{_parent(draft, table)}#{attachment}"
    body: Body = {"TransitGatewayAttachmentId": attachment, "State": "associated"}
    keep(thing, draft, _ASSOCIATION, name, body=body, service=SERVICE)


def _propagate_to(thing: Thing, draft: Draft, table: str, attachment: str) -> None:
    """Let a table know the ranges of a network."""
    parent = _parent(draft, table)
    body: Body = {"TransitGatewayAttachmentId": attachment, "State": "enabled"}
    keep(thing, draft, _PROPAGATION, f"{parent}#{attachment}", body=body, service=SERVICE)
    network = text_of(peek(draft, _DETAIL, attachment), "VpcId")
    if not peek(draft, VPC, network):
        raise UntoldError("transit_gateway_attachment_id")
    for block in ranges(draft, network, "vpc_id"):
        _put_route(thing, draft, parent, block=block, attachment=attachment, kind="propagated")


def _put_route(
    thing: Thing, draft: Draft, parent: str, *, block: str, attachment: str, kind: str
) -> None:
    body: Body = {
        "DestinationCidrBlock": block,
        "Type": kind,
        "State": "active" if attachment else "blackhole",
        "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": attachment}]
        if attachment
        else [],
    }
    keep(thing, draft, _ROUTE, f"{parent}#{block}", body=body, service=SERVICE)


def _both(thing: Thing) -> tuple[str, str]:
    return (
        thing.identity("transit_gateway_route_table_id"),
        thing.identity("transit_gateway_attachment_id"),
    )


def _associate(thing: Thing, draft: Draft) -> None:
    table, attachment = _both(thing)
    # An attachment looks at one table; the code may say that this one takes the place of another.
    for one in [held for held in draft.held(_ASSOCIATION) if held.endswith(f"#{attachment}")]:
        draft.drop(_ASSOCIATION, one)
    _associate_with(thing, draft, table, attachment)


def _dissociate(thing: Thing, draft: Draft) -> None:
    table, attachment = _both(thing)
    draft.drop(_ASSOCIATION, f"{_parent(draft, table)}#{attachment}")


def _propagate(thing: Thing, draft: Draft) -> None:
    _propagate_to(thing, draft, *_both(thing))


def _no_propagation(thing: Thing, draft: Draft) -> None:
    table, attachment = _both(thing)
    parent = _parent(draft, table)
    draft.drop(_PROPAGATION, f"{parent}#{attachment}")
    for one in [held for held in draft.held(_ROUTE) if held.startswith(f"{parent}#")]:
        if draft.peek(_ROUTE, one).get("Type") == "propagated" and attachment in _leads(
            draft, one
        ):
            draft.drop(_ROUTE, one)


def _route(thing: Thing, draft: Draft) -> None:
    parent = _parent(draft, thing.identity("transit_gateway_route_table_id"))
    attachment = "" if thing.flag("blackhole") else thing.identity("transit_gateway_attachment_id")
    block = thing.identity("destination_cidr_block")
    _put_route(thing, draft, parent, block=block, attachment=attachment, kind="static")


def _no_route(thing: Thing, draft: Draft) -> None:
    parent = _parent(draft, thing.identity("transit_gateway_route_table_id"))
    draft.drop(_ROUTE, f"{parent}#{thing.identity('destination_cidr_block')}")


KINDS = (
    kind_of(
        type="aws_ec2_transit_gateway",
        put=_gateway,
        take=drop(_GATEWAY),
        record=_GATEWAY,
        names=_names,
    ),
    kind_of(
        type="aws_ec2_transit_gateway_route_table",
        put=_table,
        take=_no_table,
        record=_TABLE,
        rank=1,
        names=names(_TABLE),
    ),
    kind_of(
        type="aws_ec2_transit_gateway_vpc_attachment",
        put=_attachment,
        take=_no_attachment,
        record=_DETAIL,
        rank=3,
        names=names(_ATTACHMENT),
    ),
    kind_of(
        type="aws_ec2_transit_gateway_route_table_association",
        put=_associate,
        take=_dissociate,
        record=_ASSOCIATION,
        part=True,
    ),
    kind_of(
        type="aws_ec2_transit_gateway_route_table_propagation",
        put=_propagate,
        take=_no_propagation,
        record=_PROPAGATION,
        part=True,
    ),
    kind_of(
        type="aws_ec2_transit_gateway_route",
        put=_route,
        take=_no_route,
        record=_ROUTE,
        part=True,
        rank=1,
    ),
)
