# SPDX-License-Identifier: Apache-2.0
"""Arguments whose change makes another object, though no name of it rests on them: of what stands
in networks, as the old interface and its addresses go with the old object, and of what runs and
keeps things in them.

Source: `ForceNew` and `CustomizeDiff` in the schemas of the provider for AWS, as its documentation
tells few of them: https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service,
there `ec2` (`ec2_instance`, `vpc_`, `vpc_endpoint`, `vpc_nat_gateway`, `vpc_network_interface`,
`vpc_peering_connection`, `vpc_security_group`, `vpc_subnet`, `transitgateway_`), `elbv2`
(`load_balancer`, `target_group`), `elb` (`load_balancer`), `efs` (`mount_target`), `eks`
(`cluster`), `rds` (`instance`, `cluster`, `cluster_instance`, `subnet_group`), `ecs` (`service`,
`task_definition`) and `lambda` (`function`, `function_url`, `permission`,
`event_source_mapping`).

NOTE: blocks are not compared, nor `container_definitions`, in which the provider passes over what
AWS fills in. Of `capacity_provider_strategy` versions of the provider differ.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from bartizan.sources.terraform.provider.forced_when import SOMETIMES, changed
from bartizan.sources.terraform.value import Value

_Values: TypeAlias = Mapping[str, Value]

_NAMES = ("name", "name_prefix")
_BALANCER = (*_NAMES, "customer_owned_ipv4_pool", "internal", "load_balancer_type")
_TARGETS = (*_NAMES, "ip_address_type", "target_type")
_ROUTED = ("transit_gateway_attachment_id", "transit_gateway_route_table_id")
_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "aws_alb": _BALANCER,
    "aws_alb_target_group": _TARGETS,
    "aws_db_instance": (
        "availability_zone", "backup_target", "character_set_name",
        "custom_iam_instance_profile", "db_name", "kms_key_id", "nchar_character_set_name",
        "snapshot_identifier", "storage_encrypted", "timezone", "username",
    ),
    "aws_db_subnet_group": _NAMES,
    "aws_ec2_transit_gateway": ("multicast_support",),
    "aws_ec2_transit_gateway_route": (
        "blackhole", "destination_cidr_block", "transit_gateway_attachment_id",
        "transit_gateway_route_table_id",
    ),
    "aws_ec2_transit_gateway_route_table": ("transit_gateway_id",),
    "aws_ec2_transit_gateway_route_table_association": _ROUTED,
    "aws_ec2_transit_gateway_route_table_propagation": _ROUTED,
    "aws_ec2_transit_gateway_vpc_attachment": ("transit_gateway_id", "vpc_id"),
    "aws_ecs_service": ("cluster", "iam_role", "launch_type", "name", "scheduling_strategy"),
    "aws_ecs_task_definition": (
        "cpu", "execution_role_arn", "family", "ipc_mode", "memory", "network_mode", "pid_mode",
        "task_role_arn",
    ),
    "aws_efs_mount_target": ("file_system_id", "ip_address", "subnet_id"),
    "aws_eks_cluster": ("bootstrap_self_managed_addons", "role_arn"),
    "aws_elb": (*_NAMES, "internal"),
    "aws_instance": (
        "ami", "associate_public_ip_address", "availability_zone", "cpu_core_count",
        "cpu_threads_per_core", "hibernation", "key_name", "placement_group",
        "placement_partition_number", "private_ip", "subnet_id",
    ),
    "aws_lambda_event_source_mapping": (
        "event_source_arn", "queues", "starting_position", "starting_position_timestamp",
    ),
    "aws_lambda_function": ("function_name", "package_type"),
    "aws_lambda_function_url": ("qualifier",),
    "aws_lambda_permission": (
        "action", "event_source_token", "function_name", "function_url_auth_type", "principal",
        "principal_org_id", "qualifier", "source_account", "source_arn", "statement_id",
        "statement_id_prefix",
    ),
    "aws_lb": _BALANCER,
    "aws_lb_target_group": _TARGETS,
    "aws_nat_gateway": (
        "allocation_id", "connectivity_type", "private_ip", "secondary_private_ip_address_count",
        "subnet_id",
    ),
    "aws_network_interface": ("interface_type", "subnet_id"),
    "aws_rds_cluster": (
        "cluster_identifier", "cluster_identifier_prefix", "cluster_scalability_type",
        "database_name", "db_subnet_group_name", "db_system_id", "engine", "engine_mode",
        "kms_key_id", "master_username", "source_region", "storage_encrypted",
    ),
    "aws_rds_cluster_instance": (
        "availability_zone", "cluster_identifier", "custom_iam_instance_profile",
        "db_subnet_group_name", "engine", "identifier", "identifier_prefix",
    ),
    "aws_security_group": (*_NAMES, "description", "vpc_id"),
    "aws_subnet": (
        "availability_zone", "availability_zone_id", "cidr_block", "ipv4_ipam_pool_id",
        "ipv4_netmask_length", "ipv6_ipam_pool_id", "ipv6_native", "ipv6_netmask_length",
        "outpost_arn", "vpc_id",
    ),
    "aws_vpc": ("cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"),
    "aws_vpc_endpoint": (
        "resource_configuration_arn", "service_name", "service_network_arn", "service_region",
        "vpc_endpoint_type", "vpc_id",
    ),
    "aws_vpc_peering_connection": ("peer_owner_id", "peer_region", "peer_vpc_id", "vpc_id"),
}  # fmt: skip
"""Type to the arguments whose change always does."""

_DEFAULTS: Mapping[str, Mapping[str, Value]] = {
    "aws_alb": {"load_balancer_type": "application"},
    "aws_alb_target_group": {"target_type": "instance"},
    "aws_ec2_transit_gateway": {
        "default_route_table_association": "enable", "default_route_table_propagation": "enable",
        "multicast_support": "disable",
    },
    "aws_ecs_service": {"scheduling_strategy": "REPLICA"},
    "aws_eks_cluster": {"bootstrap_self_managed_addons": True},
    "aws_lambda_function": {"package_type": "Zip"},
    "aws_lb": {"load_balancer_type": "application"},
    "aws_lb_target_group": {"target_type": "instance"},
    "aws_nat_gateway": {"connectivity_type": "public"},
    "aws_rds_cluster": {"engine_mode": "provisioned"},
    "aws_security_group": {"description": "Managed by Terraform"},
    "aws_vpc": {"instance_tenancy": "default"},
    "aws_vpc_endpoint": {"vpc_endpoint_type": "Gateway"},
}  # fmt: skip
"""Type to argument to what the provider takes where the code writes nothing; a state has that."""


def forced(type_: str, before: _Values, after: _Values) -> Iterator[str]:
    """Yield the arguments of an object that change so that another one takes its place."""
    defaults = _DEFAULTS.get(type_, {})
    was, will = ({**held, **_missing(held, defaults)} for held in (before, after))
    yield from (name for name in _ALWAYS.get(type_, ()) if changed(was, will, name))
    if type_ in SOMETIMES:
        yield from SOMETIMES[type_](was, will)


def _missing(held: _Values, defaults: _Values) -> _Values:
    return {name: value for name, value in defaults.items() if held.get(name) is None}
