# SPDX-License-Identifier: Apache-2.0
"""What stands between packets and what they are for: endpoints, load balancers, fronts."""

from collections.abc import Mapping
from typing import ClassVar

from bartizan.model.table import Row


class Endpoint(Row, frozen=True):
    """A way from a network into a service, without the Internet."""

    table: ClassVar[str] = "endpoint"

    id: str
    """`vpce-...` or `eice-...`."""
    kind: str
    """`gateway`, `interface`, `gateway-load-balancer`, `instance-connect`, `resource` or
    `service-network`."""
    network: str
    """Id of the network that it is in."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    service: str
    """Name of the service: `com.amazonaws.eu-west-1.s3`, or that of an endpoint service; empty for
    one that leads to no service."""
    interfaces: tuple[str, ...]
    """Ids of its interfaces, sorted."""
    private_names: bool
    """Inside the network, the service's own names lead to it."""
    preserves_client: bool
    """What it connects to sees the client's address (instance connect)."""
    available: bool
    """It works, and was accepted where that is needed."""
    name: str
    """What people call it."""
    policy: str = ""
    """Text of the policy that limits what is asked for through it; empty for one without."""


class EndpointService(Row, frozen=True):
    """A service behind load balancers that other networks make endpoints to."""

    table: ClassVar[str] = "endpoint_service"

    id: str
    """`vpce-svc-...`."""
    name: str
    """As endpoints name it."""
    account: str
    """Account that offers it."""
    region: str
    """Region that it is in."""
    balancers: tuple[str, ...]
    """ARNs of its load balancers, sorted."""
    acceptance: bool
    """Somebody must accept each endpoint."""
    principals: tuple[str, ...] | None
    """ARNs of who may make endpoints to it, `*` for anybody, sorted; null where not read."""


class Balancer(Row, frozen=True):
    """A load balancer."""

    table: ClassVar[str] = "balancer"

    arn: str
    """Its ARN."""
    kind: str
    """`application`, `network`, `gateway` or `classic`."""
    internet_facing: bool
    """Its name leads to public addresses."""
    network: str
    """Id of the network that it is in."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    subnets: tuple[str, ...]
    """Ids of the subnets that it has nodes in, sorted."""
    groups: tuple[str, ...]
    """Ids of its security groups, sorted; empty for none."""
    interfaces: tuple[str, ...]
    """Ids of its nodes' interfaces, sorted."""
    cross_zone: bool | None
    """Its nodes send to targets in all zones; null where not read."""
    filters_private_link: bool
    """Its security groups' inbound rules hold for endpoints' packets too."""
    name: str
    """What people call it."""
    tags: Mapping[str, str]
    """Its own tags."""


class Listener(Row, frozen=True):
    """A port on which a load balancer takes connections."""

    table: ClassVar[str] = "listener"

    arn: str
    """Its ARN; `<balancer>#<port>` for a classic one."""
    balancer: str
    """ARN of the load balancer."""
    protocol: str
    """As the vendor says: `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `GENEVE`, `SSL`, ..."""
    port: int
    """The port; 0 for all (gateway)."""
    target_groups: tuple[str, ...]
    """ARNs of all target groups that its rules may forward to, sorted."""
    authenticates: bool
    """Every rule that forwards first signs the user in."""


class TargetGroup(Row, frozen=True):
    """Targets that a listener sends to."""

    table: ClassVar[str] = "target_group"

    arn: str
    """Its ARN; that of the load balancer and its port for a classic one."""
    kind: str
    """`instance`, `ip`, `lambda` or `alb`."""
    network: str
    """Id of the network that its targets are in; empty for functions."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    protocol: str
    """As the vendor says."""
    port: int
    """Port that targets have unless they say otherwise."""
    preserves_client: bool | None
    """Targets see the client's address; null where not read."""
    cross_zone: bool | None
    """Its own setting; null where it takes that of the load balancer."""


class Target(Row, frozen=True):
    """One member of a target group."""

    table: ClassVar[str] = "target"

    group: str
    """ARN of the target group."""
    id: str
    """Id of an instance, an address, or an ARN."""
    port: int
    """Port that it is sent to; 0 for a function."""
    zone: str
    """Id or name of the zone that it was registered for; `all`, or empty for its own."""
    healthy: bool
    """It was healthy when it was read; a state, not a rule."""


class ServicePort(Row, frozen=True):
    """Something of the vendor's, or of the user's, that listens behind interfaces."""

    table: ClassVar[str] = "service_port"

    thing: str
    """ARN of what listens: a database, a cluster's endpoint, a cache, a broker, a file system."""
    kind: str
    """CloudFormation type name of it."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in."""
    network: str
    """Id of the network that it is in; empty for a public one alone."""
    interfaces: tuple[str, ...]
    """Ids of interfaces behind which it may be, sorted; of some the vendor does not say which of
    those with the same subnets and groups it is."""
    protocol: int
    """IANA number."""
    port: int
    """The port."""
    public: bool
    """It has a public name and address; whether packets arrive is another question."""
    public_ranges: tuple[str, ...]
    """CIDR blocks from which its public address takes packets, where it has such a list of its
    own; sorted."""
    needs: str
    """What a client must hold once packets arrive: `nothing`, `credentials`, `unknown`."""


class Front(Row, frozen=True):
    """A way in from the Internet that has no interface in any network."""

    table: ClassVar[str] = "front"

    id: str
    """ARN of it."""
    kind: str
    """CloudFormation type name: `AWS::CloudFront::Distribution`, `AWS::ApiGateway::RestApi`,
    `AWS::Lambda::Url`, `AWS::AppRunner::Service`, ..."""
    account: str
    """Account that owns it."""
    region: str
    """Region that it is in; empty for global."""
    name: str
    """Host name or what people call it."""
    public: bool
    """The Internet reaches it."""
    authenticates: str
    """What a caller must hold: `nothing`, `iam`, `other`, `unknown`."""
    forwards_to: tuple[str, ...]
    """What it sends requests to, sorted: ARNs of functions, load balancers or instances, or host
    names."""
    network: str
    """Id of the network through whose interfaces it sends (VPC origins, VPC links); else empty."""
