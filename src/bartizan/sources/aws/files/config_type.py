# SPDX-License-Identifier: Apache-2.0
"""Which resource types of AWS Config are understood, and as which answers of which APIs.

Source: https://docs.aws.amazon.com/config/latest/developerguide/resource-config-reference.html
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigType:
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
    "AWS::EC2::VPC": ConfigType(
        service="ec2", operation="DescribeVpcs", member="Vpcs", shape="Vpc", arn=""
    ),
    "AWS::EC2::Subnet": ConfigType(
        service="ec2", operation="DescribeSubnets", member="Subnets", shape="Subnet", arn=""
    ),
    "AWS::EC2::SecurityGroup": ConfigType(
        service="ec2",
        operation="DescribeSecurityGroups",
        member="SecurityGroups",
        shape="SecurityGroup",
        arn="",
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
