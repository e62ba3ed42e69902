# SPDX-License-Identifier: Apache-2.0
"""Which changes make another object, as the schemas of the provider for AWS say."""

from typing import Any

import pytest

from bartizan.sources.terraform.provider.forced import forced
from bartizan.sources.terraform.provider.predict import replacing
from bartizan.sources.terraform.provider.schema import of_types

NETWORK = {"load_balancer_type": "network", "security_groups": [], "subnets": ["s1", "s2"]}
TARGETS = {"target_type": "ip", "protocol": "HTTP", "port": 80, "vpc_id": "vpc-1"}
INTERFACE = {"subnet_id": "s", "private_ip": "10.0.0.5", "private_ips": ["10.0.0.5", "10.0.0.6"]}

CHANGES: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("aws_security_group", {"name": "a"}, {"name": "b"}, ["name"]),
    ("aws_security_group", {"vpc_id": "v1"}, {"vpc_id": "v2"}, ["vpc_id"]),
    ("aws_security_group", {"tags": {"a": "b"}}, {"tags": {}}, []),
    ("aws_lb", {"name": "a", "internal": False}, {"name": "a", "internal": True}, ["internal"]),
    # What a state has and the code leaves to its default is no change.
    ("aws_lb", {"load_balancer_type": "application"}, {}, []),
    ("aws_vpc_endpoint", {"vpc_endpoint_type": "Gateway"}, {"vpc_endpoint_type": None}, []),
    ("aws_nat_gateway", {"connectivity_type": "public"}, {}, []),
    ("aws_nat_gateway", {}, {"connectivity_type": "private"}, ["connectivity_type"]),
    ("aws_subnet", {"ipv6_native": False}, {"ipv6_native": None}, []),
    # Balancers for networks, and for applications.
    ("aws_lb", NETWORK, NETWORK | {"security_groups": ["sg-1"]}, ["security_groups"]),
    ("aws_lb", NETWORK, NETWORK | {"subnets": ["s1"]}, ["subnets"]),
    ("aws_lb", NETWORK, NETWORK | {"subnets": ["s1", "s2", "s3"]}, []),
    ("aws_lb", {"subnets": ["s1", "s2"]}, {"subnets": ["s1", "s3"]}, []),
    ("aws_elb", {"subnets": ["s1", "s2"]}, {"subnets": ["s3"]}, ["subnets"]),
    ("aws_elb", {"subnets": ["s1", "s2"]}, {"subnets": ["s1"]}, []),
    ("aws_lb_target_group", TARGETS, TARGETS | {"port": 81}, ["port"]),
    (
        "aws_lb_target_group",
        TARGETS | {"target_type": "lambda"},
        TARGETS | {"target_type": "lambda", "port": 81},
        [],
    ),
    ("aws_network_interface", INTERFACE, INTERFACE | {"private_ips": ["10.0.0.5"]}, []),
    (
        "aws_network_interface",
        INTERFACE,
        INTERFACE | {"private_ips": ["10.0.0.6"]},
        ["private_ips"],
    ),
    ("aws_vpc", {"instance_tenancy": "dedicated"}, {"instance_tenancy": "default"}, []),
    (
        "aws_vpc",
        {"instance_tenancy": "default"},
        {"instance_tenancy": "dedicated"},
        ["instance_tenancy"],
    ),
    ("aws_instance", {"key_name": "a"}, {"key_name": "b"}, ["key_name"]),
    ("aws_instance", {"instance_type": "t3.micro"}, {"instance_type": "t3.large"}, []),
    ("aws_efs_mount_target", {"subnet_id": "s1"}, {"subnet_id": "s2"}, ["subnet_id"]),
    ("aws_eks_cluster", {"role_arn": "a"}, {"role_arn": "b"}, ["role_arn"]),
    ("aws_eks_cluster", {"bootstrap_self_managed_addons": True}, {}, []),
]


@pytest.mark.parametrize(("type_", "before", "after", "wanted"), CHANGES)
def test_a_change_makes_another_object_where_the_provider_says_so(
    type_: str, before: dict[str, Any], after: dict[str, Any], wanted: list[str]
) -> None:
    assert list(forced(type_, before, after)) == wanted


@pytest.mark.parametrize(("type_", "before", "after", "wanted"), CHANGES)
def test_all_of_these_are_arguments_of_the_schema(
    type_: str, before: dict[str, Any], after: dict[str, Any], wanted: list[str]
) -> None:
    block = of_types("hashicorp/aws", resources=[type_], data=()).resources[type_]

    assert {*before, *after} <= {*block.attributes, *block.blocks}
    assert replacing(type_, block, before, after) == wanted
