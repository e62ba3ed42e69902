# SPDX-License-Identifier: Apache-2.0
"""What stands at the edge of a network and is attached to it: gateways of the Internet and VPN.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
"""

from collections.abc import Mapping

from msgspec import Struct

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.ec2 import bodies, drop, kind_of, names, put


class _Edge(Struct, frozen=True):
    """How records of one kind tell to which network they are attached."""

    kind: str
    member: str
    """The member with its id."""
    attachments: str
    state: str
    argument: str
    """What an attachment that is written apart calls it."""


_INTERNET = _Edge(
    "AWS::EC2::InternetGateway",
    "InternetGatewayId",
    "Attachments",
    "available",
    "internet_gateway_id",
)
_OUTWARD = _Edge(
    "AWS::EC2::EgressOnlyInternetGateway",
    "EgressOnlyInternetGatewayId",
    "Attachments",
    "attached",
    "",
)
_PRIVATE = _Edge(
    "AWS::EC2::VPNGateway", "VpnGatewayId", "VpcAttachments", "attached", "vpn_gateway_id"
)
_TYPES: Mapping[str, _Edge] = {
    "aws_internet_gateway": _INTERNET,
    "aws_egress_only_internet_gateway": _OUTWARD,
    "aws_vpn_gateway": _PRIVATE,
}
_ATTACHING: Mapping[str, _Edge] = {
    "aws_internet_gateway_attachment": _INTERNET,
    "aws_vpn_gateway_attachment": _PRIVATE,
}


def _attached(edge: _Edge, network: str) -> list[Json]:
    return [{"State": edge.state, "VpcId": network}] if network else []


def _gateway(thing: Thing, draft: Draft) -> None:
    edge = _TYPES[thing.type]
    name = thing.identity("id")
    body: Body = {edge.member: name, "Tags": thing.tags()}
    if not draft.found(edge.kind, name):
        body |= {"OwnerId": thing.account(), edge.attachments: []}
    if thing.said("vpc_id"):
        body[edge.attachments] = _attached(edge, thing.text("vpc_id"))
    put(thing, draft, (edge.kind, name), body)


def _attach(thing: Thing, draft: Draft) -> None:
    edge = _ATTACHING[thing.type]
    network = thing.identity("vpc_id")
    for body in bodies(draft, edge.kind, thing.identity(edge.argument), edge.argument):
        body[edge.attachments] = _attached(edge, network)


def _detach(thing: Thing, draft: Draft) -> None:
    edge = _ATTACHING[thing.type]
    for body in bodies(draft, edge.kind, thing.identity(edge.argument), edge.argument):
        body[edge.attachments] = []


KINDS = (
    *(
        kind_of(
            type=name,
            put=_gateway,
            take=drop(edge.kind),
            record=edge.kind,
            rank=1,
            names=names(edge.kind),
        )
        for name, edge in _TYPES.items()
    ),
    *(
        kind_of(type=name, put=_attach, take=_detach, record=edge.kind, part=True)
        for name, edge in _ATTACHING.items()
    ),
)
