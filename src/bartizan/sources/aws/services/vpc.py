# SPDX-License-Identifier: Apache-2.0
"""VPC: networks and how packets can go between them, as records, and the policies of endpoints.

Some of these things show in several accounts (shared subnets, both ends of a peering); the id
names the account that was asked, the body says whose they are.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

import functools
from collections.abc import Iterator

from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, rows
from bartizan.sources.aws.facts.network.balancer import balancers
from bartizan.sources.aws.facts.network.block import BLOCK, blocks
from bartizan.sources.aws.facts.network.cluster import clusters
from bartizan.sources.aws.facts.network.database import databases
from bartizan.sources.aws.facts.network.endpoint import ENDPOINT_SERVICE, PERMISSION, endpoints
from bartizan.sources.aws.facts.network.gateway import gateways
from bartizan.sources.aws.facts.network.interface import interfaces
from bartizan.sources.aws.facts.network.node import Nodes
from bartizan.sources.aws.facts.network.prefix_list import prefix_lists
from bartizan.sources.aws.facts.network.route import routes
from bartizan.sources.aws.facts.network.rule import rules
from bartizan.sources.aws.facts.network.space import spaces
from bartizan.sources.aws.facts.network.target import classics, targets
from bartizan.sources.aws.facts.network.transit import SEARCH, transit
from bartizan.sources.aws.facts.network.verified import verified
from bartizan.sources.aws.service import Service

_call = functools.partial(Call, service="ec2", scope=Scope.REGION)


def _described(operation: str, kind: str, items: str, *, arn: str, secrets: str = "") -> Call:
    """Return the call that lists one kind of thing; `arn` is how its ARN ends: `vpc/VpcId`."""
    name, _, member = arn.partition("/")
    place = "join('', ['arn:', partition, ':ec2:', region, ':', account, ':"
    return _call(
        operation=operation,
        kind=f"AWS::EC2::{kind}",
        items=items,
        id=f"{place}{name}/', item.{member}])",
        secrets=tuple(secrets.split()),
    )


_of_route_table = functools.partial(
    _call,
    each="AWS::EC2::TransitGatewayRouteTable",
    parameters={"TransitGatewayRouteTableId": "parent.TransitGatewayRouteTableId"},
)
_searched = functools.partial(
    _call,
    operation="SearchTransitGatewayRoutes",
    each="AWS::EC2::TransitGatewayRouteTable",
    parameters={
        "TransitGatewayRouteTableId": "parent.TransitGatewayRouteTableId",
        "Filters": '`[{"Name": "state", "Values": ["active", "blackhole"]}]`',
    },
)

_CALLS = (
    _described("DescribeVpcs", "VPC", "Vpcs", arn="vpc/VpcId"),
    _described("DescribeSubnets", "Subnet", "Subnets", arn="subnet/SubnetId"),
    _described("DescribeRouteTables", "RouteTable", "RouteTables", arn="route-table/RouteTableId"),
    _described("DescribeNetworkAcls", "NetworkAcl", "NetworkAcls", arn="network-acl/NetworkAclId"),
    _described(
        "DescribeSecurityGroups", "SecurityGroup", "SecurityGroups", arn="security-group/GroupId"
    ),
    _described(
        "DescribeNetworkInterfaces",
        "NetworkInterface",
        "NetworkInterfaces",
        arn="network-interface/NetworkInterfaceId",
    ),
    # An address outside a VPC, of the time before there were any, has no allocation.
    _described(
        "DescribeAddresses",
        "EIP",
        "Addresses[?AllocationId]",
        arn="elastic-ip/AllocationId",
    ),
    _described(
        "DescribeInternetGateways",
        "InternetGateway",
        "InternetGateways",
        arn="internet-gateway/InternetGatewayId",
    ),
    _described(
        "DescribeEgressOnlyInternetGateways",
        "EgressOnlyInternetGateway",
        "EgressOnlyInternetGateways",
        arn="egress-only-internet-gateway/EgressOnlyInternetGatewayId",
    ),
    _described("DescribeNatGateways", "NatGateway", "NatGateways", arn="natgateway/NatGatewayId"),
    _described(
        "DescribeVpcPeeringConnections",
        "VPCPeeringConnection",
        "VpcPeeringConnections",
        arn="vpc-peering-connection/VpcPeeringConnectionId",
    ),
    _described(
        "DescribeVpcEndpoints", "VPCEndpoint", "VpcEndpoints", arn="vpc-endpoint/VpcEndpointId"
    ),
    _described(
        "DescribeVpcEndpointServiceConfigurations",
        "VPCEndpointService",
        "ServiceConfigurations",
        arn="vpc-endpoint-service/ServiceId",
    ),
    _call(
        operation="DescribeVpcEndpointServicePermissions",
        kind=PERMISSION,
        each=ENDPOINT_SERVICE,
        parameters={"ServiceId": "parent.ServiceId"},
        items="AllowedPrincipals",
        id="join('#', [parent_id, item.Principal])",
    ),
    _described(
        "DescribeManagedPrefixLists", "PrefixList", "PrefixLists", arn="prefix-list/PrefixListId"
    ),
    _call(
        operation="GetManagedPrefixListEntries",
        kind="AWS::EC2::PrefixListEntry",
        each="AWS::EC2::PrefixList",
        parameters={"PrefixListId": "parent.PrefixListId"},
        items="Entries",
        id="join('#', [parent_id, item.Cidr])",
    ),
    _call(
        operation="DescribeVpcBlockPublicAccessOptions",
        kind=BLOCK,
        items="[VpcBlockPublicAccessOptions]",
        id="join('', ['arn:', partition, ':ec2:', region, ':', account,"
        " ':vpc-block-public-access-options'])",
    ),
    _described(
        "DescribeVpcBlockPublicAccessExclusions",
        "VPCBlockPublicAccessExclusion",
        "VpcBlockPublicAccessExclusions",
        arn="vpc-block-public-access-exclusion/ExclusionId",
    ),
    _described(
        "DescribeInstanceConnectEndpoints",
        "InstanceConnectEndpoint",
        "InstanceConnectEndpoints",
        arn="instance-connect-endpoint/InstanceConnectEndpointId",
    ),
    _described(
        "DescribeVerifiedAccessEndpoints",
        "VerifiedAccessEndpoint",
        "VerifiedAccessEndpoints",
        arn="verified-access-endpoint/VerifiedAccessEndpointId",
    ),
    _described(
        "DescribeCarrierGateways",
        "CarrierGateway",
        "CarrierGateways",
        arn="carrier-gateway/CarrierGatewayId",
    ),
    _described("DescribeVpnGateways", "VPNGateway", "VpnGateways", arn="vpn-gateway/VpnGatewayId"),
    # Both the options and the device's configuration hold the keys of the tunnels.
    _described(
        "DescribeVpnConnections",
        "VPNConnection",
        "VpnConnections",
        arn="vpn-connection/VpnConnectionId",
        secrets="CustomerGatewayConfiguration Options.TunnelOptions[].PreSharedKey",
    ),
    _described(
        "DescribeTransitGateways",
        "TransitGateway",
        "TransitGateways",
        arn="transit-gateway/TransitGatewayId",
    ),
    _described(
        "DescribeTransitGatewayAttachments",
        "TransitGatewayAttachment",
        "TransitGatewayAttachments",
        arn="transit-gateway-attachment/TransitGatewayAttachmentId",
    ),
    _described(
        "DescribeTransitGatewayVpcAttachments",
        "TransitGatewayVpcAttachment",
        "TransitGatewayVpcAttachments",
        arn="transit-gateway-attachment/TransitGatewayAttachmentId",
    ),
    _described(
        "DescribeTransitGatewayRouteTables",
        "TransitGatewayRouteTable",
        "TransitGatewayRouteTables",
        arn="transit-gateway-route-table/TransitGatewayRouteTableId",
    ),
    _of_route_table(
        operation="GetTransitGatewayRouteTableAssociations",
        kind="AWS::EC2::TransitGatewayRouteTableAssociation",
        items="Associations",
        id="join('#', [parent_id, item.TransitGatewayAttachmentId])",
    ),
    _of_route_table(
        operation="GetTransitGatewayRouteTablePropagations",
        kind="AWS::EC2::TransitGatewayRouteTablePropagation",
        items="TransitGatewayRouteTablePropagations",
        id="join('#', [parent_id, item.TransitGatewayAttachmentId])",
    ),
    _searched(
        kind="AWS::EC2::TransitGatewayRoute",
        items="Routes",
        id="join('#', [parent_id, item.DestinationCidrBlock || item.PrefixListId])",
    ),
    _searched(
        kind=SEARCH,
        items="[{AdditionalRoutesAvailable: AdditionalRoutesAvailable}]",
        id="parent_id",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Yield how packets can go, and the policies of endpoints."""
    yield from spaces(records)
    yield from interfaces(records)
    yield from rules(records)
    yield from prefix_lists(records)
    yield from blocks(records)
    yield from routes(records)
    yield from gateways(records)
    yield from transit(records)
    yield from endpoints(records)
    yield from verified(records)
    nodes = Nodes.of(records)
    yield from balancers(records, nodes)
    yield from targets(records)
    yield from classics(records, nodes)
    yield from databases(records, nodes)
    yield from clusters(records, nodes)
    yield from rows(records, "AWS::EC2::VPCEndpoint", _policy)


def _policy(record: Record) -> Iterator[Row]:
    """Yield an endpoint's policy; endpoints of services that know none answer without one."""
    written = document(record.body, "PolicyDocument")
    if not written:
        return
    name = f"{record.id}#endpoint"
    yield Policy(
        id=name,
        provider=record.provider,
        type="endpoint",
        account=record.account,
        name="endpoint policy",
        managed="inline",
        document=written,
        default_version="",
        kind=record.kind,
        record=record.id,
    )
    yield Attachment(policy=name, target=record.id, use="endpoint")


SERVICE = Service(name="VPC", calls=_CALLS, normalise=normalise)
