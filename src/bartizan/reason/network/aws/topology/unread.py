# SPDX-License-Identifier: Apache-2.0
"""What of a network could not be read, looked up by kind and place."""

from collections import defaultdict
from collections.abc import Iterable

from bartizan.model.facts.gap import Unread

ADDRESSES = ("AWS::EC2::NetworkInterface",)
GROUPS = ("AWS::EC2::SecurityGroup",)
GATEWAYS = (
    "AWS::EC2::InternetGateway",
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::VPNGateway",
)
ATTACHMENTS = ("AWS::EC2::TransitGatewayAttachment",)
ATTACHED_SUBNETS = ("AWS::EC2::TransitGatewayVpcAttachment",)
ASSOCIATIONS = (
    "AWS::EC2::TransitGatewayRouteTable",
    "AWS::EC2::TransitGatewayRouteTableAssociation",
)
TRANSIT_ROUTES = ("AWS::EC2::TransitGatewayRoute",)
TRANSIT = (*ATTACHMENTS, *ATTACHED_SUBNETS, *ASSOCIATIONS, *TRANSIT_ROUTES)
EDGES = ("AWS::EC2::RouteTable",)
BLOCKS = (
    "AWS::EC2::VPCBlockPublicAccessOptions",
    "AWS::EC2::VPCBlockPublicAccessExclusion",
)
BALANCERS = (
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::ElasticLoadBalancingV2::TargetHealth",
    "AWS::ElasticLoadBalancing::LoadBalancer",
)
ENDPOINTS = ("AWS::EC2::VPCEndpoint", "AWS::EC2::VPCEndpointService")
"""Kinds of records that state one concern; where one is unread, nothing may be called absent."""


class Gaps:
    """The `unread` rows, by account and region."""

    def __init__(self, rows: Iterable[Unread]) -> None:
        self._whole: dict[tuple[str, str], list[Unread]] = defaultdict(list)
        self._single: dict[str, list[Unread]] = defaultdict(list)
        for row in rows:
            if row.resource:
                for name in {row.resource, row.resource.rpartition("/")[2]}:
                    self._single[name].append(row)
            else:
                self._whole[row.account, row.region].append(row)

    def listing(self, kinds: Iterable[str], *, account: str, region: str) -> tuple[str, ...]:
        """Name what of these kinds could not be listed in an account and region, if anything."""
        wanted = frozenset(kinds)
        places = ((account, region), (account, ""), ("", region), ("", ""))
        return tuple(
            sorted(
                {
                    f"{row.service}:{row.operation} in {account} {region}"
                    for place in places
                    for row in self._whole.get(place, ())
                    if row.kind in wanted
                }
            )
        )

    def detail(self, kinds: Iterable[str], name: str) -> bool:
        """Tell whether something of these kinds could not be read of the one thing `name`."""
        wanted = frozenset(kinds)
        return any(row.kind in wanted for row in self._single.get(name, ()))
