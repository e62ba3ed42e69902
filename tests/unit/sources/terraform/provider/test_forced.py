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
AURORA = {"engine": "aurora-mysql", "storage_type": "aurora"}
MYSQL = {"engine": "mysql", "storage_type": "io1"}
FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:f"
GATEWAY = {"multicast_support": "disable"}
TABLE = "default_route_table_association"

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
    # A database keeps what it holds under another name, and not with another user or key.
    ("aws_db_instance", {"identifier": "a"}, {"identifier": "b"}, []),
    ("aws_db_instance", {"username": "a"}, {"username": "b"}, ["username"]),
    ("aws_db_instance", {"kms_key_id": "a"}, {"kms_key_id": "b"}, ["kms_key_id"]),
    ("aws_db_instance", {"engine": "mysql"}, {"engine": "MySQL"}, []),
    ("aws_db_instance", {"engine": "mysql"}, {"engine": "mariadb"}, ["engine"]),
    ("aws_db_instance", {"db_subnet_group_name": "a"}, {"db_subnet_group_name": "b"}, []),
    ("aws_db_instance", {"publicly_accessible": False}, {"publicly_accessible": True}, []),
    ("aws_db_subnet_group", {"subnet_ids": ["a"]}, {"subnet_ids": ["b"]}, []),
    ("aws_db_subnet_group", {"name": "a"}, {"name": "b"}, ["name"]),
    (
        "aws_rds_cluster",
        {"db_subnet_group_name": "a"},
        {"db_subnet_group_name": "b"},
        ["db_subnet_group_name"],
    ),
    ("aws_rds_cluster", {"engine_mode": "provisioned"}, {}, []),
    ("aws_rds_cluster", {"snapshot_identifier": "a"}, {"snapshot_identifier": None}, []),
    (
        "aws_rds_cluster",
        {"snapshot_identifier": "a"},
        {"snapshot_identifier": "b"},
        ["snapshot_identifier"],
    ),
    ("aws_rds_cluster", AURORA, AURORA | {"storage_type": "aurora-iopt1"}, []),
    ("aws_rds_cluster", MYSQL, MYSQL | {"storage_type": "gp3"}, ["storage_type"]),
    (
        "aws_rds_cluster",
        {"availability_zones": ["a", "b"]},
        {"availability_zones": ["b", "a"]},
        [],
    ),
    (
        "aws_rds_cluster",
        {"availability_zones": ["a", "b"]},
        {"availability_zones": ["a"]},
        ["availability_zones"],
    ),
    (
        "aws_rds_cluster_instance",
        {"cluster_identifier": "a"},
        {"cluster_identifier": "b"},
        ["cluster_identifier"],
    ),
    (
        "aws_rds_cluster_instance",
        {"publicly_accessible": False},
        {"publicly_accessible": True},
        [],
    ),
    # What runs.
    ("aws_ecs_service", {"launch_type": "EC2"}, {"launch_type": "FARGATE"}, ["launch_type"]),
    ("aws_ecs_service", {"iam_role": "a"}, {"iam_role": "b"}, ["iam_role"]),
    ("aws_ecs_service", {"scheduling_strategy": "REPLICA"}, {}, []),
    ("aws_ecs_service", {"task_definition": "t:1"}, {"task_definition": "t:2"}, []),
    ("aws_ecs_task_definition", {"task_role_arn": "a"}, {"task_role_arn": "b"}, ["task_role_arn"]),
    (
        "aws_ecs_task_definition",
        {"requires_compatibilities": ["EC2"]},
        {"requires_compatibilities": ["FARGATE"]},
        ["requires_compatibilities"],
    ),
    ("aws_lambda_function", {"package_type": "Zip"}, {}, []),
    ("aws_lambda_function", {"package_type": "Zip"}, {"package_type": "Image"}, ["package_type"]),
    ("aws_lambda_function", {"role": "a"}, {"role": "b"}, []),
    ("aws_lambda_permission", {"principal": "*"}, {"principal": "1"}, ["principal"]),
    ("aws_lambda_function_url", {"function_name": FUNCTION}, {"function_name": "f"}, []),
    (
        "aws_lambda_function_url",
        {"function_name": FUNCTION},
        {"function_name": "g"},
        ["function_name"],
    ),
    (
        "aws_lambda_function_url",
        {"authorization_type": "AWS_IAM"},
        {"authorization_type": "NONE"},
        [],
    ),
    ("aws_lambda_event_source_mapping", {"function_name": "f"}, {"function_name": "g"}, []),
    (
        "aws_lambda_event_source_mapping",
        {"event_source_arn": "a"},
        {"event_source_arn": "b"},
        ["event_source_arn"],
    ),
    # Transit gateways.
    ("aws_ec2_transit_gateway", {"amazon_side_asn": 64512}, {"amazon_side_asn": 64513}, []),
    ("aws_ec2_transit_gateway", {"multicast_support": "disable"}, {}, []),
    ("aws_ec2_transit_gateway", GATEWAY | {TABLE: "enable"}, GATEWAY | {TABLE: "disable"}, []),
    ("aws_ec2_transit_gateway", GATEWAY | {TABLE: "disable"}, GATEWAY, [TABLE]),
    ("aws_ec2_transit_gateway_vpc_attachment", {"vpc_id": "a"}, {"vpc_id": "b"}, ["vpc_id"]),
    ("aws_ec2_transit_gateway_vpc_attachment", {"subnet_ids": ["a"]}, {"subnet_ids": ["b"]}, []),
    (
        "aws_ec2_transit_gateway_route",
        {"destination_cidr_block": "10.0.0.0/8"},
        {"destination_cidr_block": "0.0.0.0/0"},
        ["destination_cidr_block"],
    ),
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
