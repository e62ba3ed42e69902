# SPDX-License-Identifier: Apache-2.0
"""Access lists of subnets, and their rules.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html and
https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
"""

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, UntoldError, listed
from bartizan.sources.terraform.types.ec2 import (
    NETWORK_ACL,
    SUBNET,
    bodies,
    drop,
    kind_of,
    names,
    objects_of,
    peek,
    put,
    stays,
    text_of,
    without,
)
from bartizan.sources.terraform.types.security_group import protocol
from bartizan.sources.terraform.value import Hidden

_NUMBERS = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}
_LAST, _LAST_IPV6 = 32767, 32768


def rule(number: int, action: str, block: str, *, egress: bool) -> Json:
    """Return an entry for all protocols."""
    member = "Ipv6CidrBlock" if ":" in block else "CidrBlock"
    return {
        "RuleNumber": number,
        "Protocol": "-1",
        "RuleAction": action,
        "Egress": egress,
        member: block,
    }


LAST_RULES: tuple[Json, ...] = tuple(
    rule(number, "deny", block, egress=egress)
    for number, block in ((_LAST, "0.0.0.0/0"), (_LAST_IPV6, "::/0"))
    for egress in (False, True)
)
"""What every list ends with."""


def _entry(thing: Thing, *, egress: bool, number: str, action: str) -> dict[str, Json]:
    """Return an entry; the code writes it as a block of its list, or apart."""
    named = protocol(thing.identity("protocol"))
    entry: dict[str, Json] = {
        "RuleNumber": thing.number(number),
        "Protocol": _NUMBERS.get(named, named),
        "RuleAction": thing.identity(action).lower(),
        "Egress": egress,
    }
    if six := thing.text("ipv6_cidr_block"):
        entry["Ipv6CidrBlock"] = six
    else:
        entry["CidrBlock"] = thing.identity("cidr_block")
    if named in ("tcp", "udp"):
        entry["PortRange"] = {"From": thing.number("from_port"), "To": thing.number("to_port")}
    elif named in ("icmp", "icmpv6"):
        entry["IcmpTypeCode"] = {
            "Type": thing.number("icmp_type"),
            "Code": thing.number("icmp_code"),
        }
    return entry


def _known(block: Thing, *, egress: bool) -> dict[str, Json]:
    """Return the entry of a block; one about a range that is none where it cannot be told, with
    which nobody takes the list for known.
    """
    try:
        return _entry(block, egress=egress, number="rule_no", action="action")
    except UntoldError as error:
        place = block.within + error.attribute
        block.gaps[place] = Hidden.UNKNOWN
        return {"RuleNumber": 0, "Egress": egress, "CidrBlock": f"{block.address}.{place}"}


def move_subnet(draft: Draft, subnet: str, acl: str) -> None:
    """Put a subnet under one list, and from under all others."""
    for one in list(draft.held(NETWORK_ACL)):
        body = draft.peek(NETWORK_ACL, one)
        mine = text_of(body, "NetworkAclId") == acl
        held = any(a.get("SubnetId") == subnet for a in objects_of(body, "Associations"))
        if not (mine or held):
            continue
        associations = listed(draft.body(NETWORK_ACL, one) or {}, "Associations")
        without(associations, "SubnetId", [subnet])
        if mine:
            associations.append({"NetworkAclId": acl, "SubnetId": subnet})


def _to_default(draft: Draft, subnet: str) -> None:
    """Put a subnet back under the default list of its network."""
    network = peek(draft, SUBNET, subnet).get("VpcId")
    for one in draft.held(NETWORK_ACL):
        body = draft.peek(NETWORK_ACL, one)
        if body.get("IsDefault") is True and body.get("VpcId") == network:
            move_subnet(draft, subnet, text_of(body, "NetworkAclId"))
            return


def _list(thing: Thing, draft: Draft) -> None:
    default = thing.type == "aws_default_network_acl"
    name = thing.identity("default_network_acl_id" if default else "id")
    held = peek(draft, NETWORK_ACL, name)
    body: Body = {"NetworkAclId": name, "Tags": thing.tags()}
    if not held:
        body |= {
            "VpcId": thing.identity("vpc_id"),
            "OwnerId": thing.account(),
            "IsDefault": default,
            "Associations": [],
        }
    # The code of a default list is all that is in it, of another one only where it says so.
    entries = [one for one in objects_of(held, "Entries") if one.get("RuleNumber") not in _ENDS]
    for block, egress in (("ingress", False), ("egress", True)):
        if not (default or thing.said(block)):
            continue
        entries = [one for one in entries if one.get("Egress") is not egress]
        thing.texts(block)  # what is hidden inside is told
        entries += (_known(one, egress=egress) for one in thing.blocks(block))
    body["Entries"] = [*entries, *LAST_RULES]
    put(thing, draft, (NETWORK_ACL, name), body)
    if not thing.said("subnet_ids"):
        return
    subnets = thing.texts("subnet_ids")
    for one in objects_of(held, "Associations"):
        if not default and (left := text_of(one, "SubnetId")) not in subnets:
            _to_default(draft, left)
    for subnet in subnets:
        move_subnet(draft, subnet, name)


_ENDS = frozenset({_LAST, _LAST_IPV6})


def _no_list(thing: Thing, draft: Draft) -> None:
    body = peek(draft, NETWORK_ACL, thing.identity("id"))
    subnets = [text_of(one, "SubnetId") for one in objects_of(body, "Associations")]
    drop(NETWORK_ACL)(thing, draft)
    for subnet in subnets:
        _to_default(draft, subnet)


def _put_rule(thing: Thing, draft: Draft) -> None:
    entry = _entry(thing, egress=thing.flag("egress"), number="rule_number", action="rule_action")
    _no_rule(thing, draft)
    for body in bodies(draft, NETWORK_ACL, thing.identity("network_acl_id"), "network_acl_id"):
        listed(body, "Entries").append(dict(entry))


def _no_rule(thing: Thing, draft: Draft) -> None:
    key = thing.number("rule_number"), thing.flag("egress")
    for body in bodies(draft, NETWORK_ACL, thing.identity("network_acl_id"), "network_acl_id"):
        entries = listed(body, "Entries")
        entries[:] = [
            one
            for one in entries
            if not isinstance(one, dict) or (one.get("RuleNumber"), one.get("Egress")) != key
        ]


def _associate(thing: Thing, draft: Draft) -> None:
    name = thing.identity("network_acl_id")
    if not draft.found(NETWORK_ACL, name):
        raise UntoldError("network_acl_id")
    move_subnet(draft, thing.identity("subnet_id"), name)


def _dissociate(thing: Thing, draft: Draft) -> None:
    _to_default(draft, thing.identity("subnet_id"))


KINDS = (
    kind_of(
        type="aws_network_acl",
        put=_list,
        take=_no_list,
        record=NETWORK_ACL,
        rank=3,
        names=names(NETWORK_ACL),
    ),
    kind_of(type="aws_default_network_acl", put=_list, take=stays, record=NETWORK_ACL, rank=3),
    kind_of(
        type="aws_network_acl_rule", put=_put_rule, take=_no_rule, record=NETWORK_ACL, part=True
    ),
    kind_of(
        type="aws_network_acl_association",
        put=_associate,
        take=_dissociate,
        record=NETWORK_ACL,
        part=True,
    ),
)
