# SPDX-License-Identifier: Apache-2.0
"""Network interfaces, what they are attached to, and their groups.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
"""

from collections.abc import Sequence

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, UntoldError, listed
from bartizan.sources.terraform.types.ec2 import (
    INTERFACE,
    SECURITY_GROUP,
    SUBNET,
    bodies,
    drop,
    kind_of,
    names,
    objects_of,
    peek,
    put,
    text_of,
    without,
)
from bartizan.sources.terraform.types.ec2_address import association, private, public, taken_in
from bartizan.sources.terraform.value import Hidden


def new_interface(
    thing: Thing,
    draft: Draft,
    *,
    name: str,
    subnet: str,
    groups: Sequence[str],
    address: str = "",
    **more: Json,
) -> Body:
    """Put an interface in a subnet and return its record; without an `address` it has one that is
    assumed. `more` are further members.

    Raises:
        UntoldError: the subnet is neither in the snapshot nor in the change.
    """
    held = peek(draft, SUBNET, subnet)
    if not held:
        raise UntoldError("subnet_id")
    if not address:
        address = private(draft, subnet, name)
        draft.assumed[name] = thing.address
    taken_in(draft, subnet).add(address)
    body: Body = {
        "NetworkInterfaceId": name,
        "SubnetId": subnet,
        "VpcId": held.get("VpcId"),
        "OwnerId": thing.account(),
        "InterfaceType": "interface",
        "SourceDestCheck": True,
        "Status": "available",
        "Groups": [{"GroupId": group} for group in sorted(groups)],
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}] if address else [],
        "Ipv6Addresses": [],
        **more,
    }
    put(thing, draft, (INTERFACE, name), body)
    return body


def show(draft: Draft, interface: str, attribute: str, *, wanted: bool, address: str = "") -> None:
    """Give an interface a public address, or take it away; `attribute` is what says so. Without
    an `address` it has one that is assumed.

    Raises:
        UntoldError: the interface is neither in the snapshot nor in the change.
    """
    for body in bodies(draft, INTERFACE, interface, attribute):
        for one in (body, *objects_of(body, "PrivateIpAddresses")):
            one.pop("Association", None)
            if wanted:
                one["Association"] = association(address or public(interface), owner="amazon")


