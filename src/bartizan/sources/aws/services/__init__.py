# SPDX-License-Identifier: Apache-2.0
"""One file per AWS service; the list below is all that the source reads."""

from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import (
    apigateway,
    cloudfront,
    dynamodb,
    ecr,
    ecs,
    eks,
    elbv2,
    iam,
    rds,
    s3,
    sns,
    sqs,
)

SERVICES: tuple[Service, ...] = (
    iam.SERVICE,
    s3.SERVICE,
    rds.SERVICE,
    ecs.SERVICE,
    eks.SERVICE,
    elbv2.SERVICE,
    apigateway.SERVICE,
    cloudfront.SERVICE,
    sqs.SERVICE,
    sns.SERVICE,
    ecr.SERVICE,
    dynamodb.SERVICE,
)
"""Every service, in the order in which it is shown."""
