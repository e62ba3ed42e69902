# SPDX-License-Identifier: Apache-2.0
"""Security groups, their rules as blocks of the group and apart, and lists of ranges.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html and
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
"""

from collections.abc import Iterator

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, UntoldError, listed
from bartizan.sources.terraform.types.ec2 import (
    SECURITY_GROUP,
    bodies,
    drop,
    kind_of,
    names,
    peek,
    put,
    stays,
)
from bartizan.sources.terraform.value import Hidden

_NAMES = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "ipv6-icmp": "icmpv6"}
_WITH_PORTS = frozenset({"tcp", "udp", "icmp", "icmpv6"})
_DIRECTIONS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
_PEERS = {
    "IpRanges": "CidrIp",
    "Ipv6Ranges": "CidrIpv6",
    "UserIdGroupPairs": "GroupId",
    "PrefixListIds": "PrefixListId",
}
_LISTS = (
    ("IpRanges", "cidr_blocks"),
    ("Ipv6Ranges", "ipv6_cidr_blocks"),
    ("UserIdGroupPairs", "security_groups"),
    ("PrefixListIds", "prefix_list_ids"),
)
_SINGLE = (
    ("IpRanges", "cidr_ipv4"),
    ("Ipv6Ranges", "cidr_ipv6"),
    ("UserIdGroupPairs", "referenced_security_group_id"),
    ("UserIdGroupPairs", "source_security_group_id"),
    ("PrefixListIds", "prefix_list_id"),
)
"""Lists of a permission and the arguments that fill them."""


def protocol(written: str) -> str:
    """Return a protocol as EC2 answers it: `tcp`, `icmp`, `-1`, or a number."""
    named = written.lower()
    return _NAMES.get(named, named)


def _permission(thing: Thing, group: str, attribute: str) -> dict[str, Json]:
    """Return what a block or a rule allows, with all of its peers that are known.

    Raises:
        UntoldError: its protocol or its ports are hidden.
    """
    named = protocol(thing.identity(attribute))
    found: dict[str, Json] = {"IpProtocol": named}
    if named in _WITH_PORTS:
        for port in ("from_port", "to_port"):
            if isinstance(thing.values.get(port), Hidden):
                raise UntoldError(port)
        found |= {"FromPort": thing.number("from_port"), "ToPort": thing.number("to_port")}
    peers: dict[str, list[Json]] = {name: [] for name in _PEERS}
    for name, argument in _LISTS:
        peers[name] += (_peer(name, value) for value in thing.texts(argument))
    for name, argument in _SINGLE:
        if thing.said(argument) and (value := thing.text(argument)):
            peers[name].append(_peer(name, value))
    if thing.flag("self"):
        peers["UserIdGroupPairs"].append({"GroupId": group})
    return found | {name: list[Json](held) for name, held in peers.items() if held}


def _known(block: Thing, group: str) -> Iterator[Json]:
    """Yield what a block allows, if that is known: rules only allow, so one that is left out, and
    told of the group, leaves open what no other allows.
    """
    try:
        yield _permission(block, group, "protocol")
    except UntoldError as error:
        block.gaps[block.within + error.attribute] = Hidden.UNKNOWN


def _peer(name: str, value: str) -> Json:
    owner, slash, group = value.partition("/")
    if name == "UserIdGroupPairs" and slash:
        return {"UserId": owner, "GroupId": group}
    return {_PEERS[name]: value}


def _group(thing: Thing, draft: Draft) -> None:
    name = _of(thing, draft)
    held = peek(draft, SECURITY_GROUP, name)
    body: Body = {"GroupId": name, "Tags": thing.tags()}
    default = thing.type == "aws_default_security_group"
    if not held:
        # A group of Terraform's sends nothing unless it says so: the provider takes out the rule
        # that AWS makes.
        body |= {
            "GroupName": "default" if default else thing.called(),
            "VpcId": thing.identity("vpc_id"),
            "OwnerId": thing.account(),
            "IpPermissions": [],
            "IpPermissionsEgress": [],
        }
    for block, member in _DIRECTIONS.items():
        # The code of a default group is all that is in it, of another one only where it says so.
        if not (default or _written(thing, block, bool(held))):
            continue
        thing.texts(block)  # what is hidden inside is told
        body[member] = [held for one in thing.blocks(block) for held in _known(one, name)]
    put(thing, draft, (SECURITY_GROUP, name), body)


