# SPDX-License-Identifier: Apache-2.0
"""Security groups and access lists, and each of their rules, a row for each peer.

Rules of groups are taken from the groups themselves, which every way of reading an estate has.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html
"""

from collections.abc import Iterator, Mapping

from bartizan.model.facts.network import AccessList, Rule, SecurityGroup
from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import (
    MalformedBodyError,
    flag,
    mapping,
    number,
    objects,
    tags,
    text,
)
from bartizan.sources.aws.facts.network.gap import Gaps
from bartizan.sources.aws.facts.network.space import NETWORK_ACL
from bartizan.sources.aws.facts.network.view import block, made, needed, owner_of, views

SECURITY_GROUP = "AWS::EC2::SecurityGroup"
_PROTOCOLS = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6}
_LAST_PROTOCOL, _LAST_PORT = 255, 65535
_PEERS = (
    ("IpRanges", "CidrIp", "range"),
    ("Ipv6Ranges", "CidrIpv6", "range"),
    ("UserIdGroupPairs", "GroupId", "group"),
    ("PrefixListIds", "PrefixListId", "prefix-list"),
)


def rules(records: Records) -> Iterator[Row]:
    """Yield groups, access lists, and their rules."""
    yield from made(views(records, SECURITY_GROUP, "GroupId"), _group)
    gaps = Gaps.of(records)
    known = (one for one in views(records, NETWORK_ACL, "NetworkAclId") if _is_whole(one, gaps))
    yield from made(known, _list)


def _is_whole(record: Record, gaps: Gaps) -> bool:
    """Tell whether all of a list was read: one rule that is not known may decide any packet."""
    return (record.kind, record.id) not in gaps.details


def _group(record: Record) -> Iterator[Row]:
    body = record.body
    owner = needed(body, "GroupId")
    yield SecurityGroup(
        id=owner,
        network=text(body, "VpcId"),
        account=owner_of(record),
        region=record.region,
        name=text(body, "GroupName"),
        tags=tags(body, "Tags"),
    )
    seen: set[str] = set()
    for listed, direction in (("IpPermissions", "in"), ("IpPermissionsEgress", "out")):
        for permission in objects(body, listed):
            for rule in _permitted(owner, direction, permission):
                if rule.id not in seen:
                    seen.add(rule.id)
                    yield rule


def _permitted(owner: str, direction: str, permission: Mapping[str, Json]) -> Iterator[Rule]:
    """Yield a rule for each peer of a permission."""
    protocol = _protocol(permission, "IpProtocol")
    first, last = ANY, ANY
    if protocol in (TCP, UDP):
        first, last = _ports(permission, "FromPort", "ToPort")
    elif protocol in (ICMP, ICMPV6):
        first, last = _message(permission, "FromPort", "ToPort")
    for listed, member, kind in _PEERS:
        for one in objects(permission, listed):
            peer = needed(one, member)
            peer = block(peer) if kind == "range" else peer
            yield Rule(
                owner=owner,
                id=f"{owner}#{direction}/{protocol}/{first}-{last}/{peer}",
                direction=direction,
                number=0,
                allow=True,
                protocol=protocol,
                first=first,
                last=last,
                peer_kind=kind,
                peer=peer,
                description=text(one, "Description"),
            )


def _list(record: Record) -> Iterator[Row]:
    body = record.body
    owner = needed(body, "NetworkAclId")
    yield AccessList(
        id=owner,
        network=text(body, "VpcId"),
        account=owner_of(record),
        region=record.region,
        name=tags(body, "Tags").get("Name", ""),
    )
    for entry in objects(body, "Entries"):
        yield _entry(owner, entry)


def _entry(owner: str, entry: Mapping[str, Json]) -> Rule:
    direction = "out" if flag(entry, "Egress") else "in"
    protocol = _protocol(entry, "Protocol")
    first, last = ANY, ANY
    if protocol in (TCP, UDP):
        first, last = _ports(mapping(entry, "PortRange"), "From", "To")
    elif protocol in (ICMP, ICMPV6):
        first, last = _message(mapping(entry, "IcmpTypeCode"), "Type", "Code")
    action = needed(entry, "RuleAction")
    if action not in ("allow", "deny"):
        raise MalformedBodyError("`RuleAction` is neither `allow` nor `deny`")
    if number(entry, "RuleNumber") <= 0:
        raise MalformedBodyError("`RuleNumber` is missing")
    peer = text(entry, "CidrBlock") or needed(entry, "Ipv6CidrBlock")
    return Rule(
        owner=owner,
        id=f"{owner}#{direction}/{number(entry, 'RuleNumber')}",
        direction=direction,
        number=number(entry, "RuleNumber"),
        allow=action == "allow",
        protocol=protocol,
        first=first,
        last=last,
        peer_kind="range",
        peer=block(peer),
        description="",
    )


def _protocol(body: Mapping[str, Json], member: str) -> int:
    """Return the number of a protocol that is named or numbered.

    Raises:
        MalformedBodyError: it is neither.
    """
    named = needed(body, member).lower()
    if named in _PROTOCOLS:
        return _PROTOCOLS[named]
    if named.removeprefix("-").isdecimal() and ANY <= int(named) <= _LAST_PROTOCOL:
        return int(named)
    raise MalformedBodyError(f"`{member}` is no protocol")


def _ports(body: Mapping[str, Json], low: str, high: str) -> tuple[int, int]:
    """Return a range of ports; TCP and UDP always have one.

    Raises:
        MalformedBodyError: there is none.
    """
    if body.get(low) is None or body.get(high) is None:
        raise MalformedBodyError(f"`{low}` and `{high}` are missing")
    first, last = number(body, low), number(body, high)
    if not 0 <= first <= last <= _LAST_PORT:
        raise MalformedBodyError(f"`{low}` and `{high}` are no range of ports")
    return first, last


def _message(body: Mapping[str, Json], kind: str, code: str) -> tuple[int, int]:
    """Return type and code of ICMP messages, -1 for any; any where none is given."""
    found = [ANY if body.get(member) is None else number(body, member) for member in (kind, code)]
    return found[0], found[1]
