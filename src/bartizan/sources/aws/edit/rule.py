# SPDX-License-Identifier: Apache-2.0
"""Changes rules of security groups and entries of access lists.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html
"""

from collections.abc import Iterator

from bartizan.errors import SourceError
from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP
from bartizan.model.record import Json, Record, Records
from bartizan.model.remedy import AuthorizeRule, RevokeRule
from bartizan.sources.aws.edit.place import Step, at, listed, named
from bartizan.sources.aws.edit.revision import Revision

_NAMES = {ANY: "-1", TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMPV6: "icmpv6"}
_NUMBERS = {name: number for number, name in _NAMES.items()}
_PORTS = (TCP, UDP)
"""Protocols of which a rule without ports means all of them."""


def owner(change: RevokeRule | AuthorizeRule, records: Records) -> Record:
    """Return the record of the security group or access list.

    Raises:
        SourceError: there is none.
    """
    if change.owner.startswith("acl-"):
        return named(records, "AWS::EC2::NetworkAcl", "NetworkAclId", change.owner)
    return named(records, "AWS::EC2::SecurityGroup", "GroupId", change.owner)


def protocol_name(number: int) -> str:
    """Return a protocol as rules spell it: a name where they have one, else its number."""
    return _NAMES.get(number, str(number))


def peer_entry(change: RevokeRule | AuthorizeRule) -> tuple[str, str]:
    """Return the member of a security group's rule that lists such peers, and that of an entry
    there which names the peer.
    """
    match change.peer_kind:
        case "group":
            return "UserIdGroupPairs", "GroupId"
        case "prefix-list":
            return "PrefixListIds", "PrefixListId"
        case _:
            wide = ":" in change.peer
            return ("Ipv6Ranges", "CidrIpv6") if wide else ("IpRanges", "CidrIp")


def permission(change: RevokeRule | AuthorizeRule) -> dict[str, Json]:
    """Return the rule of a security group with this one peer, as the API takes it."""
    member, name = peer_entry(change)
    made: dict[str, Json] = {"IpProtocol": protocol_name(change.protocol)}
    if change.protocol in (*_PORTS, ICMP, ICMPV6):
        everything = change.protocol in _PORTS and change.first == ANY
        made["FromPort"] = 0 if everything else change.first
        made["ToPort"] = 65535 if everything else change.last
    return {**made, member: [{name: change.peer}]}


def entry(change: AuthorizeRule) -> dict[str, Json]:
    """Return the entry of an access list that allows."""
    made: dict[str, Json] = {
        ("Ipv6CidrBlock" if ":" in change.peer else "CidrBlock"): change.peer,
        "Egress": change.direction == "out",
        "Protocol": str(change.protocol),
        "RuleAction": "allow",
        "RuleNumber": change.number,
    }
    if change.protocol in (ICMP, ICMPV6):
        made["IcmpTypeCode"] = {"Type": change.first, "Code": change.last}
    elif change.protocol in _PORTS:
        made["PortRange"] = {"From": max(change.first, 0), "To": change.last % 65536}
    return made


def _permissions(direction: str) -> str:
    return "IpPermissionsEgress" if direction == "out" else "IpPermissions"


def revoke(change: RevokeRule, revision: Revision) -> None:
    """Take one rule out.

    Raises:
        SourceError: there is none.
    """
    record = owner(change, revision.records)
    if record.kind == "AWS::EC2::NetworkAcl":
        revision.take(record, ("Entries", _entry_place(change, record)))
        return
    paths = list(_rule_places(change, record))
    if not paths:
        raise SourceError(f"`{change.owner}` has no rule `{change.rule}`")
    for path in paths:
        revision.take(record, path)


def _entry_place(change: RevokeRule, record: Record) -> int:
    """Return where an access list has its entry: no two of one direction have one number."""
    for position, held in enumerate(listed(record, "Entries")):
        said = (at(held, ("RuleNumber",)), at(held, ("Egress",)))
        if said == (change.number, change.direction == "out"):
            return position
    raise SourceError(f"`{change.owner}` has no rule {change.number}")


def _rule_places(change: RevokeRule, record: Record) -> Iterator[tuple[Step, ...]]:
    """Yield where a security group names the peer in a rule of the same protocol and ports."""
    outer, (member, name) = _permissions(change.direction), peer_entry(change)
    for position, held in enumerate(listed(record, outer)):
        if _covers(held) != _wanted(change):
            continue
        peers = at(held, (member,))
        for place, peer in enumerate(peers if isinstance(peers, list) else []):
            if at(peer, (name,)) == change.peer:
                yield (outer, position, member, place)


def _covers(held: Json) -> tuple[int | None, Json, Json]:
    """Return the protocol and ports of a rule, in one spelling for all ports."""
    spelled = str(at(held, ("IpProtocol",))).lower()
    number = _NUMBERS.get(spelled, int(spelled) if spelled.isdecimal() else None)
    return _plain(number, at(held, ("FromPort",)), at(held, ("ToPort",)))


def _wanted(change: RevokeRule) -> tuple[int | None, Json, Json]:
    return _plain(change.protocol, change.first, change.last)


def _plain(protocol: int | None, first: Json, last: Json) -> tuple[int | None, Json, Json]:
    if protocol in _PORTS:
        return (protocol, 0, 65535) if first in (ANY, None) else (protocol, first, last)
    if protocol in (ICMP, ICMPV6):
        return protocol, ANY if first is None else first, ANY if last is None else last
    return protocol, ANY, ANY


def authorize(change: AuthorizeRule, revision: Revision) -> None:
    """Add one rule.

    Raises:
        SourceError: no such group or access list was read.
    """
    record = owner(change, revision.records)
    acl = record.kind == "AWS::EC2::NetworkAcl"
    body = revision.body(record)
    member = "Entries" if acl else _permissions(change.direction)
    listed = body.setdefault(member, [])
    if not isinstance(listed, list):
        raise SourceError(f"the rules of `{change.owner}` are no list")
    listed.append(entry(change) if acl else permission(change))
