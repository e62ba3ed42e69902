# SPDX-License-Identifier: Apache-2.0
"""Writes changes to networks as Terraform; what goes is shown as the block that goes.

Sources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_ingress_rule,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/network_acl_rule,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eip
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import assert_never

from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    DropRoute,
    NetworkChange,
    ReleaseAddress,
    RevokeRule,
)
from bartizan.sources.aws.edit.rule import protocol_name

_TARGETS = {
    "internet-gateway": "gateway_id",
    "virtual-private-gateway": "gateway_id",
    "egress-only-internet-gateway": "egress_only_gateway_id",
    "nat-gateway": "nat_gateway_id",
    "peering": "vpc_peering_connection_id",
    "transit-gateway": "transit_gateway_id",
    "interface": "network_interface_id",
    "endpoint": "vpc_endpoint_id",
}
"""Kind of target to the argument that names it."""

_PREFIXES = {
    "igw": "gateway_id",
    "vgw": "gateway_id",
    "eigw": "egress_only_gateway_id",
    "nat": "nat_gateway_id",
    "pcx": "vpc_peering_connection_id",
    "tgw": "transit_gateway_id",
    "eni": "network_interface_id",
    "vpce": "vpc_endpoint_id",
}
"""How an id begins to the argument that names it."""

_TAKE_OUT = "# take this out where it is defined, in whatever form:\n"

Value = str | int | bool


def network_terraform(change: NetworkChange) -> str:
    """Return the resource that does `change`; for one that takes something away, the resource
    that would have made it, as comments.
    """
    match change:
        case AuthorizeRule():
            return _block(*_rule(change), change)
        case AddRoute():
            return _block(*_route(change, _TARGETS.get(change.target_kind, "gateway_id")), change)
        case AssociateAddress():
            held: dict[str, Value] = {
                "domain": "vpc",
                "network_interface": change.interface,
                "associate_with_private_ip": change.private,
            }
            return _block("aws_eip", held, change)
        case RevokeRule():
            return _out(_block(*_rule(change), change))
        case DropRoute():
            prefix = change.target.partition("-")[0]
            return _out(_block(*_route(change, _PREFIXES.get(prefix, "gateway_id")), change))
        case ReleaseAddress():
            return _out(_block("aws_eip", {"network_interface": change.interface}, change))
        case _:
            assert_never(change)


def _out(block: str) -> str:
    return _TAKE_OUT + "".join(f"# {line}\n" for line in block.splitlines())


def _rule(change: AuthorizeRule | RevokeRule) -> tuple[str, Mapping[str, Value]]:
    if change.owner.startswith("acl-"):
        return "aws_network_acl_rule", _entry(change)
    way = "egress" if change.direction == "out" else "ingress"
    held: dict[str, Value] = {
        "security_group_id": change.owner,
        "ip_protocol": protocol_name(change.protocol),
    }
    if change.protocol in (TCP, UDP, ICMP, ICMPV6):
        everything = change.protocol in (TCP, UDP) and change.first == ANY
        held |= {"from_port": 0, "to_port": 65535} if everything else _ports(change)
    held[_peer(change)] = change.peer
    return f"aws_vpc_security_group_{way}_rule", held


def _ports(change: AuthorizeRule | RevokeRule) -> dict[str, Value]:
    return {"from_port": change.first, "to_port": change.last}


def _peer(change: AuthorizeRule | RevokeRule) -> str:
    match change.peer_kind:
        case "group":
            return "referenced_security_group_id"
        case "prefix-list":
            return "prefix_list_id"
        case _:
            return "cidr_ipv6" if ":" in change.peer else "cidr_ipv4"


def _entry(change: AuthorizeRule | RevokeRule) -> Mapping[str, Value]:
    held: dict[str, Value] = {
        "network_acl_id": change.owner,
        "rule_number": change.number,
        "egress": change.direction == "out",
        "protocol": str(change.protocol),
        "rule_action": "allow",
        "ipv6_cidr_block" if ":" in change.peer else "cidr_block": change.peer,
    }
    if change.protocol in (ICMP, ICMPV6):
        held |= {"icmp_type": change.first, "icmp_code": change.last}
    elif change.protocol in (TCP, UDP):
        held |= {"from_port": max(change.first, 0), "to_port": change.last % 65536}
    return held


def _route(change: AddRoute | DropRoute, target: str) -> tuple[str, Mapping[str, Value]]:
    if change.destination.startswith("pl-"):
        where = "destination_prefix_list_id"
    else:
        wide = ":" in change.destination
        where = "destination_ipv6_cidr_block" if wide else "destination_cidr_block"
    held = {"route_table_id": change.owner, where: change.destination, target: change.target}
    return "aws_route", held


def _block(kind: str, held: Mapping[str, Value], change: NetworkChange) -> str:
    """Return a resource under a name that differs from change to change."""
    told_apart = hashlib.sha256(repr(change).encode()).hexdigest()[:8]
    first = next(iter(held.values())) if kind != "aws_eip" else held["network_interface"]
    label = f"bartizan_{re.sub(r'[^A-Za-z0-9_]', '_', str(first))}_{told_apart}"
    width = max(map(len, held))
    lines = (f"  {name:<{width}} = {_value(value)}\n" for name, value in held.items())
    return f'resource "{kind}" "{label}" {{\n{"".join(lines)}}}\n'


def _value(value: Value) -> str:
    """Return a value in which nothing is a template."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("${", "$${").replace("%{", "%%{")
