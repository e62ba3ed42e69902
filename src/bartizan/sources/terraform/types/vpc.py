# SPDX-License-Identifier: Apache-2.0
"""Networks, their ranges and subnets, and the gateways at their edge.

With a network AWS makes a security group, an access list and a route table of its own.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/create-vpc.html
"""

from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, listed
from bartizan.sources.terraform.types.ec2 import (
    NETWORK_ACL,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SUBNET,
    VPC,
    arn,
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
    without,
)
from bartizan.sources.terraform.types.network_acl import LAST_RULES, move_subnet, rule
from bartizan.sources.terraform.types.route import local_route

_ALL, _ALL_SIXES = "0.0.0.0/0", "::/0"
_ASSOCIATED: dict[str, Json] = {"State": "associated"}


def _names(thing: Thing) -> Mapping[str, str]:
    table = thing.made("rtb")
    return {
        "id": (name := thing.made("vpc")),
        "arn": arn(thing, VPC, name),
        "default_security_group_id": thing.made("sg"),
        "default_network_acl_id": thing.made("acl"),
        "default_route_table_id": table,
        "main_route_table_id": table,
    }


def _range(member: str, value: str) -> dict[str, Json]:
    return {member: value, f"{member}State": dict(_ASSOCIATED)}


def _vpc(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    body: Body = {"VpcId": name, "Tags": thing.tags()}
    held = peek(draft, VPC, name)
    if not held:
        block = thing.text("cidr_block")
        body |= {
            "OwnerId": thing.account(),
            "State": "available",
            "CidrBlock": block,
            "CidrBlockAssociationSet": [_range("CidrBlock", block)] if block else [],
        }
    if thing.said("ipv6_cidr_block") or thing.flag("assign_generated_ipv6_cidr_block"):
        six = thing.text("ipv6_cidr_block")
        body["Ipv6CidrBlockAssociationSet"] = [_range("Ipv6CidrBlock", six)] if six else []
    put(thing, draft, (VPC, name), body)
    if not held:
        _companions(thing, draft, name)
    if body.get("Ipv6CidrBlockAssociationSet") and not held.get("Ipv6CidrBlockAssociationSet"):
        _let_sixes(draft, name)


def _companions(thing: Thing, draft: Draft, network: str) -> None:
    """Put what AWS makes with a network.

    Sources: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html,
    https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html and
    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#main-route-table
    """
    common: Body = {"VpcId": network, "OwnerId": thing.account()}
    group = thing.identity("default_security_group_id")
    inside: Json = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    outside: Json = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": _ALL}]}
    body: Body = {
        **common,
        "GroupId": group,
        "GroupName": "default",
        "IpPermissions": [inside],
        "IpPermissionsEgress": [outside],
    }
    put(thing, draft, (SECURITY_GROUP, group), body)
    acl = thing.identity("default_network_acl_id")
    everything = [rule(100, "allow", _ALL, egress=egress) for egress in (False, True)]
    body = {
        **common,
        "NetworkAclId": acl,
        "IsDefault": True,
        "Entries": [*everything, *LAST_RULES],
        "Associations": [],
    }
    put(thing, draft, (NETWORK_ACL, acl), body)
    table = thing.identity("main_route_table_id", "default_route_table_id")
    main: Json = {"Main": True, "RouteTableId": table, "AssociationState": dict(_ASSOCIATED)}
    routes: list[Json] = [local_route(block) for block in ranges(draft, network, "id")]
    body = {**common, "RouteTableId": table, "Associations": [main], "Routes": routes}
    put(thing, draft, (ROUTE_TABLE, table), body)


def _let_sixes(draft: Draft, network: str) -> None:
    """Let IPv6 through, as AWS does when a network gets a range of it: in the default list of
    access, where nobody has changed its rules, and out of the default group.

    Sources: https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html and
    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    for acl in _of_network(draft, NETWORK_ACL, network):
        entries = listed(acl, "Entries") if acl.get("IsDefault") is True else []
        for egress in (False, True):
            own = [one for one in objects_of(acl, "Entries") if one.get("Egress") is egress]
            if [one for one in own if one not in LAST_RULES] == [
                rule(100, "allow", _ALL, egress=egress)
            ]:
                entries.append(rule(101, "allow", _ALL_SIXES, egress=egress))
    for group in _of_network(draft, SECURITY_GROUP, network):
        if group.get("GroupName") == "default":
            for permission in objects_of(group, "IpPermissionsEgress"):
                if {"CidrIp": _ALL} in objects_of(permission, "IpRanges"):
                    permission["Ipv6Ranges"] = [{"CidrIpv6": _ALL_SIXES}]


def _no_vpc(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    drop(VPC)(thing, draft)
    for kind, told in ((SECURITY_GROUP, "GroupName"), (NETWORK_ACL, ""), (ROUTE_TABLE, "")):
        for one in list(draft.matching(kind, name, "VpcId")):
            # A network goes only if nothing but what came with it is left.
            if not told or draft.peek(kind, one).get(told) == "default":
                draft.drop(kind, one)


def _more_range(thing: Thing, draft: Draft) -> None:
    member = "Ipv6CidrBlock" if "ipv6" in thing.type else "CidrBlock"
    block = thing.text("ipv6_cidr_block" if "ipv6" in thing.type else "cidr_block")
    network = thing.identity("vpc_id")
    if not block:
        return
    for body in bodies(draft, VPC, network, "vpc_id"):
        listed(body, f"{member}AssociationSet").append(_range(member, block))
    for table in _of_network(draft, ROUTE_TABLE, network):
        listed(table, "Routes").append(local_route(block))
    if ":" in block:
        _let_sixes(draft, network)


def _no_range(thing: Thing, draft: Draft) -> None:
    member = "Ipv6CidrBlock" if "ipv6" in thing.type else "CidrBlock"
    block = thing.text("ipv6_cidr_block" if "ipv6" in thing.type else "cidr_block")
    network = thing.identity("vpc_id")
    for body in bodies(draft, VPC, network, "vpc_id"):
        without(listed(body, f"{member}AssociationSet"), member, [block])
    for table in _of_network(draft, ROUTE_TABLE, network):
        local = "DestinationIpv6CidrBlock" if ":" in block else "DestinationCidrBlock"
        without(listed(table, "Routes"), local, [block])


def _of_network(draft: Draft, kind: str, network: str) -> list[Body]:
    """Return the records of one kind of a network, to be changed in place."""
    found = [draft.body(kind, one) for one in list(draft.matching(kind, network, "VpcId"))]
    return [one for one in found if one is not None]


def _subnet(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    new = not draft.found(SUBNET, name)
    body: Body = {"SubnetId": name, "Tags": thing.tags()}
    if new:
        body |= {
            "VpcId": thing.identity("vpc_id"),
            "OwnerId": thing.account(),
            "State": "available",
            "CidrBlock": thing.text("cidr_block"),
        }
    # Where the code leaves the zone to AWS, nothing that is asked of networks hangs on it.
    for member, attribute in (
        ("AvailabilityZone", "availability_zone"),
        ("AvailabilityZoneId", "availability_zone_id"),
    ):
        if thing.said(attribute):
            body[member] = thing.text(attribute)
    shown = thing.flag("map_public_ip_on_launch")
    body["MapPublicIpOnLaunch"] = None if "map_public_ip_on_launch" in thing.gaps else shown
    body["AssignIpv6AddressOnCreation"] = thing.flag("assign_ipv6_address_on_creation")
    if thing.said("ipv6_cidr_block"):
        six = thing.text("ipv6_cidr_block")
        body["Ipv6CidrBlockAssociationSet"] = [_range("Ipv6CidrBlock", six)] if six else []
    put(thing, draft, (SUBNET, name), body)
    if new:
        # A subnet has the default access list until it gets another one.
        default = _default_acl(draft, str(body["VpcId"]))
        if default:
            move_subnet(draft, name, default)


def _default_acl(draft: Draft, network: str) -> str:
    found = (
        text_of(body, "NetworkAclId")
        for one in draft.matching(NETWORK_ACL, network, "VpcId")
        if (body := draft.peek(NETWORK_ACL, one)).get("IsDefault") is True
    )
    return next(found, "")


def _no_subnet(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    drop(SUBNET)(thing, draft)
    for kind in (NETWORK_ACL, ROUTE_TABLE):
        for one in list(draft.held(kind)):
            held = objects_of(draft.peek(kind, one), "Associations")
            if any(association.get("SubnetId") == name for association in held):
                without(listed(draft.body(kind, one) or {}, "Associations"), "SubnetId", [name])


KINDS = (
    kind_of(type="aws_vpc", put=_vpc, take=_no_vpc, record=VPC, names=_names),
    kind_of(type="aws_default_vpc", put=_vpc, take=stays, record=VPC),
    kind_of(
        type="aws_vpc_ipv4_cidr_block_association",
        put=_more_range,
        take=_no_range,
        record=VPC,
        rank=1,
    ),
    kind_of(
        type="aws_vpc_ipv6_cidr_block_association",
        put=_more_range,
        take=_no_range,
        record=VPC,
        rank=1,
    ),
    kind_of(
        type="aws_subnet",
        put=_subnet,
        take=_no_subnet,
        record=SUBNET,
        rank=2,
        names=names(SUBNET),
    ),
    kind_of(type="aws_default_subnet", put=_subnet, take=stays, record=SUBNET, rank=2),
)
