# SPDX-License-Identifier: Apache-2.0
"""The types of the code that become records; a service is a file and a line here."""

from collections.abc import Mapping

from bartizan.sources.terraform.thing import Kind
from bartizan.sources.terraform.types import (
    balancer,
    database,
    ecs,
    edge,
    eks,
    elastic_ip,
    endpoint,
    iam,
    iam_part,
    instance,
    interface,
    kms,
    lambda_,
    message,
    network_acl,
    organization,
    peering,
    route,
    s3,
    security_group,
    transit,
    vpc,
)

_SERVICES = (
    iam,
    iam_part,
    s3,
    kms,
    message,
    lambda_,
    organization,
    vpc,
    security_group,
    network_acl,
    route,
    edge,
    interface,
    elastic_ip,
    instance,
    peering,
    endpoint,
    transit,
    balancer,
    database,
    ecs,
    eks,
)

TYPES: Mapping[str, Kind] = {kind.type: kind for service in _SERVICES for kind in service.KINDS}
"""Type in the code to how it becomes records."""

INERT = (
    "aws_acm_",
    "aws_appautoscaling_",
    "aws_budgets_",
    "aws_ce_",
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_log_",
    "aws_cloudwatch_metric_",
    "aws_default_tags",
    "aws_ecs_cluster_capacity_providers",
    "aws_flow_log",
    "aws_iam_account_alias",
    "aws_iam_account_password_policy",
    "aws_resourcegroups_",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_metric",
    "aws_s3_bucket_versioning",
    "aws_secretsmanager_secret_version",
    "aws_servicequotas_",
    "aws_sns_topic_subscription",
    "aws_xray_",
    "null_",
    "random_",
    "terraform_data",
    "time_",
    "tls_",
)
"""Beginnings of types whose objects nobody can get anything from, or that are no objects of AWS: a
change of them is of no interest. Of all other types that are not in `TYPES` nothing can be told.
"""