def _written(thing: Thing, block: str, held: bool) -> bool:  # noqa: FBT001 - one use, beside
    """Tell whether rules are the code's: what AWS tells of a group whose rules are written apart
    is what was there before them.
    """
    if thing.written is not None and block not in thing.written:
        return not held and isinstance(thing.values.get(block), list)
    return thing.said(block)


def _of(thing: Thing, draft: Draft) -> str:
    """Return the id of a group; of a default one also by its network.

    Raises:
        UntoldError: nothing tells it.
    """
    if thing.type != "aws_default_security_group" or isinstance(thing.values.get("id"), str):
        return thing.identity("id")
    network = thing.identity("vpc_id")
    for one in draft.held(SECURITY_GROUP):
        body = draft.peek(SECURITY_GROUP, one)
        if body.get("VpcId") == network and body.get("GroupName") == "default":
            return str(body.get("GroupId"))
    raise UntoldError("vpc_id")


def _directed(thing: Thing) -> str:
    """Return the list of a group that a rule is in."""
    if thing.type == "aws_security_group_rule":
        return _DIRECTIONS.get(thing.identity("type"), "IpPermissions")
    return _DIRECTIONS["egress" if "egress" in thing.type else "ingress"]


def _rule(thing: Thing) -> tuple[str, dict[str, Json]]:
    """Return the group of a rule and what it allows."""
    group = thing.identity("security_group_id")
    attribute = "protocol" if thing.type == "aws_security_group_rule" else "ip_protocol"
    return group, _permission(thing, group, attribute)


def _put_rule(thing: Thing, draft: Draft) -> None:
    group, permission = _rule(thing)
    for body in bodies(draft, SECURITY_GROUP, group, "security_group_id"):
        listed(body, _directed(thing)).append(dict(permission))


def _take_rule(thing: Thing, draft: Draft) -> None:
    group, permission = _rule(thing)
    for body in bodies(draft, SECURITY_GROUP, group, "security_group_id"):
        for held in listed(body, _directed(thing)):
            if isinstance(held, dict) and _ports(held) == _ports(permission):
                _revoke(held, permission)


def _ports(permission: dict[str, Json]) -> tuple[Json, ...]:
    named = protocol(str(permission.get("IpProtocol")))
    ports = (permission.get("FromPort"), permission.get("ToPort"))
    return (named, *ports) if named in _WITH_PORTS else (named,)


def _revoke(held: dict[str, Json], permission: dict[str, Json]) -> None:
    """Take the peers of a permission out of another one."""
    for name, member in _PEERS.items():
        gone = set(_values(permission, name, member))
        if gone and name in held:
            kept = listed(held, name)
            kept[:] = [one for one in kept if not set(_values({name: [one]}, name, member)) & gone]


def _values(permission: dict[str, Json], name: str, member: str) -> Iterator[str]:
    peers = permission.get(name)
    for one in peers if isinstance(peers, list) else ():
        value = one.get(member) if isinstance(one, dict) else None
        if isinstance(value, str):
            yield value


KINDS = (
    kind_of(
        type="aws_security_group",
        put=_group,
        take=drop(SECURITY_GROUP),
        record=SECURITY_GROUP,
        rank=1,
        names=names(SECURITY_GROUP),
    ),
    kind_of(
        type="aws_default_security_group",
        put=_group,
        take=stays,
        record=SECURITY_GROUP,
        rank=1,
    ),
    *(
        kind_of(
            type=name,
            put=_put_rule,
            take=_take_rule,
            record=SECURITY_GROUP,
            part=True,
        )
        for name in (
            "aws_security_group_rule",
            "aws_vpc_security_group_ingress_rule",
            "aws_vpc_security_group_egress_rule",
        )
    ),
)
