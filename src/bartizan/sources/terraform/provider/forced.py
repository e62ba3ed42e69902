# SPDX-License-Identifier: Apache-2.0
"""Arguments whose change makes another object, though no name of it rests on them: of what stands
in networks, as the old interface and its addresses go with the old object.

Source: `ForceNew` and `CustomizeDiff` in the schemas of the provider for AWS, as its documentation
tells few of them: https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service,
there `ec2` (`ec2_instance`, `vpc_`, `vpc_endpoint`, `vpc_nat_gateway`, `vpc_network_interface`,
`vpc_peering_connection`, `vpc_security_group`, `vpc_subnet`), `elbv2` (`load_balancer`,
`target_group`), `elb` (`load_balancer`), `efs` (`mount_target`) and `eks` (`cluster`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from bartizan.sources.terraform.value import Hidden, Value

_Values: TypeAlias = Mapping[str, Value]
_Sometimes: TypeAlias = Callable[[_Values, _Values], Iterator[str]]

_NAMES = ("name", "name_prefix")
_BALANCER = (*_NAMES, "customer_owned_ipv4_pool", "internal", "load_balancer_type")
_TARGETS = (*_NAMES, "ip_address_type", "target_type")
_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "aws_alb": _BALANCER,
    "aws_alb_target_group": _TARGETS,
    "aws_efs_mount_target": ("file_system_id", "ip_address", "subnet_id"),
    "aws_eks_cluster": ("bootstrap_self_managed_addons", "role_arn"),
    "aws_elb": (*_NAMES, "internal"),
    "aws_instance": (
        "ami", "associate_public_ip_address", "availability_zone", "cpu_core_count",
        "cpu_threads_per_core", "hibernation", "key_name", "placement_group",
        "placement_partition_number", "private_ip", "subnet_id",
    ),
    "aws_lb": _BALANCER,
    "aws_lb_target_group": _TARGETS,
    "aws_nat_gateway": (
        "allocation_id", "connectivity_type", "private_ip", "secondary_private_ip_address_count",
        "subnet_id",
    ),
    "aws_network_interface": ("interface_type", "subnet_id"),
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
    "aws_eks_cluster": {"bootstrap_self_managed_addons": True},
    "aws_lb": {"load_balancer_type": "application"},
    "aws_lb_target_group": {"target_type": "instance"},
    "aws_nat_gateway": {"connectivity_type": "public"},
    "aws_security_group": {"description": "Managed by Terraform"},
    "aws_vpc": {"instance_tenancy": "default"},
    "aws_vpc_endpoint": {"vpc_endpoint_type": "Gateway"},
}
"""Type to argument to what the provider takes where the code writes nothing; a state has that."""


def forced(type_: str, before: _Values, after: _Values) -> Iterator[str]:
    """Yield the arguments of an object that change so that another one takes its place."""
    defaults = _DEFAULTS.get(type_, {})
    was, will = ({**held, **_missing(held, defaults)} for held in (before, after))
    yield from (name for name in _ALWAYS.get(type_, ()) if changed(was, will, name))
    if type_ in _SOMETIMES:
        yield from _SOMETIMES[type_](was, will)


def changed(before: _Values, after: _Values, name: str) -> bool:
    """Tell whether an argument changes; to the provider none is the same as an empty one."""
    return (before.get(name) or None) != (after.get(name) or None)


def _missing(held: _Values, defaults: _Values) -> _Values:
    return {name: value for name, value in defaults.items() if held.get(name) is None}


def _balancer(was: _Values, will: _Values) -> Iterator[str]:
    """A balancer for networks keeps no groups where it had some, gets none where it had none, and
    loses no subnet.
    """
    if will.get("load_balancer_type") != "network":
        return
    if bool(was.get("security_groups")) != bool(will.get("security_groups")):
        yield "security_groups"
    if _lost(was, will, "subnets"):
        yield "subnets"


def _classic(was: _Values, will: _Values) -> Iterator[str]:
    """A classic balancer does not lose all of its subnets at once."""
    lost = _lost(was, will, "subnets")
    if lost and lost == _texts(was, "subnets"):
        yield "subnets"


def _targets(was: _Values, will: _Values) -> Iterator[str]:
    """What a function listens on is of no matter."""
    if will.get("target_type") == "lambda":
        return
    yield from (name for name in ("port", "protocol", "vpc_id") if changed(was, will, name))
    if will.get("protocol") in ("HTTP", "HTTPS") and changed(was, will, "protocol_version"):
        yield "protocol_version"


def _interface(was: _Values, will: _Values) -> Iterator[str]:
    """An interface keeps its first address."""
    name = "private_ip_list" if will.get("private_ip_list_enabled") else "private_ips"
    first = was.get("private_ip")
    if not changed(was, will, name) or not isinstance(first, str) or not first:
        return
    held = will.get(name)
    if isinstance(held, list) and (held[:1] != [first] if name[-1] == "t" else first not in held):
        yield name


def _network(was: _Values, will: _Values) -> Iterator[str]:
    """Only tenancy that is dedicated can become the default in place."""
    pair = was.get("instance_tenancy"), will.get("instance_tenancy")
    if pair[0] != pair[1] and pair != ("dedicated", "default"):
        yield "instance_tenancy"


def _subnet(was: _Values, will: _Values) -> Iterator[str]:
    """A subnet that gives each interface an address of IPv6 keeps its range of those."""
    if was.get("assign_ipv6_address_on_creation") and changed(was, will, "ipv6_cidr_block"):
        yield "ipv6_cidr_block"


def _endpoint(was: _Values, will: _Values) -> Iterator[str]:
    """Names are switched in place at interfaces alone."""
    interfaces = will.get("vpc_endpoint_type") == "Interface"
    if not interfaces and changed(was, will, "private_dns_enabled"):
        yield "private_dns_enabled"


def _lost(was: _Values, will: _Values, name: str) -> set[str]:
    if isinstance(will.get(name), Hidden):
        return set()
    return _texts(was, name) - _texts(will, name)


def _texts(held: _Values, name: str) -> set[str]:
    value = held.get(name)
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()


_SOMETIMES: Mapping[str, _Sometimes] = {
    "aws_alb": _balancer,
    "aws_alb_target_group": _targets,
    "aws_elb": _classic,
    "aws_lb": _balancer,
    "aws_lb_target_group": _targets,
    "aws_network_interface": _interface,
    "aws_subnet": _subnet,
    "aws_vpc": _network,
    "aws_vpc_endpoint": _endpoint,
}
"""Type to what does under a condition."""