def default_group(draft: Draft, subnet: str) -> str:
    """Return the group that an interface has for which none is named; empty where it was not read.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    network = text_of(peek(draft, SUBNET, subnet), "VpcId")
    for one in draft.matching(SECURITY_GROUP, network, "VpcId"):
        body = draft.peek(SECURITY_GROUP, one)
        if body.get("GroupName") == "default":
            return text_of(body, "GroupId")
    return ""


def chosen_groups(thing: Thing, draft: Draft, subnet: str, *arguments: str) -> list[str]:
    """Return the groups that the code names, else the default one of the network.

    Raises:
        UntoldError: it names none, and the default one was not read.
    """
    network = text_of(peek(draft, SUBNET, subnet), "VpcId")
    for argument in arguments:
        if thing.said(argument) and (found := thing.members(argument)):
            known = set(thing.texts(argument))
            return [
                _by_name(draft, network, one, argument) if one in known else one for one in found
            ]
    default = default_group(draft, subnet)
    if not default:
        raise UntoldError(arguments[0])
    return [default]


def _by_name(draft: Draft, network: str, group: str, argument: str) -> str:
    """Return the id of a group that an old argument may name instead.

    Raises:
        UntoldError: there is none of that name.
    """
    if group.startswith("sg-"):
        return group
    for one in draft.matching(SECURITY_GROUP, network, "VpcId"):
        body = draft.peek(SECURITY_GROUP, one)
        if body.get("GroupName") == group:
            return text_of(body, "GroupId")
    raise UntoldError(argument)


def ipv6_of(thing: Thing, draft: Draft, subnet: str) -> list[Json]:
    """Return the IPv6 addresses of a new interface; those that AWS will choose are told."""
    written = thing.texts("ipv6_addresses") if thing.said("ipv6_addresses") else []
    wanted = thing.number("ipv6_address_count") if thing.said("ipv6_address_count") else 0
    given = peek(draft, SUBNET, subnet).get("AssignIpv6AddressOnCreation") is True
    if not written and (wanted or given):
        thing.gaps["ipv6_addresses"] = Hidden.UNKNOWN
    return [{"Ipv6Address": one} for one in written]


def _interface(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    held = peek(draft, INTERFACE, name)
    if held:
        body: Body = {"TagSet": thing.tags()}
        if thing.said("security_groups"):
            body["Groups"] = [{"GroupId": one} for one in sorted(thing.members("security_groups"))]
    else:
        subnet = thing.identity("subnet_id")
        groups = chosen_groups(thing, draft, subnet, "security_groups")
        written = thing.texts("private_ips") if thing.said("private_ips") else []
        body = new_interface(
            thing,
            draft,
            name=name,
            subnet=subnet,
            groups=groups,
            address=written[0] if written else "",
            Ipv6Addresses=ipv6_of(thing, draft, subnet),
            TagSet=thing.tags(),
        )
        for one in written[1:]:
            listed(body, "PrivateIpAddresses").append({"PrivateIpAddress": one})
    if thing.said("source_dest_check"):
        body["SourceDestCheck"] = thing.flag("source_dest_check")
    if held and thing.said("ipv6_addresses"):
        body["Ipv6Addresses"] = [{"Ipv6Address": one} for one in thing.texts("ipv6_addresses")]
    put(thing, draft, (INTERFACE, name), body)
    for block in thing.blocks("attachment"):
        if instance := block.text("instance"):
            attach(draft, name, instance, block.number("device_index"), owner=thing.account())


def attach(draft: Draft, interface: str, instance: str, index: int, *, owner: str) -> None:
    """Attach an interface to an instance.

    Raises:
        UntoldError: the interface is neither in the snapshot nor in the change.
    """
    for body in bodies(draft, INTERFACE, interface, "network_interface_id"):
        body["Status"] = "in-use"
        body["Attachment"] = {
            "InstanceId": instance,
            "InstanceOwnerId": owner,
            "DeviceIndex": index,
            "Status": "attached",
        }


def _put_attachment(thing: Thing, draft: Draft) -> None:
    index = thing.number("device_index")
    instance, owner = thing.identity("instance_id"), thing.account()
    attach(draft, thing.identity("network_interface_id"), instance, index, owner=owner)


def _take_attachment(thing: Thing, draft: Draft) -> None:
    name = thing.identity("network_interface_id")
    for body in bodies(draft, INTERFACE, name, "network_interface_id"):
        body.pop("Attachment", None)
        body["Status"] = "available"


def _groups(thing: Thing, draft: Draft) -> tuple[list[list[Json]], str]:
    """Return the groups of an interface in all of its records, and the one that is meant."""
    name = thing.identity("network_interface_id")
    held = [
        listed(body, "Groups") for body in bodies(draft, INTERFACE, name, "network_interface_id")
    ]
    return held, thing.identity("security_group_id")


def _put_group(thing: Thing, draft: Draft) -> None:
    held, group = _groups(thing, draft)
    for groups in held:
        without(groups, "GroupId", [group])
        groups.append({"GroupId": group})


def _take_group(thing: Thing, draft: Draft) -> None:
    held, group = _groups(thing, draft)
    for groups in held:
        without(groups, "GroupId", [group])


def primary_of(draft: Draft, instance: str) -> str:
    """Return the first interface of an instance; empty for none."""
    found = []
    for one in draft.matching(INTERFACE, instance, "Attachment", "InstanceId"):
        body = draft.peek(INTERFACE, one)
        attachment = body.get("Attachment")
        if isinstance(attachment, dict):
            place = attachment.get("DeviceIndex")
            found.append(
                (place if isinstance(place, int) else 0, text_of(body, "NetworkInterfaceId"))
            )
    return min(found)[1] if found else ""


KINDS = (
    kind_of(
        type="aws_network_interface",
        put=_interface,
        take=drop(INTERFACE),
        record=INTERFACE,
        rank=4,
        names=names(INTERFACE),
    ),
    kind_of(
        type="aws_network_interface_attachment",
        put=_put_attachment,
        take=_take_attachment,
        record=INTERFACE,
        part=True,
    ),
    kind_of(
        type="aws_network_interface_sg_attachment",
        put=_put_group,
        take=_take_group,
        record=INTERFACE,
        part=True,
        rank=1,
    ),
)
