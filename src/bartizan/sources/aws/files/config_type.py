# SPDX-License-Identifier: Apache-2.0
"""Which resource types of AWS Config are understood, and as which answers of which APIs.

Source: https://docs.aws.amazon.com/config/latest/developerguide/resource-config-reference.html
"""

from msgspec import Struct


class ConfigType(Struct, frozen=True, kw_only=True):
    """How a resource type of Config is an element of an API's answer."""

    service: str
    operation: str
    member: str
    """Member of the answer that lists such elements."""
    shape: str
    """Shape of the element in the service's model: Config spells members otherwise."""
    everywhere: bool = False
    """The service is global."""
    arn: str = "Arn"
    """Member of the element that holds its ARN; empty for none."""
    name: str = ""
    """Member of the element that holds its name, where Config says it beside the element only."""


def _described(
    operation: str, member: str, shape: str, *, service: str = "ec2", arn: str = ""
) -> ConfigType:
    """Return a type that one operation lists, as most of a network are."""
    return ConfigType(service=service, operation=operation, member=member, shape=shape, arn=arn)


TYPES = {
    "AWS::IAM::User": ConfigType(
        service="iam",
        operation="GetAccountAuthorizationDetails",
        member="UserDetailList",
        shape="UserDetail",
        everywhere=True,
    ),
    "AWS::IAM::Group": ConfigType(
        service="iam",
        operation="GetAccountAuthorizationDetails",
        member="GroupDetailList",
        shape="GroupDetail",
        everywhere=True,
    ),
    "AWS::IAM::Role": ConfigType(
        service="iam",
        operation="GetAccountAuthorizationDetails",
        member="RoleDetailList",
        shape="RoleDetail",
        everywhere=True,
    ),
    "AWS::IAM::Policy": ConfigType(
        service="iam",
        operation="GetAccountAuthorizationDetails",
        member="Policies",
        shape="ManagedPolicyDetail",
        everywhere=True,
    ),
    "AWS::S3::Bucket": ConfigType(
        service="s3",
        operation="ListBuckets",
        member="Buckets",
        shape="Bucket",
        everywhere=True,
        arn="",
        name="Name",
    ),
    "AWS::Lambda::Function": ConfigType(
        service="lambda",
        operation="ListFunctions",
        member="Functions",
        shape="FunctionConfiguration",
        arn="FunctionArn",
    ),
    "AWS::SecretsManager::Secret": ConfigType(
        service="secretsmanager",
        operation="ListSecrets",
        member="SecretList",
        shape="SecretListEntry",
        arn="ARN",
        name="Name",
    ),
    "AWS::EC2::Instance": ConfigType(
        service="ec2",
        operation="DescribeInstances",
        member="Reservations",
        shape="Instance",
        arn="",
    ),
    "AWS::EC2::VPC": _described("DescribeVpcs", "Vpcs", "Vpc"),
    "AWS::EC2::Subnet": _described("DescribeSubnets", "Subnets", "Subnet"),
    "AWS::EC2::SecurityGroup": _described(
        "DescribeSecurityGroups", "SecurityGroups", "SecurityGroup"
    ),
    "AWS::EC2::RouteTable": _described("DescribeRouteTables", "RouteTables", "RouteTable"),
    "AWS::EC2::NetworkAcl": _described("DescribeNetworkAcls", "NetworkAcls", "NetworkAcl"),
    "AWS::EC2::NetworkInterface": _described(
        "DescribeNetworkInterfaces", "NetworkInterfaces", "NetworkInterface"
    ),
    "AWS::EC2::EIP": _described("DescribeAddresses", "Addresses", "Address"),
    "AWS::EC2::InternetGateway": _described(
        "DescribeInternetGateways", "InternetGateways", "InternetGateway"
    ),
    "AWS::EC2::EgressOnlyInternetGateway": _described(
        "DescribeEgressOnlyInternetGateways",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGateway",
    ),
    "AWS::EC2::NatGateway": _described("DescribeNatGateways", "NatGateways", "NatGateway"),
    "AWS::EC2::VPCPeeringConnection": _described(
        "DescribeVpcPeeringConnections", "VpcPeeringConnections", "VpcPeeringConnection"
    ),
    "AWS::EC2::VPCEndpoint": _described("DescribeVpcEndpoints", "VpcEndpoints", "VpcEndpoint"),
    "AWS::EC2::VPNGateway": _described("DescribeVpnGateways", "VpnGateways", "VpnGateway"),
    "AWS::EC2::VPNConnection": _described(
        "DescribeVpnConnections", "VpnConnections", "VpnConnection"
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _described(
        "DescribeLoadBalancers",
        "LoadBalancers",
        "LoadBalancer",
        service="elbv2",
        arn="LoadBalancerArn",
    ),
    "AWS::ElasticLoadBalancing::LoadBalancer": _described(
        "DescribeLoadBalancers",
        "LoadBalancerDescriptions",
        "LoadBalancerDescription",
        service="elb",
    ),
    "AWS::KMS::Key": ConfigType(
        service="kms", operation="DescribeKey", member="KeyMetadata", shape="KeyMetadata"
    ),
    "AWS::RDS::DBInstance": ConfigType(
        service="rds",
        operation="DescribeDBInstances",
        member="DBInstances",
        shape="DBInstance",
        arn="DBInstanceArn",
    ),
    "AWS::DynamoDB::Table": ConfigType(
        service="dynamodb",
        operation="DescribeTable",
        member="Table",
        shape="TableDescription",
        arn="TableArn",
    ),
}
"""Resource type of Config to what it is of the service's own API."""
