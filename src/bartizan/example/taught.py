# SPDX-License-Identifier: Apache-2.0
"""What the emulator is taught of networks and hosts, where moto does otherwise than AWS, or
nothing.
"""

import functools
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ec2.models.route_tables import Route
from moto.ec2.responses import EC2Response
from moto.ec2.utils import random_eni_attach_id, random_public_ip
from moto.elbv2.models import ELBv2Backend
from moto.rds.models import RDSBackend
from moto.ssm.responses import SimpleSystemManagerResponse

_OPTIONS = "describe_vpc_block_public_access_options"
_NONE = {
    "describe_vpc_block_public_access_exclusions": "VpcBlockPublicAccessExclusions",
    "describe_instance_connect_endpoints": "InstanceConnectEndpoints",
    "describe_verified_access_endpoints": "VerifiedAccessEndpoints",
}
"""Listings of what nobody can make in the emulator, and the member that holds them."""


def teach() -> None:
    """Let the emulator do what it does not do by itself; what it has learned is left alone."""
    _teach_blocks()
    _teach_blackholes()
    if not hasattr(SimpleSystemManagerResponse, "list_associations"):
        SimpleSystemManagerResponse.list_associations = _no_associations  # type: ignore[attr-defined] # it is what lacks
    _after(ELBv2Backend, "create_load_balancer", _nodes)
    _after(RDSBackend, "create_db_instance", _behind_database)


def _teach_blocks() -> None:
    """Answer how the block of public access of an account stands: off, as nobody switched it on;
    and that there is none of what cannot be made.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
    """

    def options(response: EC2Response) -> ActionResult:
        stands = {
            "AwsAccountId": response.current_account,
            "AwsRegion": response.region,
            "State": "default-state",
            "InternetGatewayBlockMode": "off",
            "ExclusionsAllowed": "allowed",
        }
        return ActionResult({"VpcBlockPublicAccessOptions": stands})

    def none(member: str) -> Callable[[EC2Response], ActionResult]:
        return lambda _: ActionResult({member: []})

    answers = {_OPTIONS: options} | {name: none(member) for name, member in _NONE.items()}
    for name, answer in answers.items():
        if not hasattr(EC2Response, name):
            setattr(EC2Response, name, answer)


def _teach_blackholes() -> None:
    """Say of a route to a peering that was taken down that it leads nowhere.

    Source: https://docs.aws.amazon.com/vpc/latest/peering/delete-vpc-peering-connection.html
    """

    def state(route: Route) -> str:
        gone = route.vpc_pcx is not None and route.vpc_pcx._status.code == "deleted"  # noqa: SLF001 - moto says it nowhere else
        return "blackhole" if gone else "active"

    setattr(Route, "state", property(state))  # noqa: B010 - a plain assignment has no type


def _no_associations(_: SimpleSystemManagerResponse) -> ActionResult:
    """Answer that nothing is run on hosts, as nobody can have it run in the emulator."""
    return ActionResult({"Associations": []})


def _after(owner: Any, name: str, also: Callable[[Any, Any], None]) -> None:  # noqa: ANN401 - moto's classes have no types
    """Do something with what a method of `owner` made, once it did."""
    make = getattr(owner, name)

    @functools.wraps(make)
    def both(backend: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as it stands there
        made = make(backend, *given, **named)
        also(backend, made)
        return made

    if not hasattr(make, "__wrapped__"):
        setattr(owner, name, both)


def _nodes(backend: Any, balancer: Any) -> None:  # noqa: ANN401 - moto's classes have no types
    """Give a load balancer an interface in each of its subnets, as AWS does.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
    """
    name = balancer.arn.partition(":loadbalancer/")[2]
    for subnet in balancer.subnets:
        _interface(
            backend,
            subnet,
            groups=balancer.security_groups,
            description=f"ELB {name}",
            owner="amazon-elb",
            public=balancer.scheme == "internet-facing",
        )


def _behind_database(backend: Any, database: Any) -> None:  # noqa: ANN401 - moto's classes have no types
    """Give a database an interface in the first subnet of its group, as AWS does in one of them.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    subnets = database.db_subnet_group.subnets if database.db_subnet_group else ()
    for subnet in subnets[:1]:
        _interface(
            backend,
            ec2.get_subnet(subnet["SubnetIdentifier"]),
            groups=database.vpc_security_group_ids,
            description="RDSNetworkInterface",
            owner="amazon-rds",
            public=database.publicly_accessible,
        )


def _interface(
    backend: Any,  # noqa: ANN401 - moto's classes have no types
    subnet: Any,  # noqa: ANN401 - as above
    *,
    groups: Iterable[str],
    description: str,
    owner: str,
    public: bool,
) -> None:
    """Make an interface that a service holds in somebody's subnet."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    address = subnet.get_available_subnet_ip(instance=None)
    made: Any = ec2.create_network_interface(
        subnet, address, group_ids=list(groups), description=description
    )
    made.instance = SimpleNamespace(id=None, owner_id=owner, security_groups=[])
    made.attachment_id, made.attach_time = random_eni_attach_id(), None
    made.status, made.device_index = "in-use", 1
    made.requester_managed, made.requester_id = True, owner
    if public:
        made.public_ip = random_public_ip()
