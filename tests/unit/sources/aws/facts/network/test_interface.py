# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.network import Interface
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION
from tests.fakes.small_network import changed, small_network


def interface(**fields: Any) -> Interface:  # noqa: ANN401 - JSON
    (found,) = network_facts((ACCOUNT, REGION, changed("NetworkInterfaces", **fields))).rows(
        Interface
    )
    return found


def test_an_interface_of_an_instance_names_it_as_workloads_do() -> None:
    found = interface()

    assert found.thing == f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1"
    assert (found.network, found.subnet, found.groups) == ("vpc-1", "subnet-1", ("sg-1",))
    assert (found.kind, found.attached, found.forwards) == ("interface", True, False)
    assert found.public == {"10.1.1.5": "54.1.2.3"}


def test_addresses_are_in_order_and_said_once() -> None:
    found = interface(
        PrivateIpAddress="10.1.1.5",
        PrivateIpAddresses=[
            {"Primary": False, "PrivateIpAddress": "10.1.1.4"},
            {"Primary": True, "PrivateIpAddress": "10.1.1.5"},
        ],
        Ipv6Addresses=[{"Ipv6Address": "2600:1F18::1"}],
        Ipv4Prefixes=[{"Ipv4Prefix": "10.1.1.16/28"}],
        Ipv6Prefixes=[{"Ipv6Prefix": "2600:1f18:0:1::/80"}],
    )

    assert found.addresses == (
        "10.1.1.5",
        "10.1.1.4",
        "2600:1f18::1",
        "10.1.1.16/28",
        "2600:1f18:0:1::/80",
    )


def test_an_address_that_names_the_interface_stands_for_it() -> None:
    described = changed("NetworkInterfaces", PrivateIpAddresses=None)
    described["Addresses"] = [
        {
            "AllocationId": "eipalloc-1",
            "NetworkInterfaceId": "eni-1",
            "PrivateIpAddress": "10.1.1.5",
            "PublicIp": "54.9.9.9",
        },
        {"AllocationId": "eipalloc-2", "PublicIp": "54.9.9.8"},
    ]
    (found,) = network_facts((ACCOUNT, REGION, described)).rows(Interface)

    assert found.public == {"10.1.1.5": "54.9.9.9"}


@pytest.mark.parametrize(
    ("status", "attachment", "attached"),
    [
        ("in-use", None, True),
        ("associated", None, True),
        ("available", None, False),
        ("detaching", {"Status": "attached"}, False),
        (None, {"Status": "attached"}, True),
        (None, None, False),
    ],
)
def test_packets_come_and_go_where_it_is_in_use(
    status: str | None, attachment: dict[str, str] | None, *, attached: bool
) -> None:
    assert interface(Status=status, Attachment=attachment).attached is attached


def test_an_interface_forwards_only_where_the_check_was_switched_off() -> None:
    assert interface(SourceDestCheck=False).forwards
    assert not interface(SourceDestCheck=None).forwards


def test_the_first_interface_of_an_instance_is_told_from_the_others() -> None:
    attached = {"InstanceId": "i-1", "Status": "attached"}

    assert interface().primary
    assert interface(Attachment={**attached, "DeviceIndex": 0}).primary
    assert not interface(Attachment={**attached, "DeviceIndex": 1}).primary


def test_some_interfaces_deny_what_comes_from_the_internet() -> None:
    assert interface(DenyAllIgwTraffic=True).denies_internet


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"TagSet": [{"Key": "Name", "Value": "front"}]}, "front"),
        ({}, "the shop"),
        ({"Attachment": None, "Description": "spare"}, "spare"),
    ],
)
def test_an_interface_is_called_by_its_tag_or_by_what_it_belongs_to(
    fields: dict[str, Any], name: str
) -> None:
    described = changed("NetworkInterfaces", **fields)
    tags = [{"Key": "Name", "Value": "the shop"}]
    described["Instances"] = [{"InstanceId": "i-1", "State": {"Name": "running"}, "Tags": tags}]
    (found,) = network_facts((ACCOUNT, REGION, described)).rows(Interface)

    assert found.name == name


def test_an_interface_with_a_damaged_address_is_no_interface() -> None:
    described = changed("NetworkInterfaces", PrivateIpAddress="10.1.1.500")

    assert network_facts((ACCOUNT, REGION, described)).rows(Interface) == ()


def test_a_nat_gateways_interface_has_one_word_for_its_kind() -> None:
    assert interface(InterfaceType="natGateway").kind == "nat_gateway"
    assert interface(InterfaceType="nat_gateway").kind == "nat_gateway"


def test_an_interface_that_two_accounts_see_is_one() -> None:
    other = ("222222222222", REGION, small_network())

    assert len(network_facts(other, (ACCOUNT, REGION, small_network())).rows(Interface)) == 1
