# SPDX-License-Identifier: Apache-2.0
"""Arguments whose change makes another object under a condition; `forced` has those that always
do, and the sources.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from bartizan.sources.terraform.value import Hidden, Value

_Values: TypeAlias = Mapping[str, Value]
_Sometimes: TypeAlias = Callable[[_Values, _Values], Iterator[str]]


def changed(before: _Values, after: _Values, name: str) -> bool:
    """Tell whether an argument changes; to the provider none is the same as an empty one."""
    return (before.get(name) or None) != (after.get(name) or None)


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


def _database(was: _Values, will: _Values) -> Iterator[str]:
    """The case of an engine's name is of no matter."""
    pair = was.get("engine"), will.get("engine")
    lower = [one.lower() if isinstance(one, str) else one for one in pair]
    if lower[0] != lower[1]:
        yield "engine"


def _cluster(was: _Values, will: _Values) -> Iterator[str]:
    """A cluster may forget the snapshot that it came from, and Aurora changes how it stores."""
    if _moved(was, will, "availability_zones"):
        yield "availability_zones"
    if will.get("snapshot_identifier") and changed(was, will, "snapshot_identifier"):
        yield "snapshot_identifier"
    engine = will.get("engine")
    if isinstance(engine, str) and not engine.startswith("aurora"):
        yield from ["storage_type"] if changed(was, will, "storage_type") else []


def _gateway(was: _Values, will: _Values) -> Iterator[str]:
    """A gateway without a default table gets none later."""
    for name in ("default_route_table_association", "default_route_table_propagation"):
        if (was.get(name), will.get(name)) == ("disable", "enable"):
            yield name


def _task(was: _Values, will: _Values) -> Iterator[str]:
    if _moved(was, will, "requires_compatibilities"):
        yield "requires_compatibilities"


def _mapping(was: _Values, will: _Values) -> Iterator[str]:
    if _moved(was, will, "topics"):
        yield "topics"


def _url(was: _Values, will: _Values) -> Iterator[str]:
    """A function is the same by its name and by its ARN."""
    pair = was.get("function_name"), will.get("function_name")
    short = [one.rpartition(":")[2] if isinstance(one, str) else one for one in pair]
    if short[0] != short[1]:
        yield "function_name"


def _moved(was: _Values, will: _Values, name: str) -> bool:
    """Tell whether a set changes, in whatever order it is written."""
    pair = was.get(name), will.get(name)
    if isinstance(pair[0], list) and isinstance(pair[1], list):
        return len(pair[0]) != len(pair[1]) or _texts(was, name) != _texts(will, name)
    return changed(was, will, name)


def _lost(was: _Values, will: _Values, name: str) -> set[str]:
    if isinstance(will.get(name), Hidden):
        return set()
    return _texts(was, name) - _texts(will, name)


def _texts(held: _Values, name: str) -> set[str]:
    value = held.get(name)
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()


SOMETIMES: Mapping[str, _Sometimes] = {
    "aws_alb": _balancer,
    "aws_alb_target_group": _targets,
    "aws_db_instance": _database,
    "aws_ec2_transit_gateway": _gateway,
    "aws_ecs_task_definition": _task,
    "aws_elb": _classic,
    "aws_lambda_event_source_mapping": _mapping,
    "aws_lambda_function_url": _url,
    "aws_lb": _balancer,
    "aws_lb_target_group": _targets,
    "aws_network_interface": _interface,
    "aws_rds_cluster": _cluster,
    "aws_subnet": _subnet,
    "aws_vpc": _network,
    "aws_vpc_endpoint": _endpoint,
}
"""Type to what does under a condition."""
