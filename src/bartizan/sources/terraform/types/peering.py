# SPDX-License-Identifier: Apache-2.0
"""Peerings of two networks, and lists of ranges that rules and routes name.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcPeeringConnection.html and
https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
"""

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, UntoldError, keep
from bartizan.sources.terraform.types.ec2 import (
    SERVICE,
    VPC,
    bodies,
    drop,
    kind_of,
    names,
    peek,
    put,
    ranges,
    text_of,
)

_PEERING = "AWS::EC2::VPCPeeringConnection"
_LIST, _ENTRY = "AWS::EC2::PrefixList", "AWS::EC2::PrefixListEntry"


def _side(draft: Draft, network: str, owner: str, region: str) -> dict[str, Json]:
    """Return one side of a peering, with its ranges where they were read."""
    body = peek(draft, VPC, network)
    held = ranges(draft, network, "vpc_id") if body else []
    return {
        "VpcId": network,
        "OwnerId": text_of(body, "OwnerId") or owner,
        "Region": region,
        "CidrBlockSet": [{"CidrBlock": one} for one in held if ":" not in one],
        "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": one} for one in held if ":" in one],
    }


def _peering(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    body: Body = {"VpcPeeringConnectionId": name, "Tags": thing.tags()}
    if not draft.found(_PEERING, name):
        owner, region = thing.account(), thing.place.region
        other = thing.text("peer_owner_id") if thing.said("peer_owner_id") else owner
        place = thing.text("peer_region") if thing.said("peer_region") else region
        accepted = thing.flag("auto_accept")
        body |= {
            "RequesterVpcInfo": _side(draft, thing.identity("vpc_id"), owner, region),
            "AccepterVpcInfo": _side(draft, thing.identity("peer_vpc_id"), other, place),
            "Status": {"Code": "active" if accepted else "pending-acceptance"},
        }
    elif thing.flag("auto_accept"):
        body["Status"] = {"Code": "active"}
    put(thing, draft, (_PEERING, name), body)


def _accept(thing: Thing, draft: Draft) -> None:
    if not thing.flag("auto_accept"):
        return
    name = thing.identity("vpc_peering_connection_id")
    for body in bodies(draft, _PEERING, name, "vpc_peering_connection_id"):
        body["Status"] = {"Code": "active"}


def _no_accepter(_thing: Thing, _draft: Draft) -> None:
    """The peering stays: only whoever asked for it takes it away."""


def _list(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    body: Body = {
        "PrefixListId": name,
        "PrefixListName": thing.called(),
        "OwnerId": thing.account(),
        "AddressFamily": thing.text("address_family"),
        "State": "create-complete",
        "Tags": thing.tags(),
    }
    put(thing, draft, (_LIST, name), body)
    if thing.written is not None and "entry" not in thing.written:
        return
    thing.texts("entry")  # what is hidden inside is told
    for parent in draft.found(_LIST, name):
        _empty(draft, parent)
        for entry in thing.blocks("entry"):
            _enter(thing, draft, parent, entry.text("cidr"))


def _enter(thing: Thing, draft: Draft, parent: str, block: str) -> None:
    if block:
        body: Body = {"Cidr": block}
        keep(thing, draft, _ENTRY, f"{parent}#{block}", body=body, service=SERVICE)


def _empty(draft: Draft, parent: str) -> None:
    for one in [held for held in draft.held(_ENTRY) if held.startswith(f"{parent}#")]:
        draft.drop(_ENTRY, one)


def _no_list(thing: Thing, draft: Draft) -> None:
    for parent in draft.found(_LIST, thing.identity("id")):
        _empty(draft, parent)
        draft.drop(_LIST, parent)


def _lists(thing: Thing, draft: Draft) -> tuple[str, ...]:
    """Return the records of the list that an entry is of.

    Raises:
        UntoldError: it is neither in the snapshot nor in the change.
    """
    found = draft.found(_LIST, thing.identity("prefix_list_id"))
    if not found:
        raise UntoldError("prefix_list_id")
    return found


def _put_entry(thing: Thing, draft: Draft) -> None:
    for parent in _lists(thing, draft):
        _enter(thing, draft, parent, thing.identity("cidr"))


def _take_entry(thing: Thing, draft: Draft) -> None:
    for parent in _lists(thing, draft):
        draft.drop(_ENTRY, f"{parent}#{thing.identity('cidr')}")


KINDS = (
    kind_of(
        type="aws_vpc_peering_connection",
        put=_peering,
        take=drop(_PEERING),
        record=_PEERING,
        rank=2,
        names=names(_PEERING),
    ),
    kind_of(
        type="aws_vpc_peering_connection_accepter",
        put=_accept,
        take=_no_accepter,
        record=_PEERING,
        part=True,
    ),
    kind_of(
        type="aws_ec2_managed_prefix_list",
        put=_list,
        take=_no_list,
        record=_LIST,
        names=names(_LIST),
    ),
    kind_of(
        type="aws_ec2_managed_prefix_list_entry",
        put=_put_entry,
        take=_take_entry,
        record=_ENTRY,
        part=True,
    ),
)
