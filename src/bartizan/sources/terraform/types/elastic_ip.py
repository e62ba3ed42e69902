# SPDX-License-Identifier: Apache-2.0
"""Public addresses, what each stands for, and NAT gateways.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Address.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html
"""

from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing, UntoldError, listed
from bartizan.sources.terraform.types.ec2 import (
    EIP,
    INTERFACE,
    bodies,
    drop,
    kind_of,
    names,
    objects_of,
    peek,
    put,
    text_of,
)
from bartizan.sources.terraform.types.ec2_address import association, public
from bartizan.sources.terraform.types.interface import new_interface, primary_of

NAT_GATEWAY = "AWS::EC2::NatGateway"


def _address(thing: Thing, draft: Draft) -> None:
    name = thing.identity("allocation_id", "id")
    if not draft.found(EIP, name):
        known = thing.said("public_ip") and thing.text("public_ip")
        body: Body = {
            "AllocationId": name,
            "Domain": "vpc",
            "PublicIp": known or public(name),
            "Tags": thing.tags(),
        }
        put(thing, draft, (EIP, name), body)
    instance = thing.text("instance") if thing.said("instance") else ""
    interface = thing.text("network_interface") if thing.said("network_interface") else ""
    if instance or interface:
        inside = thing.text("associate_with_private_ip")
        _stand(thing, draft, name, interface or primary_of(draft, instance), inside=inside)


def _stand(
    thing: Thing, draft: Draft, allocation: str, interface: str, *, inside: str = ""
) -> None:
    """Let an address stand for one of an interface's.

    Raises:
        UntoldError: the address or the interface is neither in the snapshot nor in the change.
    """
    _fall(draft, allocation)
    for body in bodies(draft, EIP, allocation, "allocation_id"):
        address = text_of(body, "PublicIp")
        for held in bodies(draft, INTERFACE, interface, "network_interface_id"):
            inside = inside or text_of(held, "PrivateIpAddress")
            told = association(address, owner=thing.account(), allocation=allocation)
            if inside == text_of(held, "PrivateIpAddress"):
                held["Association"] = dict(told)
            for one in listed(held, "PrivateIpAddresses"):
                if isinstance(one, dict) and one.get("PrivateIpAddress") == inside:
                    one["Association"] = dict(told)
        body["NetworkInterfaceId"], body["PrivateIpAddress"] = interface, inside
        body["AssociationId"] = f"eipassoc-{allocation.partition('-')[2]}"


def _fall(draft: Draft, allocation: str) -> None:
    """Let an address stand for nothing."""
    for body in bodies(draft, EIP, allocation, "allocation_id"):
        interface, address = text_of(body, "NetworkInterfaceId"), text_of(body, "PublicIp")
        for member in ("NetworkInterfaceId", "PrivateIpAddress", "AssociationId", "InstanceId"):
            body.pop(member, None)
        for name in draft.found(INTERFACE, interface) if interface else ():
            held = draft.body(INTERFACE, name) or {}
            for one in (held, *objects_of(held, "PrivateIpAddresses")):
                told = one.get("Association")
                if isinstance(told, dict) and told.get("PublicIp") == address:
                    one.pop("Association")


def _no_address(thing: Thing, draft: Draft) -> None:
    name = thing.identity("allocation_id", "id")
    if draft.found(EIP, name):
        _fall(draft, name)
    for one in draft.found(EIP, name):
        draft.drop(EIP, one)


def _associate(thing: Thing, draft: Draft) -> None:
    interface = thing.text("network_interface_id") if thing.said("network_interface_id") else ""
    instance = thing.text("instance_id") if thing.said("instance_id") else ""
    interface = interface or primary_of(draft, instance)
    if not interface:
        raise UntoldError("network_interface_id")
    inside = thing.text("private_ip_address") if thing.said("private_ip_address") else ""
    _stand(thing, draft, thing.identity("allocation_id"), interface, inside=inside)


def _dissociate(thing: Thing, draft: Draft) -> None:
    _fall(draft, thing.identity("allocation_id"))


def _nat(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    if draft.found(NAT_GATEWAY, name):
        put(thing, draft, (NAT_GATEWAY, name), {"Tags": thing.tags()})
        return
    subnet = thing.identity("subnet_id")
    private_one = thing.said("connectivity_type") and thing.text("connectivity_type") == "private"
    written = thing.text("private_ip") if thing.said("private_ip") else ""
    interface = thing.made("eni")
    made = new_interface(
        thing,
        draft,
        name=interface,
        subnet=subnet,
        groups=(),
        address=written,
        InterfaceType="nat_gateway",
        RequesterManaged=True,
        Status="in-use",
        SourceDestCheck=False,
        Description=f"Interface for NAT Gateway {name}",
    )
    address: Body = {
        "NetworkInterfaceId": interface,
        "PrivateIp": made["PrivateIpAddress"],
    }
    if not private_one:
        allocation = thing.identity("allocation_id")
        _stand(thing, draft, allocation, interface)
        address |= {
            "AllocationId": allocation,
            "PublicIp": peek(draft, EIP, allocation).get("PublicIp"),
        }
    body: Body = {
        "NatGatewayId": name,
        "VpcId": made["VpcId"],
        "SubnetId": subnet,
        "State": "available",
        "ConnectivityType": "private" if private_one else "public",
        "NatGatewayAddresses": [address],
        "Tags": thing.tags(),
    }
    put(thing, draft, (NAT_GATEWAY, name), body)


def _no_nat(thing: Thing, draft: Draft) -> None:
    body = peek(draft, NAT_GATEWAY, thing.identity("id"))
    for one in objects_of(body, "NatGatewayAddresses"):
        for allocation in draft.found(EIP, text_of(one, "AllocationId")):
            _fall(draft, allocation.rpartition("/")[2])
        for interface in draft.found(INTERFACE, text_of(one, "NetworkInterfaceId")):
            draft.drop(INTERFACE, interface)
    drop(NAT_GATEWAY)(thing, draft)


KINDS = (
    kind_of(
        type="aws_eip",
        put=_address,
        take=_no_address,
        record=EIP,
        rank=6,
        names=names(EIP, "allocation_id"),
    ),
    kind_of(type="aws_eip_association", put=_associate, take=_dissociate, record=EIP, part=True),
    kind_of(
        type="aws_nat_gateway",
        put=_nat,
        take=_no_nat,
        record=NAT_GATEWAY,
        rank=7,
        names=names(NAT_GATEWAY),
    ),
)
