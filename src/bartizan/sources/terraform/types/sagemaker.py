# SPDX-License-Identifier: Apache-2.0
"""SageMaker: notebooks, models and domains, and the roles that they act as.

Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Operations_Amazon_SageMaker_Service.html
"""

import functools

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Thing
from bartizan.sources.terraform.types.whole import Whole, token

_whole = functools.partial(Whole, service="sagemaker")


def _notebook(thing: Thing, _draft: Draft) -> Body:
    """Return a notebook; where nothing is said its users are root, and any version of the
    metadata service answers.

    Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstance.html
    """
    version = "1"
    for block in thing.blocks("instance_metadata_service_configuration"):
        if block.said("minimum_instance_metadata_service_version"):
            version = block.text("minimum_instance_metadata_service_version")
    return {
        "NotebookInstanceName": thing.name(),
        "RoleArn": thing.text("role_arn"),
        "NotebookInstanceStatus": "InService",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": version},
        "RootAccess": thing.text("root_access") or "Enabled",
        "SubnetId": thing.text("subnet_id"),
        "NotebookInstanceLifecycleConfigName": thing.text("lifecycle_config_name"),
    }


def _model(thing: Thing, _draft: Draft) -> Body:
    body: Body = {
        "ModelName": thing.name(),
        "ExecutionRoleArn": thing.text("execution_role_arn"),
        "Containers": [_container(one) for one in thing.blocks("container")],
        "PrimaryContainer": {},
    }
    for block in thing.blocks("primary_container"):
        body["PrimaryContainer"] = _container(block)
    return body


def _container(block: Thing) -> dict[str, Json]:
    return {"Image": block.aside("image"), "Environment": block.variables("environment")}


def _domain(thing: Thing, _draft: Draft) -> Body:
    known = thing.values.get("id")
    body: Body = {
        "DomainId": known if isinstance(known, str) and known else token(thing),
        "DomainName": thing.text("domain_name"),
        "Status": "InService",
        "VpcId": thing.text("vpc_id"),
    }
    for block in thing.blocks("default_user_settings"):
        body["DefaultUserSettings"] = {"ExecutionRole": block.text("execution_role")}
    return body


KINDS = (
    _whole(
        type="aws_sagemaker_notebook_instance",
        record="AWS::SageMaker::NotebookInstance",
        resource="notebook-instance/{name}",
        body=_notebook,
        member="NotebookInstanceArn",
        listing="AWS::SageMaker::NotebookInstanceSummary",
        listed=("NotebookInstanceName", "NotebookInstanceArn"),
    ).kind(),
    _whole(
        type="aws_sagemaker_model",
        record="AWS::SageMaker::Model",
        resource="model/{name}",
        body=_model,
        member="ModelArn",
        listing="AWS::SageMaker::ModelSummary",
        listed=("ModelName", "ModelArn"),
        secrets=("PrimaryContainer.Environment.*", "Containers[].Environment.*"),
    ).kind(),
    _whole(
        type="aws_sagemaker_domain",
        record="AWS::SageMaker::Domain",
        resource="domain/{token}",
        body=_domain,
        name="domain_name",
        member="DomainArn",
        id="token",
        listing="AWS::SageMaker::DomainSummary",
        listed=("DomainId", "DomainArn", "DomainName"),
    ).kind(),
)
