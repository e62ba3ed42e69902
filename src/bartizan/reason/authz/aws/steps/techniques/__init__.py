# SPDX-License-Identifier: Apache-2.0
"""Every technique, in one list: a new one is an entry in its file."""

from bartizan.reason.authz.aws.steps.techniques import (
    assume,
    batch,
    cloudformation,
    codebuild,
    configuration,
    deputy,
    ec2,
    ecr,
    ecs,
    glue,
    iam,
    lambda_,
    organization,
    platforms,
    profile,
    sagemaker,
    ssm,
    state,
    stores,
    tagged,
    transfer,
)

ADMINISTRATION = iam.ADMINISTRATION

TECHNIQUES = (
    *assume.TECHNIQUES,
    *iam.TECHNIQUES,
    *lambda_.TECHNIQUES,
    *ec2.TECHNIQUES,
    *profile.TECHNIQUES,
    *ssm.TECHNIQUES,
    *ecs.TECHNIQUES,
    *ecr.TECHNIQUES,
    *batch.TECHNIQUES,
    *glue.TECHNIQUES,
    *codebuild.TECHNIQUES,
    *cloudformation.TECHNIQUES,
    *sagemaker.TECHNIQUES,
    *platforms.TECHNIQUES,
    *stores.TECHNIQUES,
    *state.TECHNIQUES,
    *configuration.TECHNIQUES,
    *organization.TECHNIQUES,
    *transfer.TECHNIQUES,
)

OF_TAGS = tagged.TECHNIQUES

OF_FILE_USERS = transfer.OF_USERS

OF_SERVICES = deputy.OF_SERVICES
