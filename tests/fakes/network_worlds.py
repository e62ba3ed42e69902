# SPDX-License-Identifier: Apache-2.0
"""Small worlds of networks, drawn so that rules and routes meet often, and questions about them.

A world is what `network_facts` takes: sections of words. Pools are small, and include what is just
beside a range or a port.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bartizan.model.packet import INTERNET, TCP, UDP

World = dict[str, dict[str, Any]]

INTERFACES = ("eni-a", "eni-b", "eni-c", "eni-d")
PORTS = (22, 443)
SITE = "vpn-1"

_NETWORKS = {"vpc-1": "10.1.0.0/16", "vpc-2": "10.2.0.0/16"}
_PLACES = {
    "eni-a": ("subnet-a", "10.1.1.5", "203.0.113.5"),
    "eni-b": ("subnet-b", "10.1.2.5", ""),
    "eni-c": ("subnet-c", "10.2.1.5", "203.0.113.7"),
    "eni-d": ("subnet-a", "10.1.1.6", ""),
}
_SUBNETS = {
    "subnet-a": "vpc-1 10.1.1.0/24 table=rtb-1 acl=acl-1",
    "subnet-b": "vpc-1 10.1.2.0/24 table=rtb-2 acl=acl-2",
    "subnet-c": "vpc-2 10.2.1.0/24 table=rtb-3 acl=acl-open",
    "subnet-m": "vpc-1 10.1.8.0/24 table=rtb-m",
    "subnet-t1": "vpc-1 10.1.9.0/28",
    "subnet-t2": "vpc-2 10.2.9.0/28",
}
_GROUPS = ("sg-1 vpc-1", "sg-2 vpc-1", "sg-3 vpc-2")
_PEERS = st.sampled_from(
    ("0.0.0.0/0", "10.0.0.0/8", "10.1.1.0/24", "10.1.1.5/32", "10.2.0.0/16", "203.0.113.4/31",
     "198.51.100.0/24", "192.168.0.0/16", "sg-1", "sg-2", "sg-3", "pl-1")
)  # fmt: skip
_RANGES = st.sampled_from(
    ("0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/8", "10.1.1.0/24", "10.2.1.5/32", "198.51.100.0/25")
)
_GROUP_PORTS = st.sampled_from(("any", "22", "443", "0-65535", "23-442"))
_LIST_PORTS = st.sampled_from(("any", "22", "443", "1024-65535", "1024-32767", "60999-61000"))
_PROTOCOLS = st.sampled_from(("tcp", "tcp", "udp", "any"))


@st.composite
def _group_rule(draw: st.DrawFn) -> str:
    protocol = draw(_PROTOCOLS)
    ports = "any" if protocol == "any" else draw(_GROUP_PORTS)
    return f"{draw(st.sampled_from(('in', 'in', 'out')))} {protocol} {ports} {draw(_PEERS)}"


@st.composite
def _list_rules(draw: st.DrawFn) -> list[str]:
    rules = []
    for number in range(draw(st.integers(1, 4))):
        for direction in ("in", "out"):
            protocol = draw(_PROTOCOLS)
            ports = "any" if protocol == "any" else draw(_LIST_PORTS)
            does = draw(st.sampled_from(("allow", "allow", "allow", "deny")))
            rules.append(
                f"{10 * number + 10} {direction} {does} {protocol} {ports} {draw(_RANGES)}"
            )
    return rules


_ROUTES = {
    "vpc-1": (
        "0.0.0.0/0 internet-gateway igw-1", "0.0.0.0/0 nat-gateway nat-1",
        "10.2.0.0/16 peering pcx-1", "10.2.0.0/16 transit-gateway tgw-1",
        "10.2.1.0/24 transit-gateway tgw-1 blackhole",
        "192.168.0.0/16 virtual-private-gateway vgw-1",
        "192.168.1.0/24 transit-gateway tgw-1", "10.1.2.0/24 interface eni-m",
        "pl-1 peering pcx-1", "10.1.2.0/25 virtual-private-gateway vgw-1 propagated",
    ),
    "vpc-2": (
        "0.0.0.0/0 internet-gateway igw-2", "10.1.0.0/16 peering pcx-1",
        "10.1.0.0/16 transit-gateway tgw-1", "10.1.1.0/24 peering pcx-1",
        "10.1.2.0/24 transit-gateway tgw-1", "192.168.0.0/16 transit-gateway tgw-1",
    ),
}  # fmt: skip


@st.composite
def _routes(draw: st.DrawFn, network: str) -> list[str]:
    """Draw routes of a table, one at most for each range, as the vendor has them."""
    drawn = draw(st.lists(st.sampled_from(_ROUTES[network]), min_size=1, max_size=6))
    return list({line.split()[0]: line for line in drawn}.values())


@st.composite
def _interfaces(draw: st.DrawFn) -> dict[str, str]:
    interfaces = {
        "eni-m": "subnet-m 10.1.8.4 forwards",
        "eni-nat": "subnet-m 10.1.8.9 public=203.0.113.9 kind=nat_gateway without-groups",
    }
    for name, (subnet, address, public) in _PLACES.items():
        held = draw(st.lists(st.sampled_from(("sg-1", "sg-2", "sg-open")), min_size=1, max_size=2))
        groups = ",".join(dict.fromkeys("sg-3" if name == "eni-c" else g for g in held))
        interfaces[name] = f"{subnet} {address} groups={groups}"
        if public and draw(st.booleans()):
            interfaces[name] += f" public={public}"
    return interfaces


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world of two networks, joined by a peering and a transit gateway, and a site."""
    references = draw(st.sampled_from(("references", "")))
    return {
        "network": dict(_NETWORKS),
        "subnet": dict(_SUBNETS),
        "interface": draw(_interfaces()),
        "group": {
            name: ["out any any 0.0.0.0/0", *draw(st.lists(_group_rule(), max_size=5))]
            for name in _GROUPS
        },
        "acl": {"acl-1": draw(_list_rules()), "acl-2": draw(_list_rules())},
        "prefix_list": {"pl-1": draw(st.sampled_from(("10.2.0.0/17", "198.51.100.0/24")))},
        "table": {
            "rtb-1 vpc-1": draw(_routes("vpc-1")),
            "rtb-2 vpc-1": draw(_routes("vpc-1")),
            "rtb-3 vpc-2": draw(_routes("vpc-2")),
            "rtb-m vpc-1": ["0.0.0.0/0 internet-gateway igw-1"],
        },
        "gateway": {
            "igw-1": "internet vpc-1",
            "igw-2": draw(st.sampled_from(("internet vpc-2", "internet"))),
            "nat-1": "nat vpc-1 subnet=subnet-m interfaces=eni-nat",
            "vgw-1": "virtual-private vpc-1",
        },
        "peering": {"pcx-1": "vpc-1 vpc-2"},
        "transit_gateway": {"tgw-1": references},
        "attachment": {
            "tgw-attach-1": f"tgw-1 vpc vpc-1 table=tgw-rtb-1 subnets=subnet-t1 {references}",
            "tgw-attach-2": f"tgw-1 vpc vpc-2 table=tgw-rtb-1 subnets=subnet-t2 {references}",
            "tgw-attach-3": "tgw-1 vpn vpn-1 table=tgw-rtb-1",
        },
        "transit_route": {
            "tgw-rtb-1": [
                "10.1.0.0/16 tgw-attach-1 propagated",
                "10.2.0.0/16 tgw-attach-2 propagated",
                draw(st.sampled_from(("192.168.0.0/16 tgw-attach-3", "10.2.0.0/17 blackhole"))),
            ]
        },
        "site": {"vpn-1": f"vpn {draw(st.sampled_from(('vgw-1', 'tgw-1')))} 192.168.0.0/16"},
        "block": {"111111111111": draw(st.sampled_from(("off", "off", "off", "block-ingress")))},
    }


Question = tuple[str, str, int, int]


def questions() -> SearchStrategy[Question]:
    """Draw who asks for which port of whom."""
    sides = st.sampled_from((*INTERFACES, INTERNET, SITE))
    return st.tuples(
        sides, sides, st.sampled_from((TCP, TCP, UDP)), st.sampled_from(PORTS)
    ).filter(lambda q: q[0] != q[1])
