# SPDX-License-Identifier: Apache-2.0
"""What the types of EC2 and of networks have in common: ids, ARNs, and one thing that several
accounts see.

Records are answers of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html
and arguments those of https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

import functools
from collections.abc import Callable, Iterable, Mapping

from bartizan.model.arn import account_of
from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, Write, keep

VPC, SUBNET = "AWS::EC2::VPC", "AWS::EC2::Subnet"
SECURITY_GROUP, NETWORK_ACL = "AWS::EC2::SecurityGroup", "AWS::EC2::NetworkAcl"
ROUTE_TABLE, INTERFACE = "AWS::EC2::RouteTable", "AWS::EC2::NetworkInterface"
INSTANCE, EIP = "AWS::EC2::Instance", "AWS::EC2::EIP"
EXCLUSION = "AWS::EC2::VPCBlockPublicAccessExclusion"

NOUNS: Mapping[str, tuple[str, str]] = {
    VPC: ("vpc", "vpc"),
    SUBNET: ("subnet", "subnet"),
    SECURITY_GROUP: ("security-group", "sg"),
    NETWORK_ACL: ("network-acl", "acl"),
    ROUTE_TABLE: ("route-table", "rtb"),
    INTERFACE: ("network-interface", "eni"),
    INSTANCE: ("instance", "i"),
    EIP: ("elastic-ip", "eipalloc"),
    "AWS::EC2::InternetGateway": ("internet-gateway", "igw"),
    "AWS::EC2::EgressOnlyInternetGateway": ("egress-only-internet-gateway", "eigw"),
    "AWS::EC2::VPNGateway": ("vpn-gateway", "vgw"),
    "AWS::EC2::NatGateway": ("natgateway", "nat"),
    "AWS::EC2::VPCPeeringConnection": ("vpc-peering-connection", "pcx"),
    "AWS::EC2::VPCEndpoint": ("vpc-endpoint", "vpce"),
    "AWS::EC2::VPCEndpointService": ("vpc-endpoint-service", "vpce-svc"),
    "AWS::EC2::PrefixList": ("prefix-list", "pl"),
    "AWS::EC2::TransitGateway": ("transit-gateway", "tgw"),
    "AWS::EC2::TransitGatewayAttachment": ("transit-gateway-attachment", "tgw-attach"),
    "AWS::EC2::TransitGatewayVpcAttachment": ("transit-gateway-attachment", "tgw-attach"),
    "AWS::EC2::TransitGatewayRouteTable": ("transit-gateway-route-table", "tgw-rtb"),
    "AWS::EC2::LaunchTemplate": ("launch-template", "lt"),
    EXCLUSION: ("vpc-block-public-access-exclusion", "vpcbpa-exclude"),
}
"""Kind of record to what its ARNs are called by and how its ids begin."""

SERVICE = "ec2"


def arn(thing: Thing, kind: str, name: str) -> str:
    """Return the ARN of a thing of EC2 by its id.

    Raises:
        UntoldError: nothing tells its account or its region.
    """
    thing.account()
    if not thing.place.region:
        raise UntoldError("region")
    return thing.place.arn("ec2", f"{NOUNS[kind][0]}/{name}", region=True)


def names(kind: str, *also: str) -> Callable[[Thing], Mapping[str, str]]:
    """Return what tells the id and the ARN that a new thing of a kind will have; `also` are other
    attributes that hold its id.
    """

    def named(thing: Thing) -> Mapping[str, str]:
        name = thing.made(NOUNS[kind][1])
        return {**dict.fromkeys(("id", *also), name), "arn": arn(thing, kind, name)}

    return named


def put(thing: Thing, draft: Draft, which: tuple[str, str], body: Body) -> None:
    """Put what changes of a thing, kind and id, into its record, or into all records of it if
    several accounts see it.

    Raises:
        UntoldError: it is not there yet, and nothing tells its account or its region.
    """
    kind, name = which
    held = draft.found(kind, name)
    for one in held:
        (draft.body(kind, one) or {}).update(body)
    if not held:
        keep(thing, draft, kind, arn(thing, kind, name), body=body, service=SERVICE)


def drop(kind: str) -> Write:
    """Return what takes a thing away, in all accounts that see it."""

    def dropped(thing: Thing, draft: Draft) -> None:
        for one in draft.found(kind, thing.identity("id")):
            draft.drop(kind, one)

    return dropped


def stays(_thing: Thing, _draft: Draft) -> None:
    """Do nothing: it is there as long as its network is, whatever the code does."""


def peek(draft: Draft, kind: str, name: str) -> Mapping[str, Json]:
    """Return what a thing's owner sees of it, or whoever sees it; empty where nobody does."""
    found = [(one, draft.peek(kind, one)) for one in draft.found(kind, name)]
    own = (body for one, body in found if body.get("OwnerId") == account_of(one))
    return next(own, found[0][1] if found else {})


def bodies(draft: Draft, kind: str, name: str, attribute: str) -> list[Body]:
    """Return all records of a thing, to be changed in place; `attribute` is what named it.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    found = [draft.body(kind, one) for one in draft.found(kind, name)]
    if not found:
        raise UntoldError(attribute)
    return [one for one in found if one is not None]


def text_of(body: Mapping[str, Json], name: str) -> str:
    """Return a string of a record; empty where there is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def objects_of(body: Mapping[str, Json], name: str) -> list[dict[str, Json]]:
    """Return the objects in a list of a record."""
    value = body.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def ranges(draft: Draft, network: str, attribute: str) -> list[str]:
    """Return the CIDR blocks of a network, IPv4 and IPv6; `attribute` is what named it.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    body = peek(draft, VPC, network)
    if not body:
        raise UntoldError(attribute)
    found = [text_of(one, "CidrBlock") for one in objects_of(body, "CidrBlockAssociationSet")]
    found = found or [text_of(body, "CidrBlock")]
    sixes = objects_of(body, "Ipv6CidrBlockAssociationSet")
    return [one for one in (*found, *(text_of(s, "Ipv6CidrBlock") for s in sixes)) if one]


def without(held: list[Json], key: str, values: Iterable[str]) -> None:
    """Take the objects out of a list whose member `key` is one of `values`."""
    gone = frozenset(values)
    held[:] = [one for one in held if not (isinstance(one, dict) and one.get(key) in gone)]


kind_of = functools.partial(Kind, service=SERVICE)
"""A type of EC2."""
